"""The header of a register: which row it is, and which column holds what.

Headers of billing programs differ; a column is known by the first pattern its text matches, in the
order below. A header may take two rows («Собственник» over «ФИО» and «Доля»).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from api.register.grid import Grid, letter_of

if TYPE_CHECKING:
    from collections.abc import Sequence

SEARCHED_ROWS = 40
_LONGEST_HEADER = 160


class Field(StrEnum):
    """What a column can hold; the value is its usual header."""

    NUMBER = "№ помещения"
    KIND = "Назначение"
    AREA = "Площадь"
    ENTRANCE = "Подъезд"
    OWNER = "ФИО собственника"
    RIGHT = "Вид права"
    SHARE = "Доля"
    DOCUMENT = "№ и дата регистрации"
    DOCUMENT_DATE = "Дата регистрации"
    SNILS = "СНИЛС"
    OGRN = "ОГРН"
    NOTE = "Примечание"


REQUIRED = (Field.NUMBER, Field.AREA, Field.OWNER)

_IGNORED = re.compile(
    r"^№$|^n$|№? ?п ?/? ?п\b|порядков|кадастр|телефон|^тел\b|e-?mail|почт|адрес|лиц\w* сч|л/с|голос"
    r"|общ\w* имуществ|подпис|паспорт|личност|(?<!не)жилая площ|площ\w* (на )?дол|рожден"
    r"|^инн$|^этаж"
)
_PATTERNS: tuple[tuple[Field, re.Pattern[str]], ...] = tuple(
    (field, re.compile(pattern))
    for field, pattern in (
        (Field.SNILS, r"снилс"),
        (Field.OGRN, r"огрн"),
        (Field.NOTE, r"примеч|коммент|несовершеннолет|особые отметки"),
        (Field.DOCUMENT_DATE, r"^дата.*(рег|док|прав|запис)"),
        (
            Field.DOCUMENT,
            r"регистр|документ|реквизит|запис\w+ (о прав|егрн)|№ прав|номер прав|егрн",
        ),
        (Field.SHARE, r"\bдол[яиею]"),
        (Field.AREA, r"площад|^s\b|s ?общ|кв\.? ?м\b|м2|м²"),
        (Field.RIGHT, r"(вид|тип|форма) (права|собственности)|^право\b"),
        (Field.KIND, r"назначен|наименован\w* (помещ|объект)|жилое ?/|^(тип|вид|категория)( |$)"),
        (Field.ENTRANCE, r"подъезд|парадн|секция"),
        (Field.OWNER, r"фио|ф\. ?и\. ?о|собственник|правообладател|владел|наименован"),
        (Field.NUMBER, r"№.*(пом|кв)|номер|^кв\b|^кварт|^пом\b|^помещ|^объект"),
    )
)


@dataclass(frozen=True, slots=True)
class Column:
    """A column by its place and its header as written."""

    index: int
    header: str

    @property
    def letter(self) -> str:
        """Name the column as a spreadsheet does."""
        return letter_of(self.index)


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of a register; `first_row` is the first row after the header, from 0."""

    known: dict[Field, Column]
    first_row: int

    def has(self, field: Field) -> bool:
        """Tell whether the file has such a column."""
        return field in self.known

    def place(self, field: Field) -> Column:
        """Give the column of a field; where there is none, that of the number of the premises."""
        return self.known.get(field, self.known[Field.NUMBER])

    @property
    def missing(self) -> tuple[Field, ...]:
        """List the columns without which there is no register."""
        return tuple(field for field in REQUIRED if field not in self.known)


def field_of(header: str) -> Field | None:
    """Tell what a column holds by its header; None for one the importer has no use for."""
    text = " ".join(header.lower().replace("ё", "е").split())
    if not text or len(text) > _LONGEST_HEADER or _IGNORED.search(text):
        return None
    return next((field for field, pattern in _PATTERNS if pattern.search(text)), None)


def find_columns(grid: Grid) -> Columns:
    """Find the header; if no row will do, give the best one, with its `missing` columns."""
    best = Columns({}, 0)
    for row in range(min(SEARCHED_ROWS, len(grid.rows))):
        for columns in (_single(grid, row), _double(grid, row)):
            if not columns.missing:
                wider = _double(grid, row)
                return wider if len(wider.known) > len(columns.known) else columns
            if len(columns.known) > len(best.known):
                best = columns
    return best


def repeats_header(grid: Grid, row: int, columns: Columns) -> bool:
    """Tell a repeated header, or the row that numbers the columns (1, 2, 3 …)."""
    texts = [cell.text for cell in grid.rows[row]]
    shown = [text for text in texts if text]
    if len(shown) > len(REQUIRED) and shown == [str(n) for n in range(1, len(shown) + 1)]:
        return True
    again = ((field, grid.at(row, columns.known[field].index).text) for field in REQUIRED)
    return all(text and not _has_digit(text) and field_of(text) is field for field, text in again)


def _has_digit(text: str) -> bool:
    # «м2» and «м²» are units, not data
    return any(sign.isdigit() for sign in re.sub("м[2²]", "", text))


def _single(grid: Grid, row: int) -> Columns:
    return _columns([cell.text for cell in grid.rows[row]], row + 1)


def _double(grid: Grid, row: int) -> Columns:
    """Read two rows as one header, unless the second holds numbers, as data does."""
    if row + 1 >= len(grid.rows):
        return Columns({}, row + 1)
    upper, lower = grid.rows[row], grid.rows[row + 1]
    if any(cell.is_number or any(s.isdigit() for s in cell.text[:1]) for cell in lower):
        return Columns({}, row + 2)
    width = max(len(upper), len(lower))
    return _columns([_stacked(grid, row, column) for column in range(width)], row + 2)


def _stacked(grid: Grid, row: int, column: int) -> str:
    over, under = grid.at(row, column).text, grid.at(row + 1, column).text
    if not under:
        return over
    # A caption over several columns («Собственник») must not hide what each of them holds.
    return under if field_of(under) else f"{over} {under}".strip()


def _columns(headers: Sequence[str], first_row: int) -> Columns:
    known: dict[Field, Column] = {}
    for index, header in enumerate(headers):
        field = field_of(header)
        if field is None or (field in known and not _is_better(field, header, known[field].header)):
            continue
        known[field] = Column(index, " ".join(header.split()))
    if Field.DOCUMENT not in known and Field.DOCUMENT_DATE in known:
        known[Field.DOCUMENT] = known.pop(Field.DOCUMENT_DATE)
    return Columns(known, first_row)


def _is_better(field: Field, header: str, than: str) -> bool:
    """Prefer total area to any other area, a name to a mere mention of the owner."""
    wanted = {Field.AREA: "общ", Field.OWNER: "фио"}.get(field)
    return wanted is not None and wanted in header.lower() and wanted not in than.lower()
