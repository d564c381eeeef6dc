"""Workbooks as grids: .xlsx, .xls and .ods, decoded in a separate process with limits."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import zipfile
from datetime import date
from decimal import Context, Decimal
from importlib.resources import as_file, files
from typing import Any

from api.register.findings import RegisterUnusable
from api.register.grid import BLANK, Cell, Grid, Merge
from api.register.text import tidy

OLE = bytes.fromhex("D0CF11E0A1B11AE1")
ZIP = b"PK\x03\x04"
MAX_ROWS = 100_000
MAX_UNPACKED = 300 << 20
MAX_MERGED_CELLS = 1_000_000
SECONDS = 300
_LIMITS = {"too_many_rows": MAX_ROWS}
_EXCEL_DIGITS = Context(prec=15)


def is_workbook(data: bytes) -> bool:
    """Tell a workbook from text by its first bytes."""
    return data.startswith((OLE, ZIP))


def read_workbook(data: bytes, name: str) -> tuple[Grid, ...]:
    """Read the visible sheets of a workbook; refuse bombs, passwords and changed endings."""
    _look_outside(data, name)
    with as_file(files("api.register").joinpath("child.py")) as script:
        answer = _run_child(data, name, str(script))
    if "error" in answer:
        code = answer["error"]
        raise RegisterUnusable(code, name=name, limit=_LIMITS.get(code))
    return tuple(_grid(sheet) for sheet in answer["sheets"])


def _look_outside(data: bytes, name: str) -> None:
    ending = name.lower().rpartition(".")[2]
    if data.startswith(OLE):
        if "EncryptedPackage".encode("utf-16-le") in data:
            raise RegisterUnusable("password")
        if ending != "xls":
            raise RegisterUnusable("renamed_xls", name=name)
        return
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            parts = package.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, EOFError) as fault:
        raise RegisterUnusable("damaged", name=name) from fault
    names = {part.filename for part in parts}
    if "xl/workbook.xml" not in names and "content.xml" not in names:
        raise RegisterUnusable("not_a_table", name=name)
    if ending == "xls":
        raise RegisterUnusable("renamed_xlsx", name=name)
    if sum(part.file_size for part in parts) > MAX_UNPACKED:
        raise RegisterUnusable("unpacks_too_large")


def _run_child(data: bytes, name: str, script: str) -> dict[str, Any]:
    try:
        done = subprocess.run(  # noqa: S603 - our own script, data goes in as bytes
            [sys.executable, "-I", script, str(MAX_ROWS)],
            input=data,
            capture_output=True,
            timeout=SECONDS,
            check=True,
        )
        answer: dict[str, Any] = json.loads(done.stdout, parse_float=Decimal)
    except (subprocess.SubprocessError, ValueError) as fault:
        raise RegisterUnusable("damaged", name=name) from fault
    return answer


def _grid(sheet: dict[str, Any]) -> Grid:
    merges = tuple(it for place in sheet["merges"] if (it := Merge(*place)).is_sound)
    spread = sum((it.bottom - it.top + 1) * (it.right - it.left + 1) for it in merges)
    if spread > MAX_MERGED_CELLS:
        raise RegisterUnusable("unpacks_too_large")
    rows = tuple(tuple(_cell(value) for value in row) for row in sheet["rows"])
    return Grid(sheet["name"], rows, merges)


def _cell(value: Any) -> Cell:
    match value:
        case "":
            return BLANK
        case {"d": day}:
            return Cell(
                text=date.fromisoformat(day).strftime("%d.%m.%Y"), day=date.fromisoformat(day)
            )
        case {"e": text}:
            return Cell(text=text, is_error=True)
        case int() | Decimal():
            return Cell(text=_number(Decimal(value)), is_number=True)
        case _:
            return Cell(text=tidy(str(value)))


def _number(value: Decimal) -> str:
    """Write a binary number as the spreadsheet shows it: 15 digits, no exponent, no tail."""
    if not value.is_finite():
        return str(value)
    text = f"{_EXCEL_DIGITS.plus(value):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
