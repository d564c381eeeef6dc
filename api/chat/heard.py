"""Events of a messenger: kept once under their key, worked off in order, then forgotten.

    new ──► done      the body is erased at once; the key stays two days to know repetitions
     └────► done      after a day without anybody to work it off the body is erased all the same

Bodies name people, so none outlives its use: neither a messenger that cannot be reached, nor one
that is connected no more, keeps them here.

What a chat's members say is never kept: an event that we do not act on leaves its key alone.
"""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import TYPE_CHECKING

import sqlalchemy as sa

from api.chat.tables import heard

if TYPE_CHECKING:
    from collections.abc import Sequence

    from domain.facts import Moment

KEPT = timedelta(days=2)
BODY_KEPT = timedelta(days=1)
A_ROUND = 50


class HeardEvents:
    """The table of events."""

    def __init__(self, engine: sa.Engine) -> None:
        """Work on the desk's database."""
        self._engine = engine

    def keep(self, key: str, body: str | None, now: Moment) -> bool:
        """Keep an event; without a body it is only remembered. False when it came before."""
        hashed = hashlib.sha256(key.encode()).hexdigest()
        state = "new" if body is not None else "done"
        try:
            with self._engine.begin() as connection:
                last = connection.execute(sa.select(sa.func.max(heard.c.ordinal))).scalar()
                row = {"key": hashed, "body": body, "state": state, "heard_at": now}
                connection.execute(heard.insert().values(**row, ordinal=(last or 0) + 1))
        except sa.exc.IntegrityError:
            return False
        return True

    def new(self) -> Sequence[tuple[str, str]]:
        """Give what is to be worked off: key and body, in the order of coming."""
        query = (
            sa.select(heard.c.key, heard.c.body)
            .where(heard.c.state == "new")
            .order_by(heard.c.ordinal)
            .limit(A_ROUND)
        )
        with self._engine.connect() as connection:
            return [(row.key, row.body) for row in connection.execute(query)]

    def done(self, key: str) -> None:
        """Note that an event is worked off and erase what it said."""
        with self._engine.begin() as connection:
            connection.execute(
                heard.update().where(heard.c.key == key).values(state="done", body=None)
            )

    def forget(self, now: Moment) -> None:
        """Erase bodies that waited too long, and keys that are too old to be repeated."""
        late = (heard.c.state == "new", heard.c.heard_at < now - BODY_KEPT)
        old = (heard.c.state == "done", heard.c.heard_at < now - KEPT)
        with self._engine.begin() as connection:
            connection.execute(heard.update().where(*late).values(state="done", body=None))
            connection.execute(heard.delete().where(*old))

    def forget_bodies(self) -> None:
        """Erase all bodies at once: nobody will work them off."""
        with self._engine.begin() as connection:
            waiting = heard.update().where(heard.c.state == "new")
            connection.execute(waiting.values(state="done", body=None))
