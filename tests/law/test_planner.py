"""ЖК 45-47.1: the plan of a meeting, its refusals and its calendar file."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from domain.law.errors import NotInForce
from domain.law.reference import LawPack
from domain.law.spans import plus_months, plus_years
from domain.law.workdays import load_calendar
from domain.planner import Impossible, Plan, Wish, plan
from projections.calendar_ics import to_ics

D = date.fromisoformat
ZONE = ZoneInfo("Asia/Vladivostok")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


def wish(form: str, starts: str, ends: str, today: str) -> Wish:
    return Wish(form, at(starts), at(ends), D(today))


def planned(pack: LawPack, wanted: Wish) -> dict[str, date]:
    answer = plan(pack, load_calendar(), wanted)
    assert isinstance(answer, Plan), answer
    return {step.id: step.day for step in answer.steps}


def refused(pack: LawPack, wanted: Wish) -> Impossible:
    answer = plan(pack, load_calendar(), wanted)
    assert isinstance(answer, Impossible), answer
    return answer


MIXED = wish("mixed", "2027-03-12T19:00", "2027-04-11T20:00", "2027-02-10")


def test_a_mixed_meeting_from_the_register_to_the_challenge(pack: LawPack) -> None:
    days = planned(pack, MIXED)
    assert days["notice"] == D("2027-03-02") and days["notice_advice"] == D("2027-03-01")
    assert days["ask_register"] == D("2027-02-24")
    for duty in ("protocol", "placement", "hand_over_to_manager", "results_to_owners"):
        assert days[duty] == D("2027-04-21")
    assert days["manager_to_inspectorate"] == D("2027-04-26")
    assert days["repeat_question"] == D("2027-04-22")
    assert days["challenge"] == D("2027-10-21") and days["challenge_cap"] == D("2029-04-21")


def test_every_legal_step_names_its_norm(pack: LawPack) -> None:
    answer = plan(pack, load_calendar(), MIXED)
    assert isinstance(answer, Plan)
    assert all(step.norm for step in answer.steps if step.kind in ("last", "first"))
    assert [step.day for step in answer.steps] == sorted(step.day for step in answer.steps)


def test_the_last_day_of_notice_is_still_possible_and_the_next_is_not(pack: LawPack) -> None:
    planned(pack, replace(MIXED, today=D("2027-03-02")))
    no = refused(pack, replace(MIXED, today=D("2027-03-03")))
    assert (no.code, no.nearest, no.norm) == (
        "notice-too-late",
        D("2027-03-13"),
        "ч. 4 ст. 45 ЖК РФ",
    )
    moved = wish("mixed", "2027-03-13T19:00", "2027-04-11T20:00", "2027-03-03")
    assert planned(pack, moved)["notice"] == D("2027-03-03")


def test_copies_to_suppliers_only_for_direct_contracts(pack: LawPack) -> None:
    assert "copies_to_supplier" not in planned(pack, MIXED)
    with_contracts = replace(MIXED, decisions=("44.2.4.4",))
    assert planned(pack, with_contracts)["copies_to_supplier"] == D("2027-04-21")


def test_the_first_meeting_in_the_system_counts_working_days(pack: LawPack) -> None:
    """ЖК 47.1 ч. 2.1: 11 мая 2026 — нерабочий день, поэтому счёт уходит на 5 мая."""
    wanted = wish("first_system", "2026-05-20T09:00", "2026-06-10T20:00", "2026-05-05")
    days = planned(pack, wanted)
    assert days["notice"] == D("2026-05-05")
    assert days["system_refusals_by_owners"] == D("2026-05-13")
    assert days["system_refusals_by_manager"] == D("2026-05-18")
    no = refused(pack, replace(wanted, today=D("2026-05-06")))
    assert (no.code, no.nearest) == ("notice-too-late", D("2026-05-21"))


def test_the_hours_of_the_system_are_moments_of_the_houses_zone(pack: LawPack) -> None:
    wanted = wish("system", "2026-05-20T09:00", "2026-06-10T20:00", "2026-05-01")
    answer = plan(pack, load_calendar(), wanted)
    assert isinstance(answer, Plan)
    moments = {step.id: step.moment for step in answer.steps}
    assert moments["paper_cut_off"] == at("2026-06-08T20:00")
    assert moments["system_protocol"] == at("2026-06-11T20:00")
    assert moments["system_placement_later"] == at("2026-05-10T09:00")
    assert {step.id: step.day for step in answer.steps}["system_notice_later"] == D("2026-05-06")


@pytest.mark.parametrize(
    ("ends", "code", "nearest"),
    [
        ("2026-05-27T09:00", "", None),
        ("2026-05-27T08:59", "too-short", D("2026-05-27")),
        ("2026-07-19T09:00", "", None),
        ("2026-07-19T09:01", "too-long", D("2026-07-19")),
    ],
)
def test_voting_in_the_system_lasts_7_to_60_days(
    pack: LawPack, ends: str, code: str, nearest: date | None
) -> None:
    wanted = wish("system", "2026-05-20T09:00", ends, "2026-05-01")
    answer = plan(pack, load_calendar(), wanted)
    if code:
        assert isinstance(answer, Impossible) and (answer.code, answer.nearest) == (code, nearest)
    else:
        assert isinstance(answer, Plan)


def test_a_poll_comes_after_a_failed_meeting_and_its_own_notice(pack: LawPack) -> None:
    poll = wish("absentee_poll", "2026-05-20T09:00", "2026-06-10T20:00", "2026-05-01")
    assert refused(pack, poll).code == "no-failed-meeting"
    soon = replace(poll, failed_meeting=D("2026-05-10"))
    assert (refused(pack, soon).code, refused(pack, soon).nearest) == (
        "poll-too-early",
        D("2026-05-21"),
    )
    assert "notice" in planned(pack, replace(poll, failed_meeting=D("2026-05-09")))


def test_a_request_of_owners_has_its_own_last_day(pack: LawPack) -> None:
    wanted = wish("in_person", "2026-05-20T19:00", "2026-05-20T19:00", "2026-04-10")
    planned(pack, replace(wanted, request_received=D("2026-04-05")))
    late = refused(pack, replace(wanted, request_received=D("2026-04-04")))
    assert (late.code, late.nearest) == ("request-term-missed", D("2026-05-19"))


@pytest.mark.parametrize(
    ("form", "starts", "ends", "today", "code"),
    [
        ("dance", "2026-05-20T19:00", "2026-05-20T19:00", "2026-04-10", "unknown-form"),
        ("mixed", "2026-05-20T19:00", "2026-05-20T18:59", "2026-04-10", "ends-before-start"),
        ("mixed", "2015-06-20T19:00", "2015-06-25T18:59", "2015-04-10", "form-not-in-force"),
        ("first_system", "2029-05-20T09:00", "2029-06-20T09:00", "2029-04-10", "no-rule"),
    ],
)
def test_impossible_wishes(
    pack: LawPack, form: str, starts: str, ends: str, today: str, code: str
) -> None:
    assert refused(pack, wish(form, starts, ends, today)).code == code


def test_a_wish_without_a_zone_is_refused(pack: LawPack) -> None:
    naive = replace(MIXED, starts=MIXED.starts.replace(tzinfo=None))
    assert refused(pack, naive).code == "no-time-zone"


def test_a_year_whose_moved_days_are_unknown_is_doubted(pack: LawPack) -> None:
    wanted = wish("first_system", "2027-05-20T09:00", "2027-06-10T20:00", "2027-03-01")
    answer = plan(pack, load_calendar(), wanted)
    assert isinstance(answer, Plan)
    assert any("переносы" in doubt for doubt in answer.doubts)


WORKDAYS = [
    ("2025-01-08", False), ("2025-01-09", True), ("2025-05-02", False), ("2025-05-08", False),
    ("2025-06-13", False), ("2025-11-01", True), ("2025-11-03", False), ("2025-12-31", False),
    ("2026-01-09", False), ("2026-01-12", True), ("2026-03-09", False), ("2026-05-11", False),
    ("2026-12-31", False), ("2027-01-08", False), ("2027-05-03", False), ("2027-06-14", False),
    ("2026-05-16", False), ("2026-11-04", False), ("2026-11-05", True), ("2027-05-10", False),
]  # fmt: skip


@pytest.mark.parametrize(("day", "works"), WORKDAYS)
def test_the_table_of_holidays(day: str, works: bool) -> None:
    assert load_calendar().is_working(D(day)) is works


@pytest.mark.parametrize("year", ["2025", "2026", "2027"])
def test_public_holidays_are_never_worked(year: str) -> None:
    fixed = ("01-01", "01-02", "01-07", "02-23", "03-08", "05-01", "05-09", "06-12", "11-04")
    assert not any(load_calendar().is_working(D(f"{year}-{day}")) for day in fixed)


@pytest.mark.parametrize("day", ["2024-12-31", "2028-01-01"])
def test_years_outside_the_table_are_refused(day: str) -> None:
    with pytest.raises(NotInForce):
        load_calendar().is_working(D(day))


def test_working_days_forward_and_back_meet() -> None:
    calendar = load_calendar()
    for count in range(1, 30):
        later = calendar.after(D("2026-02-02"), count)
        assert calendar.before(later, count) == D("2026-02-02")


def test_months_end_on_the_same_number_or_the_last_day() -> None:
    assert plus_months(D("2026-08-31"), 6) == D("2027-02-28")
    assert plus_months(D("2026-04-21"), 6) == D("2026-10-21")
    assert plus_months(D("2026-12-31"), 2) == D("2027-02-28")
    assert plus_years(D("2024-02-29"), 1) == D("2025-02-28")


def test_the_calendar_file(pack: LawPack) -> None:
    answer = plan(pack, load_calendar(), MIXED)
    assert isinstance(answer, Plan)
    made = datetime(2027, 2, 10, tzinfo=UTC)
    data = to_ics(answer, "house-1", made)
    assert data == to_ics(answer, "house-1", made)
    lines = data.split(b"\r\n")
    assert lines[0] == b"BEGIN:VCALENDAR" and lines[-2:] == [b"END:VCALENDAR", b""]
    assert all(len(line) <= 75 for line in lines)
    unfolded = data.replace(b"\r\n ", b"").decode()
    assert unfolded.count("BEGIN:VEVENT") == len(answer.steps) == unfolded.count("END:VEVENT")
    assert "DTSTART;VALUE=DATE:20270302" in unfolded
    assert "DTSTART:20270312T090000Z" in unfolded
    assert "сообщение о собрании" in unfolded and "\\," in unfolded
    uids = [line for line in unfolded.split("\r\n") if line.startswith("UID:")]
    assert len(set(uids)) == len(uids)
