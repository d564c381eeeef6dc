"""Read an owners' register: a file in, premises and findings out.

Состав реестра — ч. 3.1 ст. 45 ЖК РФ. All or nothing per premises, never per file; a file that is no
register at all is refused as one `RegisterUnusable`.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from api.register.cells import shown
from api.register.delimited import read_delimited
from api.register.findings import RegisterUnusable
from api.register.header import Columns, Field, find_columns
from api.register.lines import Lines, register_lines
from api.register.model import PremisesRow, RegisterReading
from api.register.premises import build
from api.register.report import Report
from api.register.rows import ParsedRow, parse_row
from api.register.text import same_spelling
from api.register.workbook import is_workbook, read_workbook

if TYPE_CHECKING:
    from collections.abc import Iterable

    from api.register.grid import Grid

MAX_MEGABYTES = 20


def read_register(data: bytes, filename: str) -> RegisterReading:
    """Read a register from .xlsx, .xls, .ods or .csv; the content decides, not the ending.

    Raises:
        RegisterUnusable: the file as a whole is no register that can be read.
    """
    grid, columns = find_table(data, filename)
    report = Report(columns)
    lines = register_lines(grid, columns, report)
    parsed = [row for line in lines.kept if (row := parse_row(line, report)) is not None]
    groups: dict[str, list[ParsedRow]] = {}
    for row in parsed:
        groups.setdefault(row.number, []).append(row)
    built = (build(number, rows, report) for number, rows in groups.items())
    premises = tuple(it for it in built if it is not None)
    _say_twins(groups, report)
    _say_same_snils(premises, report)
    _say_columns(columns, lines, report)
    _say_control(premises, lines, report)
    findings = report.in_order()
    return RegisterReading(premises, findings, lines.control_sum, lines.skipped, grid.sheet)


def find_table(data: bytes, filename: str) -> tuple[Grid, Columns]:
    """Find the sheet and the header of the register."""
    if not data:
        raise RegisterUnusable("empty")
    if len(data) > MAX_MEGABYTES << 20:
        raise RegisterUnusable("too_large", limit=MAX_MEGABYTES)
    best = Columns({}, 0)
    for grid in _grids(data, filename):
        columns = find_columns(grid)
        if not columns.missing:
            return grid, columns
        best = max(best, columns, key=lambda it: len(it.known))
    raise RegisterUnusable("no_header", missing=", ".join(f"«{field}»" for field in best.missing))


def _grids(data: bytes, filename: str) -> Iterable[Grid]:
    if is_workbook(data):
        return read_workbook(data, filename)
    return read_delimited(data, filename)


def _say_twins(groups: dict[str, list[ParsedRow]], report: Report) -> None:
    """Ask about premises whose numbers differ only in case or look-alike letters."""
    spelled: dict[str, list[str]] = {}
    for number in groups:
        spelled.setdefault(same_spelling(number), []).append(number)
    for numbers in spelled.values():
        for number in numbers[1:]:
            listed = ", ".join(f"«{it}»" for it in numbers)
            row = groups[number][0].row
            report.say("premises_twins", row, Field.NUMBER, number, numbers=listed)


def _say_same_snils(premises: Iterable[PremisesRow], report: Report) -> None:
    """Ask about one СНИЛС under two names."""
    seen: dict[str, tuple[str, int]] = {}
    titles = (title for it in premises for title in it.titles)
    for title in titles:
        for holder in title.holders:
            if holder.snils is None:
                continue
            name = holder.name.casefold()
            first, row = seen.setdefault(holder.snils, (name, title.row))
            if first != name:
                report.say("snils_shared", title.row, Field.SNILS, holder.snils, other=row)


def _say_columns(columns: Columns, lines: Lines, report: Report) -> None:
    header_row = columns.first_row
    if not lines.kept:
        report.say("register_empty", header_row, Field.NUMBER)
    if not columns.has(Field.KIND):
        report.say("column_kind_missing", header_row, Field.KIND)
    if not columns.has(Field.DOCUMENT):
        report.say("column_document_missing", header_row, Field.DOCUMENT)


def _say_control(premises: Iterable[PremisesRow], lines: Lines, report: Report) -> None:
    total = sum((Decimal(it.area) for it in premises), Decimal(0))
    if lines.control_sum is not None and lines.control_sum != total:
        control, found = shown(lines.control_sum), shown(total)
        row = lines.control_row
        report.say("control_sum", row, Field.AREA, control, control=control, total=found)
