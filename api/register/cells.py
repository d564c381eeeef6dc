"""Single cells read exactly: number of the premises, kind, area, entrance, right.

Площадь — с точностью до 0,01 м², ч. 5 ст. 15 ЖК РФ. Each reader notes what it finds and gives None
where the cell holds nothing it can use.
"""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from fractions import Fraction
from typing import TYPE_CHECKING

from api.register.header import Field
from api.register.text import date_made_of, day_in_words, mixed_words, russian_letters
from domain.events import PremisesKind, RightKind
from domain.votes import FloorArea, NotAnAreaError, floor_area, russian

if TYPE_CHECKING:
    from api.register.lines import Line
    from api.register.report import Report

KIND_NAMES = {
    PremisesKind.FLAT: "квартира",
    PremisesKind.ROOM: "комната",
    PremisesKind.NON_RESIDENTIAL: "нежилое",
    PremisesKind.PARKING: "машино-место",
    PremisesKind.STORAGE: "кладовая",
}
_KINDS: tuple[tuple[PremisesKind, re.Pattern[str]], ...] = tuple(
    (kind, re.compile(pattern))
    for kind, pattern in (
        (PremisesKind.PARKING, r"машин|м/м|\bмм\b|парк|паркинг|гараж|стоян"),
        (PremisesKind.STORAGE, r"клад|келлер|\bкл\b"),
        (PremisesKind.NON_RESIDENTIAL, r"не ?жил|магазин|офис|коммерч|^неж|встро"),
        (PremisesKind.ROOM, r"комнат|\bком\b"),
        (PremisesKind.FLAT, r"кварт|^кв\b|^жил|апартамент"),
    )
)
_RIGHTS: tuple[tuple[RightKind, re.Pattern[str]], ...] = tuple(
    (right, re.compile(pattern))
    for right, pattern in (
        (RightKind.MUNICIPAL, r"муниц|^мун\b"),
        (RightKind.STATE, r"государств|федерал|^гос\b"),
        (RightKind.TRANSFER_ACT, r"\bакт|передаточн|\bппа\b|дду"),
        (RightKind.JOINT, r"совместн"),
        (RightKind.SHARED, r"долев"),
        (RightKind.SOLE, r"собств|индивид|частн|единолич|личная"),
    )
)
_NUMBER = re.compile(r"\d|\b[IVXLC]+\b")
_FLAT_PREFIX = re.compile(r"^(?:квартира|кв\.?|№)\s*(?=[\d№])", re.IGNORECASE)
_PARKING_NUMBER = re.compile(r"^(?:м\s*/\s*м|машино-?место)\.?\s*№?\s*(?=\d)", re.IGNORECASE)
_STORAGE_NUMBER = re.compile(r"^(?:кл\.|кладовая|кладовка|кл)\s*№?\s*(?=\d)", re.IGNORECASE)
_LONGEST_NUMBER = 40
_PREFIX = {PremisesKind.PARKING: "м/м", PremisesKind.STORAGE: "кл."}
_AREA_TAIL = re.compile(r"\s*(?:кв\.?\s*м\.?|м\s*2|м²|м\.?)\s*$", re.IGNORECASE)
_AREA = re.compile(r"-?\d{1,15}(?:\.\d{1,15})?")
_CENT = Decimal("0.01")
_USUAL_FLAT = (Decimal(8), Decimal(300))


def read_number(line: Line, report: Report) -> str | None:
    """Read the number of the premises as text: 12а, 12/1, Н-3, м/м 17, never an integer."""
    cell = line.cell(Field.NUMBER)
    if cell.is_blank:
        report.say("premises_missing", line.row, Field.NUMBER)
        return None
    if typed := date_made_of(cell.text, cell.day):
        _say_date("premises_date", line, Field.NUMBER, typed, report)
        return None
    text = _FLAT_PREFIX.sub("", " ".join(cell.text.split()), count=1).strip()
    text = _STORAGE_NUMBER.sub("кл. ", _PARKING_NUMBER.sub("м/м ", text, count=1), count=1)
    if not _NUMBER.search(text) or len(text) > _LONGEST_NUMBER or (cell.is_number and "." in text):
        report.say("premises_unreadable", line.row, Field.NUMBER, cell.text)
        return None
    offer = russian_letters(text)
    roman = re.search(r"\b[IVXLC]+\b", text)
    if offer != text and not roman and (mixed_words(text) or re.search("[A-Za-z]", text)):
        report.say("premises_latin", line.row, Field.NUMBER, cell.text, offer=offer)
    return text


def read_kind(line: Line, report: Report) -> PremisesKind | None:
    """Read what the premises is; None if the cell says nothing."""
    text = line.text(Field.KIND).lower()
    if not text or text in ("-", "—"):
        return None
    for kind, pattern in _KINDS:
        if pattern.search(text):
            return kind
    report.say("kind_unreadable", line.row, Field.KIND, line.text(Field.KIND))
    return None


def kind_by_number(number: str) -> PremisesKind:
    """Guess what a premises is by the way its number is written."""
    text = number.lower()
    if text.startswith("м/м"):
        return PremisesKind.PARKING
    if text.startswith("кл."):
        return PremisesKind.STORAGE
    if "ком" in text:
        return PremisesKind.ROOM
    return PremisesKind.FLAT if text[0].isdigit() else PremisesKind.NON_RESIDENTIAL


def prefixed(number: str, kind: PremisesKind | None) -> str:
    """Tell a parking place 17 and a storage room 17 from flat 17."""
    prefix = _PREFIX.get(kind) if kind else None
    return f"{prefix} {number}" if prefix and number[0].isdigit() else number


def exact_number(text: str) -> Decimal | None:
    """Read a number with decimal comma or point and separated thousands; None if it is none."""
    bare = re.sub(r"[\s'’`]", "", text)
    if "," in bare and "." in bare:
        thousands = "," if bare.rindex(",") < bare.rindex(".") else "."
        bare = bare.replace(thousands, "")
    bare = bare.replace(",", ".")
    try:
        return Decimal(bare) if _AREA.fullmatch(bare) else None
    except InvalidOperation:
        return None


def read_area(line: Line, report: Report) -> FloorArea | None:
    """Read the area in m²; more than two decimal places are rounded and shown."""
    cell = line.cell(Field.AREA)
    if cell.is_blank:
        return None
    if typed := date_made_of(cell.text, cell.day):
        number = f"{typed[0]}.{typed[1]}"
        day = day_in_words(*typed)
        report.say("area_date", line.row, Field.AREA, cell.text, day=day, number=number)
        return None
    value = exact_number(_AREA_TAIL.sub("", cell.text))
    if value is None:
        report.say("area_unreadable", line.row, Field.AREA, cell.text)
        return None
    rounded = value.quantize(_CENT, rounding=ROUND_HALF_UP)
    if rounded <= 0:
        report.say("area_not_positive", line.row, Field.AREA, cell.text)
        return None
    try:
        area = floor_area(rounded)
    except NotAnAreaError:
        report.say("area_too_large", line.row, Field.AREA, cell.text)
        return None
    _say_how_read(line, area, value, report)
    return area


def shown(area: Decimal) -> str:
    """Write an area the Russian way: 1 045,50."""
    return russian(Fraction(area))


def _say_how_read(line: Line, area: FloorArea, value: Decimal, report: Report) -> None:
    text = line.text(Field.AREA)
    if not re.fullmatch(r"\d+(?:[.,]\d+)?", text):
        report.say("area_cleaned", line.row, Field.AREA, text, area=shown(area))
    if area != value:
        report.say("area_rounded", line.row, Field.AREA, text, area=shown(area))


def say_if_unusual(line: Line, kind: PremisesKind, area: FloorArea, report: Report) -> None:
    """Ask to confirm a flat smaller than a room or larger than a house."""
    least, most = _USUAL_FLAT
    if kind.is_residential and not least <= area <= most:
        report.say("area_unusual", line.row, Field.AREA, line.text(Field.AREA), area=shown(area))


def read_entrance(line: Line, report: Report) -> int | None:
    """Read the number of the entrance: 2, «подъезд 2», 2/5 where the floor follows."""
    cell = line.cell(Field.ENTRANCE)
    if cell.is_blank or cell.text in ("-", "—"):
        return None
    found = re.search(r"\d+", cell.text)
    if cell.day or not found or not 1 <= int(found[0][:5]) <= 99:
        report.say("entrance_unreadable", line.row, Field.ENTRANCE, cell.text)
        return None
    return int(found[0])


def read_right(line: Line, report: Report) -> RightKind | None:
    """Read the form of ownership (ГК 244); None if the cell says nothing."""
    text = line.text(Field.RIGHT).lower()
    if not text or text in ("-", "—"):
        return None
    for right, pattern in _RIGHTS:
        if pattern.search(text):
            return right
    report.say("right_unreadable", line.row, Field.RIGHT, line.text(Field.RIGHT))
    return None


def _say_date(code: str, line: Line, field: Field, typed: tuple[int, int], report: Report) -> None:
    day, fraction = day_in_words(*typed), f"{typed[0]}/{typed[1]}"
    report.say(code, line.row, field, line.text(field), day=day, fraction=fraction)
