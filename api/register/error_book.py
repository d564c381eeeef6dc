"""The register given back to be mended: an .xlsx copy with coloured and commented cells."""

from __future__ import annotations

import io
import warnings
from typing import TYPE_CHECKING, Any, Final

from openpyxl import Workbook, load_workbook
from openpyxl.cell.cell import Cell as SheetCell
from openpyxl.cell.cell import MergedCell
from openpyxl.comments import Comment
from openpyxl.styles import PatternFill

from api.register.reader import find_table
from api.register.workbook import OLE, is_workbook

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

    from api.register.grid import Grid
    from api.register.model import RegisterFinding, RegisterReading, Severity

_COLOURS: Final[dict[Severity, str]] = {
    "error": "FFF4B6B6",
    "warning": "FFFFE699",
    "note": "FFDDEBF7",
}
_GRAVEST_FIRST: Final[tuple[Severity, ...]] = ("error", "warning", "note")
_AUTHOR = "Проверка реестра"
_COMMENT_WIDTH, _COMMENT_HEIGHT = 360, 140


def error_workbook(data: bytes, reading: RegisterReading) -> bytes:
    """Give an .xlsx copy of the source whose cells with findings are coloured and commented.

    An .xlsx keeps its sheets and formats; other files become one sheet of texts.
    """
    name = "реестр.xls" if data.startswith(OLE) else "реестр.xlsx"
    grid, _ = find_table(data, name)
    book, sheet = _copy(data, grid)
    by_cell: dict[tuple[int, str], list[RegisterFinding]] = {}
    for finding in reading.findings:
        by_cell.setdefault((finding.row, finding.column), []).append(finding)
    for (row, column), findings in by_cell.items():
        _mark(_writable(sheet, f"{column}{row}"), findings)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _copy(data: bytes, grid: Grid) -> tuple[Workbook, Worksheet]:
    if is_workbook(data) and not data.startswith(OLE):
        with warnings.catch_warnings():
            # Charts and the like are dropped with a warning; the cells are what matters here.
            warnings.simplefilter("ignore")
            try:
                book = load_workbook(io.BytesIO(data), keep_links=False)
                sheet: Any = book[grid.sheet]
            except Exception:  # openpyxl names no errors of its own; texts can always be copied
                return _rewritten(grid)
        return book, sheet
    return _rewritten(grid)


def _rewritten(grid: Grid) -> tuple[Workbook, Worksheet]:
    book = Workbook()
    sheet: Any = book.active
    sheet.title = "Реестр"
    for row, cells in enumerate(grid.rows, start=1):
        for column, cell in enumerate(cells, start=1):
            if cell.text:
                target = sheet.cell(row, column)
                target.value = cell.text
                # A text that begins with "=" must stay a text.
                target.data_type = "s"
                target.number_format = "@"
    for merge in grid.merges:
        sheet.merge_cells(
            start_row=merge.top + 1,
            start_column=merge.left + 1,
            end_row=merge.bottom + 1,
            end_column=merge.right + 1,
        )
    return book, sheet


def _writable(sheet: Worksheet, place: str) -> SheetCell:
    """Give the cell, or for one inside a merged range the cell the range is shown by."""
    cell: SheetCell | MergedCell = sheet[place]
    if isinstance(cell, SheetCell):
        return cell
    merged = next(it for it in sheet.merged_cells.ranges if place in it)
    return _writable(sheet, merged.start_cell.coordinate)


def _mark(cell: SheetCell, findings: list[RegisterFinding]) -> None:
    severities = {finding.severity for finding in findings}
    gravest = next(severity for severity in _GRAVEST_FIRST if severity in severities)
    cell.fill = PatternFill("solid", start_color=_COLOURS[gravest], end_color=_COLOURS[gravest])
    text = "\n".join(finding.text for finding in findings)
    if cell.comment is not None:
        text = f"{cell.comment.text}\n{text}"
    comment = Comment(text, _AUTHOR, height=_COMMENT_HEIGHT, width=_COMMENT_WIDTH)
    cell.comment = comment
