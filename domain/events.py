"""Every fact the log can hold: a closed union, each under its stable name and version.

A name is the format: it is added, never renamed; a changed shape is a new version beside the old.
Facts are written by `procedure.py` and applied by `evolve` functions that never refuse.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Any, ClassVar
from uuid import UUID

from domain.agenda import AgendaItem
from domain.facts import (
    STRICT,
    AgendaId,
    AnnouncementId,
    BallotId,
    CountId,
    Fact,
    FileRef,
    LawPackRef,
    MeetingId,
    Moment,
    OrganisationId,
    Party,
    PersonId,
    TitleId,
    checked,
    is_utc,
)
from domain.votes import FloorArea, TitleShare, Votes, title_share, two_places

NOT_UTC = "a moment that is not in UTC"

# --- house and premises --------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class HouseRegistered(Fact):
    """A house was entered: address, declared area of all premises in m², entrances, time zone."""

    TYPE: ClassVar[str] = "house-registered/1"
    address: str
    declared_area: FloorArea
    entrances: int
    time_zone: str

    def __post_init__(self) -> None:
        """Hold the area to two places and the entrances to at least one."""
        two_places(self.declared_area)
        checked(self.entrances >= 1, "a house without entrances")


@dataclass(frozen=True, slots=True)
class LogKeyAdded(Fact):
    """A key of the house's log was put to use; `key` is a C2SP verifier key (vkey)."""

    TYPE: ClassVar[str] = "log-key-added/1"
    key: str


@dataclass(frozen=True, slots=True)
class LogKeyRetired(Fact):
    """A key of the house's log was put out of use: what it signs after this fact is void.

    Attributes:
        key: the C2SP verifier key (vkey) as it was added.
        compromised: somebody else may have signed with it; a lost or replaced key is not that.
    """

    TYPE: ClassVar[str] = "log-key-retired/1"
    key: str
    reason: str
    compromised: bool


class ErasureReason(StrEnum):
    """Why personal values are erased (152-ФЗ ст. 21): ч. 5, ч. 4, ч. 3."""

    CONSENT_WITHDRAWN = "consent_withdrawn"
    PURPOSE_REACHED = "purpose_reached"
    UNLAWFUL = "unlawful"


class ErasureScope(StrEnum):
    """What is erased: links and contacts alone, or the key of all sealed values with them."""

    CONTACTS = "contacts"
    EVERYTHING = "everything"


@dataclass(frozen=True, slots=True)
class PersonForgotten(Fact):
    """Personal values of a person were erased; the fact holds no name, only the person's id."""

    TYPE: ClassVar[str] = "person-forgotten/1"
    person: PersonId
    reason: ErasureReason
    scope: ErasureScope


class PremisesKind(StrEnum):
    """What a premises is; flats and rooms are residential (ЖК 15, 16)."""

    FLAT = "flat"
    ROOM = "room"
    NON_RESIDENTIAL = "non_residential"
    PARKING = "parking"
    STORAGE = "storage"

    @property
    def is_residential(self) -> bool:
        """Tell whether its owners vote among owners of residential premises (ЖК 45 ч. 3.2)."""
        return self in (PremisesKind.FLAT, PremisesKind.ROOM)


@dataclass(frozen=True, slots=True)
class PremisesRecorded(Fact):
    """A premises was entered with its area in m² and where the area is from (ЖК 15 ч. 5)."""

    TYPE: ClassVar[str] = "premises-recorded/1"
    number: str
    kind: PremisesKind
    area: FloorArea
    area_source: str
    entrance: int | None

    def __post_init__(self) -> None:
        """Hold the area to two places."""
        two_places(self.area)


@dataclass(frozen=True, slots=True)
class AreaCorrected(Fact):
    """The area of a premises was corrected, with its source."""

    TYPE: ClassVar[str] = "area-corrected/1"
    area: FloorArea
    area_source: str

    def __post_init__(self) -> None:
        """Hold the area to two places."""
        two_places(self.area)


class RightKind(StrEnum):
    """Form of ownership (ГК 244): sole, shared, joint, municipal, of the state, by transfer act."""

    SOLE = "sole"
    SHARED = "shared"
    JOINT = "joint"
    MUNICIPAL = "municipal"
    STATE = "state"
    TRANSFER_ACT = "transfer_act"


@dataclass(frozen=True, slots=True)
class TitleRecorded(Fact):
    """A title began: who holds what share of the premises, true from which day (ГК 131, 244).

    Holders of joint property share one title and one vote; every other title has one holder.
    """

    TYPE: ClassVar[str] = "title-recorded/1"
    title: TitleId
    right: RightKind
    share: TitleShare
    holders: tuple[Party, ...]
    true_from: date | None = None

    def __post_init__(self) -> None:
        """Refuse a share outside (0, 1] and a title without a holder."""
        title_share(self.share)
        checked(bool(self.holders), "a title without a holder")
        checked(self.right is RightKind.JOINT or len(self.holders) == 1, "several holders")


@dataclass(frozen=True, slots=True)
class TitleEnded(Fact):
    """A title ended: last true on the day before `true_until`."""

    TYPE: ClassVar[str] = "title-ended/1"
    title: TitleId
    true_until: date


# --- agenda --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ItemAdded(Fact):
    """An item was put on the draft agenda."""

    TYPE: ClassVar[str] = "item-added/1"
    item: AgendaItem


@dataclass(frozen=True, slots=True)
class ItemEdited(Fact):
    """An item of the draft agenda was worded anew."""

    TYPE: ClassVar[str] = "item-edited/1"
    item: AgendaItem


@dataclass(frozen=True, slots=True)
class AgendaFixed(Fact):
    """The agenda was frozen; `digest` is over its wordings (ЖК 46 ч. 2)."""

    TYPE: ClassVar[str] = "agenda-fixed/1"
    digest: str


# --- meeting -------------------------------------------------------------------------------------


class MeetingForm(StrEnum):
    """Form of the meeting (ЖК 44.1)."""

    IN_PERSON = "in_person"
    ABSENTEE = "absentee"
    MIXED = "mixed"


class Basis(StrEnum):
    """Why an answer by link counts, or does not (463-ФЗ of 13.12.2024)."""

    REGIONAL_SYSTEM = "regional_system"
    WRITTEN_DECISIONS = "written_decisions"
    CHARTER = "charter"


@dataclass(frozen=True, slots=True)
class MeetingCalled(Fact):
    """A meeting was called: all that the notice says and may not change any more (ЖК 45 ч. 5).

    Attributes:
        agenda: stream of the frozen agenda; `items` repeats it, `agenda_digest` binds both.
        gis_id: the meeting's identifier in ГИС ЖКХ (УИН), the protocol's number; None until known.
        opens_at, closes_at: begin and end of receiving decisions (UTC).
        judged_on: the date whose edition of the law judges quorum and majority: by rule the last
            day of voting; `judged_on_reason` is filled when a person chose another.
        refers_to: the failed in-person meeting of the same agenda, for a poll (ЖК 47 ч. 1).
        first_in_system: no administrator was chosen by an earlier meeting (ЖК 47.1 ч. 2.1).
    """

    TYPE: ClassVar[str] = "meeting-called/1"
    agenda: AgendaId
    items: tuple[AgendaItem, ...]
    agenda_digest: str
    form: MeetingForm
    basis: Basis
    annual: bool
    initiator: Party
    place: str
    opens_at: Moment
    closes_at: Moment
    in_person_at: Moment | None
    materials: str
    gis_id: str | None
    law: LawPackRef
    judged_on: date
    judged_on_reason: str = ""
    secretary: Party | None = None
    counters: tuple[Party, ...] = ()
    refers_to: MeetingId | None = None
    first_in_system: bool = False

    def __post_init__(self) -> None:
        """Refuse an empty or misnumbered agenda and a period that ends before it begins."""
        numbers = [item.number for item in self.items]
        checked(bool(numbers) and numbers == list(range(1, len(numbers) + 1)), "item numbers")
        moments = (self.opens_at, self.closes_at, self.in_person_at or self.opens_at)
        checked(all(is_utc(at) for at in moments), NOT_UTC)
        checked(self.opens_at < self.closes_at, "a voting period that ends before it begins")


class NoticeLeg(StrEnum):
    """Which of the two notices was given (ЖК 45 ч. 4): in the system, or to the owners."""

    SYSTEM = "system"
    OWNERS = "owners"


@dataclass(frozen=True, slots=True)
class NoticeProven(Fact):
    """A notice was given and the proof of it is at hand."""

    TYPE: ClassVar[str] = "notice-proven/1"
    leg: NoticeLeg
    way: str
    given_at: Moment
    proof: FileRef

    def __post_init__(self) -> None:
        """Refuse a moment of another zone."""
        checked(is_utc(self.given_at), NOT_UTC)


@dataclass(frozen=True, slots=True)
class RegisterTotals:
    """The register as fixed at the opening: counts, votes by base, digest of every title."""

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT

    as_of: date
    premises: int
    titles: int
    all_votes: Fraction
    residential_votes: Fraction
    digest: str


@dataclass(frozen=True, slots=True)
class VotingOpened(Fact):
    """Receiving of decisions began on the register fixed here."""

    TYPE: ClassVar[str] = "voting-opened/1"
    register: RegisterTotals


@dataclass(frozen=True, slots=True)
class VotingClosed(Fact):
    """Receiving of decisions ended; what comes later is no participation (ЖК 47 ч. 2)."""

    TYPE: ClassVar[str] = "voting-closed/1"


@dataclass(frozen=True, slots=True)
class ProtocolRecorded(Fact):
    """The protocol of the meeting was drawn up from a completed count (ЖК 46 ч. 1)."""

    TYPE: ClassVar[str] = "protocol-recorded/1"
    count: CountId
    number: str
    drawn_up_on: date
    files: tuple[FileRef, ...]


@dataclass(frozen=True, slots=True)
class ProtocolHandedOver(Fact):
    """Originals were handed over (ЖК 46 ч. 1, 1.1)."""

    TYPE: ClassVar[str] = "protocol-handed-over/1"
    to: str
    handed_at: Moment
    proof: FileRef

    def __post_init__(self) -> None:
        """Refuse a moment of another zone."""
        checked(is_utc(self.handed_at), NOT_UTC)


@dataclass(frozen=True, slots=True)
class SignerFound:
    """One signer of a detached signature: who, and how far the signature was checked.

    Attributes:
        signer: the certificate's subject, sealed; nobody of the register is meant by it.
        claimed_at: when the signer says it was signed; no time stamp stands behind it.
        checked, not_checked, remarks: codes of `docs/how-to/signatures.md`.
    """

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT

    signer: Party
    algorithm: str
    claimed_at: Moment | None
    checked: tuple[str, ...]
    not_checked: tuple[str, ...]
    remarks: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse a moment of another zone."""
        checked(self.claimed_at is None or is_utc(self.claimed_at), NOT_UTC)


@dataclass(frozen=True, slots=True)
class SignatureAttached(Fact):
    """A detached electronic signature of a document was attached (63-ФЗ ст. 5, 6).

    Attributes:
        target: SHA-256 of the document signed, hex: a file of the protocol, a scan, a proof.
        signature: the signature file; its name is ours, as the sender's could name a person.
        by: who attached it.
    """

    TYPE: ClassVar[str] = "signature-attached/1"
    target: str
    signature: FileRef
    signers: tuple[SignerFound, ...]
    by: str

    def __post_init__(self) -> None:
        """Refuse a signature of nobody."""
        checked(bool(self.signers), "a signature without a signer")


# --- ballot --------------------------------------------------------------------------------------


class Channel(StrEnum):
    """How an answer came."""

    LINK = "link"
    PAPER = "paper"
    IN_PERSON = "in_person"
    EXTERNAL_SYSTEM = "external_system"


class Mark(StrEnum):
    """What stands at a question: a choice, several marks, or nothing (ЖК 48 ч. 6)."""

    FOR = "for"
    AGAINST = "against"
    ABSTAIN = "abstain"
    SPOILED = "spoiled"
    BLANK = "blank"

    @property
    def is_choice(self) -> bool:
        """Tell whether the mark is one clear choice."""
        return self in CHOICES


CHOICES = (Mark.FOR, Mark.AGAINST, Mark.ABSTAIN)
Answers = tuple[Mark, ...]
"""Marks in the order of the agenda: the first answers item 1."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """By what the voter was known: kind of proof, and the SHA-256 (hex) of the proof itself."""

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT

    kind: str
    sha256: str


@dataclass(frozen=True, slots=True)
class AnswersPrepared(Fact):
    """Answers by link where they are no vote: a decision to be signed and handed in."""

    TYPE: ClassVar[str] = "answers-prepared/1"
    meeting: MeetingId
    title: TitleId
    votes: Votes
    answers: Answers
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class BallotReceived(Fact):
    """An owner's decision was received (ЖК 48 ч. 4.1, 5.1): final, with its weight in votes.

    Attributes:
        received_at: when it was handed in (UTC); for a link, the moment of the vote.
        filled_on: the date the owner wrote on a paper decision; None if missing.
        entered_by: role of the person who entered a paper decision; empty for a link.
    """

    TYPE: ClassVar[str] = "ballot-received/1"
    meeting: MeetingId
    title: TitleId
    votes: Votes
    channel: Channel
    answers: Answers
    evidence: Evidence
    received_at: Moment
    filled_on: date | None = None
    entered_by: str = ""
    representative: Party | None = None

    def __post_init__(self) -> None:
        """Refuse a moment of another zone."""
        checked(is_utc(self.received_at), NOT_UTC)


@dataclass(frozen=True, slots=True)
class BallotContested(Fact):
    """The owner said "this is not my vote"; `statement` commits to the sealed words, hex."""

    TYPE: ClassVar[str] = "ballot-contested/1"
    meeting: MeetingId
    title: TitleId
    votes: Votes
    by: Party
    statement: str | None = None


@dataclass(frozen=True, slots=True)
class ContestResolved(Fact):
    """A person decided on the objection and said why; an upheld one strikes the ballot out."""

    TYPE: ClassVar[str] = "contest-resolved/1"
    meeting: MeetingId
    title: TitleId
    votes: Votes
    upheld: bool
    reason: str
    by: str


# --- count ---------------------------------------------------------------------------------------


class CountPurpose(StrEnum):
    """Whose counting this is."""

    COMMISSION = "commission"
    INSPECTOR = "inspector"
    COURT = "court"
    WHAT_IF = "what_if"


@dataclass(frozen=True, slots=True)
class CountOpened(Fact):
    """A counting of a closed meeting began."""

    TYPE: ClassVar[str] = "count-opened/1"
    meeting: MeetingId
    purpose: CountPurpose
    by: str


@dataclass(frozen=True, slots=True)
class BallotStruck(Fact):
    """This counting strikes a ballot out, for a reason."""

    TYPE: ClassVar[str] = "ballot-struck/1"
    ballot: BallotId
    reason: str


class Outcome(StrEnum):
    """What became of a question."""

    CARRIED = "carried"
    REJECTED = "rejected"
    NO_QUORUM = "no_quorum"
    UNCLEAR = "unclear"


@dataclass(frozen=True, slots=True)
class TestResult:
    """One test of a majority or a quorum with its figures: `votes` of `of_all` against `part`."""

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT
    __test__: ClassVar[bool] = False

    base: str
    part: Fraction
    strict: bool
    votes: Fraction
    of_all: Fraction
    met: bool


@dataclass(frozen=True, slots=True)
class ReadingResult:
    """What an unclear rule would give under one of its readings, chosen or not."""

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT

    reading: str
    text: str
    majority: tuple[TestResult, ...]
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class ItemResult:
    """The tally of one question and what the law makes of it; all sums are votes.

    Attributes:
        readings: where the law is unclear, the result under every reading; `outcome` is that of
            the reading a person chose in the agenda.
    """

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT

    number: int
    decision: str
    edition: str
    norm: str
    votes_for: Fraction
    votes_against: Fraction
    votes_abstained: Fraction
    votes_invalid: Fraction
    quorum: tuple[TestResult, ...]
    majority: tuple[TestResult, ...]
    outcome: Outcome
    readings: tuple[ReadingResult, ...] = ()


@dataclass(frozen=True, slots=True)
class CountResult:
    """What a counting came to.

    Attributes:
        all_votes: votes of all owners; `participants` of those who took part in the meeting.
        ballots: ballots counted; `contested` among them those with an open objection.
    """

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT

    all_votes: Fraction
    participants: Fraction
    ballots: int
    struck: int
    contested: int
    contested_votes: Fraction
    items: tuple[ItemResult, ...]


@dataclass(frozen=True, slots=True)
class CountCompleted(Fact):
    """A counting was completed with the law pack named here."""

    TYPE: ClassVar[str] = "count-completed/1"
    law: LawPackRef
    result: CountResult


# --- announcement --------------------------------------------------------------------------------


class OrganisationKind(StrEnum):
    """Who speaks to a house besides its owners (ЖК 165 ч. 6)."""

    MANAGING = "managing"
    SUPPLIER = "supplier"
    WASTE_OPERATOR = "waste_operator"
    REPAIR_FUND = "repair_fund"


class AnnouncementKind(StrEnum):
    """What an announcement is about; a free notice is about anything else."""

    PLANNED_WORKS = "planned_works"
    OUTAGE = "outage"
    FUND_REPORT = "fund_report"
    WASTE = "waste"
    FREE = "free"


class PersonalDataLook(StrEnum):
    """What words of an announcement look like, and may be somebody's."""

    PHONE = "phone"
    EMAIL = "email"
    SNILS = "snils"
    PASSPORT = "passport"
    CARD = "card"


@dataclass(frozen=True, slots=True)
class Author:
    """The organisation that speaks; its name is public."""

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT

    organisation: OrganisationId
    kind: OrganisationKind
    name: str


@dataclass(frozen=True, slots=True)
class AnnouncementBody:
    """What an announcement says: one version of it.

    Attributes:
        entrances: those it concerns, ascending; empty for the whole house.
        starts_at, ends_at: the period it speaks of (UTC); None where there is none.
        not_personal: looks of personal data that the author confirmed to be nobody's own.
    """

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT

    kind: AnnouncementKind
    heading: str
    text: str
    entrances: tuple[int, ...] = ()
    starts_at: Moment | None = None
    ends_at: Moment | None = None
    attachments: tuple[FileRef, ...] = ()
    not_personal: tuple[PersonalDataLook, ...] = ()

    def __post_init__(self) -> None:
        """Refuse moments of another zone and lists out of order."""
        checked(all(at is None or is_utc(at) for at in (self.starts_at, self.ends_at)), NOT_UTC)
        checked(list(self.entrances) == sorted(set(self.entrances)), "entrances out of order")
        looks = list(self.not_personal)
        checked(looks == sorted(set(looks)), "looks out of order")


@dataclass(frozen=True, slots=True)
class AnnouncementPublished(Fact):
    """An organisation spoke to the house; this is version 1. No notice of a meeting (ЖК 45)."""

    TYPE: ClassVar[str] = "announcement-published/1"
    announcement: AnnouncementId
    author: Author
    body: AnnouncementBody


@dataclass(frozen=True, slots=True)
class AnnouncementCorrected(Fact):
    """The author worded an announcement anew: `version` is the new one, 2 or later."""

    TYPE: ClassVar[str] = "announcement-corrected/1"
    announcement: AnnouncementId
    version: int
    body: AnnouncementBody
    reason: str


@dataclass(frozen=True, slots=True)
class AnnouncementCancelled(Fact):
    """The author took an announcement back; `version` is the one that stood then."""

    TYPE: ClassVar[str] = "announcement-cancelled/1"
    announcement: AnnouncementId
    version: int
    reason: str


AnyFact = (
    HouseRegistered
    | LogKeyAdded
    | LogKeyRetired
    | PersonForgotten
    | PremisesRecorded
    | AreaCorrected
    | TitleRecorded
    | TitleEnded
    | ItemAdded
    | ItemEdited
    | AgendaFixed
    | MeetingCalled
    | NoticeProven
    | VotingOpened
    | VotingClosed
    | ProtocolRecorded
    | ProtocolHandedOver
    | SignatureAttached
    | AnswersPrepared
    | BallotReceived
    | BallotContested
    | ContestResolved
    | CountOpened
    | BallotStruck
    | CountCompleted
    | AnnouncementPublished
    | AnnouncementCorrected
    | AnnouncementCancelled
)


@dataclass(frozen=True, slots=True)
class Recorded:
    """A fact at its place in the log: whose house, which stream and version, when (UTC).

    The names `originator_id` and `originator_version` are those eventsourcing looks for.
    """

    house: UUID
    originator_id: UUID
    originator_version: int
    at: Moment
    fact: AnyFact


_UNUSED = Decimal  # pydantic resolves the annotations of FloorArea through this module
