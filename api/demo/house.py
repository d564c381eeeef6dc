"""The demo house: 398 flats, 590 parking places, 130 storage rooms, 25 shops, 39 773,80 m².

`demo_register()` writes the register a managing organisation would hand over, byte for byte the
same for the same seed. Run `python -m api.demo.house OUT.xlsx` to write it to a file.
"""

from __future__ import annotations

import io
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from fractions import Fraction
from itertools import cycle
from pathlib import Path
from typing import Any, Final

import xlsxwriter

from api.demo.names import Dice, People, Somebody

ADDRESS: Final = "г. Залесск, ул. Придуманная, д. 1"
DECLARED_AREA: Final = Decimal("39773.80")
FLATS_AREA: Final = Decimal("28239.40")
ENTRANCES: Final = 4
TIME_ZONE: Final = "Europe/Moscow"
FLATS, PARKING, STORAGE, SHOPS = 398, 590, 130, 25

_PARKING_AREA, _STORAGE_AREA = Decimal("8378.00"), Decimal("598.00")
_SHOPS_AREA = DECLARED_AREA - FLATS_AREA - _PARKING_AREA - _STORAGE_AREA
_MUNICIPAL_FLATS = frozenset(range(45, FLATS, 50))
_COMPANY_FLATS = frozenset((12, 77, 150, 233, 301, 388))
_MINORS_FLATS = frozenset((8, 61, 119, 207, 266, 340))
_UNKNOWN_FLATS = frozenset((190, 355))
_STEP = 500  # hundredths of m² moved at a time, so that no premises takes all of the rest
_UNKNOWN = "данные о правообладателе отсутствуют"
_HEADER = (
    "№ п/п",
    "№ помещения",
    "Назначение",
    "Подъезд",
    "Общая площадь, кв. м",
    "ФИО / наименование собственника",
    "Вид права",
    "Доля в праве",
    "№ и дата государственной регистрации права",
    "СНИЛС",
    "ОГРН",
    "Примечание",
)
_WIDTHS = (7, 14, 15, 9, 12, 40, 22, 9, 52, 17, 18, 22)
_TITLE = (
    "РЕЕСТР СОБСТВЕННИКОВ ПОМЕЩЕНИЙ В МНОГОКВАРТИРНОМ ДОМЕ",
    f"Адрес: {ADDRESS}. Дом и собственники вымышлены.",
    "По состоянию на 01.02.2026",
)
_MADE_ON = datetime(2026, 2, 1, tzinfo=UTC).replace(tzinfo=None)


@dataclass(frozen=True, slots=True)
class _Title:
    owner: Somebody
    right: str
    share: Fraction | None = None


@dataclass(frozen=True, slots=True)
class _Place:
    number: str
    kind: str
    area: Decimal
    entrance: int | None
    titles: tuple[_Title, ...]


def demo_register(seed: int = 2026) -> bytes:
    """Write the register of the demo house as .xlsx; the same seed gives the same bytes."""
    dice = Dice(seed)
    people = People(dice)
    developer = people.company()
    flats = _flats(dice, people)
    families = [
        place.titles[0].owner
        for place in flats
        if place.titles[0].owner.snils and not place.titles[0].owner.minor
    ]
    places = (
        *flats,
        *_parking(dice, people, families, developer),
        *_storage(dice, families, developer),
        *_shops(dice, people),
    )
    return _written(places, dice)


def areas(dice: Dice, count: int, least: Decimal, most: Decimal, total: Decimal) -> list[Decimal]:
    """Throw areas between two bounds that add up to exactly the total."""
    low, high = int(least * 100), int(most * 100)
    cents = [low + dice.below(high - low + 1) for _ in range(count)]
    rest = int(total * 100) - sum(cents)
    for place in cycle(range(count)):
        if not rest:
            break
        room = (high if rest > 0 else low) - cents[place]
        step = min(rest, room, _STEP) if rest > 0 else max(rest, room, -_STEP)
        cents[place] += step
        rest -= step
    return [Decimal(area) / 100 for area in cents]


def _flats(dice: Dice, people: People) -> list[_Place]:
    city = people.public_body("Администрация города Залесска")
    sizes = areas(dice, FLATS, Decimal("31.50"), Decimal("110.40"), FLATS_AREA)
    per_entrance = -(-FLATS // ENTRANCES)
    return [
        _Place(
            str(number),
            "квартира",
            sizes[number - 1],
            1 + (number - 1) // per_entrance,
            _flat_titles(number, dice, people, city),
        )
        for number in range(1, FLATS + 1)
    ]


def _flat_titles(number: int, dice: Dice, people: People, city: Somebody) -> tuple[_Title, ...]:
    if number in _MUNICIPAL_FLATS:
        return (_Title(city, "муниципальная"),)
    if number in _COMPANY_FLATS:
        return (_Title(people.company(), "собственность"),)
    if number in _UNKNOWN_FLATS:
        return (_Title(Somebody(_UNKNOWN), "собственность"),)
    stem = people.stem()
    first = people.person(man=dice.below(2) == 0, stem=stem)
    if number in _MINORS_FLATS:
        child = people.person(man=dice.below(2) == 0, stem=stem, minor=True)
        return _shared((first, Fraction(1, 2)), (child, Fraction(1, 2)))
    thrown = dice.below(100)
    if thrown < 55:
        return (_Title(first, "собственность"),)
    second = people.person(man=not first.name.split()[0].endswith("ов"), stem=stem)
    if thrown < 75:
        return (_Title(first, "общая совместная"), _Title(second, "общая совместная"))
    part = Fraction(1, 2) if thrown < 90 else Fraction(1, 3)
    return _shared((first, part), (second, 1 - part))


def _shared(*parts: tuple[Somebody, Fraction]) -> tuple[_Title, ...]:
    return tuple(_Title(owner, "общая долевая", share) for owner, share in parts)


def _parking(
    dice: Dice, people: People, families: list[Somebody], developer: Somebody
) -> list[_Place]:
    sizes = areas(dice, PARKING, Decimal("12.50"), Decimal("17.90"), _PARKING_AREA)
    places = []
    for number, size in enumerate(sizes, start=1):
        thrown = dice.below(100)
        if thrown < 80:
            owner = dice.one_of(families)
        else:
            owner = developer if thrown < 92 else people.person(man=dice.below(2) == 0)
        titles = (_Title(owner, "собственность"),)
        places.append(_Place(f"м/м {number}", "машино-место", size, None, titles))
    return places


def _storage(dice: Dice, families: list[Somebody], developer: Somebody) -> list[_Place]:
    sizes = areas(dice, STORAGE, Decimal("2.80"), Decimal("6.90"), _STORAGE_AREA)
    owners = [developer if dice.below(100) < 15 else dice.one_of(families) for _ in sizes]
    return [
        _Place(f"кл. {number}", "кладовая", size, None, (_Title(owner, "собственность"),))
        for number, (size, owner) in enumerate(zip(sizes, owners, strict=True), start=1)
    ]


def _shops(dice: Dice, people: People) -> list[_Place]:
    sizes = areas(dice, SHOPS, Decimal("42.00"), Decimal("180.00"), _SHOPS_AREA)
    places = []
    for number, size in enumerate(sizes, start=1):
        owner = people.entrepreneur() if dice.below(100) < 30 else people.company()
        titles = (_Title(owner, "собственность"),)
        places.append(_Place(f"Н-{number}", "нежилое", size, None, titles))
    return places


def _written(places: tuple[_Place, ...], dice: Dice) -> bytes:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    book.set_properties({"title": _TITLE[0], "created": _MADE_ON})
    sheet = book.add_worksheet("Реестр")
    bold = book.add_format({"bold": True})
    head = book.add_format({"bold": True, "text_wrap": True, "border": 1, "valign": "vcenter"})
    area = book.add_format({"num_format": "#,##0.00"})
    text = book.add_format({"num_format": "@"})
    for row, line in enumerate(_TITLE):
        sheet.write_string(row, 0, line, bold)
    header_row = len(_TITLE) + 1
    for column, (header, width) in enumerate(zip(_HEADER, _WIDTHS, strict=True)):
        sheet.set_column(column, column, width)
        sheet.write_string(header_row, column, header, head)
    row = header_row + 1
    for place in places:
        for title in place.titles:
            _write_title(sheet, row, row - header_row, place, title, dice, (area, text))
            row += 1
    sheet.write_string(row, 1, "ИТОГО", bold)
    sheet.write_number(row, 4, float(sum(place.area for place in places)), area)
    sheet.freeze_panes(header_row + 1, 2)
    book.close()
    return out.getvalue()


def _write_title(
    sheet: Any,
    row: int,
    serial: int,
    place: _Place,
    title: _Title,
    dice: Dice,
    formats: tuple[Any, Any],
) -> None:
    area, text = formats
    share = str(title.share) if title.share else ""
    day = f"{1 + dice.below(28):02d}.{1 + dice.below(12):02d}.{2017 + dice.below(8)}"
    paper = f"00:00:0000000:{1000 + serial}-00/001/{day[-4:]}-{serial} от {day}"
    sheet.write_number(row, 0, serial)
    sheet.write_string(row, 1, place.number, text)
    sheet.write_string(row, 2, place.kind)
    if place.entrance:
        sheet.write_number(row, 3, place.entrance)
    sheet.write_number(row, 4, float(place.area), area)
    note = "несовершеннолетний" if title.owner.minor else ""
    values = (title.owner.name, title.right, share, paper, title.owner.snils, title.owner.ogrn)
    for column, value in enumerate((*values, note), start=5):
        if value:
            sheet.write_string(row, column, value, text)


def main(arguments: list[str]) -> int:
    """Write the demo register to the file named."""
    if len(arguments) != 1:
        print("Использование: python -m api.demo.house OUT.xlsx", file=sys.stderr)
        return 2
    Path(arguments[0]).write_bytes(demo_register())
    print(f"Реестр демонстрационного дома записан: {arguments[0]}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
