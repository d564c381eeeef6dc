"""Strict reading of the law's TOML files: every key is known, typed, dated and sourced.

Refused, each with its own fault name in `LawDataError.fault`: not-toml, missing-file, missing-key,
unknown-key, bad-value, bad-fraction, bad-date, no-norm, no-source, unknown-source, duplicate,
overlap, gap, unknown-reference.
"""

from __future__ import annotations

import re
import tomllib
from datetime import date, datetime, timedelta
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING, Protocol, TypeVar

from domain.law.errors import LawDataError
from domain.law.rules import Base, Threshold, Trust

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

_FRACTION = re.compile(r"([1-9][0-9]*)/([1-9][0-9]*)", re.ASCII)
_DAY = timedelta(days=1)


class Dated(Protocol):
    """Anything that holds from a first day to a last one."""

    @property
    def since(self) -> date: ...

    @property
    def until(self) -> date | None: ...


DatedT = TypeVar("DatedT", bound=Dated)


class Row:
    """One table of a file: values are taken by name and type, and none may be left over."""

    def __init__(self, values: Mapping[str, object], file: str, name: str) -> None:
        self._left = dict(values)
        self.file = file
        self.name = name

    def fault(self, fault: str, why: str) -> LawDataError:
        """Make the error for this row."""
        return LawDataError(fault, self.file, self.name, why)

    def has(self, key: str) -> bool:
        """Tell whether the key is still there."""
        return key in self._left

    def left(self) -> tuple[str, ...]:
        """List the keys not taken yet."""
        return tuple(self._left)

    def _take(self, key: str) -> object:
        if key not in self._left:
            raise self.fault("missing-key", key)
        return self._left.pop(key)

    def text(self, key: str, *, may_be_empty: bool = False) -> str:
        """Take a string."""
        value = self._take(key)
        if not isinstance(value, str) or not (value.strip() or may_be_empty):
            raise self.fault("bad-value", f"{key} must be a text")
        return value

    def number(self, key: str) -> int:
        """Take a whole number, not negative."""
        value = self._take(key)
        if not isinstance(value, int) or isinstance(value, bool) or value < 0:
            raise self.fault("bad-value", f"{key} must be a whole number")
        return value

    def flag(self, key: str) -> bool:
        """Take true or false."""
        value = self._take(key)
        if not isinstance(value, bool):
            raise self.fault("bad-value", f"{key} must be true or false")
        return value

    def day(self, key: str) -> date:
        """Take a date."""
        value = self._take(key)
        if not isinstance(value, date) or isinstance(value, datetime):
            raise self.fault("bad-date", f"{key} must be a date")
        return value

    def until(self) -> date | None:
        """Take the last day, None when the row is open."""
        return self.day("until") if self.has("until") else None

    def part(self, key: str) -> Fraction:
        """Take a fraction written as `2/3`, between 0 and 1."""
        value = self._take(key)
        found = _FRACTION.fullmatch(value) if isinstance(value, str) else None
        if found is None:
            raise self.fault("bad-fraction", f"{key}: {value!r}")
        part = Fraction(int(found[1]), int(found[2]))
        if part > 1:
            raise self.fault("bad-fraction", f"{key}: {value!r} is more than the whole")
        return part

    def texts(self, key: str) -> tuple[str, ...]:
        """Take a list of strings without repetition."""
        value = self._take(key)
        if not isinstance(value, list) or not all(isinstance(one, str) and one for one in value):
            raise self.fault("bad-value", f"{key} must be a list of texts")
        if len(set(value)) != len(value):
            raise self.fault("duplicate", f"{key}: {value}")
        return tuple(value)

    def text_lists(self, key: str) -> tuple[tuple[str, ...], ...]:
        """Take a list of lists of strings, none of them empty."""
        value = self._take(key)
        if not isinstance(value, list) or not value:
            raise self.fault("bad-value", f"{key} must be a list of lists of texts")
        found = []
        for one in value:
            if not isinstance(one, list) or not one or not all(isinstance(o, str) for o in one):
                raise self.fault("bad-value", f"{key} must be a list of lists of texts")
            found.append(tuple(one))
        return tuple(found)

    def days(self, key: str) -> tuple[date, ...]:
        """Take a list of dates without repetition."""
        value = self._take(key)
        if not isinstance(value, list) or not all(
            isinstance(one, date) and not isinstance(one, datetime) for one in value
        ):
            raise self.fault("bad-date", f"{key} must be a list of dates")
        if len(set(value)) != len(value):
            raise self.fault("duplicate", key)
        return tuple(value)

    def rows(self, key: str) -> tuple[Row, ...]:
        """Take a list of tables, empty when the key is absent."""
        if not self.has(key):
            return ()
        value = self._take(key)
        if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
            raise self.fault("bad-value", f"{key} must be a list of tables")
        return tuple(Row(one, self.file, f"{self.name} {key}[{i}]") for i, one in enumerate(value))

    def row(self, key: str) -> Row:
        """Take one inner table."""
        value = self._take(key)
        if not isinstance(value, dict):
            raise self.fault("bad-value", f"{key} must be a table")
        return Row(value, self.file, f"{self.name} {key}")

    def trust(self, key: str = "trust") -> Trust:
        """Take a mark of trust."""
        value = self.text(key)
        if value not in set(Trust):
            raise self.fault("bad-value", f"{key}: {value!r}")
        return Trust(value)

    def norm(self) -> str:
        """Take the norm, which every row must name."""
        if not self.has("norm"):
            raise self.fault("no-norm", "norm is missing")
        return self.text("norm")

    def source(self, known: Iterable[str]) -> str:
        """Take the keys of the sources, which every row must have, as one text."""
        keys = self.texts("source") if self.has("source") else ()
        if not keys:
            raise self.fault("no-source", "source is missing")
        for key in keys:
            if key not in set(known):
                raise self.fault("unknown-source", key)
        return ", ".join(keys)

    def thresholds(self, key: str) -> tuple[Threshold, ...]:
        """Take a list of tests."""
        if not self.has(key):
            raise self.fault("missing-key", key)
        return tuple(_threshold(one) for one in self.rows(key))

    def finish(self) -> None:
        """Refuse keys nobody asked for."""
        if self._left:
            raise self.fault("unknown-key", ", ".join(sorted(self._left)))


def _threshold(row: Row) -> Threshold:
    base = row.text("base")
    if base not in set(Base):
        raise row.fault("bad-value", f"base: {base!r}")
    test = Threshold(Base(base), row.part("part"), row.flag("strict"))
    row.finish()
    return test


def parse(files: Mapping[str, bytes], file: str, tables: Sequence[str]) -> dict[str, list[Row]]:
    """Read one file into rows of the tables named, refusing any other table."""
    if file not in files:
        raise LawDataError("missing-file", file, "-", "the pack has no such file")
    try:
        data = tomllib.loads(files[file].decode("utf-8"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise LawDataError("not-toml", file, "-", str(error)) from error
    unknown = sorted(set(data) - set(tables))
    if unknown:
        raise LawDataError("unknown-key", file, "-", ", ".join(unknown))
    return {table: _table(data.get(table, []), file, table) for table in tables}


def _table(value: object, file: str, table: str) -> list[Row]:
    found = [value] if isinstance(value, dict) else value
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise LawDataError("bad-value", file, table, "must be tables")
    return [Row(one, file, f"{table}[{i}]") for i, one in enumerate(found)]


def in_order(rows: Sequence[DatedT], file: str, name: str) -> tuple[DatedT, ...]:
    """Sort the rows of one item by date and refuse overlaps and gaps between them."""
    ordered = sorted(rows, key=lambda row: row.since)
    for row in ordered:
        if row.until is not None and row.until < row.since:
            raise LawDataError("bad-date", file, name, f"{row.since} – {row.until}")
    for earlier, later in pairwise(ordered):
        if earlier.until is None or earlier.until >= later.since:
            raise LawDataError("overlap", file, name, f"rows of {earlier.since}, {later.since}")
        if earlier.until + _DAY != later.since:
            raise LawDataError("gap", file, name, f"{earlier.until} – {later.since}")
    return tuple(ordered)


def holding(rows: Iterable[DatedT], on: date) -> DatedT | None:
    """Find the row that holds on a date; None says that none does."""
    for row in rows:
        if row.since <= on and (row.until is None or on <= row.until):
            return row
    return None
