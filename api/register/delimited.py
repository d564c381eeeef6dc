"""Delimited text as a grid: encoding and separator are found out, not asked."""

from __future__ import annotations

import codecs
import csv
import io
from typing import TYPE_CHECKING

from api.register.findings import RegisterUnusable
from api.register.grid import BLANK, Cell, Grid
from api.register.text import tidy
from api.register.workbook import MAX_ROWS

if TYPE_CHECKING:
    from collections.abc import Iterator

SEPARATORS = (";", "\t", ",")
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def decoded(data: bytes, name: str) -> str:
    """Decode by the byte order mark, else strict UTF-8, else cp1251."""
    marked = next((encoding for bom, encoding in _BOMS if data.startswith(bom)), None)
    for encoding in (marked,) if marked else ("utf-8", "cp1251"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" in text:
            raise RegisterUnusable("not_a_table", name=name)
        return text
    raise RegisterUnusable("encoding", name=name)


def read_delimited(data: bytes, name: str) -> Iterator[Grid]:
    """Cut the text by each separator in turn; the one with a readable header is the right one."""
    text = decoded(data, name)
    if text.lstrip()[:200].lower().startswith(("<html", "<!doctype", "<?xml", "{\\rtf", "%pdf")):
        raise RegisterUnusable("not_a_table", name=name)
    return (_cut(text, separator, name) for separator in SEPARATORS)


def _cut(text: str, separator: str, name: str) -> Grid:
    rows: list[tuple[Cell, ...]] = []
    try:
        for record in csv.reader(io.StringIO(text, newline=""), delimiter=separator):
            if len(rows) >= MAX_ROWS:
                raise RegisterUnusable("too_many_rows", limit=MAX_ROWS)
            rows.append(tuple(_cell(value) for value in record))
    except csv.Error as fault:
        raise RegisterUnusable("damaged", name=name) from fault
    return Grid("", tuple(rows))


def _cell(value: str) -> Cell:
    text = tidy(value)
    return Cell(text=text) if text else BLANK
