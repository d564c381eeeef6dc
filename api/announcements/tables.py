"""Tables beside the desk's own: organisations, the houses assigned to them, subscriptions.

Like the desk's they are erasable and no facts. They are created in the same step, `wiring.prepare`.
"""

from __future__ import annotations

import sqlalchemy as sa

metadata = sa.MetaData()

organisations = sa.Table(
    "desk_organisations",
    metadata,
    sa.Column("organisation", sa.Uuid, primary_key=True),
    sa.Column("token_hash", sa.String(64), nullable=False, unique=True),
    sa.Column("name", sa.String(300), nullable=False),
    sa.Column("kind", sa.String(30), nullable=False),
)
"""Author organisations with the hash of their token."""

assignments = sa.Table(
    "desk_assignments",
    metadata,
    sa.Column("organisation", sa.Uuid, primary_key=True),
    sa.Column("house", sa.Uuid, primary_key=True),
)
"""The houses an organisation may speak to."""

webhooks = sa.Table(
    "desk_webhooks",
    metadata,
    sa.Column("webhook", sa.Uuid, primary_key=True),
    sa.Column("url", sa.String(2000), nullable=False),
    sa.Column("secret", sa.String(200), nullable=False),
    sa.Column("house", sa.Uuid),
    sa.Column("state", sa.String(20), nullable=False),
    sa.Column("since", sa.BigInteger, nullable=False),
    sa.Column("by_officer", sa.String(200), nullable=False),
)
"""Other systems that hear of lifecycle events; `house` is None for all houses.

The secret is kept as it is: a signature cannot be made from a hash.
"""

deliveries = sa.Table(
    "desk_deliveries",
    metadata,
    sa.Column("delivery", sa.Uuid, primary_key=True),
    sa.Column("webhook", sa.Uuid, nullable=False, index=True),
    sa.Column("event", sa.String(60), nullable=False),
    sa.Column("body", sa.Text, nullable=False),
    sa.Column("state", sa.String(20), nullable=False, index=True),
    sa.Column("ordinal", sa.Integer, nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False, default=0),
    sa.Column("not_before", sa.DateTime(timezone=True)),
    sa.Column("answer", sa.String(60), nullable=False, default=""),
)
"""Events on their way to a subscriber."""


def create_tables(engine: sa.Engine) -> None:
    """Create the tables that are missing; one step, run before any worker starts."""
    metadata.create_all(engine)
