"""The tables inside `static/verify.html`: fields of the facts, rows of the law, words of findings.

The page must work from a disk, so it carries them. `python -m api.web.verifier_tables` writes them
anew after the law pack, a fact or a wording has changed; a test compares.
"""

from __future__ import annotations

import json
import re
import types
from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime, timedelta
from enum import Enum
from fractions import Fraction
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any, Union, get_args, get_origin, get_type_hints
from uuid import UUID

from api.audit.wording import REFUSED, WORDINGS
from api.cli.refusal_examples import examples
from api.messages import explain
from api.web.verify import PAGE
from domain.events import AnyFact, Basis, Channel
from domain.law.errors import LawError
from domain.law.reference import load_pack
from domain.law.workdays import load_calendar
from domain.votes import FloorArea, TitleShare

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from domain.law.reference import LawPack
    from domain.law.rules import Threshold

_PLACE = re.compile(r"(?<=const TABLES = )\{.*?\}(?=;\n/\* end of the tables \*/)", re.DOTALL)
_PLAIN: dict[object, str] = {
    str: "text", int: "int", bool: "bool", UUID: "uuid", date: "day", datetime: "moment",
    FloorArea: "area", TitleShare: "share", Fraction: "fraction",
}  # fmt: skip
_NOTICES = ("in_person", "absentee_poll", "mixed", "first_system", "system")
_TERMS = ("paper_cut_off", "system_length_min", "system_length_max")
_SYSTEMS = ("system", "first_system")
OWN_WORDS = {
    "signature_unchecked": "Этот браузер не умеет проверять подпись Ed25519. Откройте страницу в "
    "более новом.",
    "key_not_compared": "Ключ журнала взят из самого пакета. Сверьте его с опубликованным: впишите "
    "тот в поле «Ключ журнала».",
    "key_not_given": "Подпись не проверена: впишите ключ в поле «Ключ журнала» или откройте "
    "квитанцию вместе с пакетом.",
    "law_not_installed": "Пакет норм {got} — не тот, что знает эта страница ({wanted}). Пороги для "
    "сравнения взяты из самой записи о подсчёте, а исход сверен с нормами страницы.",
}
"""What the page says in its own way, or alone."""

Row = list[Any]


# --- facts ---------------------------------------------------------------------------------------


def facts_table() -> dict[str, str]:
    """Describe every fact and every value in one as `name:type name:type`."""
    found: dict[str, str] = {}
    for fact in get_args(AnyFact):
        _describe(fact, fact.TYPE, found)
    return found


def _describe(kind: type[Any], name: str, found: dict[str, str]) -> None:
    hints = get_type_hints(kind)
    shown = [f"{field.name}:{_type(hints[field.name], found)}" for field in fields(kind)]
    found[name] = " ".join(shown)


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
    channels = {
        f"{basis} {form} {channel}": _rows(days, _binding(pack, basis, form, channel))
        for basis in Basis
        for form in _NOTICES
        if (form in _SYSTEMS) == (basis is Basis.REGIONAL_SYSTEM)
        for channel in Channel
    }
    terms = {f"notice {form}": _rows(days, _term(pack, "notice", form)) for form in _NOTICES}
    return {
        "law": {"name": pack.name, "sha256": pack.sha256, "version": pack.version},
        "editions": _rows(days, lambda day: [pack.edition(day).id]),
        "decisions": {one: _rows(days, _rule(pack, one)) for one in pack.majorities.ids()},
        "terms": terms | {one: _rows(days, _term(pack, one, None)) for one in _TERMS},
        "channels": channels,
        "calendar": {
            str(year): [sorted(map(str, one.days_off)), sorted(map(str, one.working_weekends))]
            for year, one in load_calendar().years.items()
        },
    }


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


def _rows(days: Iterable[date], row_on: Callable[[date], Row]) -> list[Row]:
    """Keep the days on which a row differs from that of the day before; nothing is no row."""
    found: list[Row] = []
    last: Row = []
    for day in days:
        try:
            row = row_on(day)
        except LawError:
            row = []
        if row != last:
            found.append([day.isoformat(), *row])
            last = row
    return found


def _rule(pack: LawPack, decision: str) -> Callable[[date], Row]:
    def row(day: date) -> Row:
        rule = pack.rule(decision, day)
        readings = [[one.id, one.text, _tests(one.majority)] for one in rule.readings]
        majority, quorum = _tests(rule.majority), _tests(rule.quorum)
        return [majority, quorum, rule.body.value, rule.norm, readings]

    return row


def _tests(tests: Iterable[Threshold]) -> str:
    return " ".join(f"{one.base.value}{'>' if one.strict else '>='}{one.part}" for one in tests)


def _term(pack: LawPack, term: str, form: str | None) -> Callable[[date], Row]:
    def row(day: date) -> Row:
        found = pack.term(term, day, form)
        return [found.value, found.unit.value]

    return row


def _binding(pack: LawPack, basis: str, form: str, channel: str) -> Callable[[date], Row]:
    return lambda day: [pack.ballot_channel(basis, form, channel, day).binding]


# --- words and the page --------------------------------------------------------------------------


def words_table() -> dict[str, str]:
    """Give the wording of every finding; refusals by their titles."""
    refusals = {
        REFUSED + one.code: f"По правилам такой записи быть не могло: «{explain(one, UTC).title}»."
        for one in examples()
    }
    return {**WORDINGS, **OWN_WORDS, **refusals}


def tables() -> str:
    """Write all tables as a JavaScript value, one line for each."""
    whole = {"facts": facts_table(), **law_tables(load_pack()), "words": words_table()}
    lines = (
        f"  {name}: {json.dumps(table, ensure_ascii=False, separators=(',', ':'))},"
        for name, table in whole.items()
    )
    return "\n".join(("{", *lines, "}"))


def with_tables(page: str) -> str:
    """Put the tables in their place."""
    return _PLACE.sub(lambda _: tables(), page, count=1)


def main() -> None:
    """Write the page anew."""
    path = Path(str(files("api.web") / "static" / PAGE))
    path.write_text(with_tables(path.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
