"""The tables inside the page are those of this tree, and say on every day what the rows say."""

from __future__ import annotations

import json
import re
from datetime import date, timedelta
from typing import Any

import pytest

from api.audit.wording import WORDINGS
from api.web.verifier_tables import facts_table, law_tables, tables, with_tables, words_table
from domain.law.errors import LawError
from domain.law.reference import load_pack
from domain.records import fact_types
from tests.verifier.runner import page_path

PACK = load_pack()
LAW = law_tables(PACK)
FIRST, LAST = date(2005, 1, 1), date(2027, 12, 31)
STEP = timedelta(days=5)
DAYS = [FIRST + STEP * n for n in range((LAST - FIRST) // STEP)]


def held(rows: list[list[Any]], day: date) -> list[Any]:
    """Give the row of a day without its first day, as the page does."""
    before = [row for row in rows if row[0] <= day.isoformat()]
    return before[-1][1:] if before else []


def test_the_page_holds_the_tables_of_this_tree() -> None:
    page = page_path().read_text(encoding="utf-8")
    assert with_tables(page) == page, "python -m api.web.verifier_tables"
    assert tables() in page


def test_the_tables_are_plain_data() -> None:
    for line in tables().splitlines()[1:-1]:
        name, _, value = line.strip().partition(": ")
        assert name.isidentifier()
        assert isinstance(json.loads(value.removesuffix(",")), dict | list)
        assert "</" not in value


def test_every_fact_is_in_the_tables_and_has_its_rule() -> None:
    page = page_path().read_text(encoding="utf-8")
    ruled = set(re.findall(r'^  "([a-z-]+/\d+)": \["[a-z]+", (?:true|false),', page, re.MULTILINE))
    assert ruled == set(fact_types()) == {name for name in facts_table() if "/" in name}


@pytest.mark.parametrize("decision", PACK.majorities.ids())
def test_decisions_say_on_every_day_what_the_rows_say(decision: str) -> None:
    rows = LAW["decisions"][decision]
    days = {date.fromisoformat(row[0]) for row in rows}
    around = {day + timedelta(days=n) for day in days for n in (-1, 0, 1)}
    for day in sorted(around | set(DAYS)):
        found = held(rows, day)
        try:
            rule = PACK.rule(decision, day)
        except LawError:
            assert found == []
            continue
        majority, quorum, body, norm, readings = found
        assert (body, norm) == (rule.body.value, rule.norm)
        assert [majority, quorum] == [written(rule.majority), written(rule.quorum)]
        assert [one[0] for one in readings] == [one.id for one in rule.readings]
        assert held(LAW["editions"], day) == [rule.edition]


def written(tests: Any) -> str:
    """Write tests as the tables do."""
    return " ".join(f"{t.base.value}{'>' if t.strict else '>='}{t.part}" for t in tests)


@pytest.mark.parametrize("name", LAW["terms"])
def test_terms_say_on_every_day_what_the_rows_say(name: str) -> None:
    term, _, form = name.partition(" ")
    for day in DAYS:
        try:
            found = PACK.term(term, day, form or None)
            wanted = [found.value, found.unit.value]
        except LawError:
            wanted = []
        assert held(LAW["terms"][name], day) == wanted, day


@pytest.mark.parametrize("name", LAW["channels"])
def test_channels_say_on_every_day_what_the_rows_say(name: str) -> None:
    basis, form, channel = name.split(" ")
    for day in DAYS:
        try:
            wanted = [PACK.ballot_channel(basis, form, channel, day).binding]
        except LawError:
            wanted = []
        assert held(LAW["channels"][name], day) == wanted, day


def test_every_finding_of_the_page_has_its_words() -> None:
    page = page_path().read_text(encoding="utf-8")
    script = page[page.index("/* end of the tables */") :]
    words = words_table()
    said = set(re.findall(r'\b(?:say|must|compare)\([^;]*?"([a-z]+_[a-z_]+)"', script))
    said |= {f"refused_{code}" for code in re.findall(r'may\([^;]*?, "([a-z]+_[a-z_]+)"\)', script)}
    assert len(said) > 80
    assert said <= set(words)
    assert set(WORDINGS) <= set(words)
