"""One row of the register read cell by cell."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from api.register.cells import (
    prefixed,
    read_area,
    read_entrance,
    read_kind,
    read_number,
    read_right,
)
from api.register.header import Field
from api.register.owners import read_holders
from api.register.papers import Paper, read_paper
from api.register.shares import StatedShare, read_share
from domain.events import PremisesKind, RightKind
from domain.votes import FloorArea

if TYPE_CHECKING:
    from api.register.lines import Line
    from api.register.model import HolderRow
    from api.register.report import Report


@dataclass(frozen=True, slots=True)
class ParsedRow:
    """What one row says; None where it says nothing, the rest of the premises may."""

    line: Line
    number: str
    kind: PremisesKind | None
    area: FloorArea | None
    entrance: int | None
    right: RightKind | None
    share: StatedShare
    holders: tuple[HolderRow, ...]
    paper: Paper

    @property
    def row(self) -> int:
        """Give the row of the file."""
        return self.line.row


def parse_row(line: Line, report: Report) -> ParsedRow | None:
    """Read a row; None if it names no premises, which is then a blocking finding of the row."""
    for field in line.broken:
        report.say("cell_error", line.row, field, line.text(field))
    if line.broken:
        return _unread(line, report)
    number = read_number(line, report)
    kind = read_kind(line, report)
    area = read_area(line, report)
    right = read_right(line, report)
    paper = read_paper(line, report)
    share = read_share(line, report)
    holders = read_holders(line, right, paper.text, report)
    if number is None:
        return None
    full = prefixed(number, kind)
    if full != number:
        report.say("premises_prefixed", line.row, Field.NUMBER, number, number=full)
    entrance = read_entrance(line, report)
    return ParsedRow(line, full, kind, area, entrance, right, share, holders, paper)


def _unread(line: Line, report: Report) -> ParsedRow | None:
    """Keep of a row with a broken formula only its premises, which is thereby left out."""
    number = None if Field.NUMBER in line.broken else read_number(line, report)
    kind = None if Field.KIND in line.broken else read_kind(line, report)
    if number is None:
        return None
    number = prefixed(number, kind)
    return ParsedRow(line, number, kind, None, None, None, None, (), Paper("", ""))
