"""One owner's visit by a personal link: who, which meeting, which titles, and what is possible now.

Имеет ли ответ силу голоса, решает строка закона об основании собрания (ст. 47.1 ЖК РФ, 463-ФЗ от
13.12.2024), а не страница.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from api.refusals import LinkRevoked, LinkUnknown
from domain.agenda import agenda_digest, with_names
from domain.calling import law_form, local_day
from domain.events import Channel
from domain.facts import PartyKind
from domain.meeting import Called, VotingOpen, called_of, register_of
from domain.refusals import Refused
from domain.votes import percent, russian

if TYPE_CHECKING:
    from api.desk import Link
    from api.services import Services
    from domain.events import Answers, Mark, MeetingCalled
    from domain.facts import Moment, Party, PersonId
    from domain.law.rules import ChannelRule
    from domain.meeting import Meeting
    from domain.premises import House, RegisterTitle
    from projections.owner_view import OwnerTitle

_TOKEN = re.compile(r"[A-Za-z0-9_-]{22}")
_FULL_NAME_WORDS = 3


class Phase(StrEnum):
    """What an owner can do: wait, answer, or look at what is recorded."""

    BEFORE = "before"
    OPEN = "open"
    AFTER = "after"


@dataclass(frozen=True, slots=True)
class Question:
    """One question as the owner reads it; `digest` is that of its official wording (SHA-256)."""

    number: int
    question: str
    proposal: str
    plain: str
    digest: str


@dataclass(frozen=True, slots=True)
class Visit:
    """Everything the owner's pages are made of, read once per request.

    Attributes:
        binding: an answer by this link is a vote; otherwise it prepares a written decision.
        channel: the row of the law that says so.
        titles: the owner's titles in the register fixed for the meeting; empty before the opening.
    """

    token: str
    link: Link
    meeting: Meeting
    house: House
    now: Moment
    binding: bool
    channel: ChannelRule
    titles: tuple[OwnerTitle, ...]
    questions: tuple[Question, ...]
    owner: str
    minor: bool

    @property
    def home(self) -> str:
        """Path of the ballot page."""
        return f"/b/{self.token}"

    @property
    def zone(self) -> ZoneInfo:
        """The house's time zone."""
        return ZoneInfo(self.house.registered.time_zone)

    @property
    def terms(self) -> MeetingCalled:
        """What the notice said."""
        return called_of(self.meeting).terms

    @property
    def phase(self) -> Phase:
        """Tell whether answers are taken now: by what is recorded and by the announced time."""
        match self.meeting:
            case Called():
                return Phase.AFTER if self.now >= self.terms.closes_at else Phase.BEFORE
            case VotingOpen() if self.now < self.terms.closes_at:
                return Phase.OPEN
            case _:
                return Phase.AFTER

    @property
    def waiting(self) -> tuple[OwnerTitle, ...]:
        """Titles no decision was received for yet; prepared answers may be given again."""
        return tuple(title for title in self.titles if title.state in ("none", "prepared"))

    @property
    def recorded(self) -> tuple[OwnerTitle, ...]:
        """Titles a decision was received for: final."""
        return tuple(title for title in self.titles if title.state not in ("none", "prepared"))

    @property
    def groups(self) -> tuple[tuple[OwnerTitle, ...], ...]:
        """Put titles with the same record together, in the order of the register."""
        found: dict[tuple[object, ...], list[OwnerTitle]] = {}
        for title in self.titles:
            same = (title.state, title.channel, title.received_at, title.answers)
            found.setdefault(same, []).append(title)
        return tuple(tuple(group) for group in found.values())

    @property
    def is_done(self) -> bool:
        """Tell whether something is recorded for every title."""
        return bool(self.titles) and all(title.state != "none" for title in self.titles)

    @property
    def count(self) -> int:
        """Tell how many questions there are."""
        return len(self.questions)

    def marks(self, answers: Answers) -> list[tuple[Question, Mark]]:
        """Put answers beside their questions."""
        return list(zip(self.questions, answers, strict=True))

    def sum_of(self, titles: tuple[OwnerTitle, ...]) -> tuple[str, str]:
        """Give the votes of titles together, and their part of the house in per cent."""
        votes = sum((title.votes for title in titles), Fraction(0))
        fixed = register_of(self.meeting)
        part = percent(votes, fixed.all_votes) if fixed is not None else "—"
        return russian(votes), part


def holder_in(title: RegisterTitle, person: PersonId) -> Party | None:
    """Find a person among the holders of a title."""
    return next((holder for holder in title.holders if holder.person == person), None)


def find_link(services: Services, token: str) -> Link:
    """Find a personal link, or refuse: unknown, mangled or revoked."""
    link = services.desk.link(token) if _TOKEN.fullmatch(token) else None
    if link is None:
        raise Refused(LinkUnknown())
    if link.revoked:
        raise Refused(LinkRevoked())
    return link


def visit(services: Services, token: str, link: Link) -> Visit:
    """Read all that the owner's pages show."""
    meeting = services.meeting(link.meeting)
    house = services.house_of(meeting)
    called = isinstance(meeting, Called)
    registered = () if called else tuple(services.titles(link))
    titles = () if called else services.owner_titles(link)
    terms = called_of(meeting).terms
    channel = link_rule(services, house, terms)
    holders = [party for title in registered if (party := holder_in(title, link.person))]
    return Visit(
        token=token,
        link=link,
        meeting=meeting,
        house=house,
        now=services.clock(),
        binding=channel.binding,
        channel=channel,
        titles=titles,
        questions=_questions(services, terms),
        owner=_short_name(services, holders[0]) if holders else "",
        minor=any(holder.minor for holder in holders),
    )


def link_rule(services: Services, house: House, terms: MeetingCalled) -> ChannelRule:
    """Give the row of the law that says whether an answer by link is a vote of the meeting."""
    day = local_day(house, terms.opens_at)
    return services.app.law.ballot_channel(
        terms.basis.value, law_form(terms), Channel.LINK.value, day
    )


def _questions(services: Services, terms: MeetingCalled) -> tuple[Question, ...]:
    return tuple(
        Question(
            item.number,
            item.question,
            with_names(item.proposal, [services.names.name(person) for person in item.persons]),
            item.plain,
            agenda_digest((item,)),
        )
        for item in terms.items
    )


def _short_name(services: Services, party: Party) -> str:
    """Write «Глеб Захарович Р.»: the owner knows themselves, a stranger learns little."""
    name = services.names.name(party)
    words = name.split()
    if party.kind is PartyKind.PERSON and len(words) == _FULL_NAME_WORDS:
        return f"{words[1]} {words[2]} {words[0][0]}."
    return name
