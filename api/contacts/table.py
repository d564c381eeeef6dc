"""Contacts from a table (XLSX, XLS, ODS, CSV): premises, name, phone, e-mail, by their headers.

Rows keep the numbers the table shows. Rows without a phone and an address are passed over: in a
list of all owners most have none.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from api.contacts.importing import ContactRow
from api.refusals import BodyMalformed
from api.register.delimited import read_delimited
from api.register.findings import RegisterUnusable
from api.register.workbook import is_workbook, read_workbook
from domain.refusals import Refused

if TYPE_CHECKING:
    from api.register.grid import Grid

SEARCHED_ROWS = 40
_HEADERS: Mapping[str, re.Pattern[str]] = {
    "phone": re.compile(r"телеф|^тел\b|^моб"),
    "email": re.compile(r"почт|e-?mail"),
    "name": re.compile(r"фио|ф\. ?и\. ?о|собственник|^имя"),
    "premises": re.compile(r"помещ|кварт|^кв\b|^№ ?(пом|кв)"),
}
NOT_A_TABLE = (
    "таблица не прочитана; нужны столбцы «Помещение», «ФИО», «Телефон» и «Почта», из последних "
    "двух хватит одного"
)

NO_ROWS = "в таблице нет ни одной строки с телефоном или почтой"


def rows_of(data: bytes, filename: str) -> list[ContactRow]:
    """Read the rows of a table, or refuse what is none."""
    try:
        for grid in _grids(data, filename):
            found = _header(grid)
            if found is not None:
                rows = list(_rows(grid, *found))
                if not rows:
                    raise Refused(BodyMalformed("", NO_ROWS))
                return rows
    except RegisterUnusable as unusable:
        raise Refused(BodyMalformed("", NOT_A_TABLE)) from unusable
    raise Refused(BodyMalformed("", NOT_A_TABLE))


def _grids(data: bytes, filename: str) -> Iterable[Grid]:
    return read_workbook(data, filename) if is_workbook(data) else read_delimited(data, filename)


def _header(grid: Grid) -> tuple[int, Mapping[str, int]] | None:
    """Find the row of headers and the column of each field."""
    for number, row in enumerate(grid.rows[:SEARCHED_ROWS]):
        columns: dict[str, int] = {}
        for index, cell in enumerate(row):
            text = " ".join(cell.text.lower().split())
            field = next((name for name, said in _HEADERS.items() if said.search(text)), None)
            if field is not None:
                columns.setdefault(field, index)
        if "premises" in columns and columns.keys() & {"phone", "email"}:
            return number, columns
    return None


def _rows(grid: Grid, header: int, columns: Mapping[str, int]) -> Iterable[ContactRow]:
    for number in range(header + 1, len(grid.rows)):
        given = {field: grid.at(number, index).text for field, index in columns.items()}
        if given.get("phone") or given.get("email"):
            yield ContactRow(number=number + 1, **given)
