"""What an owner does by a personal link, as steps over the services; pages and JSON share them."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING
from uuid import uuid4

from api.desk import as_uuid
from api.identity.seats import must_suffice
from domain import usecases
from domain.ballot import ballot_id
from domain.batch import Command
from domain.events import BallotReceived, Channel, Evidence
from domain.facts import Party, PartyKind, PersonId, TitleId
from domain.meeting import called_of
from domain.refusals import NotYourBallot, Refused, TitleNotInRegister
from domain.voting import Decision

if TYPE_CHECKING:
    from asyncio import Future
    from collections.abc import Sequence

    from api.desk import Link
    from api.names import PersonalValue
    from api.services import Services
    from api.writer import Written
    from domain.batch import Scope
    from domain.events import Answers
    from domain.facts import BallotId
    from domain.premises import RegisterTitle
    from signing.sealing import Sealed


def link_evidence(link: Link, *, bound: bool = True) -> Evidence:
    """Name what was proven, or the link itself without giving away the hash it is stored under.

    Without `bound` the link itself is named, whatever was proven for it.
    """
    if bound and link.proof is not None:
        return Evidence(link.proof.kind, link.proof.sha256)
    digest = hashlib.sha256(f"sobranie-link-evidence/1\n{link.token_hash}".encode()).hexdigest()
    return Evidence("link", digest)


def cast_by_link(
    services: Services, link: Link, answers: Answers, only: Sequence[str] | None = None
) -> Future[Written]:
    """Vote (or prepare a decision) in all premises of the link's owner at once, or in some.

    Where a co-owner of joint property has answered already, the owner's other premises remain.
    """
    titles = _of_voter(services, link)
    by = holder(titles, link.person)
    if only is not None:
        titles = _chosen(titles, only)
    evidence = link_evidence(link)

    # Of one title nothing would remain.
    choosing = only is None and len(titles) > 1

    def decide(scope: Scope) -> list[BallotId]:
        decision = Decision(answers, Channel.LINK, evidence, scope.now, by=by)
        chosen = _waiting(scope, link, titles) if choosing else titles
        return usecases.cast(scope, link.meeting, [title.id for title in chosen], decision)

    ballots = tuple(ballot_id(link.meeting, title.id) for title in titles)
    return services.writer.submit(Command(decide, (link.meeting,), ballots))


def cast_each_by_link(
    services: Services,
    link: Link,
    decisions: Sequence[tuple[Sequence[TitleId], Answers]],
    acting: PersonalValue | None = None,
) -> Future[Written]:
    """Vote (or prepare decisions) in the titles named, each with its answers; all or none.

    `acting` is the owner's representative: name and document are sealed under a key of their own,
    the ballot holds the commitment.
    """
    titles = _of_voter(services, link)
    by = holder(titles, link.person)
    chosen = [
        (_chosen(titles, [str(title) for title in wanted]), answers)
        for wanted, answers in decisions
    ]
    evidence = link_evidence(link)
    representative, sealed = sealed_representative(services, acting)

    def decide(scope: Scope) -> list[BallotId]:
        ballots = []
        for group, answers in chosen:
            decision = Decision(
                answers, Channel.LINK, evidence, scope.now, by=by, representative=representative
            )
            ballots += usecases.cast(scope, link.meeting, [title.id for title in group], decision)
        if any(isinstance(recorded.fact, BallotReceived) for recorded in scope.facts):
            scope.seal(sealed)
        return ballots

    ballots = tuple(ballot_id(link.meeting, title.id) for group, _ in chosen for title in group)
    return services.writer.submit(Command(decide, (link.meeting,), ballots))


def _of_voter(services: Services, link: Link) -> Sequence[RegisterTitle]:
    """Give the titles of a link whose holder is proven well enough to vote, or refuse."""
    meeting = services.app.meeting_seen(link.meeting)
    must_suffice(services, link, called_of(meeting).terms.basis)
    return services.app.register_of(meeting).people.get(link.person, ())


def sealed_representative(
    services: Services, acting: PersonalValue | None
) -> tuple[Party | None, list[Sealed]]:
    """Seal a representative's name and document under a key of their own."""
    if acting is None:
        return None, []
    person = PersonId(uuid4())
    sealed = services.logs.seal(person, acting.to_bytes())
    return Party(person, PartyKind.PERSON, None, sealed.commitment), [sealed]


def _waiting(scope: Scope, link: Link, titles: Sequence[RegisterTitle]) -> Sequence[RegisterTitle]:
    """Give the titles no decision was received for; all of them when that leaves nothing."""
    ballots = ((title, scope.ballot(ballot_id(link.meeting, title.id))) for title in titles)
    return [title for title, ballot in ballots if not (ballot and ballot.received)] or titles


def _chosen(titles: Sequence[RegisterTitle], only: Sequence[str]) -> Sequence[RegisterTitle]:
    wanted = set(only)
    if wanted - {str(title.id) for title in titles}:
        raise Refused(NotYourBallot())
    return [title for title in titles if str(title.id) in wanted]


def contest_by_link(services: Services, link: Link, title: str, statement: str) -> Future[Written]:
    """Object to the ballot recorded in one of the owner's premises."""
    known = as_uuid(title)
    if known is None:
        raise Refused(TitleNotInRegister(title[:40]))
    by = holder(services.titles(link), link.person)
    sealed = services.logs.seal(link.person, statement.encode())

    def decide(scope: Scope) -> BallotId:
        return usecases.contest(
            scope, link.meeting, TitleId(known), by, sealed.commitment, [sealed]
        )

    return services.writer.submit(Command(decide, (link.meeting,)))


def holder(titles: Sequence[RegisterTitle], person: PersonId) -> Party:
    """Find the owner among the holders of their titles."""
    for title in titles:
        for party in title.holders:
            if party.person == person:
                return party
    raise Refused(NotYourBallot())
