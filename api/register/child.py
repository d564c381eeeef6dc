"""Read a workbook in a process of its own: bytes on stdin, JSON of its sheets on stdout.

A forged .xls can make the decoder ask for all memory and abort the process it runs in. Run as a
script by `workbook.py`; imports nothing of this project.

    {"sheets": [{"name": "Реестр", "rows": [["1", {"d": "2026-03-01"}, 62.4]], "merges": []}]}
    {"error": "password"}
"""

from __future__ import annotations

import io
import json
import sys
import warnings
import zipfile
from datetime import date, datetime, time, timedelta
from typing import Any

import python_calamine

MAX_SHEETS = 8
MAX_COLUMNS = 16_384
MAX_CELLS = 4_000_000
MEMORY = 2 << 30
CPU_SECONDS = 120


def _limit() -> None:
    if sys.platform != "win32":
        import resource  # noqa: PLC0415 - not on Windows

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))


def _plain(value: Any) -> Any:
    match value:
        case bool():
            return "ИСТИНА" if value else "ЛОЖЬ"
        case datetime():
            return {"d": value.date().isoformat()}
        case date():
            return {"d": value.isoformat()}
        case time() | timedelta():
            return str(value)
        case _:
            return value


def _formula_errors(data: bytes) -> dict[str, dict[str, str]]:
    """Find cells such as #REF!, which the fast reader gives as empty; only where there are any."""
    if not zipfile.is_zipfile(io.BytesIO(data)):
        return {}
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        parts = [name for name in package.namelist() if name.startswith("xl/worksheets/")]
        if not any(b't="e"' in package.read(name) for name in parts):
            return {}
    import openpyxl  # noqa: PLC0415 - heavy and rarely needed

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        return {
            sheet.title: {
                f"{cell.row - 1}:{cell.column - 1}": str(cell.value)
                for row in sheet.iter_rows()
                for cell in row
                if cell.value is not None and cell.data_type == "e"
            }
            for sheet in book.worksheets[:MAX_SHEETS]
        }


def _sheet(sheet: python_calamine.CalamineSheet, errors: dict[str, str]) -> dict[str, Any]:
    top, left = sheet.start or (0, 0)
    blank = [""] * left
    rows: list[list[Any]] = [[] for _ in range(top)]
    rows += [blank + [_plain(value) for value in row] for row in sheet.to_python()]
    for place, text in errors.items():
        row, column = (int(part) for part in place.split(":"))
        rows += [[] for _ in range(row + 1 - len(rows))]
        rows[row] += [""] * (column + 1 - len(rows[row]))
        rows[row][column] = {"e": text}
    merges = [[*first, *last] for first, last in sheet.merged_cell_ranges or ()]
    return {"name": sheet.name, "rows": rows, "merges": merges}


def read(data: bytes, max_rows: int) -> dict[str, Any]:
    """Read the visible worksheets, or say in one word why not."""
    try:
        book = python_calamine.load_workbook(io.BytesIO(data))
        visible = python_calamine.SheetVisibleEnum.Visible
        names = [meta.name for meta in book.sheets_metadata if meta.visible == visible]
        sheets = [book.get_sheet_by_name(name) for name in names[:MAX_SHEETS]]
    except python_calamine.PasswordError:
        return {"error": "password"}
    except python_calamine.CalamineError as fault:
        return {"error": "password" if "assword" in str(fault) else "damaged"}
    if any(sheet.total_width > MAX_COLUMNS for sheet in sheets):
        return {"error": "damaged"}
    if any(sheet.total_height > max_rows for sheet in sheets):
        return {"error": "too_many_rows"}
    if sum(sheet.total_height * sheet.total_width for sheet in sheets) > MAX_CELLS:
        return {"error": "unpacks_too_large"}
    errors = _formula_errors(data)
    return {"sheets": [_sheet(sheet, errors.get(sheet.name, {})) for sheet in sheets]}


if __name__ == "__main__":
    _limit()
    json.dump(read(sys.stdin.buffer.read(), int(sys.argv[1])), sys.stdout)
