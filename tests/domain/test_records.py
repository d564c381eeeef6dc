"""Records: one spelling each way, and every other spelling refused with a stable code."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta, timezone
from fractions import Fraction
from typing import Any
from uuid import UUID

import pytest

from domain.events import (
    AgendaFixed,
    AnnouncementBody,
    AnnouncementCancelled,
    AnnouncementCorrected,
    AnnouncementKind,
    AnnouncementPublished,
    AnswersPrepared,
    AreaCorrected,
    Author,
    BallotContested,
    BallotReceived,
    BallotStruck,
    Channel,
    ContestResolved,
    CountCompleted,
    CountOpened,
    CountPurpose,
    CountResult,
    ErasureReason,
    ErasureScope,
    Evidence,
    ItemAdded,
    ItemEdited,
    ItemResult,
    LogKeyAdded,
    LogKeyRetired,
    NoticeLeg,
    NoticeProven,
    OrganisationKind,
    Outcome,
    PersonalDataLook,
    PersonForgotten,
    ProtocolHandedOver,
    ProtocolRecorded,
    Recorded,
    RegisterTotals,
    RightKind,
    SignatureAttached,
    SignerFound,
    TestResult,
    TitleEnded,
    VotingClosed,
    VotingOpened,
)
from domain.facts import (
    AnnouncementId,
    BallotId,
    CountId,
    ImpossibleFactError,
    Moment,
    OrganisationId,
    Party,
    PartyKind,
    PersonId,
    moment,
)
from domain.records import UnreadableRecordError, fact_types, from_record, to_record
from domain.usecases import law_ref
from domain.votes import Votes, floor_area
from tests.domain import builders as given
from tests.domain.builders import FOR, HOUSE, MEETING, PROOF, SPOILED, title_id

BALLOT = BallotId(UUID(int=8))
VOTES = Votes(Fraction(537, 20))
EVIDENCE = Evidence("link", "ef" * 32)
COUNT = CountId(UUID(int=7))
TEST = TestResult("all_owners", Fraction(1, 2), True, Fraction(1), Fraction(3), False)
RESULT = CountResult(
    Fraction(300), Fraction(80), 2, 1, 0, Fraction(0),
    (
        ItemResult(
            1, "procedural", "2025-09-01", "ч. 1 ст. 46", Fraction(80), Fraction(0), Fraction(0),
            Fraction(0), (TEST,), (TEST,), Outcome.NO_QUORUM,
        ),
    ),
)  # fmt: skip
ANNOUNCEMENT = AnnouncementId(UUID(int=5))
BODY = AnnouncementBody(
    AnnouncementKind.OUTAGE, "вода", "Воды не будет: 8 800 000-00-00", (1, 2), given.OPENS_AT,
    given.CLOSES_AT, (PROOF,), (PersonalDataLook.PHONE,),
)  # fmt: skip
TOTALS = RegisterTotals(date(2026, 3, 16), 5, 7, Fraction(300), Fraction(210), "aa" * 32)

FACTS = (
    given.house_registered(),
    LogKeyAdded("example+12345678+AAAA"),
    LogKeyRetired("example+12345678+AAAA", "утечка", True),
    PersonForgotten(
        PersonId(UUID(int=9)), ErasureReason.CONSENT_WITHDRAWN, ErasureScope.CONTACTS
    ),
    given.premises("12а", "50.00", given.title("1")).recorded,
    AreaCorrected(floor_area("50.10"), "техпаспорт"),
    given.title("4", holders=2, right=RightKind.JOINT),
    TitleEnded(title_id("1"), date(2026, 3, 1)),
    ItemAdded(given.item()),
    ItemEdited(given.item(entrance=2)),
    AgendaFixed("bb" * 32),
    given.terms(given.item(1), given.item(2), refers_to=MEETING, gis_id="77-1"),
    NoticeProven(NoticeLeg.OWNERS, "под роспись", given.NOTICED_AT, PROOF),
    VotingOpened(TOTALS),
    VotingClosed(),
    ProtocolRecorded(COUNT, "1", date(2026, 4, 1), (PROOF,)),
    ProtocolHandedOver("управляющая организация", given.AFTER, PROOF),
    SignatureAttached(
        "cd" * 32, PROOF,
        (
            SignerFound(
                Party(given.person("1").person, PartyKind.PERSON, None, "ab" * 32),
                "gost-2012-256", given.DURING, ("digest",), ("chain",), ("self_signed",),
            ),
        ),
        "секретарь",
    ),
    AnswersPrepared(MEETING, title_id("2а"), VOTES, (FOR,), EVIDENCE),
    BallotReceived(
        MEETING, title_id("2а"), VOTES, Channel.PAPER, (FOR, SPOILED), EVIDENCE, given.DURING,
        date(2026, 3, 17), "комиссия", given.person("представитель"),
    ),
    BallotContested(MEETING, title_id("2а"), VOTES, given.person("2а"), "dd" * 32),
    ContestResolved(MEETING, title_id("2а"), VOTES, True, "подпись не его", "комиссия"),
    CountOpened(MEETING, CountPurpose.INSPECTOR, "инспекция"),
    BallotStruck(BALLOT, "нет даты"),
    CountCompleted(law_ref(given.LAW), RESULT),
    AnnouncementPublished(
        ANNOUNCEMENT, Author(OrganisationId(UUID(int=6)), OrganisationKind.SUPPLIER, "Сети"), BODY
    ),
    AnnouncementCorrected(ANNOUNCEMENT, 2, BODY, "время"),
    AnnouncementCancelled(ANNOUNCEMENT, 2, "отложено"),
)  # fmt: skip


def recorded(fact: Any, version: int = 3, at: Moment = given.DURING) -> Recorded:
    return Recorded(HOUSE, MEETING, version, at, fact)


def refused(record: bytes) -> str:
    with pytest.raises(UnreadableRecordError) as caught:
        from_record(record)
    return caught.value.code


@pytest.mark.parametrize("fact", FACTS, ids=lambda fact: fact.TYPE)
def test_every_fact_is_read_back_as_it_was_written(fact: Any) -> None:
    record = to_record(recorded(fact))
    assert from_record(record) == recorded(fact)
    assert to_record(from_record(record)) == record


def test_every_type_of_fact_is_written_in_this_test() -> None:
    assert sorted(fact.TYPE for fact in FACTS) == sorted(fact_types())


@pytest.mark.parametrize("fact", FACTS, ids=lambda fact: fact.TYPE)
def test_an_unknown_field_is_refused_in_every_fact(fact: Any) -> None:
    envelope = json.loads(to_record(recorded(fact)))
    envelope["body"]["ещё"] = 1
    assert refused(_compact(envelope)) == "record_body"


@pytest.mark.parametrize("fact", FACTS, ids=lambda fact: fact.TYPE)
def test_a_missing_field_is_refused_in_every_fact(fact: Any) -> None:
    envelope = json.loads(to_record(recorded(fact)))
    for name in list(envelope["body"]):
        short = dict(envelope, body={k: v for k, v in envelope["body"].items() if k != name})
        assert refused(_compact(short)) in ("record_body", "record_not_canonical")


def test_the_same_content_in_another_spelling_is_refused() -> None:
    record = to_record(recorded(BallotStruck(BALLOT, "нет даты")))
    envelope = json.loads(record)
    spellings = (
        b" " + record,
        record + b"\n",
        record.replace(b'":', b'": '),
        record.replace(b'"at"', b'"\\u0061t"'),
        json.dumps(envelope, separators=(",", ":"), sort_keys=True).encode(),
        _compact(dict(reversed(envelope.items()))),
        record.replace(b'"version":3', b'"version":3,"version":3'),
        record.replace(b'"type"', b'"more":1,"type"'),
        record.replace(str(HOUSE).encode(), str(HOUSE).upper().encode()),
        record.replace(str(HOUSE).encode(), HOUSE.hex.encode()),
    )
    for spelling in spellings:
        assert spelling != record
        assert refused(spelling) == "record_not_canonical"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'"537/20"', b'"1074/40"'),
        (b'"537/20"', b'"26.85"'),
        (b'"537/20"', b"26.85"),
        (b'"for"', b'"FOR"'),
    ],
)
def test_a_value_in_another_spelling_is_refused(old: bytes, new: bytes) -> None:
    fact = AnswersPrepared(MEETING, title_id("2а"), VOTES, (FOR,), EVIDENCE)
    record = to_record(recorded(fact))
    assert old in record
    assert refused(record.replace(old, new)) in ("record_body", "record_not_canonical")


@pytest.mark.parametrize(
    "version", ["0", "-1", "true", "null", '"3"', "3.0", "3.5", "[3]", "100000000000000000000"]
)
def test_a_version_is_a_whole_number_from_one(version: str) -> None:
    record = to_record(recorded(VotingClosed()))
    changed = record.replace(b'"version":3', f'"version":{version}'.encode())
    assert refused(changed) in ("record_envelope", "record_not_canonical")


@pytest.mark.parametrize(
    "written",
    [
        "2026-03-18T12:00:00+03:00",
        "2026-03-18T09:00:00",
        "2026-03-18T09:00:00+00:00",
        "2026-03-18 09:00:00Z",
        "2026-03-18T09:00:00.1234567Z",
        "2026-03-18",
        "1773824400",
    ],
)
def test_a_moment_is_in_utc_and_spelled_one_way(written: str) -> None:
    record = to_record(recorded(NoticeProven(NoticeLeg.OWNERS, "лично", given.DURING, PROOF)))
    right = b'"2026-03-18T09:00:00Z"'
    assert record.count(right) == 2
    wrong = json.dumps(written).encode()
    for where in ("at", "given_at"):
        changed = record.replace(f'"{where}":'.encode() + right, f'"{where}":'.encode() + wrong)
        assert refused(changed) in ("record_envelope", "record_body", "record_not_canonical")


@pytest.mark.parametrize(
    "record",
    [
        b"",
        b"null",
        b"[]",
        b"5",
        b'"x"',
        b"{}",
        b"\xff",
        b"[" * 60_000,
        b'{"type":[]}',
        b'{"type":"voting-closed/2"}',
        b'{"type":"voting-closed/1"}',
    ],
)
def test_what_is_no_record_is_refused(record: bytes) -> None:
    assert refused(record) == "record_envelope"


@pytest.mark.parametrize("value", [b"5", b"null", b"[]", b'"x"', b"{}"])
def test_an_identifier_that_is_none_is_refused(value: bytes) -> None:
    record = to_record(recorded(VotingClosed()))
    for name in (HOUSE, MEETING):
        changed = record.replace(b'"' + str(name).encode() + b'"', value)
        assert refused(changed) == "record_envelope"


@pytest.mark.parametrize("size", [b"5.0", b"true", b'"5"', b"99999999999999999999", b"1e3"])
def test_a_number_is_read_strictly(size: bytes) -> None:
    record = to_record(recorded(ProtocolHandedOver("инспекция", given.AFTER, PROOF)))
    changed = record.replace(b'"size":1024', b'"size":' + size)
    assert refused(changed) in ("record_body", "record_not_canonical")


@pytest.mark.parametrize("number", ["1e999999999", "1E-999999999", "1.5e10000", "1e4000"])
def test_a_number_too_large_to_compute_is_refused_at_once(number: str) -> None:
    fact = AnswersPrepared(MEETING, title_id("2а"), VOTES, (FOR,), EVIDENCE)
    changed = to_record(recorded(fact)).replace(b'"537/20"', f'"{number}"'.encode())
    assert refused(changed) == "record_not_canonical"


def test_a_record_longer_than_an_entry_bundle_takes_is_neither_written_nor_read() -> None:
    longest = "н" * 40_000
    with pytest.raises(UnreadableRecordError) as caught:
        to_record(recorded(BallotStruck(BALLOT, longest)))
    assert caught.value.code == "record_too_long"
    assert refused(b" " * 70_000) == "record_too_long"


def test_a_fact_the_constructor_refuses_is_refused_when_read() -> None:
    fact = given.title("2а", "1/2", RightKind.SHARED)
    record = to_record(recorded(fact))
    for share in (b'"3/2"', b'"0"', b'"-1/2"'):
        assert refused(record.replace(b'"1/2"', share)) == "record_body"


def test_impossible_facts_cannot_be_built() -> None:
    local = given.OPENS_AT.astimezone(timezone(timedelta(hours=3)))
    naive = datetime(2026, 3, 16, 6)  # noqa: DTZ001 - the fault under test
    attempts: tuple[Any, ...] = (
        lambda: given.terms(given.item(2)),
        lambda: given.terms(opens_at=given.CLOSES_AT),
        lambda: given.terms(opens_at=Moment(local)),
        lambda: given.terms(in_person_at=Moment(naive)),
        lambda: given.item(0),
        lambda: given.item(question=" "),
        lambda: given.item(proposal="избрать {1}"),
        lambda: given.title("4", holders=2),
        lambda: Party(given.person("1").person, PartyKind.PERSON, name="Рощин"),
        lambda: given.house_registered(entrances=0),
        lambda: NoticeProven(NoticeLeg.OWNERS, "лично", Moment(naive), PROOF),
        lambda: ProtocolHandedOver("инспекция", Moment(local), PROOF),
    )
    for attempt in attempts:
        with pytest.raises(ImpossibleFactError):
            attempt()


def test_a_moment_with_a_zone_becomes_utc() -> None:
    local = given.OPENS_AT.astimezone(timezone(timedelta(hours=3)))
    assert moment(local).tzinfo is UTC
    with pytest.raises(ImpossibleFactError):
        moment(datetime(2026, 3, 16, 6))  # noqa: DTZ001 - the fault under test


def _compact(envelope: dict[str, Any]) -> bytes:
    return json.dumps(envelope, separators=(",", ":"), ensure_ascii=False).encode()
