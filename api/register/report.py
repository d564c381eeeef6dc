"""The collector of findings: knows the columns, so that each finding names its cell."""

from __future__ import annotations

from typing import TYPE_CHECKING

from api.register.findings import FINDINGS
from api.register.model import RegisterFinding

if TYPE_CHECKING:
    from collections.abc import Iterable

    from api.register.header import Columns, Field


class Report:
    """What was found so far, and which rows it blocks."""

    def __init__(self, columns: Columns) -> None:
        """Begin with nothing found."""
        self.columns = columns
        self.found: list[RegisterFinding] = []
        self._blocked: set[int] = set()

    def say(self, code: str, row: int, field: Field, value: str = "", **facts: object) -> None:
        """Note a finding in the cell of a row; facts fill in its wording."""
        wording = FINDINGS[code]
        column = self.columns.place(field)
        self.found.append(
            RegisterFinding(
                severity=wording.severity,
                code=code,
                row=row,
                column=column.letter,
                header=column.header,
                value=value,
                text=wording.text.format(value=value, **facts),
                blocking=wording.blocking,
            )
        )
        if wording.blocking:
            self._blocked.add(row)

    def blocked(self, rows: Iterable[int]) -> tuple[int, ...]:
        """Give those of the rows that have a blocking finding."""
        return tuple(row for row in rows if row in self._blocked)

    def in_order(self) -> tuple[RegisterFinding, ...]:
        """Give the findings by row and column, those of one cell as they were found."""
        return tuple(sorted(self.found, key=lambda it: (it.row, len(it.column), it.column)))
