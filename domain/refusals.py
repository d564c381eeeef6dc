"""Every reason the law or the procedure says no: a frozen value with a stable code and its norm.

The wording stands in `api/messages.py`, the HTTP status in `api/http/problems.py`, a page for each
in `docs/reference/refusals.md`; one test walks them all.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date
    from fractions import Fraction

    from domain.facts import Moment


class Refusal:
    """Base of all reasons. `code` is stable and public; `law` names the norm in Russian."""

    __slots__ = ()
    code: ClassVar[str]
    law: ClassVar[str] = ""


class Refused(Exception):  # noqa: N818 - it is what the law does, not an error of ours
    """The law or the procedure says no; `reason` says why."""

    def __init__(self, reason: Refusal) -> None:
        """Carry the reason."""
        super().__init__(reason.code)
        self.reason = reason


def all_refusals() -> Iterator[type[Refusal]]:
    """Walk every reason there is."""
    queue = list(Refusal.__subclasses__())
    while queue:
        kind = queue.pop()
        queue.extend(kind.__subclasses__())
        # `slots=True` makes a second class; the first, without slots, lingers until collected.
        if "__slots__" in vars(kind):
            yield kind


# --- what is not there ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class NotFound(Refusal):
    """There is no such house, meeting, ballot or count."""

    code: ClassVar[str] = "not_found"
    what: str


@dataclass(frozen=True, slots=True)
class TitleNotInRegister(Refusal):
    """The title is not in the register fixed for this meeting."""

    code: ClassVar[str] = "title_not_in_register"
    law: ClassVar[str] = "ч. 3.1 ст. 45, ч. 1 ст. 48 ЖК РФ"
    title: str


# --- agenda and call -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class AgendaIsFixed(Refusal):
    """The agenda is frozen and may not be changed."""

    code: ClassVar[str] = "agenda_is_fixed"
    law: ClassVar[str] = "ч. 2 ст. 46 ЖК РФ"


@dataclass(frozen=True, slots=True)
class AgendaIsEmpty(Refusal):
    """A meeting needs at least one question."""

    code: ClassVar[str] = "agenda_is_empty"
    law: ClassVar[str] = "п. 4 ч. 5 ст. 45 ЖК РФ"


@dataclass(frozen=True, slots=True)
class AgendaDiffers(Refusal):
    """The call does not repeat the drafted agenda, or its digest is another's."""

    code: ClassVar[str] = "agenda_differs"
    law: ClassVar[str] = "ч. 2 ст. 46 ЖК РФ"


@dataclass(frozen=True, slots=True)
class ItemNotFollowing(Refusal):
    """An item's number does not follow the last one."""

    code: ClassVar[str] = "item_not_following"
    number: int
    expected: int


@dataclass(frozen=True, slots=True)
class UnknownDecision(Refusal):
    """The law pack has no such kind of decision on that date."""

    code: ClassVar[str] = "unknown_decision"
    law: ClassVar[str] = "ч. 2 ст. 44 ЖК РФ"
    number: int
    decision: str
    on: date


@dataclass(frozen=True, slots=True)
class NotForThisMeeting(Refusal):
    """The decision is no matter of an owners' meeting: consent of all, or another body."""

    code: ClassVar[str] = "not_for_this_meeting"
    law: ClassVar[str] = "ст. 44 ЖК РФ"
    number: int
    decision: str
    body: str


@dataclass(frozen=True, slots=True)
class ReadingNotChosen(Refusal):
    """The law is unclear here and no person has chosen a reading with a reason."""

    code: ClassVar[str] = "reading_not_chosen"
    number: int
    decision: str
    readings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class EditionsDiffer(Refusal):
    """The law changes during the meeting: a person must choose the day that judges it."""

    code: ClassVar[str] = "editions_differ"
    decisions: tuple[str, ...]
    first_day: date
    last_day: date


@dataclass(frozen=True, slots=True)
class EntranceNeeded(Refusal):
    """The question is counted by entrance and names none of this house."""

    code: ClassVar[str] = "entrance_needed"
    law: ClassVar[str] = "ч. 3 ст. 45, ч. 1.2 ст. 46 ЖК РФ"
    number: int
    entrances: int


@dataclass(frozen=True, slots=True)
class PollNeedsFailedMeeting(Refusal):
    """A paper poll is lawful only after an in-person meeting of the same agenda had no quorum."""

    code: ClassVar[str] = "poll_needs_failed_meeting"
    law: ClassVar[str] = "ч. 1 ст. 47 ЖК РФ"


@dataclass(frozen=True, slots=True)
class VotingPeriodOutOfBounds(Refusal):
    """Voting in the system lasts too short or too long."""

    code: ClassVar[str] = "voting_period_out_of_bounds"
    law: ClassVar[str] = "ч. 8 ст. 47.1 ЖК РФ"
    days: int
    shortest: int
    longest: int


@dataclass(frozen=True, slots=True)
class CalledTooLate(Refusal):
    """The opening is too near for a lawful notice."""

    code: ClassVar[str] = "called_too_late"
    law: ClassVar[str] = "ч. 4 ст. 45 ЖК РФ"
    opens_on: date
    notice_days: int
    nearest: date


# --- notice and opening --------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class NoticeTooLate(Refusal):
    """The notice was given after the last lawful day."""

    code: ClassVar[str] = "notice_too_late"
    law: ClassVar[str] = "ч. 4 ст. 45 ЖК РФ"
    given_on: date
    last_day: date
    nearest: date


@dataclass(frozen=True, slots=True)
class NoticeInTheFuture(Refusal):
    """A notice cannot be proven before it was given."""

    code: ClassVar[str] = "notice_in_the_future"
    given_at: Moment


@dataclass(frozen=True, slots=True)
class NoticeNotProven(Refusal):
    """A notice has no proof yet."""

    code: ClassVar[str] = "notice_not_proven"
    law: ClassVar[str] = "ч. 4 ст. 45 ЖК РФ"
    leg: str


@dataclass(frozen=True, slots=True)
class WrongStage(Refusal):
    """The meeting is at another stage than the step needs."""

    code: ClassVar[str] = "wrong_stage"
    stage: str
    needed: str


@dataclass(frozen=True, slots=True)
class RegisterIncomplete(Refusal):
    """Shares of some premises do not make exactly one."""

    code: ClassVar[str] = "register_incomplete"
    law: ClassVar[str] = "ст. 244, 245 ГК РФ; ч. 3.1 ст. 45 ЖК РФ"
    premises: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RegisterTotalDiffers(Refusal):
    """Areas of the register do not add up to the declared area of the house, m²."""

    code: ClassVar[str] = "register_total_differs"
    law: ClassVar[str] = "ч. 1 ст. 37, ч. 3 ст. 48 ЖК РФ"
    register: Fraction
    declared: Fraction


@dataclass(frozen=True, slots=True)
class PremisesExists(Refusal):
    """The register already holds a premises of this number."""

    code: ClassVar[str] = "premises_exists"
    number: str


@dataclass(frozen=True, slots=True)
class HouseExists(Refusal):
    """The house is entered already."""

    code: ClassVar[str] = "house_exists"


# --- keys of the log, erasure --------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class LogKeyUnknown(Refusal):
    """The key was never added to the log of the house."""

    code: ClassVar[str] = "log_key_unknown"
    key: str


@dataclass(frozen=True, slots=True)
class LogKeyIsRetired(Refusal):
    """The key was put out of use and never comes back."""

    code: ClassVar[str] = "log_key_is_retired"
    key: str


@dataclass(frozen=True, slots=True)
class LogKeyIsTheLast(Refusal):
    """The log would be left without a key; add the new one first."""

    code: ClassVar[str] = "log_key_is_the_last"
    key: str


@dataclass(frozen=True, slots=True)
class PersonNotRecorded(Refusal):
    """No log of this installation speaks of such a person."""

    code: ClassVar[str] = "person_not_recorded"
    person: str


@dataclass(frozen=True, slots=True)
class ErasureTooEarly(Refusal):
    """The person stands in the papers of a meeting, which are kept until the end of this day."""

    code: ClassVar[str] = "erasure_too_early"
    law: ClassVar[str] = "ч. 1.1 ст. 46 ЖК РФ"
    meeting: str
    until: date


# --- voting --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class VotingNotOpen(Refusal):
    """Voting has not begun."""

    code: ClassVar[str] = "voting_not_open"
    law: ClassVar[str] = "п. 3 ч. 5 ст. 45 ЖК РФ"
    opens_at: Moment


@dataclass(frozen=True, slots=True)
class VotingIsClosed(Refusal):
    """Voting is over; a later decision is no participation."""

    code: ClassVar[str] = "voting_is_closed"
    law: ClassVar[str] = "ч. 2 ст. 47, ч. 7 ст. 47.1 ЖК РФ"
    closed_at: Moment


@dataclass(frozen=True, slots=True)
class PaperTooLate(Refusal):
    """A paper decision came after the system's cut-off before the end of voting."""

    code: ClassVar[str] = "paper_too_late"
    law: ClassVar[str] = "п. 4 ч. 4, ч. 10 ст. 47.1 ЖК РФ"
    received_at: Moment
    last_moment: Moment


@dataclass(frozen=True, slots=True)
class ReceivedOutsideVoting(Refusal):
    """The stated moment of receipt lies before the opening or in the future."""

    code: ClassVar[str] = "received_outside_voting"
    law: ClassVar[str] = "ч. 2 ст. 47 ЖК РФ"
    received_at: Moment
    opens_at: Moment


@dataclass(frozen=True, slots=True)
class AlreadyVoted(Refusal):
    """A decision of this title was received already; a vote is final."""

    code: ClassVar[str] = "already_voted"
    law: ClassVar[str] = "ч. 6 ст. 48 ЖК РФ"
    received_at: Moment
    channel: str


@dataclass(frozen=True, slots=True)
class AnswersDoNotFit(Refusal):
    """Answers are missing, doubled or given to questions that are not on the agenda."""

    code: ClassVar[str] = "answers_do_not_fit"
    law: ClassVar[str] = "ч. 2 ст. 46, ч. 6 ст. 48 ЖК РФ"
    missing: tuple[int, ...]
    unknown: tuple[str, ...]
    unclear: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class NotYourBallot(Refusal):
    """The title belongs to somebody else."""

    code: ClassVar[str] = "not_your_ballot"
    law: ClassVar[str] = "ч. 1 ст. 48 ЖК РФ"


@dataclass(frozen=True, slots=True)
class NothingToContest(Refusal):
    """There is no received ballot in this title, or an objection stands already."""

    code: ClassVar[str] = "nothing_to_contest"


@dataclass(frozen=True, slots=True)
class NothingToResolve(Refusal):
    """No objection waits for a decision."""

    code: ClassVar[str] = "nothing_to_resolve"


@dataclass(frozen=True, slots=True)
class ReasonNeeded(Refusal):
    """A person's decision needs a reason in words."""

    code: ClassVar[str] = "reason_needed"


# --- closing, counting, protocol -----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class TooEarlyToClose(Refusal):
    """The voting period announced in the notice has not run out."""

    code: ClassVar[str] = "too_early_to_close"
    law: ClassVar[str] = "п. 3 ч. 5 ст. 45 ЖК РФ"
    closes_at: Moment


@dataclass(frozen=True, slots=True)
class CountIsCompleted(Refusal):
    """A completed counting is not changed; open another."""

    code: ClassVar[str] = "count_is_completed"


@dataclass(frozen=True, slots=True)
class CountNotCompleted(Refusal):
    """A protocol needs a completed counting by the commission."""

    code: ClassVar[str] = "count_not_completed"
    law: ClassVar[str] = "ч. 1 ст. 46 ЖК РФ"


@dataclass(frozen=True, slots=True)
class CountOutdated(Refusal):
    """Objections were decided after the counting, which still counts or misses their ballots."""

    code: ClassVar[str] = "count_outdated"
    law: ClassVar[str] = "ч. 1 ст. 46 ЖК РФ"
    counted: int
    now: int


@dataclass(frozen=True, slots=True)
class OtherRules(Refusal):
    """The law pack in use is not the one the meeting was called under."""

    code: ClassVar[str] = "other_rules"
    called_under: str
    in_use: str


# --- announcements -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class AnnouncementEmpty(Refusal):
    """An announcement needs a heading and a text; `place` is the one that is missing."""

    code: ClassVar[str] = "announcement_empty"
    place: str


@dataclass(frozen=True, slots=True)
class AnnouncementUnfilled(Refusal):
    """Blanks of the template are left in the words."""

    code: ClassVar[str] = "announcement_unfilled"
    places: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PeriodMissing(Refusal):
    """Works and outages are announced with their beginning and end."""

    code: ClassVar[str] = "period_missing"
    kind: str


@dataclass(frozen=True, slots=True)
class PeriodReversed(Refusal):
    """The period ends before it begins, or has an end alone."""

    code: ClassVar[str] = "period_reversed"
    starts_at: Moment | None
    ends_at: Moment


@dataclass(frozen=True, slots=True)
class EntrancesUnknown(Refusal):
    """The house has no such entrances."""

    code: ClassVar[str] = "entrances_unknown"
    unknown: tuple[int, ...]
    entrances: int


@dataclass(frozen=True, slots=True)
class PersonalDataSuspected(Refusal):
    """Words look like somebody's own data, and nobody confirmed that they are not."""

    code: ClassVar[str] = "personal_data_suspected"
    law: ClassVar[str] = "ст. 6, 7 152-ФЗ «О персональных данных»"
    looks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AnnouncementExists(Refusal):
    """An announcement of this number stands in this house already."""

    code: ClassVar[str] = "announcement_exists"


@dataclass(frozen=True, slots=True)
class NotYourAnnouncement(Refusal):
    """Another organisation has published it."""

    code: ClassVar[str] = "not_your_announcement"


@dataclass(frozen=True, slots=True)
class AnnouncementVersionUnknown(Refusal):
    """The change was made to another version than the one that stands."""

    code: ClassVar[str] = "announcement_version_unknown"
    given: int
    standing: int


@dataclass(frozen=True, slots=True)
class AnnouncementIsCancelled(Refusal):
    """A cancelled announcement is not changed any more."""

    code: ClassVar[str] = "announcement_is_cancelled"


@dataclass(frozen=True, slots=True)
class NothingCorrected(Refusal):
    """The new wording is the one that stands."""

    code: ClassVar[str] = "nothing_corrected"


# --- electronic signatures -----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SignatureTargetUnknown(Refusal):
    """The signed file is no document of this meeting."""

    code: ClassVar[str] = "signature_target_unknown"
    target: str


@dataclass(frozen=True, slots=True)
class SignatureAttachedAlready(Refusal):
    """This signature of this document is recorded already."""

    code: ClassVar[str] = "signature_attached_already"
