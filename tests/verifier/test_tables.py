"""The tables inside the page are those of this tree, and say on every day what the rows say."""

from __future__ import annotations

import json
import re
from datetime import date, timedelta
from functools import partial
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import pytest

from api.audit.wording import WORDINGS
from api.web.verifier_tables import (
    TERMS,
    facts_table,
    law_tables,
    rules,
    rules_table,
    with_tables,
    words_table,
)
from api.web.verifier_words import MILD, OWN_WORDS, RECEIPT, STEPS
from domain.calling import law_form
from domain.events import Basis, Channel, MeetingForm
from domain.keeping import KEPT
from domain.law.errors import LawError
from domain.law.reference import load_pack
from domain.law.workdays import load_calendar
from domain.records import fact_types
from tests.verifier.runner import page_path

if TYPE_CHECKING:
    from collections.abc import Callable

    from domain.events import MeetingCalled

PAGE = page_path().read_text(encoding="utf-8")
PACK = load_pack()
LAW = law_tables(PACK)
FIRST, LAST = date(2005, 1, 1), date(2027, 12, 31)
STEP = timedelta(days=5)
DAYS = [FIRST + STEP * n for n in range((LAST - FIRST) // STEP)]


def held(rows: list[tuple[str, Any]], day: date) -> Any:
    """Give the row of a day, as the page does."""
    before = [row for since, row in rows if since <= day.isoformat()]
    return before[-1] if before else None


def test_the_page_holds_the_tables_of_this_tree() -> None:
    assert with_tables(PAGE) == PAGE, "python -m api.web.verifier_tables"


def test_the_tables_are_plain_data() -> None:
    (data,) = re.findall(
        r'<script type="application/json" id="tables">(.*?)</script>', PAGE, re.DOTALL
    )
    whole = json.loads(data)
    assert set(whole) >= {"forms", "patterns", "rules", *LAW, "words", "mild", "steps", "receipt"}
    assert "<" not in data


def test_every_fact_is_in_the_tables_and_has_its_rule() -> None:
    assert {name for name in facts_table() if "/" in name} == set(rules_table())
    assert set(rules_table()) == set(fact_types())


def test_every_rule_of_a_fact_has_its_words_and_its_stream() -> None:
    for name, row in rules_table().items():
        assert row["stream"], name
        for rule, words in row.get("must", []):
            assert rule, name
            # Only where no more can be judged there is nothing to be said.
            assert bool(words) != rule.startswith("known("), (name, rule)


def test_every_check_of_a_file_has_its_step_and_its_words() -> None:
    for kind, steps in (("bundle", STEPS), ("receipt", RECEIPT)):
        rows = rules()["checks"][kind]
        assert {row["step"] for row in rows} <= set(range(1, len(steps) + 1))
        assert {row["code"] for row in rows} <= set(words_table(""))
        for row in rows:
            assert "at" in row
            assert "holds" in row or {"got", "wanted"} <= set(row), row


def test_a_name_that_stands_for_a_rule_is_used() -> None:
    written = rules()
    for name in written["names"]:
        others = [rule for other, rule in written["names"].items() if other != name]
        whole = json.dumps([rules_table(), written["checks"], written["shapes"], others])
        assert re.search(rf"\b{name}\b", whole), name


@pytest.mark.parametrize("decision", PACK.majorities.ids())
def test_decisions_say_on_every_day_what_the_rows_say(decision: str) -> None:
    rows = LAW["decisions"][decision]
    days = {date.fromisoformat(since) for since, _ in rows}
    around = {day + timedelta(days=n) for day in days for n in (-1, 0, 1)}
    for day in sorted(around | set(DAYS)):
        found = held(rows, day)
        try:
            rule = PACK.rule(decision, day)
        except LawError:
            assert found is None
            continue
        assert (found["body"], found["norm"]) == (rule.body.value, rule.norm)
        assert found["majority"] == written(rule.majority)
        assert found["quorum"] == written(rule.quorum)
        assert [(one["reading"], one["majority"]) for one in found["readings"]] == [
            (one.id, written(one.majority)) for one in rule.readings
        ]
        assert held(LAW["editions"], day) == rule.edition


def written(tests: Any) -> list[dict[str, Any]]:
    """Write tests as the tables do."""
    return [{"base": t.base.value, "part": str(t.part), "strict": t.strict} for t in tests]


def asked(ask: Callable[[], Any]) -> Any:
    """Ask the law; nothing where it says nothing."""
    try:
        return ask()
    except LawError:
        return None


@pytest.mark.parametrize("form", MeetingForm)
@pytest.mark.parametrize("basis", Basis)
@pytest.mark.parametrize("first", [False, True])
def test_ways_say_on_every_day_what_the_rows_say(
    basis: Basis, form: MeetingForm, first: bool
) -> None:
    rows = LAW["ways"][f"{basis} {form} {'true' if first else 'false'}"]
    terms = SimpleNamespace(basis=basis, form=form, first_in_system=first)
    named = law_form(cast("MeetingCalled", terms))
    for day in DAYS:
        found = held(rows, day) or {}
        notice = asked(partial(PACK.term, "notice", day, named))
        assert found.get("notice") == (notice and [notice.value, notice.unit.value]), day
        for name, term in TERMS.items():
            wanted = asked(partial(PACK.term, term, day))
            assert found.get(name) == (wanted and wanted.value), day
        for channel in Channel:
            ask = partial(PACK.ballot_channel, basis, named, channel, day)
            told = asked(ask)
            assert found.get(channel) == (told and told.binding), day


def test_the_units_are_those_the_page_reckons_in() -> None:
    for day in DAYS:
        units = {name: asked(partial(PACK.term, term, day)) for name, term in TERMS.items()}
        assert {str(one.unit) for name, one in units.items() if one and name != "paper_hours"} <= {
            "days"
        }
        assert units["paper_hours"] is None or str(units["paper_hours"].unit) == "hours"
        kept = asked(partial(PACK.term, KEPT, day))
        assert held(LAW["keep"], day) == (kept and kept.value)
        assert kept is None or str(kept.unit) == "years"


def test_every_working_day_is_listed() -> None:
    calendar = load_calendar()
    first, last = date(min(calendar.years), 1, 1), date(max(calendar.years), 12, 31)
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    assert LAW["workdays"] == [day.isoformat() for day in days if calendar.is_working(day)]


def test_every_finding_of_the_page_has_its_words() -> None:
    script = PAGE[PAGE.index('"use strict"') :]
    checked = {row["code"] for rows in rules()["checks"].values() for row in rows}
    said = set(re.findall(r'"([a-z]+(?:_[a-z]+)+)"', script)) & {*WORDINGS, *OWN_WORDS} | checked
    told = set(re.findall(r'\bsay\((?:\d, )?"([a-z_]+)"', script))
    told |= set(re.findall(r'\b(?:unread|tell)\(\d, "([a-z_]+)"', script))
    assert len(said) > 50
    assert len(told) > 8
    assert told <= said == set(words_table(script))
    assert set(MILD) <= said
    assert set(OWN_WORDS) <= said
