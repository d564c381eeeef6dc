"""Figures of somebody's protocol, form `sobranie-figures/1`, read exactly and with typed errors.

Numbers may be texts ("4 755,84") or JSON numbers; how many decimals were printed is kept, for it
says how far a percentage may be trusted. Everything but date and questions may be missing.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

from projections.intervals import Interval

if TYPE_CHECKING:
    from collections.abc import Mapping

FORMAT = "sobranie-figures/1"
MARKS = ("for", "against", "abstained", "invalid")
BODIES = ("owners_meeting", "tsg_members", "sole_owner", "consent")
CIRCLES = ("residential_owners", "entrance_owners", "entrance_participants")

_NUMBER = re.compile(r"([0-9]{1,18})(?:[.,]([0-9]{1,12}))?", re.ASCII)
_GAPS = re.compile(r"[ \u00a0\u2009\u202f]")
_RUSSIAN_DATE = re.compile(r"([0-9]{2})\.([0-9]{2})\.([0-9]{4})", re.ASCII)
_HUNDRED = Fraction(100)
_FAR = 18


class UnusableFigures(Exception):  # noqa: N818 - the name is the reason
    """The input cannot be judged: `field` says where, the text what is wrong there."""

    code = "unusable-figures"

    def __init__(self, field: str, why: str) -> None:
        super().__init__(f"Поле «{field}»: {why}" if field else why)
        self.field = field
        self.why = why


@dataclass(frozen=True, slots=True)
class Figure:
    """A number as printed."""

    value: Fraction
    decimals: int

    def interval(self) -> Interval:
        """Give what the printed figure leaves possible."""
        return Interval.printed(self.value, self.decimals)


@dataclass(frozen=True, slots=True)
class Percents:
    """Printed percentages of one question; `base` is "participants", "all" or ""."""

    base: str
    marks: Mapping[str, Figure]


@dataclass(frozen=True, slots=True)
class VotesCast:
    """Printed votes of one question; `base` is the printed whole, if any."""

    base: Figure | None
    marks: Mapping[str, Figure]


@dataclass(frozen=True, slots=True)
class QuestionFigures:
    """One question as printed."""

    number: str
    text: str
    decision: str | None
    percent: Percents | None
    votes: VotesCast | None
    votes_for_in: Mapping[str, Figure]
    circles: Mapping[str, Figure]
    printed_carried: bool | None


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures of one protocol."""

    body: str
    on: date
    form: str
    total_votes: Figure | None
    participants_votes: Figure | None
    quorum_percent: Figure | None
    quorum_held: bool | None
    questions: tuple[QuestionFigures, ...]


def from_bytes(data: bytes) -> Figures:
    """Read the file; `UnusableFigures` says what cannot be used."""
    try:
        value = json.loads(
            data.decode("utf-8-sig"),
            parse_float=Decimal,
            parse_constant=_no_constant,
            object_pairs_hook=_no_repetition,
        )
    except UnicodeDecodeError as error:
        raise UnusableFigures("", "Файл не в кодировке UTF-8.") from error
    except RecursionError as error:
        raise UnusableFigures("", "Файл вложен слишком глубоко.") from error
    except ValueError as error:
        where = f" (строка {error.lineno})" if isinstance(error, json.JSONDecodeError) else ""
        raise UnusableFigures("", f"Файл не читается как JSON{where}.") from error
    return from_value(value)


def _no_constant(name: str) -> object:
    raise UnusableFigures("", f"Значение {name} — не число.")


def _no_repetition(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise UnusableFigures(twice, "указано дважды.")
    return found


def from_value(value: object) -> Figures:
    """Read figures from parsed JSON."""
    top = _object(value, "")
    if top.get("format") != FORMAT:
        raise UnusableFigures("format", f"ожидается «{FORMAT}».")
    printed = _object(top.get("printed"), "printed") if top.get("printed") is not None else {}
    body = _text(top, "body", "") or "owners_meeting"
    if body not in BODIES:
        raise UnusableFigures("body", f"неизвестный орган «{body}».")
    total = _figure(top, "total_votes", "")
    if total is not None and total.value == 0:
        raise UnusableFigures("total_votes", "должно быть больше нуля.")
    questions = top.get("questions")
    if not isinstance(questions, list) or not questions:
        raise UnusableFigures("questions", "нужен хотя бы один вопрос.")
    circles = _circles(top, "")
    return Figures(
        body=body,
        on=_date(top.get("date")),
        form=_text(top, "form", ""),
        total_votes=total,
        participants_votes=_figure(top, "participants_votes", ""),
        quorum_percent=_percent(printed, "quorum_percent", "printed"),
        quorum_held=_flag(printed, "quorum_held", "printed"),
        questions=tuple(_question(one, i, circles) for i, one in enumerate(questions)),
    )


def _question(value: object, index: int, circles: Mapping[str, Figure]) -> QuestionFigures:
    at = f"questions[{index}]"
    row = _object(value, at)
    printed = row.get("printed")
    carried = (
        _flag(_object(printed, f"{at}.printed"), "carried", f"{at}.printed")
        if (printed is not None)
        else None
    )
    return QuestionFigures(
        number=_number_text(row, at, index),
        text=_text(row, "text", at),
        decision=_text(row, "decision", at) or None,
        percent=_percents(row.get("percent"), f"{at}.percent"),
        votes=_votes(row.get("votes"), f"{at}.votes"),
        votes_for_in=_circle_votes(row, at),
        circles={**circles, **_circles(row, at)},
        printed_carried=carried,
    )


def _number_text(row: Mapping[str, object], at: str, index: int) -> str:
    value = row.get("number")
    if value is None:
        return str(index + 1)
    if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
        raise UnusableFigures(f"{at}.number", "ожидается номер вопроса.")
    return str(value)


def _percents(value: object, at: str) -> Percents | None:
    if value is None:
        return None
    row = _object(value, at)
    base = _text(row, "base", at)
    if base not in ("", "participants", "all"):
        raise UnusableFigures(f"{at}.base", f"ожидается participants или all, а не «{base}».")
    marks = {mark: _percent(row, mark, at) for mark in MARKS}
    found = {mark: figure for mark, figure in marks.items() if figure is not None}
    return Percents(base, _same_precision(row, found)) if found else None


def _same_precision(row: Mapping[str, object], marks: Mapping[str, Figure]) -> dict[str, Figure]:
    """Give JSON numbers, which lose their last zeros, the precision of their neighbours."""
    most = max(figure.decimals for figure in marks.values())
    return {
        mark: figure if isinstance(row[mark], str) else Figure(figure.value, most)
        for mark, figure in marks.items()
    }


def _votes(value: object, at: str) -> VotesCast | None:
    if value is None:
        return None
    row = _object(value, at)
    marks = {mark: _figure(row, mark, at) for mark in MARKS}
    found = {mark: figure for mark, figure in marks.items() if figure is not None}
    named = row.get("base") in ("participants", "all", "")
    base = None if named else _figure(row, "base", at)
    return VotesCast(base, found) if found else None


def _circles(row: Mapping[str, object], at: str) -> dict[str, Figure]:
    value = row.get("bases")
    if value is None:
        return {}
    where = f"{at}.bases".lstrip(".")
    bases = _object(value, where)
    found = {name: _figure(bases, name, where) for name in CIRCLES}
    return {name: figure for name, figure in found.items() if figure is not None}


def _circle_votes(row: Mapping[str, object], at: str) -> dict[str, Figure]:
    value = row.get("votes_for_in")
    if value is None:
        return {}
    votes = _object(value, f"{at}.votes_for_in")
    found = {name: _figure(votes, name, f"{at}.votes_for_in") for name in CIRCLES}
    return {name: figure for name, figure in found.items() if figure is not None}


def _object(value: object, at: str) -> dict[str, object]:
    if not isinstance(value, dict):
        raise UnusableFigures(at, "ожидается объект." if at else "Ожидается объект JSON.")
    return value


def _text(row: Mapping[str, object], key: str, at: str) -> str:
    value = row.get(key)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise UnusableFigures(f"{at}.{key}".lstrip("."), "ожидается текст.")
    return value.strip()


def _flag(row: Mapping[str, object], key: str, at: str) -> bool | None:
    value = row.get(key)
    if value is not None and not isinstance(value, bool):
        raise UnusableFigures(f"{at}.{key}", "ожидается true, false или null.")
    return value


def _figure(row: Mapping[str, object], key: str, at: str) -> Figure | None:
    """Read a number that is not negative; a missing, null or empty one is None."""
    value = row.get(key)
    where = f"{at}.{key}".lstrip(".")
    if value is None or value == "":
        return None
    if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
        raise UnusableFigures(where, "ожидается число.")
    text = _GAPS.sub("", _plain(value)).removesuffix("%")
    if text.startswith(("-", "\u2212")):
        raise UnusableFigures(where, f"число «{value}» меньше нуля.")
    found = _NUMBER.fullmatch(text)
    if found is None:
        raise UnusableFigures(where, f"«{str(value)[:40]}» — не число.")
    whole, decimals = found[1], found[2] or ""
    return Figure(Fraction(int(whole + decimals), 10 ** len(decimals)), len(decimals))


def _plain(value: str | int | Decimal) -> str:
    """Write a JSON number without an exponent, unless it is absurdly large or small."""
    if isinstance(value, Decimal) and -_FAR < value.adjusted() < _FAR:
        return format(value, "f")
    return str(value)


def _percent(row: Mapping[str, object], key: str, at: str) -> Figure | None:
    figure = _figure(row, key, at)
    if figure is not None and figure.value > _HUNDRED:
        raise UnusableFigures(f"{at}.{key}", "больше 100 %.")
    return figure


def _date(value: object) -> date:
    if not isinstance(value, str):
        raise UnusableFigures("date", "нужна дата собрания, например 2018-12-03.")
    russian = _RUSSIAN_DATE.fullmatch(value.strip())
    text = f"{russian[3]}-{russian[2]}-{russian[1]}" if russian else value.strip()
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise UnusableFigures("date", f"«{value[:40]}» — не дата.") from error
