"""Links in memory: learned once for a meeting, forgotten when any is revoked."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING
from uuid import UUID

import pytest
import sqlalchemy as sa

from api.desk import Desk, token_hash
from domain.facts import MeetingId, PersonId

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MEETING = MeetingId(UUID(int=1))
PEOPLE = [PersonId(UUID(int=n)) for n in range(10, 40)]


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """A desk of its own."""
    made = Desk(f"sqlite:///{tmp_path / 'desk.db'}")
    made.create_tables()
    yield made
    made.close()


def _count_queries(desk: Desk) -> list[str]:
    asked: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        asked.append(statement)

    sa.event.listen(desk.engine, "before_cursor_execute", note)
    return asked


def test_the_first_link_of_a_meeting_brings_all_of_them(desk: Desk) -> None:
    tokens = list(desk.issue_links(MEETING, PEOPLE).values())
    assert desk.link_seen(tokens[0]) is None
    asked = _count_queries(desk)
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(desk.link, tokens))
    assert [link.person for link in found if link is not None] == PEOPLE
    assert len(asked) == 2
    assert all(desk.link_seen(token) for token in tokens)


def test_a_link_made_later_is_read_alone(desk: Desk) -> None:
    (first,) = desk.issue_links(MEETING, PEOPLE[:1]).values()
    desk.link(first)
    (late,) = desk.issue_links(MEETING, PEOPLE[1:2]).values()
    asked = _count_queries(desk)
    link = desk.link(late)
    assert link is not None
    assert link.person == PEOPLE[1]
    assert len(asked) == 1


def test_a_revoked_link_is_revoked_in_memory_too(desk: Desk) -> None:
    tokens = desk.issue_links(MEETING, PEOPLE)
    assert desk.link(tokens[PEOPLE[0]]) is not None
    assert desk.revoke_links_of(MEETING, PEOPLE[0])
    assert desk.link_seen(tokens[PEOPLE[0]]) is None
    revoked, other = desk.link(tokens[PEOPLE[0]]), desk.link(tokens[PEOPLE[1]])
    assert revoked is not None
    assert revoked.revoked
    assert other is not None
    assert not other.revoked


def test_an_unknown_token_is_nobodys(desk: Desk) -> None:
    assert desk.link("unknown") is None
    assert desk.link_seen("unknown") is None


def test_a_revocation_during_a_reading_is_not_forgotten(desk: Desk) -> None:
    (token,) = desk.issue_links(MEETING, PEOPLE[:1]).values()
    revoking = threading.Thread(target=desk.revoke_link, args=(token,))

    def revoked_meanwhile(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if statement.startswith("SELECT") and revoking.ident is None:
            revoking.start()
            revoking.join(0.2)

    sa.event.listen(desk.engine, "after_cursor_execute", revoked_meanwhile)
    desk.read_link(token_hash(token))
    revoking.join()
    found = desk.link(token)
    assert found is not None
    assert found.revoked
