"""Tables of identification beside `desk_proofs`: printed codes, tickets, what may be used once.

They stand in the desk's own metadata, because an erasure walks every table there that holds a
person. Codes, tickets and accounts are kept as hashes alone.
"""

from __future__ import annotations

import sqlalchemy as sa

from api.desk import metadata, proofs

codes = sa.Table(
    "desk_codes",
    metadata,
    sa.Column("code_hash", sa.String(64), primary_key=True),
    sa.Column("meeting", sa.Uuid, nullable=False),
    sa.Column("person", sa.Uuid, nullable=False, index=True),
    sa.Column("revoked", sa.Boolean, nullable=False, default=False),
    sa.Index("desk_codes_of_person", "meeting", "person"),
)
"""Codes printed on paper notices; only the newest of a person in a meeting is not revoked."""

tickets = sa.Table(
    "desk_tickets",
    metadata,
    sa.Column("ticket_hash", sa.String(64), primary_key=True),
    sa.Column("meeting", sa.Uuid, nullable=False),
    sa.Column("person", sa.Uuid, nullable=False, index=True),
    sa.Column("kind", sa.String(20), nullable=False),
    sa.Column("sha256", sa.String(64), nullable=False),
    sa.Column("account_hash", sa.String(64), nullable=False),
    sa.Column("until", sa.DateTime(timezone=True), nullable=False),
)
"""The way from a messenger's dialog into a browser: opened once, within minutes."""

nonces = sa.Table(
    "desk_nonces",
    metadata,
    sa.Column("nonce_hash", sa.String(64), primary_key=True),
    sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
)
"""Launches of the mini-app and logins that were used already."""


def create_tables(engine: sa.Engine) -> None:
    """Create the tables that are missing; one step, run before any worker starts."""
    metadata.create_all(engine, tables=[proofs, codes, tickets, nonces])
