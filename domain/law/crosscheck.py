"""Checks between rows of different tables, run at load: nothing may refer to what is not there.

1. every point named in a list, a window or as unsettled has a row, and a life without a gap;
2. a special point has rows of its own on exactly the days it stands in the lists;
3. quorums, borrowed tests and earlier kinds of decision exist; borrowing does not run in a circle.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.law.decision_table import DECISIONS
from domain.law.errors import LawDataError
from domain.law.tables import EDITIONS

if TYPE_CHECKING:
    from domain.law.decision_table import DecisionTable
    from domain.law.rows import Edition
    from domain.law.tables import EditionTable


def check(editions: EditionTable, decisions: DecisionTable) -> None:
    """Refuse a pack whose tables do not fit together."""
    plain = {row.point for row in decisions.points.values()}
    special = {row.point for rows in decisions.decisions.values() for row in rows if row.point}
    for edition in editions.editions:
        _check_edition(edition, plain, special)
    for point in sorted(plain | special):
        _check_life(point, editions)
    for point in sorted(special):
        _check_special(point, editions, decisions)
    for rows in decisions.decisions.values():
        for row in rows:
            _known(row.quorum, decisions.quorums, row.rule.decision, "quorum")
            for other in (row.same_as, row.before, *(one.like for one in row.readings)):
                _known_decision(other, decisions, row.rule.decision)
            _check_borrowing(row.same_as, row.rule.decision, decisions)
    for point_row in decisions.points.values():
        _known(point_row.quorum, decisions.quorums, point_row.id, "quorum")
        _known_decision(point_row.before, decisions, point_row.id)
    _check_before(decisions)


def _check_edition(edition: Edition, plain: set[str], special: set[str]) -> None:
    for name, points in edition.lists:
        unknown = set(points) - (special if name == "special" else plain)
        if unknown:
            raise LawDataError("unknown-reference", EDITIONS, edition.id, ", ".join(unknown))
    named = {one.point for one in edition.unsettled}
    named |= set(edition.window.points) if edition.window else set()
    if named - plain - special:
        raise LawDataError(
            "unknown-reference", EDITIONS, edition.id, ", ".join(named - plain - special)
        )


def _check_life(point: str, editions: EditionTable) -> None:
    """A point comes once and goes once."""
    lives = [bool(edition.list_of(point)) for edition in editions.editions]
    if not any(lives):
        raise LawDataError("unknown-reference", EDITIONS, point, "stands in no edition")
    first = lives.index(True)
    last = len(lives) - lives[::-1].index(True)
    if not all(lives[first:last]):
        raise LawDataError("gap", EDITIONS, point, "vanishes from the lists and comes back")


def _check_special(point: str, editions: EditionTable, decisions: DecisionTable) -> None:
    since = min(edition.since for edition in editions.editions if edition.list_of(point))
    rows = [r for rows in decisions.decisions.values() for r in rows if r.point == point]
    first = min(row.since for row in rows)
    if first != since:
        raise LawDataError("gap", DECISIONS, point, f"rows from {first}, edition from {since}")


def _known(item: str, table: object, row: str, what: str) -> None:
    if not isinstance(table, dict) or item not in table:
        raise LawDataError("unknown-reference", DECISIONS, row, f"{what} {item}")


def _known_decision(item: str, decisions: DecisionTable, row: str) -> None:
    if item and item not in decisions.points and item not in decisions.decisions:
        raise LawDataError("unknown-reference", DECISIONS, row, item)


def _check_borrowing(same_as: str, decision: str, decisions: DecisionTable) -> None:
    if same_as and same_as not in decisions.points:
        raise LawDataError("unknown-reference", DECISIONS, decision, f"same_as {same_as}")


def _check_before(decisions: DecisionTable) -> None:
    """Follow each chain of earlier kinds to its end, which must come."""
    before = {row.id: row.before for row in decisions.points.values()}
    before |= {name: rows[0].before for name, rows in decisions.decisions.items()}
    for start, earlier in before.items():
        seen, at = {start}, earlier
        while at:
            if at in seen:
                raise LawDataError("unknown-reference", DECISIONS, start, "before runs in a circle")
            seen.add(at)
            at = before[at]
