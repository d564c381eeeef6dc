"""Tables of the house chat beside the desk's own: cards, pins, chats' states, events, hand posts.

Like the desk's they are erasable and decide no vote. `desk_posts` and `desk_chats` stand in
`api/desk.py`; these are created in the same step of `wiring.prepare`.
"""

from __future__ import annotations

import sqlalchemy as sa

metadata = sa.MetaData()

cards = sa.Table(
    "desk_cards",
    metadata,
    sa.Column("meeting", sa.Uuid, primary_key=True),
    sa.Column("house", sa.Uuid, nullable=False, index=True),
    sa.Column("chat", sa.String(100), nullable=False),
    sa.Column("mark", sa.String(120), nullable=False),
    sa.Column("state", sa.String(20), nullable=False, default="live"),
    sa.Column("shown", sa.String(64), nullable=False, default=""),
    sa.Column("rank", sa.Integer, nullable=False, default=0),
    sa.Column("edited_at", sa.DateTime(timezone=True)),
    sa.Column("look_at", sa.DateTime(timezone=True), nullable=False),
    sa.Index("desk_cards_queue", "state", "rank", "look_at"),
)
"""The living card of each meeting: what it shows (a hash), when to look at it again."""

chat_states = sa.Table(
    "desk_chat_states",
    metadata,
    sa.Column("chat", sa.String(100), primary_key=True),
    sa.Column("state", sa.String(20), nullable=False),
    sa.Column("code", sa.String(60), nullable=False, default=""),
    sa.Column("title", sa.String(300), nullable=False, default=""),
    sa.Column("retry_at", sa.DateTime(timezone=True)),
    sa.Column("heard_ms", sa.BigInteger, nullable=False, default=0),
)
"""What is known of a chat: the bot's place in it and the last refusal."""

heard = sa.Table(
    "desk_heard",
    metadata,
    sa.Column("key", sa.String(64), primary_key=True),
    sa.Column("body", sa.Text),
    sa.Column("state", sa.String(20), nullable=False, index=True),
    sa.Column("ordinal", sa.BigInteger, nullable=False),
    sa.Column("heard_at", sa.DateTime(timezone=True), nullable=False),
)
"""Events of the messenger by the hash of their key; bodies are erased when they are worked off."""

pins = sa.Table(
    "desk_pins",
    metadata,
    sa.Column("meeting", sa.Uuid, primary_key=True),
    sa.Column("chat", sa.String(100), nullable=False, index=True),
    sa.Column("post_id", sa.String(200), nullable=False),
    sa.Column("state", sa.String(20), nullable=False),
    sa.Column("code", sa.String(60), nullable=False),
    sa.Column("heard_ms", sa.BigInteger, nullable=False),
    sa.Column("tried_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("retry_at", sa.DateTime(timezone=True)),
)
"""Which post was pinned for a meeting's card, or why not; `heard_ms` as in the chats' states."""

settlements = sa.Table(
    "desk_settlements",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("chat", sa.String(100), nullable=False, index=True),
    sa.Column("mark", sa.String(120), nullable=False),
    sa.Column("was", sa.String(20), nullable=False),
    sa.Column("decision", sa.String(20), nullable=False),
    sa.Column("reason", sa.String(500), nullable=False),
    sa.Column("officer", sa.String(200), nullable=False),
    sa.Column("settled_at", sa.DateTime(timezone=True), nullable=False),
)
"""What people have decided about posts whose fate was unknown or that were refused."""

hand_posts = sa.Table(
    "desk_hand_posts",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("meeting", sa.Uuid, nullable=False, index=True),
    sa.Column("stage", sa.String(20), nullable=False),
    sa.Column("officer", sa.String(200), nullable=False),
    sa.Column("posted_at", sa.DateTime(timezone=True), nullable=False),
)
"""Posts that a person has put into the chat by hand."""


def create_tables(engine: sa.Engine) -> None:
    """Create the tables that are missing; one step, run before any worker starts."""
    metadata.create_all(engine)
