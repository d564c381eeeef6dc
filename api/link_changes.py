"""Which personal links changed, told by every process to all the others through the desk's tables.

    desk_positions     "link changes": a number that grows with each transaction that changes links
    desk_link_changes  the number and the hashes of the links; an empty hash means all of them

The number is taken under its row's lock, so whoever reads a number can read all that came before.
A look is one small read; nothing is asked per vote.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

if TYPE_CHECKING:
    from collections.abc import Iterable

metadata = sa.MetaData()

changes = sa.Table(
    "desk_link_changes",
    metadata,
    sa.Column("number", sa.BigInteger, primary_key=True),
    sa.Column("token_hash", sa.String(64), primary_key=True),
)

NAME = "link changes"
ALL = ""
KEPT = 10_000
"""Who has missed more changes than this forgets everything, which is as good."""

_NEXT = sa.text(
    "INSERT INTO desk_positions (name, position) VALUES (:name, 1) "
    "ON CONFLICT (name) DO UPDATE SET position = desk_positions.position + 1 "
    "RETURNING position"
)
_LAST = sa.text("SELECT position FROM desk_positions WHERE name = :name")


def note(connection: sa.Connection, hashes: Iterable[str]) -> None:
    """Tell of changed links within the transaction that changes them; of all when none is named."""
    number = connection.execute(_NEXT, {"name": NAME}).scalar_one()
    connection.execute(changes.delete().where(changes.c.number <= number - KEPT))
    rows = [{"number": number, "token_hash": one} for one in sorted(set(hashes)) or [ALL]]
    connection.execute(changes.insert(), rows)


class Watch:
    """What one process has heard of."""

    def __init__(self, engine: sa.Engine) -> None:
        """Know nothing yet: the first look finds that anything may have changed."""
        self._engine = engine
        self._heard = -1

    def look(self) -> frozenset[str] | None:
        """Give the hashes of links changed since the last look; None when it may be any."""
        with self._engine.connect() as connection:
            last: int = connection.execute(_LAST, {"name": NAME}).scalar() or 0
            if last == self._heard:
                return frozenset()
            query = sa.select(changes).where(changes.c.number > self._heard)
            rows = connection.execute(query.where(changes.c.number <= last)).all()
        missed, self._heard = last - self._heard, last
        found = {row.token_hash for row in rows}
        whole = len({row.number for row in rows}) == missed and ALL not in found
        return frozenset(found) if whole else None
