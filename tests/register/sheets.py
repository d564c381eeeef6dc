"""Builders of registers for tests: the fifteen messy rows, and a file of any rows as CSV or XLSX.

Persons, houses and numbers are invented.
"""

from __future__ import annotations

import csv
import io
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import xlsxwriter

if TYPE_CHECKING:
    from collections.abc import Sequence

HEADER = (
    "№",
    "Помещение",
    "Назначение",
    "Площадь",
    "Собственник",
    "Вид права",
    "Доля",
    "№ и дата регистрации",
    "СНИЛС",
)
COLUMNS = "ABCDEFGHI"
FIRST_OF_MARCH = datetime(2026, 3, 1)  # noqa: DTZ001 - a spreadsheet's date has no zone


def right(number: int, day: str = "20.05.2019") -> str:
    """Give the number and date of an invented right."""
    return f"00:00:0000000:14-00/001/2019-{number} от {day}"


with (Path(__file__).parent / "data" / "messy.csv").open(encoding="utf-8", newline="") as _file:
    MESSY = tuple(tuple(row) for row in csv.reader(_file, delimiter=";"))[1:]
"""Rows 2 to 16 of the file; the invented ОГРН of row 3 has a wrong check digit on purpose."""

GOOD = MESSY[0]
"""A row without any fault."""


def csv_of(
    rows: Sequence[Sequence[str]],
    header: Sequence[str] = HEADER,
    encoding: str = "cp1251",
    separator: str = ";",
) -> bytes:
    """Write rows as delimited text the way billing programs do."""
    lines = (
        separator.join('"' + cell.replace('"', '""') + '"' for cell in row)
        for row in (header, *rows)
    )
    return "\r\n".join(lines).encode(encoding)


Value = str | int | float | datetime


def xlsx_of(
    rows: Sequence[Sequence[Value]],
    header: Sequence[str] = HEADER,
    merges: Sequence[str] = (),
    above: Sequence[str] = (),
) -> bytes:
    """Write rows as a workbook; dates get the short format Excel gives a damaged fraction."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    book.set_properties({"created": FIRST_OF_MARCH})
    sheet = book.add_worksheet("Реестр")
    day = book.add_format({"num_format": "dd.mmm"})
    for index, line in enumerate(above):
        sheet.write_string(index, 0, line)
    for index, row in enumerate((header, *rows), start=len(above)):
        for column, value in enumerate(row):
            match value:
                case "":
                    continue
                case datetime():
                    sheet.write_datetime(index, column, value, day)
                case str():
                    sheet.write_string(index, column, value)
                case _:
                    sheet.write_number(index, column, value)
    for merge in merges:
        first = merge.partition(":")[0]
        index, column = int(first[1:]) - 1, COLUMNS.index(first[0])
        shown = (header, *rows)[index - len(above)][column]
        sheet.merge_range(merge, "")
        sheet.write_string(index, column, str(shown))
    book.close()
    return out.getvalue()


def changed(row: Sequence[str], **cells: str) -> tuple[str, ...]:
    """Give a row with other cells, named by column letter."""
    values = list(row)
    for letter, value in cells.items():
        values[COLUMNS.index(letter)] = value
    return tuple(values)
