"""What reading a register comes to: premises with titles and holders, and findings by cell."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from domain.events import PremisesKind, RightKind
from domain.facts import PartyKind
from domain.votes import FloorArea, TitleShare

Severity = Literal["error", "warning", "note"]


@dataclass(frozen=True, slots=True)
class HolderRow:
    """One holder of a title, as the register names them.

    Attributes:
        name: as written, without the words that only mark an entrepreneur, a minor or an ОГРН.
        document: what the right rests on: number and date of its registration, or other paper.
        snils: `112-233-445 95`, check digits proven; None if missing or wrong.
        ogrn: 13 digits, 15 of an entrepreneur.
        minor: under 18, votes through a legal representative (ГК 26, 28).
    """

    kind: PartyKind
    name: str
    document: str
    snils: str | None
    ogrn: str | None
    minor: bool


@dataclass(frozen=True, slots=True)
class TitleRow:
    """One title to a premises; `row` is the row of the file it begins in."""

    right: RightKind
    share: TitleShare
    holders: tuple[HolderRow, ...]
    row: int


@dataclass(frozen=True, slots=True)
class PremisesRow:
    """One premises whose shares sum to exactly 1, and the rows of the file it came from."""

    number: str
    kind: PremisesKind
    area: FloorArea
    entrance: int | None
    titles: tuple[TitleRow, ...]
    rows: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class RegisterFinding:
    """What was noticed in one cell: where, what stood there, what is wrong and what to do.

    Attributes:
        row: as the spreadsheet program numbers it, from 1; `column` is its letter.
        blocking: the premises of this row is left out until the cell is mended.
    """

    severity: Severity
    code: str
    row: int
    column: str
    header: str
    value: str
    text: str
    blocking: bool = False

    @property
    def sentence(self) -> str:
        """Say the place and the finding in one line."""
        header = f" «{self.header}»" if self.header else ""
        value = f", в ячейке «{self.value}»" if self.value else ""
        return f"Строка {self.row}, столбец {self.column}{header}{value}. {self.text}"


@dataclass(frozen=True, slots=True)
class RegisterReading:
    """All of a register that could be read; a premises with a blocking finding is left out.

    Attributes:
        control_sum: area in the row of totals; None if the file has none.
        skipped_rows: blank rows, totals, repeated headers and lines of text.
    """

    premises: tuple[PremisesRow, ...]
    findings: tuple[RegisterFinding, ...]
    control_sum: Decimal | None
    skipped_rows: tuple[int, ...]
    sheet: str = ""
