"""JSON for owners: vote by the token of a personal link, see one's ballots, object."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, cast

from fastapi import APIRouter

from api.http.access import Here, Owner
from api.http.models import ContestIn, TitleOut, VoteIn, VoteOut
from api.http.strict_json import StrictRoute
from api.owners import cast_by_link, contest_by_link
from domain.events import AnswersPrepared, BallotReceived, Mark
from domain.meeting import called_of
from domain.refusals import AnswersDoNotFit, Refused

if TYPE_CHECKING:
    from collections.abc import Mapping

    from api.desk import Link
    from api.services import Services
    from api.writer import Written
    from domain.events import Answers, Recorded
    from signing.receipt import Receipt

router = APIRouter(prefix="/api/v1", tags=["Собственник"], route_class=StrictRoute)
BALLOTS = f"{router.prefix}/ballots"
"""Where votes come in; the door stands before this route."""


@router.post(
    "/ballots", status_code=201, summary="Проголосовать или подготовить решение по личной ссылке"
)
async def vote(services: Here, link: Owner, body: VoteIn) -> VoteOut:
    """Answer every question once, for all premises of the owner; what was received is final."""
    return VoteOut.model_validate(await cast_vote(services, link, body))


async def cast_vote(services: Services, link: Link, vote: VoteIn) -> dict[str, Any]:
    """Cast a vote and give what was recorded of it, as `VoteOut` has it."""
    meeting = called_of(services.app.meeting_seen(link.meeting))
    answers = to_answers(vote.answers, len(meeting.terms.items))
    return voted(await cast_by_link(services, link, answers, vote.titles))


@router.get("/ballots", summary="Мои решения на этом собрании")
def mine(services: Here, link: Owner) -> list[TitleOut]:
    """Show the owner's premises with the weight and the state of the ballot in each."""
    return [
        TitleOut(
            title=str(title.title),
            premises=title.premises,
            kind=title.kind,
            share=title.weight,
            votes=str(title.votes),
            holders=[],
            state=title.state,
        )
        for title in services.owner_titles(link)
    ]


@router.post("/contests", status_code=201, summary="«Это не мой голос»: возразить")
async def contest(services: Here, link: Owner, body: ContestIn) -> dict[str, str]:
    """Object to the ballot recorded in the owner's name; the words are sealed."""
    written = await contest_by_link(services, link, body.title, body.statement)
    return {"ballot": str(written.value), "receipt": written.receipts[0].to_text()}


_MARKS = {mark.value: mark for mark in Mark}


def to_answers(given: Mapping[str, str], questions: int) -> Answers:
    """Put answers in the order of the agenda, or refuse missing and unknown numbers."""
    wanted = _numbers(questions)
    if given.keys() != wanted.keys():
        missing = tuple(number for name, number in wanted.items() if name not in given)
        unknown = tuple(sorted(given.keys() - wanted.keys()))
        raise Refused(AnswersDoNotFit(missing, unknown, ()))
    return tuple([_MARKS[given[name]] for name in wanted])


@cache
def _numbers(questions: int) -> dict[str, int]:
    """Give the numbers of the questions as people write them, in order."""
    return {str(number): number for number in range(1, questions + 1)}


def voted(written: Written) -> dict[str, Any]:
    """Give what a cast recorded, each with its receipt, as `VoteOut` has it."""
    pairs = zip(written.facts, written.receipts, strict=True)
    return {"ballots": [_recorded(*pair) for pair in pairs if isinstance(pair[0].fact, _CAST)]}


_CAST = (BallotReceived, AnswersPrepared)


def _recorded(recorded: Recorded, receipt: Receipt) -> dict[str, Any]:
    fact = cast("BallotReceived | AnswersPrepared", recorded.fact)
    return {
        "ballot": str(recorded.originator_id),
        "title": str(fact.title),
        "votes": str(fact.votes),
        "binding": isinstance(fact, BallotReceived),
        "receipt": receipt.to_text(),
    }
