"""Which rows of a sheet speak of premises: totals, headers, blanks and texts are set aside."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING

from api.register.cells import exact_number
from api.register.grid import BLANK, Cell, Grid
from api.register.header import Columns, Field, repeats_header

if TYPE_CHECKING:
    from api.register.report import Report

_TOTALS = re.compile(r"(итог|всего|подытог|в том числе|из них|(не)?жилые\b)", re.IGNORECASE)
_GRAND_TOTAL = re.compile(
    r"(итого|всего)( (по|в) (дому|доме|мкд|реестру))?( ?, ?(кв\. ?м|м2|м²))?\W*", re.IGNORECASE
)
_BARE_NUMBER = re.compile(r"\S{0,8}\d\S{0,8}")
_INHERITED = (Field.NUMBER, Field.KIND, Field.AREA, Field.ENTRANCE)


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the register by the meaning of its cells; `row` counts from 1."""

    row: int
    cells: dict[Field, Cell]

    def cell(self, field: Field) -> Cell:
        """Give the cell, blank if the file has no such column."""
        return self.cells.get(field, BLANK)

    def text(self, field: Field) -> str:
        """Give the text of the cell."""
        return self.cell(field).text

    @property
    def broken(self) -> tuple[Field, ...]:
        """List the cells that hold an error of a formula."""
        return tuple(field for field, cell in self.cells.items() if cell.is_error)


@dataclass(frozen=True, slots=True)
class Lines:
    """The rows of premises, those skipped, and the area in the row of totals with its row."""

    kept: tuple[Line, ...]
    skipped: tuple[int, ...]
    control_sum: Decimal | None
    control_row: int


def register_lines(grid: Grid, columns: Columns, report: Report) -> Lines:
    """Sort the rows under the header; every skipped one is reported, blank ones by their number."""
    kept: list[Line] = []
    skipped: list[int] = []
    blank: list[int] = []
    control: tuple[Decimal | None, int] = (None, 0)
    merged = _merged_rows(grid, columns)
    for index in range(columns.first_row, len(grid.rows)):
        line = _line(grid, index, columns)
        reason = _why_skip(grid, index, columns, line)
        if not reason:
            kept.append(_inherit(line, grid, columns, merged.get(index), report))
            continue
        skipped.append(line.row)
        if reason == "blank":
            blank.append(line.row)
            continue
        report.say(reason, line.row, Field.NUMBER, _first_text(grid.rows[index]))
        if reason == "row_totals":
            control = _control(grid, index, line) or control
    if blank:
        report.say("rows_blank", blank[0], Field.NUMBER, count=len(blank))
    return Lines(tuple(kept), tuple(skipped), *control)


def _line(grid: Grid, index: int, columns: Columns) -> Line:
    cells = {field: grid.at(index, column.index) for field, column in columns.known.items()}
    return Line(index + 1, cells)


def _why_skip(grid: Grid, index: int, columns: Columns, line: Line) -> str:
    filled = [cell for cell in grid.rows[index] if not cell.is_blank]
    if not filled:
        return "blank"
    if _label(grid.rows[index]) and _without_owner(line):
        return "row_totals"
    if repeats_header(grid, index, columns):
        return "row_header"
    known = [cell for cell in line.cells.values() if not cell.is_blank]
    if len(filled) == 1 and not any(_BARE_NUMBER.fullmatch(cell.text) for cell in known):
        return "row_text"
    return ""


def _without_owner(line: Line) -> bool:
    owner = line.cell(Field.OWNER)
    return owner.is_blank or bool(_TOTALS.match(owner.text))


def _label(row: tuple[Cell, ...]) -> str:
    return next((cell.text for cell in row if _TOTALS.match(cell.text)), "")


def _first_text(row: tuple[Cell, ...]) -> str:
    return next((cell.text for cell in row if cell.text), "")


def _control(grid: Grid, index: int, line: Line) -> tuple[Decimal, int] | None:
    if not _GRAND_TOTAL.fullmatch(_label(grid.rows[index])):
        return None
    area = exact_number(line.text(Field.AREA))
    return (area, line.row) if area is not None else None


def _merged_rows(grid: Grid, columns: Columns) -> dict[int, int]:
    """Map each row whose premises cell is merged with one above to the row it begins in."""
    column = columns.known[Field.NUMBER].index
    return {
        row: merge.top
        for merge in grid.merges
        if merge.left <= column <= merge.right and merge.top >= columns.first_row
        for row in range(merge.top + 1, min(merge.bottom + 1, len(grid.rows)))
    }


def _inherit(line: Line, grid: Grid, columns: Columns, top: int | None, report: Report) -> Line:
    """Take number, kind, area and entrance from the merged cell above, and say so."""
    if top is None or not line.cell(Field.NUMBER).is_blank:
        return line
    above = _line(grid, top, columns)
    taken = {
        field: above.cells[field]
        for field in _INHERITED
        if field in line.cells and line.cell(field).is_blank and not above.cell(field).is_blank
    }
    what = ", ".join(f"«{columns.place(field).header}»" for field in taken)
    report.say("premises_merged", line.row, Field.NUMBER, other=top + 1, what=what)
    return replace(line, cells={**line.cells, **taken})
