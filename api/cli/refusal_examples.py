"""One invented example of every refusal, for the reference page and its tests."""

from __future__ import annotations

from datetime import UTC, date, datetime
from fractions import Fraction
from typing import TYPE_CHECKING

from api import refusals as door
from domain import refusals as law
from domain.facts import moment

if TYPE_CHECKING:
    from domain.refusals import Refusal

_OPENS = moment(datetime(2026, 3, 12, 16, 0, tzinfo=UTC))
_DURING = moment(datetime(2026, 3, 14, 7, 30, tzinfo=UTC))
_CUT_OFF = moment(datetime(2026, 3, 20, 16, 0, tzinfo=UTC))
_CLOSES = moment(datetime(2026, 3, 22, 16, 0, tzinfo=UTC))
_KEY = "sobranie.example/3f2c1a4e-6f0b-4d0e-9a57-0d6c5e1b7a90+1f2e3d4c+AYqNg…"
_AFTER = moment(datetime(2026, 3, 23, 6, 0, tzinfo=UTC))

CALL: tuple[Refusal, ...] = (
    law.NotFound("meeting"),
    law.TitleNotInRegister("5f8d7c1e-0b5f-5a7e-9d53-6d2a4c1b9e01"),
    law.PremisesExists("12а"),
    law.HouseExists(),
    law.RegisterIncomplete(("4", "17", "Н-3")),
    law.RegisterTotalDiffers(Fraction("39773.80"), Fraction("39700.00")),
    law.AgendaIsFixed(),
    law.AgendaIsEmpty(),
    law.ItemNotFollowing(3, 2),
    law.UnknownDecision(2, "44.2.4.2", date(2010, 5, 1)),
    law.NotForThisMeeting(4, "36.3", "consent"),
    law.ReadingNotChosen(5, "161.1.8", ("general-rule", "as-4.3")),
    law.EntranceNeeded(6, 4),
    law.ReasonNeeded(),
    law.PollNeedsFailedMeeting(),
    law.VotingPeriodOutOfBounds(5, 7, 60),
    law.CalledTooLate(date(2026, 3, 12), 10, date(2026, 3, 15)),
    law.NoticeTooLate(date(2026, 3, 12), date(2026, 3, 11), date(2026, 3, 22)),
    law.NoticeInTheFuture(_AFTER),
    law.NoticeNotProven("owners"),
    law.WrongStage("called", "open"),
)
VOTE: tuple[Refusal, ...] = (
    law.VotingNotOpen(_OPENS),
    law.VotingIsClosed(_CLOSES),
    law.PaperTooLate(_CLOSES, _CUT_OFF),
    law.ReceivedOutsideVoting(_AFTER, _OPENS),
    law.AlreadyVoted(_DURING, "paper"),
    door.EntriesNotPublicYet(_CLOSES),
    law.AnswersDoNotFit((2, 3), (), (1,)),
    law.NotYourBallot(),
    law.NothingToContest(),
    law.NothingToResolve(),
)
RESULT: tuple[Refusal, ...] = (
    law.TooEarlyToClose(_CLOSES),
    law.CountIsCompleted(),
    law.CountNotCompleted(),
    law.CountOutdated(881, 880),
    law.AgendaDiffers(),
    law.EditionsDiffer(("44.2.4",), date(2022, 8, 25), date(2022, 9, 5)),
    law.OtherRules("3f1a90c2d4e5b6a7", "a7b6e5d4c2901a3f"),
)
KEEPING: tuple[Refusal, ...] = (
    law.LogKeyUnknown(_KEY),
    law.LogKeyIsRetired(_KEY),
    law.LogKeyIsTheLast(_KEY),
    law.PersonNotRecorded("5f8d7c1e-0b5f-4a7e-9d53-6d2a4c1b9e02"),
    law.ErasureTooEarly("5f8d7c1e-0b5f-4a7e-9d53-6d2a4c1b9e03", date(2029, 4, 1)),
    door.LogHalted(),
)
SPEAKING: tuple[Refusal, ...] = (
    law.AnnouncementEmpty("text"),
    law.AnnouncementUnfilled(("{ресурс}", "{причина}")),
    law.PeriodMissing("outage"),
    law.PeriodReversed(_CLOSES, _OPENS),
    law.EntrancesUnknown((7,), 4),
    law.PersonalDataSuspected(("phone", "snils")),
    law.AnnouncementExists(),
    law.NotYourAnnouncement(),
    law.AnnouncementVersionUnknown(1, 3),
    law.AnnouncementIsCancelled(),
    law.NothingCorrected(),
    door.OrganisationUnknown(),
    door.HouseNotAssigned(("5f8d7c1e-0b5f-4a7e-9d53-6d2a4c1b9e04",)),
    door.WebhookAddressRefused("private_address"),
    door.PostIsSettled("sent"),
)
SIGNATURES: tuple[Refusal, ...] = (
    law.SignatureTargetUnknown("3f1a90c2d4e5b6a7" * 4),
    law.SignatureAttachedAlready(),
    door.SignatureUnreadable("attached_content", "SignedData.encapContentInfo"),
    door.SignatureFalse("digest_differs"),
)
CONTACTS: tuple[Refusal, ...] = (
    door.ContactMalformed("phone", "not_a_phone"),
    door.ContactsRefused(
        (door.ContactFault(3, "phone", "not_a_phone"), door.ContactFault(7, "name", "name_needed"))
    ),
)
IDENTITY: tuple[Refusal, ...] = (
    door.IdentificationNeeded(("max_phone", "code", "oidc")),
    door.LinkOfAnother(),
    door.LaunchRefused("init-data-stale"),
    door.PhoneRefused("phone-not-own"),
    door.PersonNotMatched("several"),
    door.CodeUnknown(),
    door.TicketUnknown(),
    door.LoginRefused("state"),
    door.LoginUnavailable(),
)
DOOR: tuple[Refusal, ...] = (
    door.LinkUnknown(),
    door.LinkRevoked(),
    door.OfficerUnknown(),
    door.PersonUnknown(),
    door.TooManyRequests(30),
    door.FormOutOfDate(),
    door.BodyTooLarge(64 * 1024),
    door.BodyMalformed("answers.2", "такого значения в перечне нет"),
    door.WrongContentType("text/plain", "application/x-www-form-urlencoded"),
    door.RegisterUnusableFile("Файл пуст. Выберите файл с реестром."),
    door.SheetCodeRefused("damaged"),
    door.FileUnknown(),
    door.PageUnknown(),
    door.MethodNotAllowed("GET, HEAD"),
    door.RequestNotUnderstood(400),
)
GROUPS: tuple[tuple[str, tuple[Refusal, ...]], ...] = (
    ("Register, agenda, call and notice", CALL),
    ("Voting and objections", VOTE),
    ("Closing, counting and protocol", RESULT),
    ("Keys of the log, erasure, a stopped log", KEEPING),
    ("Electronic signatures", SIGNATURES),
    ("Identification", IDENTITY),
    ("Announcements and subscriptions to events", SPEAKING),
    ("Contacts of owners", CONTACTS),
    ("At the door", DOOR),
)


def examples() -> tuple[Refusal, ...]:
    """List one example of every refusal there is."""
    return tuple(reason for _, group in GROUPS for reason in group)
