"""Every way of identification ends here: a fresh personal link that carries what was proven.

1. the link is new, so the one that came by letter or chat gains nothing by being forwarded;
2. it opens with the secret of the browser it is given to (`seats.py`), kept as a hash;
3. what may be used once — a launch, a ticket — is used up in the same transaction;
4. a person keeps the newest `MOST` proven links of a meeting, so that nobody can fill the table.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import sqlalchemy as sa

from api import link_changes
from api.desk import TOKEN_BYTES, drafts, links, proofs, token_hash
from api.identity.strength import Kind
from api.identity.tables import nonces, tickets
from api.refusals import LaunchRefused, TicketUnknown
from domain.facts import MeetingId, PersonId
from domain.refusals import Refused

if TYPE_CHECKING:
    from api.desk import Desk, Link
    from domain.facts import Moment

MOST = 12
TICKET_LIVES = timedelta(minutes=15)
NONCES_KEPT = timedelta(days=2)
"""Longer than any launch is believed."""


@dataclass(frozen=True, slots=True)
class Proven:
    """What was proven of a person for one meeting, and by which account if a messenger took part.

    `account` is the keyed hash of the account.
    """

    meeting: MeetingId
    person: PersonId
    kind: Kind
    sha256: str
    account: str = ""


@dataclass(frozen=True, slots=True)
class Admitted:
    """The way to the ballot: the token of the fresh link and the secret of the browser."""

    token: str
    seat: str


class Admissions:
    """Admits people on the desk's tables."""

    def __init__(self, desk: Desk) -> None:
        """Work on the desk."""
        self._desk = desk

    def admit(self, proven: Proven, now: Moment, once: str = "") -> Admitted:
        """Give a fresh proven link; `once` names what must not be used a second time."""
        with self._desk.engine.begin() as connection:
            if once:
                _use_up(connection, once, now)
            return self._admit(connection, proven, now)

    def use_up(self, once: str, now: Moment) -> None:
        """Note that something was used, or refuse when it was used before."""
        with self._desk.engine.begin() as connection:
            _use_up(connection, once, now)

    def ticket(self, proven: Proven, now: Moment) -> str:
        """Make the one-time way into a browser for what was proven elsewhere."""
        ticket = secrets.token_urlsafe(TOKEN_BYTES)
        row = {
            "ticket_hash": token_hash(ticket), "meeting": proven.meeting, "person": proven.person,
            "kind": proven.kind.value, "sha256": proven.sha256, "account_hash": proven.account,
            "until": now + TICKET_LIVES,
        }  # fmt: skip
        with self._desk.engine.begin() as connection:
            connection.execute(tickets.delete().where(tickets.c.until <= now))
            connection.execute(tickets.insert().values(row))
        return ticket

    def has_ticket(self, ticket: str, now: Moment) -> bool:
        """Tell whether a ticket would still open; nothing is used up."""
        query = sa.select(tickets.c.until).where(_is(ticket), tickets.c.until > now)
        with self._desk.engine.connect() as connection:
            return connection.execute(query).first() is not None

    def enter(self, ticket: str, now: Moment) -> Admitted:
        """Use a ticket up, or refuse."""
        with self._desk.engine.begin() as connection:
            # Deleting first locks the row: of two browsers one is told that it came too late.
            used = tickets.delete().where(_is(ticket), tickets.c.until > now).returning(tickets)
            row = connection.execute(used).first()
            if row is None:
                raise Refused(TicketUnknown())
            proven = Proven(
                MeetingId(row.meeting), PersonId(row.person), Kind(row.kind), row.sha256,
                row.account_hash,
            )  # fmt: skip
            return self._admit(connection, proven, now)

    def drop_tickets(self, meeting: MeetingId, person: PersonId) -> None:
        """Make the tickets of a person useless that nobody has used yet."""
        own = tickets.c.person == person
        with self._desk.engine.begin() as connection:
            connection.execute(tickets.delete().where(tickets.c.meeting == meeting, own))

    # --- accounts ---------------------------------------------------------------------------------

    def bind(self, link: Link, account: str, now: Moment) -> Link | None:
        """Let a link open through one account alone; gives it as it is bound, maybe to another."""
        with self._desk.engine.begin() as connection:
            query = sa.select(proofs.c.token_hash).where(proofs.c.token_hash == link.token_hash)
            if connection.execute(query).first() is None:
                row = _row(link.token_hash, link.person, Kind.LINK, "", account, "", now)
                connection.execute(_INSERT_UNLESS_BOUND, row)
                link_changes.note(connection, [link.token_hash])
        return self._desk.read_link(link.token_hash)

    def known(self, account: str) -> list[Proven]:
        """List what was proven through an account before: of each meeting the strongest."""
        query = (
            sa.select(proofs, links.c.meeting)
            .join(links, links.c.token_hash == proofs.c.token_hash)
            .where(proofs.c.account_hash == account, ~links.c.revoked, proofs.c.sha256 != "")
            .order_by(proofs.c.proven_at)
        )
        best: dict[tuple[MeetingId, PersonId], Proven] = {}
        with self._desk.engine.connect() as connection:
            for row in connection.execute(query):
                found = Proven(
                    MeetingId(row.meeting), PersonId(row.person), Kind(row.kind), row.sha256,
                    account,
                )  # fmt: skip
                key = (found.meeting, found.person)
                if key not in best or found.kind is Kind.MAX_PHONE:
                    best[key] = found
        return list(best.values())

    # --- parts ------------------------------------------------------------------------------------

    def _admit(self, connection: sa.Connection, proven: Proven, now: Moment) -> Admitted:
        token, seat = secrets.token_urlsafe(TOKEN_BYTES), secrets.token_urlsafe(TOKEN_BYTES)
        key = token_hash(token)
        link = {"token_hash": key, "meeting": proven.meeting, "person": proven.person}
        connection.execute(links.insert().values(**link, revoked=False))
        row = _row(
            key, proven.person, proven.kind, proven.sha256, proven.account, token_hash(seat), now
        )
        connection.execute(proofs.insert().values(row))
        self._drop_oldest(connection, proven)
        return Admitted(token, seat)

    def _drop_oldest(self, connection: sa.Connection, proven: Proven) -> None:
        query = (
            sa.select(proofs.c.token_hash)
            .join(links, links.c.token_hash == proofs.c.token_hash)
            .where(
                links.c.meeting == proven.meeting,
                links.c.person == proven.person,
                proofs.c.seat_hash != "",
            )
            .order_by(proofs.c.proven_at.desc())
            .offset(MOST)
        )
        old = list(connection.execute(query).scalars())
        if not old:
            return
        for table in (drafts, proofs, links):
            connection.execute(table.delete().where(table.c.token_hash.in_(old)))
        link_changes.note(connection, old)


def _row(
    key: str, person: PersonId, kind: Kind, sha256: str, account: str, seat: str, now: Moment
) -> dict[str, object]:
    return {
        "token_hash": key, "person": person, "kind": kind.value, "sha256": sha256,
        "account_hash": account, "seat_hash": seat, "proven_at": now,
    }  # fmt: skip


_COLUMNS = [column.name for column in proofs.columns]
_INSERT_UNLESS_BOUND = sa.text(
    f"INSERT INTO desk_proofs ({', '.join(_COLUMNS)}) "  # noqa: S608 - names of our own columns
    f"VALUES ({', '.join(f':{name}' for name in _COLUMNS)}) ON CONFLICT (token_hash) DO NOTHING"
).bindparams(*(sa.bindparam(column.name, type_=column.type) for column in proofs.columns))


def _is(ticket: str) -> sa.ColumnElement[bool]:
    return tickets.c.ticket_hash == token_hash(ticket)


def _use_up(connection: sa.Connection, once: str, now: Moment) -> None:
    key = hashlib.sha256(f"sobranie-once/1\n{once}".encode()).hexdigest()
    connection.execute(nonces.delete().where(nonces.c.seen_at < now - NONCES_KEPT))
    try:
        connection.execute(nonces.insert().values(nonce_hash=key, seen_at=now))
    except sa.exc.IntegrityError as used:
        raise Refused(LaunchRefused("replayed")) from used
