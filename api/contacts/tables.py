"""Tables of contacts and letters: erasable, no facts.

They stand in the desk's own metadata, because an erasure walks every table there that holds a
person.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from api.desk import metadata

LONGEST_VALUE = 254
"""The longest e-mail address there is: RFC 5321, 4.5.3.1."""

contacts = sa.Table(
    "desk_contacts",
    metadata,
    sa.Column("house", sa.Uuid, primary_key=True),
    sa.Column("person", sa.Uuid, primary_key=True),
    sa.Column("channel", sa.String(10), primary_key=True),
    sa.Column("value", sa.String(LONGEST_VALUE), nullable=False),
    sa.Index("desk_contacts_by_value", "house", "channel", "value"),
    sa.Index("desk_contacts_by_person", "person"),
)
"""Where an owner is reached: one phone and one address in each house, the newest of each."""

letters = sa.Table(
    "desk_letters",
    metadata,
    sa.Column("mark", sa.String(64), primary_key=True),
    sa.Column("kind", sa.String(20), nullable=False),
    sa.Column("meeting", sa.Uuid, nullable=False),
    sa.Column("person", sa.Uuid, nullable=False, index=True),
    sa.Column("channel", sa.String(10), nullable=False),
    sa.Column("about", sa.Uuid, nullable=False),
    sa.Column("state", sa.String(20), nullable=False),
    sa.Column("ordinal", sa.BigInteger, nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False, default=0),
    sa.Column("not_before", sa.DateTime(timezone=True)),
    sa.Column("answer", sa.String(60), nullable=False, default=""),
    sa.Index("desk_letters_queue", "state", "ordinal"),
    sa.Index("desk_letters_of_meeting", "meeting", "kind"),
)
"""Letters on their way: neither address nor link stands here, both are taken when one is sent."""


def insert_or(connection: sa.Connection, table: sa.Table) -> Any:
    """Give an insert that can say what happens to a row that is there, in either database."""
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    return dialect.insert(table)


def insert_new(connection: sa.Connection, table: sa.Table) -> Any:
    """Give an insert that leaves alone what is there already."""
    return insert_or(connection, table).on_conflict_do_nothing()


def create_tables(engine: sa.Engine) -> None:
    """Create the tables that are missing; one step, run before any worker starts."""
    metadata.create_all(engine, tables=[contacts, letters])
