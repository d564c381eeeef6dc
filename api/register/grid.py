"""A sheet of any format as a grid of plain cells, rows and columns counted from 0."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell: its text, the date if the file holds one, and whether it is a number or an error."""

    text: str = ""
    day: date | None = None
    is_number: bool = False
    is_error: bool = False

    @property
    def is_blank(self) -> bool:
        """Tell whether nothing stands in the cell."""
        return not self.text and self.day is None and not self.is_error


BLANK = Cell()
MAX_HEIGHT, MAX_WIDTH = 1_048_576, 16_384


@dataclass(frozen=True, slots=True)
class Merge:
    """A merged range, ends included; its value stands in the top left cell."""

    top: int
    left: int
    bottom: int
    right: int

    @property
    def is_sound(self) -> bool:
        """Tell a range that a spreadsheet can have from one in a damaged file."""
        return self.top <= self.bottom < MAX_HEIGHT and self.left <= self.right < MAX_WIDTH


@dataclass(frozen=True, slots=True)
class Grid:
    """One sheet; `merges` are known for .xlsx and .xls only."""

    sheet: str
    rows: tuple[tuple[Cell, ...], ...]
    merges: tuple[Merge, ...] = ()

    def at(self, row: int, column: int) -> Cell:
        """Give the cell at a place, blank outside the grid."""
        if row >= len(self.rows) or column >= len(self.rows[row]):
            return BLANK
        return self.rows[row][column]


def letter_of(column: int) -> str:
    """Write a column counted from 0 as a spreadsheet does: A … Z, AA …"""
    letters = ""
    rest = column + 1
    while rest:
        rest, digit = divmod(rest - 1, 26)
        letters = chr(ord("A") + digit) + letters
    return letters
