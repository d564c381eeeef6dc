"""Runs conformance cases, form `sobranie-conformance/1`, through the engine's own rules.

A case is a small house, a meeting and its ballots, with what must come out; the form is described
in docs/reference/conformance.md so that anybody can run another system against the same cases.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import NAMESPACE_URL, UUID, uuid5

from domain.agenda import AgendaItem, agenda_digest
from domain.ballot import Ballot, ballot_id
from domain.calling import rules_of
from domain.counting import CountedBallot, count
from domain.events import (
    BallotReceived,
    Basis,
    Channel,
    Evidence,
    HouseRegistered,
    Mark,
    MeetingCalled,
    MeetingForm,
    PremisesKind,
    RightKind,
)
from domain.facts import (
    AgendaId,
    HouseId,
    LawPackRef,
    MeetingId,
    Party,
    PartyKind,
    PersonId,
    PremisesId,
    TitleId,
    moment,
)
from domain.meeting import Called, VotingOpen
from domain.premises import House, Premises, Title, register_on
from domain.refusals import Refused
from domain.votes import floor_area, title_share
from domain.voting import Decision, receive_ballot

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from domain.events import CountResult
    from domain.law.reference import LawPack
    from domain.premises import OwnersRegister

FORMAT = "sobranie-conformance/1"
MARKS = {
    "for": Mark.FOR,
    "against": Mark.AGAINST,
    "abstained": Mark.ABSTAIN,
    "several": Mark.SPOILED,
    "blank": Mark.BLANK,
}
_NAMES = uuid5(NAMESPACE_URL, "sobranie-conformance")
_NO_DIGEST = "0" * 64


class UnusableCase(Exception):  # noqa: N818 - the name is the reason
    """The file is no conformance case."""

    code = "unusable-case"


@dataclass(frozen=True, slots=True)
class Difference:
    """One figure that came out otherwise than expected."""

    case: str
    what: str
    expected: str
    got: str


def read_case(data: bytes) -> dict[str, Any]:
    """Read one case; numbers stay texts."""
    try:
        case = json.loads(data.decode("utf-8"), parse_float=Decimal)
    except (UnicodeDecodeError, ValueError, RecursionError) as error:
        raise UnusableCase(f"не читается как JSON: {error}") from error
    if not isinstance(case, dict) or case.get("format") != FORMAT:
        raise UnusableCase(f"ожидается format «{FORMAT}»")
    return case


def run_case(case: Mapping[str, Any], pack: LawPack) -> tuple[Difference, ...]:
    """Run one case and list what came out otherwise."""
    try:
        got = _outcome(case, pack)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise UnusableCase(f"{case.get('id')}: {type(error).__name__}: {error}") from error
    expected = case["expected"]
    found = [
        Difference(case["id"], key, str(expected[key]), str(got[key]))
        for key in ("all_votes", "participants", "counted", "left_out")
        if expected[key] != got[key]
    ]
    for wanted, has in zip(expected["questions"], got["questions"], strict=True):
        for key, value in wanted.items():
            if value != has[key]:
                what = f"{wanted['number']}.{key}"
                found.append(Difference(case["id"], what, str(value), str(has[key])))
    return tuple(found)


def _id(case: Mapping[str, Any], kind: str, name: str) -> UUID:
    return uuid5(_NAMES, f"{case['id']} {kind} {name}")


def _outcome(case: Mapping[str, Any], pack: LawPack) -> dict[str, Any]:
    house = _house(case)
    terms = _terms(case, pack)
    register = register_on(_premises(case), date.fromisoformat(case["meeting"]["opens"][:10]))
    called = Called(MeetingId(_id(case, "meeting", "")), house.id, terms, terms.opens_at)
    voting = VotingOpen(called, register.totals, terms.opens_at)
    counted, left_out = _receive(case, voting, house, register, pack)
    rules = rules_of(terms.items, terms.judged_on, pack)
    result = count(terms.items, rules, list(register.titles.values()), list(counted.values()))
    return _figures(result, sorted(counted), left_out)


def _house(case: Mapping[str, Any]) -> House:
    area = sum(Decimal(place["area"]) for place in case["premises"])
    registered = HouseRegistered(
        "г. Примерск, ул. Образцовая, д. 1",
        floor_area(str(area)),
        case["house"]["entrances"],
        case["house"]["time_zone"],
    )
    return House(HouseId(_id(case, "house", "")), registered)


def _party(case: Mapping[str, Any], name: str) -> Party:
    return Party(PersonId(_id(case, "person", name)), PartyKind.PERSON)


def _premises(case: Mapping[str, Any]) -> Iterator[Premises]:
    for place in case["premises"]:
        yield Premises(
            PremisesId(_id(case, "premises", place["number"])),
            place["number"],
            PremisesKind(place["kind"]),
            floor_area(place["area"]),
            place["entrance"],
            tuple(_title(case, title) for title in place["titles"]),
        )


def _title(case: Mapping[str, Any], title: Mapping[str, Any]) -> Title:
    return Title(
        TitleId(_id(case, "title", title["id"])),
        RightKind(title["right"]),
        title_share(title["share"]),
        tuple(_party(case, owner) for owner in title["owners"]),
        _day(title.get("from")),
        _day(title.get("until")),
    )


def _day(value: str | None) -> date | None:
    return None if value is None else date.fromisoformat(value)


def _terms(case: Mapping[str, Any], pack: LawPack) -> MeetingCalled:
    meeting = case["meeting"]
    items = tuple(
        AgendaItem(
            number=number,
            question="Вопрос",
            proposal="Решение",
            decision=question["decision"],
            entrance=question.get("entrance"),
            reading=question.get("reading"),
            reading_reason="выбор случая" if question.get("reading") else "",
        )
        for number, question in enumerate(case["questions"], 1)
    )
    return MeetingCalled(
        agenda=AgendaId(_id(case, "agenda", "")),
        items=items,
        agenda_digest=agenda_digest(items),
        form=MeetingForm(meeting["form"]),
        basis=Basis(meeting["basis"]),
        annual=False,
        initiator=_party(case, "initiator"),
        place="г. Примерск",
        opens_at=moment(datetime.fromisoformat(meeting["opens"])),
        closes_at=moment(datetime.fromisoformat(meeting["closes"])),
        in_person_at=None,
        materials="",
        gis_id=None,
        law=LawPackRef(pack.name, pack.version, pack.sha256),
        judged_on=date.fromisoformat(meeting["judged_on"]),
    )


def _receive(
    case: Mapping[str, Any],
    voting: VotingOpen,
    house: House,
    register: OwnersRegister,
    pack: LawPack,
) -> tuple[dict[str, CountedBallot], list[str]]:
    """Take the ballots in the order they came; what is refused or no vote is left out."""
    known: dict[TitleId, Ballot] = {}
    counted: dict[str, CountedBallot] = {}
    left_out: list[str] = []
    for given in sorted(case["ballots"], key=lambda b: datetime.fromisoformat(b["received"])):
        title_id = TitleId(_id(case, "title", given["title"]))
        title = register.titles.get(title_id)
        if title is None:
            left_out.append(given["id"])
            continue
        decision = Decision(
            answers=tuple(MARKS[answer] for answer in given["answers"]),
            channel=Channel(given["channel"]),
            evidence=Evidence("case", _NO_DIGEST),
            received_at=moment(datetime.fromisoformat(given["received"])),
        )
        earlier = known.get(title_id)
        try:
            fact = receive_ballot(
                voting, house, title, earlier, decision, pack, decision.received_at
            )
        except Refused:
            left_out.append(given["id"])
            continue
        ballot = earlier or Ballot(
            ballot_id(voting.called.id, title_id), voting.called.id, title_id
        )
        struck = given["id"] in case.get("struck", [])
        if isinstance(fact, BallotReceived):
            known[title_id] = replace(ballot, received=fact)
        if isinstance(fact, BallotReceived) and not struck:
            counted[given["id"]] = CountedBallot(ballot.id, title, fact.answers)
        else:
            left_out.append(given["id"])
    return counted, sorted(left_out)


def _figures(result: CountResult, counted: list[str], left_out: list[str]) -> dict[str, Any]:
    return {
        "all_votes": str(result.all_votes),
        "participants": str(result.participants),
        "counted": counted,
        "left_out": left_out,
        "questions": [
            {
                "number": item.number,
                "for": str(item.votes_for),
                "against": str(item.votes_against),
                "abstained": str(item.votes_abstained),
                "invalid": str(item.votes_invalid),
                "outcome": item.outcome.value,
            }
            for item in result.items
        ],
    }
