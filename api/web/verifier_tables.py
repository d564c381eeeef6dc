"""The tables inside `static/verify.html`: fields of the facts, rows of the law, words of findings.

The page must work from a disk, so it carries them. `python -m api.web.verifier_tables` writes them
anew after the law pack, a fact or a wording has changed; a test compares.
"""

from __future__ import annotations

import json
import re
import tomllib
import types
from dataclasses import fields, is_dataclass
from datetime import date, datetime, timedelta
from enum import Enum
from fractions import Fraction
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any, Union, get_args, get_origin, get_type_hints
from uuid import UUID

from api.audit.wording import WORDINGS
from api.web import verifier_words as own
from api.web.verifier_words import FORMS, NARROWER
from api.web.verify import PAGE
from domain.events import AnyFact, Basis, Channel, MeetingForm
from domain.keeping import KEPT
from domain.law.errors import LawError
from domain.law.reference import load_pack
from domain.law.workdays import load_calendar
from domain.votes import FloorArea, TitleShare

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from domain.law.reference import LawPack
    from domain.law.rules import DecisionRule, Threshold

RULES = "verifier_rules.toml"
_PLACE = re.compile(r"(?<=id=\"tables\">{\n).*?(?=\n}</script>)", re.DOTALL)
_PLAIN: dict[object, str] = {
    str: "text", int: "int", bool: "bool", UUID: "uuid", date: "day", datetime: "moment",
    FloorArea: "area", TitleShare: "share", Fraction: "fraction",
}  # fmt: skip
TERMS = {
    "least": "system_length_min",
    "most": "system_length_max",
    "paper_hours": "paper_cut_off",
}

Row = tuple[str, Any]


# --- facts ---------------------------------------------------------------------------------------


def facts_table() -> dict[str, str]:
    """Describe every fact and every value in one as `name:type name:type`."""
    found = dict(FORMS)
    for fact in get_args(AnyFact):
        _describe(fact, fact.TYPE, found)
    return found


def _describe(kind: type[Any], name: str, found: dict[str, str]) -> None:
    hints = get_type_hints(kind)
    for field in fields(kind):
        plain = _type(hints[field.name], found)
        hints[field.name] = NARROWER.get((name, field.name), plain)
    found[name] = " ".join(f"{field.name}:{hints[field.name]}" for field in fields(kind))


def _type(hint: Any, found: dict[str, str]) -> str:
    """Name a type: `?` may be null, `*` is a list, `=a|b` one of these words."""
    if hint in _PLAIN:
        return _PLAIN[hint]
    if get_origin(hint) in (Union, types.UnionType):
        (inner,) = (one for one in get_args(hint) if one is not type(None))
        return f"{_type(inner, found)}?"
    if get_origin(hint) is tuple:
        return f"{_type(get_args(hint)[0], found)}*"
    if hasattr(hint, "__supertype__"):
        return _type(hint.__supertype__, found)
    if isinstance(hint, type) and issubclass(hint, Enum):
        return "=" + "|".join(str(one.value) for one in hint)
    if not is_dataclass(hint) or not isinstance(hint, type):
        raise TypeError(f"no name for {hint!r}")
    if hint.__name__ not in found:
        _describe(hint, hint.__name__, found)
    return hint.__name__


# --- law -----------------------------------------------------------------------------------------


def law_tables(pack: LawPack) -> dict[str, Any]:
    """Give the rows of the law that a verifier needs, by the first day of each."""
    days = _days(pack)
    ways = {
        f"{basis} {form} {json.dumps(first)}": _rows(days, _way(pack, basis, form, first))
        for basis in Basis
        for form in MeetingForm
        for first in (False, True)
    }
    return {
        "law": {"name": pack.name, "sha256": pack.sha256, "version": pack.version},
        "editions": _rows(days, lambda day: pack.edition(day).id),
        "decisions": {one: _rows(days, _rule(pack, one)) for one in pack.majorities.ids()},
        "ways": ways,
        "keep": _rows(days, lambda day: pack.term(KEPT, day).value),
        "workdays": _workdays(),
    }


def _workdays() -> list[str]:
    """List every working day of the years in the calendar."""
    calendar, found = load_calendar(), []
    for year in calendar.years:
        day = date(year, 1, 1)
        while day.year == year:
            if calendar.is_working(day):
                found.append(day.isoformat())
            day += timedelta(days=1)
    return sorted(found)


def _days(pack: LawPack) -> list[date]:
    """List every day on which some row may begin."""
    points = set(_dates(pack.conduct)) | set(_dates(pack.majorities))
    return sorted(points | {day + timedelta(days=1) for day in points if day < date.max})


def _dates(value: object) -> Iterable[date]:
    """Walk every date in a table, however deep."""
    if isinstance(value, date):
        yield value
    elif is_dataclass(value) and not isinstance(value, type):
        for field in fields(value):
            yield from _dates(getattr(value, field.name))
    elif isinstance(value, dict):
        for one in (*value.keys(), *value.values()):
            yield from _dates(one)
    elif isinstance(value, tuple | list | frozenset):
        for one in value:
            yield from _dates(one)


def _rows(days: Iterable[date], row_on: Callable[[date], Any]) -> list[Row]:
    """Keep the days on which a row differs from that of the day before; null where is none."""
    found: list[Row] = []
    last = None
    for day in days:
        try:
            row = row_on(day)
        except LawError:
            row = None
        if row != last:
            found.append((day.isoformat(), row))
            last = row
    return found


def _rule(pack: LawPack, decision: str) -> Callable[[date], dict[str, Any]]:
    return lambda day: _described(pack.rule(decision, day))


def _described(rule: DecisionRule) -> dict[str, Any]:
    return {
        "norm": rule.norm,
        "body": rule.body.value,
        "quorum": _tests(rule.quorum),
        "majority": _tests(rule.majority),
        "readings": [
            {"reading": one.id, "text": one.text, "majority": _tests(one.majority)}
            for one in rule.readings
        ],
    }


def _tests(tests: Iterable[Threshold]) -> list[dict[str, Any]]:
    return [{"base": t.base.value, "part": str(t.part), "strict": t.strict} for t in tests]


def _way(pack: LawPack, basis: Basis, form: MeetingForm, first: bool) -> Callable[[date], Any]:
    """Give the terms of one way to hold a meeting: notice, length, paper, and what is a vote."""
    named = "absentee_poll" if form is MeetingForm.ABSENTEE else form.value
    if basis is Basis.REGIONAL_SYSTEM:
        named = "first_system" if first else "system"

    def notice(day: date) -> list[Any]:
        found = pack.term("notice", day, named)
        return [found.value, found.unit.value]

    def term(name: str) -> Callable[[date], Any]:
        return lambda day: pack.term(name, day).value

    def is_vote(channel: str) -> Callable[[date], Any]:
        return lambda day: pack.ballot_channel(basis, named, channel, day).binding

    asked = {"notice": notice} | {name: term(one) for name, one in TERMS.items()}
    asked |= {channel: is_vote(channel) for channel in Channel}

    def row(day: date) -> dict[str, Any]:
        told = ((name, _try(ask, day)) for name, ask in asked.items())
        return {name: found for name, found in told if found is not None}

    return row


def _try(ask: Callable[[date], Any], day: date) -> Any:
    """Ask the law; nothing where it says nothing yet."""
    try:
        return ask(day)
    except LawError:
        return None


# --- words and the page --------------------------------------------------------------------------


def words_table(page: str) -> dict[str, str]:
    """Give the wording of every finding the page has."""
    known = {**WORDINGS, **own.OWN_WORDS}
    checked = {row["code"] for rows in rules()["checks"].values() for row in rows}
    return {code: words for code, words in known.items() if code in checked or f'"{code}"' in page}


def rules() -> dict[str, Any]:
    """Read what the page checks, as people wrote it; each rule on one line."""
    text = (files("api.web") / RULES).read_text(encoding="utf-8")
    found: dict[str, Any] = _on_one_line(tomllib.loads(text))
    return found


def _on_one_line(value: Any) -> Any:
    match value:
        case str():
            return " ".join(value.split())
        case list():
            return [_on_one_line(one) for one in value]
        case dict():
            return {name: _on_one_line(one) for name, one in value.items()}
        case _:
            return value


def rules_table() -> dict[str, dict[str, Any]]:
    """Give what the page knows of every fact besides its fields."""
    written = rules()
    facts, fresh = written["facts"], written["fresh"]
    found = {}
    for name, own_row in facts.items():
        row = facts.get(own_row.get("like"), {}) | own_row
        row.pop("like", None)
        found[f"{name}/1"] = row | (
            {"fresh": fresh[row["stream"]]} if row["stream"] in fresh else {}
        )
    return found


def tables(page: str) -> str:
    """Write all tables as JSON: the facts, the law and the words, one line for each."""
    written = rules()
    forms = {name: _pairs(fields) for name, fields in facts_table().items()}
    facts = {"forms": forms, "patterns": own.PATTERNS, "rules": rules_table()}
    facts |= {name: written[name] for name in ("names", "records", "checks", "shapes")}
    words = {
        "words": words_table(page),
        "mild": own.MILD,
        "steps": own.STEPS,
        "receipt": own.RECEIPT,
        "signs": own.SIGNS,
        "states": own.STATES,
        "told": own.TOLD,
        "outcomes": own.OUTCOMES,
        "marks": own.MARKS,
    }
    law = law_tables(load_pack())
    return ",\n".join(map(_members, (facts, law, words)))


def _pairs(fields: str) -> dict[str, str]:
    return {name: kind for name, _, kind in (one.partition(":") for one in fields.split())}


def _members(tables: dict[str, Any]) -> str:
    text = json.dumps(tables, ensure_ascii=False, separators=(",", ":"))
    return text.replace("<", "\\u003c")[1:-1]  # inside a page nothing may look like a tag


def with_tables(page: str) -> str:
    """Put the tables in their place."""
    code = _PLACE.sub("", page, count=1)
    return _PLACE.sub(lambda _: tables(code), page, count=1)


def main() -> None:
    """Write the page anew."""
    path = Path(str(files("api.web") / "static" / PAGE))
    path.write_text(with_tables(path.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
