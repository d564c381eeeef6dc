"""The desk: erasable tables that are no facts — links, officers, files, the chat's outbox.

Tokens are stored as SHA-256 only. Nothing here decides a vote; all of it may be lost without losing
one. SQLAlchemy Core speaks both databases; on SQLite the desk is a file of its own.
"""

from __future__ import annotations

import hashlib
import secrets
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

import sqlalchemy as sa

from api import link_changes
from domain.facts import HouseId, MeetingId, Moment, PersonId, moment

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

TOKEN_BYTES = 16
"""128 bits, as the design asks of a personal link."""

metadata = sa.MetaData()

links = sa.Table(
    "desk_links",
    metadata,
    sa.Column("token_hash", sa.String(64), primary_key=True),
    sa.Column("meeting", sa.Uuid, nullable=False, index=True),
    sa.Column("person", sa.Uuid, nullable=False),
    sa.Column("revoked", sa.Boolean, nullable=False, default=False),
)

proofs = sa.Table(
    "desk_proofs",
    metadata,
    sa.Column("token_hash", sa.String(64), primary_key=True),
    sa.Column("person", sa.Uuid, nullable=False, index=True),
    sa.Column("kind", sa.String(20), nullable=False),
    sa.Column("sha256", sa.String(64), nullable=False),
    sa.Column("account_hash", sa.String(64), nullable=False, default="", index=True),
    sa.Column("seat_hash", sa.String(64), nullable=False, default=""),
    sa.Column("proven_at", sa.DateTime(timezone=True), nullable=False),
)
"""What was proven for a personal link, beside holding it; see `api/identity/`."""

officers = sa.Table(
    "desk_officers",
    metadata,
    sa.Column("token_hash", sa.String(64), primary_key=True),
    sa.Column("name", sa.String(200), nullable=False),
)

files = sa.Table(
    "desk_files",
    metadata,
    sa.Column("sha256", sa.String(64), primary_key=True),
    sa.Column("name", sa.String(300), nullable=False),
    sa.Column("media", sa.String(100), nullable=False),
    sa.Column("content", sa.LargeBinary, nullable=False),
)

meetings = sa.Table(
    "desk_meetings",
    metadata,
    sa.Column("meeting", sa.Uuid, primary_key=True),
    sa.Column("house", sa.Uuid, nullable=False),
    sa.Column("listed", sa.Integer, nullable=False),
)

posts = sa.Table(
    "desk_posts",
    metadata,
    sa.Column("mark", sa.String(120), primary_key=True),
    sa.Column("chat", sa.String(100), nullable=False),
    sa.Column("body", sa.Text, nullable=False),
    sa.Column("state", sa.String(20), nullable=False, index=True),
    sa.Column("post_id", sa.String(200)),
    sa.Column("ordinal", sa.Integer, nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False, default=0),
    sa.Column("not_before", sa.DateTime(timezone=True)),
)

chats = sa.Table(
    "desk_chats",
    metadata,
    sa.Column("house", sa.Uuid, primary_key=True),
    sa.Column("chat", sa.String(100), nullable=False),
)

drafts = sa.Table(
    "desk_drafts",
    metadata,
    sa.Column("token_hash", sa.String(64), primary_key=True),
    sa.Column("meeting", sa.Uuid, nullable=False, index=True),
    sa.Column("content", sa.LargeBinary, nullable=False),
)

positions = sa.Table(
    "desk_positions",
    metadata,
    sa.Column("name", sa.String(50), primary_key=True),
    sa.Column("position", sa.BigInteger, nullable=False),
)


def token_hash(token: str) -> str:
    """Give the form a token is stored and looked up in."""
    return hashlib.sha256(token.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Proof:
    """What was proven for a link, by whose messenger account, and in which browser it holds.

    Attributes:
        account_hash: keyed hash of the account; empty when no messenger took part.
        seat_hash: hash of the secret the browser keeps; empty when the link opens in none.
    """

    kind: str
    sha256: str
    account_hash: str = ""
    seat_hash: str = ""


@dataclass(frozen=True, slots=True)
class Link:
    """A personal link: who it speaks for in which meeting, and what is proven of its holder."""

    token_hash: str
    meeting: MeetingId
    person: PersonId
    revoked: bool
    proof: Proof | None = None


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file by its content."""

    sha256: str
    name: str
    media: str
    content: bytes


class Desk:
    """The tables, opened; safe to use from several threads."""

    def __init__(self, url: str) -> None:
        """Open the database at a SQLAlchemy URL."""
        # What cannot be stored is logged without its values: a phone is nobody else's business.
        self.engine = sa.create_engine(url, hide_parameters=True)
        self._known: dict[str, Link] = {}
        self._learned: set[MeetingId] = set()
        self._changes = link_changes.Watch(self.engine)
        self._lock = threading.Lock()
        self._learning = threading.RLock()
        if self.engine.dialect.name == "sqlite":
            sa.event.listen(self.engine, "connect", _careful_sqlite)

    def create_tables(self) -> None:
        """Create the tables that are missing; one step, run before any worker starts."""
        metadata.create_all(self.engine)
        link_changes.metadata.create_all(self.engine)

    def close(self) -> None:
        """Let the connections go."""
        self.engine.dispose()

    # --- personal links ---------------------------------------------------------------------------

    def issue_links(self, meeting: MeetingId, people: Iterable[PersonId]) -> dict[PersonId, str]:
        """Make a fresh link for each person; the tokens are given once and kept nowhere."""
        tokens = {person: secrets.token_urlsafe(TOKEN_BYTES) for person in people}
        rows = [
            {"token_hash": token_hash(t), "meeting": meeting, "person": p, "revoked": False}
            for p, t in tokens.items()
        ]
        if rows:
            with self.engine.begin() as connection:
                connection.execute(links.insert(), rows)
        return tokens

    def link_seen(self, token: str) -> Link | None:
        """Find a link in memory alone."""
        with self._lock:
            return self._known.get(token_hash(token))

    def link(self, token: str) -> Link | None:
        """Find a link by its token; the first of a meeting brings all of them into memory."""
        key = token_hash(token)
        # When many come at once, the first one learns for the others.
        with self._learning:
            known = self.link_seen(token)
            if known is not None:
                return known
            link = self.read_link(key)
            if link is not None and link.meeting not in self._learned:
                self.learn_links(link.meeting)
        return link

    def read_link(self, key: str) -> Link | None:
        """Read a link by its hash from the table, and remember it as it stands there."""
        # What is read here must not be remembered after a revocation that came since.
        with self._learning:
            with self.engine.connect() as connection:
                row = connection.execute(_WITH_PROOF.where(links.c.token_hash == key)).first()
            if row is None:
                return None
            with self._lock:
                self._known[key] = _link(row)
                return self._known[key]

    def learn_links(self, meeting: MeetingId) -> int:
        """Read all links of a meeting into memory, before many people come at once."""
        with self._learning:
            with self.engine.connect() as connection:
                rows = connection.execute(_OF_MEETING.where(links.c.meeting == meeting)).all()
            found = {
                key: Link(key, meeting, person, revoked, Proof(kind, *rest) if kind else None)
                for key, person, revoked, kind, *rest in rows
            }
            with self._lock:
                self._known.update(found)
                self._learned.add(meeting)
        return len(found)

    def forget_links(self) -> None:
        """Drop what is remembered of links, so that revocations made elsewhere are seen."""
        # After a reading that is under way, which may not have seen the revocation.
        with self._learning, self._lock:
            self._known.clear()
            self._learned.clear()

    def notice_link_changes(self) -> None:
        """Forget what is remembered of links that any process has changed; one small read."""
        changed = self._changes.look()
        if changed is None:
            self.forget_links()
        elif changed:
            # After a reading that is under way, as above.
            with self._learning, self._lock:
                for key in changed:
                    self._known.pop(key, None)

    def revoke_link(self, token: str) -> bool:
        """Make a link useless; tells whether there was one."""
        return self._revoke(links.c.token_hash == token_hash(token))

    def revoke_links_of(self, meeting: MeetingId, person: PersonId) -> bool:
        """Make all links of a person in a meeting useless; tells whether there were any."""
        return self._revoke(links.c.meeting == meeting, links.c.person == person)

    def _revoke(self, *which: sa.ColumnElement[bool]) -> bool:
        with self.engine.begin() as connection:
            revoked = connection.execute(sa.select(links.c.token_hash).where(*which)).scalars()
            if not (keys := list(revoked)):
                return False
            connection.execute(drafts.delete().where(drafts.c.token_hash.in_(keys)))
            connection.execute(links.update().where(*which).values(revoked=True))
            link_changes.note(connection, keys)
        self.forget_links()
        return True

    # --- drafts of owners' answers ----------------------------------------------------------------

    def keep_draft(self, link: Link, content: bytes) -> None:
        """Keep what an owner has filled in so far, in place of what was kept before."""
        values = {"token_hash": link.token_hash, "meeting": link.meeting, "content": content}
        with self.engine.begin() as connection:
            connection.execute(drafts.delete().where(drafts.c.token_hash == link.token_hash))
            connection.execute(drafts.insert().values(values))

    def draft(self, link: Link) -> bytes | None:
        """Give what an owner has filled in so far."""
        query = sa.select(drafts.c.content).where(drafts.c.token_hash == link.token_hash)
        with self.engine.connect() as connection:
            content: bytes | None = connection.execute(query).scalar()
            return bytes(content) if content is not None else None

    def drop_draft(self, link: Link) -> None:
        """Erase an owner's draft."""
        with self.engine.begin() as connection:
            connection.execute(drafts.delete().where(drafts.c.token_hash == link.token_hash))

    def meetings_with_drafts(self) -> Sequence[MeetingId]:
        """List the meetings that drafts are kept for."""
        query = sa.select(drafts.c.meeting).distinct()
        with self.engine.connect() as connection:
            return [MeetingId(found) for found in connection.execute(query).scalars()]

    def drop_drafts(self, meeting: MeetingId) -> None:
        """Erase all drafts of a meeting, when its voting is over."""
        with self.engine.begin() as connection:
            connection.execute(drafts.delete().where(drafts.c.meeting == meeting))

    # --- officers ---------------------------------------------------------------------------------

    def add_officer(self, name: str) -> str:
        """Give an officer (secretary, counter) a token; it is shown once and kept nowhere."""
        token = secrets.token_urlsafe(32)
        with self.engine.begin() as connection:
            connection.execute(officers.insert().values(token_hash=token_hash(token), name=name))
        return token

    def officer(self, token: str) -> str | None:
        """Find an officer's name by token."""
        query = sa.select(officers.c.name).where(officers.c.token_hash == token_hash(token))
        with self.engine.connect() as connection:
            name: str | None = connection.execute(query).scalar()
            return name

    # --- files ------------------------------------------------------------------------------------

    def keep_file(self, name: str, media: str, content: bytes) -> StoredFile:
        """Keep a file under the SHA-256 of its bytes; the same bytes are kept once."""
        stored = StoredFile(hashlib.sha256(content).hexdigest(), name, media, content)
        if self.file(stored.sha256) is None:
            values = {"sha256": stored.sha256, "name": name, "media": media, "content": content}
            with self.engine.begin() as connection:
                connection.execute(files.insert().values(values))
        return stored

    def file(self, sha256: str) -> StoredFile | None:
        """Find a file by its SHA-256 in hex."""
        with self.engine.connect() as connection:
            row = connection.execute(sa.select(files).where(files.c.sha256 == sha256)).first()
        if row is None:
            return None
        return StoredFile(row.sha256, row.name, row.media, bytes(row.content))

    # --- list of meetings -------------------------------------------------------------------------

    def list_meeting(self, house: HouseId, meeting: MeetingId) -> None:
        """Put a meeting on the list that pages show."""
        with self.engine.begin() as connection:
            listed = connection.execute(sa.select(sa.func.count()).select_from(meetings)).scalar()
            values = {"meeting": meeting, "house": house, "listed": listed or 0}
            connection.execute(meetings.insert().values(values))

    def meetings(self) -> Sequence[tuple[MeetingId, HouseId]]:
        """List all meetings, newest first."""
        query = sa.select(meetings).order_by(meetings.c.listed.desc())
        with self.engine.connect() as connection:
            return [
                (MeetingId(row.meeting), HouseId(row.house)) for row in connection.execute(query)
            ]


_PROOF_COLUMNS = (proofs.c.kind, proofs.c.sha256, proofs.c.account_hash, proofs.c.seat_hash)
_WITH_PROOF = sa.select(links, *_PROOF_COLUMNS).select_from(
    links.outerjoin(proofs, links.c.token_hash == proofs.c.token_hash)
)


_OF_MEETING = _WITH_PROOF.with_only_columns(
    links.c.token_hash, links.c.person, links.c.revoked, *_PROOF_COLUMNS, maintain_column_froms=True
)


def _link(row: Any) -> Link:
    proof = None
    if row.kind is not None:
        proof = Proof(row.kind, row.sha256, row.account_hash, row.seat_hash)
    return Link(row.token_hash, MeetingId(row.meeting), PersonId(row.person), row.revoked, proof)


def _careful_sqlite(connection: Any, _record: Any) -> None:
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=FULL")
    cursor.execute("PRAGMA secure_delete=ON")
    cursor.close()


def as_uuid(text: str) -> UUID | None:
    """Read an identifier from a URL; None when it is none."""
    try:
        return UUID(text)
    except ValueError:
        return None


def as_moment(value: Any) -> Moment:
    """Take a database's datetime, which SQLite gives without a zone, as a moment."""
    from datetime import UTC  # noqa: PLC0415

    return moment(value if value.tzinfo is not None else value.replace(tzinfo=UTC))
