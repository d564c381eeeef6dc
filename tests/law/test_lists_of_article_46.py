"""ЖК 46 ч. 1: every point of every edition stands in the list the legal material names.

The expected lists (data/lists.json) come from the legal material, not from the rows under test.
"""

from __future__ import annotations

import json
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from domain.law.errors import NotInForce
from domain.law.reference import LawPack
from domain.law.rules import Base, Threshold, Trust

EXPECTED: dict[str, Any] = json.loads(
    (Path(__file__).parent / "data" / "lists.json").read_text(encoding="utf-8")
)
EDITIONS = EXPECTED["editions"]
TESTS = {
    "over_half_of_all": Threshold(Base.ALL_OWNERS, Fraction(1, 2), True),
    "two_thirds_of_all": Threshold(Base.ALL_OWNERS, Fraction(2, 3), False),
    "participants": Threshold(Base.PARTICIPANTS, Fraction(1, 2), True),
}
# the day of 263-ФЗ is not known; the row starts on the first day of its window of doubt
SINCE = {e["id"]: date.fromisoformat(e["since"] or "2014-07-22") for e in EDITIONS}
DAY = timedelta(days=1)
ALL_POINTS = sorted({p for e in EDITIONS for name in TESTS for p in e[name]})


def expected_list(edition: dict[str, Any], point: str) -> str:
    return next((name for name in TESTS if point in edition[name]), "")


def days_of(index: int) -> tuple[date, date]:
    first = SINCE[EDITIONS[index]["id"]]
    if index + 1 < len(EDITIONS):
        return first, SINCE[EDITIONS[index + 1]["id"]] - DAY
    return first, date(2026, 11, 22)


def in_doubt(point: str, on: date) -> bool:
    """The point is in a window of doubt whose two sides differ, or unsettled in its edition."""
    for index, edition in enumerate(EDITIONS):
        window = edition["uncertain"]
        if window and point in window["points"]:
            first, last = date.fromisoformat(window["from"]), date.fromisoformat(window["to"])
            before = EDITIONS[index - 1]
            moved = expected_list(before, point) != expected_list(edition, point)
            unsettled = point in before["unclear_points"] or before["id"] == "2005-03-01"
            if first <= on <= last and (moved or unsettled):
                return True
        started = days_of(index)
        if started[0] <= on <= started[1] and point in edition["unclear_points"]:
            return True
    return on < SINCE["2009-09"] and point in ("1", "2", "3")


@pytest.mark.parametrize("index", range(len(EDITIONS)), ids=[e["id"] for e in EDITIONS])
def test_every_point_on_the_first_and_last_day_of_its_edition(pack: LawPack, index: int) -> None:
    for on in days_of(index):
        assert pack.edition(on).id == EDITIONS[index]["id"]
        for point in ALL_POINTS:
            check_point(pack, point, on, expected_list(EDITIONS[index], point))


def check_point(pack: LawPack, point: str, on: date, listed: str) -> None:
    decision = f"44.2.{point}"
    if in_doubt(point, on):
        rule = pack.rule(decision, on)
        assert rule.needs_a_choice and rule.trust is Trust.UNCLEAR, (decision, on)
        assert rule.majority == ()
        assert len({reading.id for reading in rule.readings}) >= 2
    elif not listed:
        with pytest.raises(NotInForce):
            pack.rule(decision, on)
    else:
        rule = pack.rule(decision, on)
        assert rule.majority == (TESTS[listed],), (decision, on)
        assert not rule.needs_a_choice
        assert rule.since <= on and (rule.until is None or on <= rule.until)


WINDOWS = [
    (e["id"], point, e["uncertain"]["from"], e["uncertain"]["to"])
    for e in EDITIONS
    if e["uncertain"]
    for point in e["uncertain"]["points"]
    if point in ALL_POINTS
]


@pytest.mark.parametrize(("edition", "point", "first", "last"), WINDOWS)
def test_a_window_of_doubt_begins_and_ends_on_its_day(
    pack: LawPack, edition: str, point: str, first: str, last: str
) -> None:
    begin, end = date.fromisoformat(first), date.fromisoformat(last)
    assert pack.rule(f"44.2.{point}", begin).needs_a_choice
    assert pack.rule(f"44.2.{point}", end).needs_a_choice
    after = pack.rule(f"44.2.{point}", end + DAY)
    assert not after.needs_a_choice
    assert after.since == max(end + DAY, pack.edition(end + DAY).since)
    before = begin - DAY
    listed = expected_list(next(e for e in EDITIONS if e["id"] == pack.edition(before).id), point)
    check_point(pack, point, before, listed)


def test_memory_lists_decide_only_where_both_neighbours_agree(pack: LawPack) -> None:
    """Editions with lists from memory: 2005 has no read neighbour before it, 2015 has two."""
    for index, edition in enumerate(EDITIONS):
        if edition["lists_status"] != "memory" or index == 0:
            continue
        on = days_of(index)[1] - timedelta(days=30)
        for point in ALL_POINTS:
            around = {expected_list(EDITIONS[i], point) for i in (index - 1, index + 1)}
            if in_doubt(point, on) or not expected_list(edition, point):
                continue
            assert expected_list(edition, point) in around
            assert pack.rule(f"44.2.{point}", on).trust is Trust.SECOND_HAND


@pytest.mark.parametrize(
    "decision", EXPECTED["decisions"], ids=[d["id"] for d in EXPECTED["decisions"]]
)
def test_todays_thresholds(pack: LawPack, decision: dict[str, Any]) -> None:
    on = date(2026, 11, 22)
    if decision["status"] == "repealed":
        with pytest.raises(NotInForce) as refused:
            pack.rule(decision["id"], on)
        assert refused.value.instead == ""
        return
    rule = pack.rule(decision["id"], on)
    assert rule.body.value == decision["body"]
    quorum = [
        [t.base.value, f"{t.part.numerator}/{t.part.denominator}", t.strict] for t in rule.quorum
    ]
    assert quorum == EXPECTED["quorums"][decision["quorum"]]
    assert rule.needs_a_choice == (decision["status"] == "unclear")
    wanted = decision["conditions"] or [decision]
    tests = [
        Threshold(Base(one["base"]), Fraction(one["threshold"]), one["strict"])
        for one in wanted
        if one["threshold"]
    ]
    if decision["status"] == "unclear":
        assert rule.majority == ()
        offered = [reading.majority for reading in rule.readings]
        assert all(tuple(tests) in offered for _ in tests)
    else:
        assert list(rule.majority) == tests


def test_the_pack_knows_exactly_these_decisions(pack: LawPack) -> None:
    assert set(pack.majorities.ids()) == {d["id"] for d in EXPECTED["decisions"]}


@pytest.mark.parametrize("index", range(len(EDITIONS)), ids=[e["id"] for e in EDITIONS])
def test_the_rows_of_an_edition_are_those_of_the_legal_material(pack: LawPack, index: int) -> None:
    expected, edition = EDITIONS[index], pack.editions()[index]
    assert (edition.since, edition.until or date(2026, 11, 22)) == days_of(index)
    assert {name: set(points) for name, points in edition.lists} == {
        name: set(expected[name]) for name in (*TESTS, "special")
    }
    window = expected["uncertain"]
    if window and window["points"]:
        assert edition.window is not None
        first, last = date.fromisoformat(window["from"]), date.fromisoformat(window["to"])
        assert (edition.window.since, edition.window.until) == (first, last)
        assert list(edition.window.points) == window["points"]
    else:
        assert edition.window is None
    statuses = (expected["date_status"], expected["lists_status"])
    assert (edition.trust_date.value, edition.trust.value) == statuses
