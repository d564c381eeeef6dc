"""What one process changes of links and drafts, seen by another; on both stores."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import uuid4

import pytest
import sqlalchemy as sa

from api import erasure, link_changes, offices
from api.desk import Desk
from api.settings import read_settings
from api.tidying import Tidying
from domain import usecases
from domain.events import ErasureReason, ErasureScope, Mark
from domain.facts import MeetingId, PersonId
from tests.integration.small import CLOSES_AT, Meeting, called, installation

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from api.desk import Link

NAME = "Полевая"


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def env(request: pytest.FixtureRequest) -> dict[str, str]:
    """Give the settings of an empty store."""
    if request.param == "sqlite":
        return {"SOBRANIE_STORE": "sqlite"}
    dsn: dict[str, str] = request.getfixturevalue("postgres_dsn")
    return {"SOBRANIE_STORE": "postgres", **dsn}


@pytest.fixture
def meeting(env: dict[str, str], tmp_path: Path) -> Iterator[Meeting]:
    """Hold a meeting whose voting is open."""
    with installation(tmp_path, env) as (services, clock):
        held = called(services, clock)
        held.open()
        yield held


@pytest.fixture
def other(meeting: Meeting) -> Iterator[Desk]:
    """Open the desk as another process does."""
    desk = Desk(meeting.services.settings.desk_url())
    yield desk
    desk.close()


def tokens_of(meeting: Meeting) -> dict[str, str]:
    return {
        link.name.split()[0]: link.token
        for link in offices.issue_links(meeting.services, meeting.meeting)
    }


def link_of(desk: Desk, token: str) -> Link:
    found = desk.link(token)
    assert found is not None
    return found


def close(meeting: Meeting) -> None:
    meeting.clock.move_to(CLOSES_AT)
    meeting.run(lambda scope: usecases.close_voting(scope, meeting.meeting))


def test_a_link_revoked_elsewhere_is_revoked_here_after_a_look(
    meeting: Meeting, other: Desk
) -> None:
    desk, tokens = meeting.services.desk, tokens_of(meeting)
    looking = Tidying(meeting.services.app, other)
    looking.look()
    assert not link_of(other, tokens[NAME]).revoked
    person = link_of(desk, tokens[NAME]).person
    offices.revoke_links(meeting.services, meeting.meeting, person)
    looking.look()
    assert other.link_seen(tokens[NAME]) is None
    assert link_of(other, tokens[NAME]).revoked
    assert not link_of(other, tokens["Рощин"]).revoked


def test_nothing_changed_means_one_small_read_and_a_full_memory(
    meeting: Meeting, other: Desk
) -> None:
    tokens = tokens_of(meeting)
    other.notice_link_changes()
    link_of(other, tokens[NAME])
    asked: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        asked.append(statement)

    sa.event.listen(other.engine, "before_cursor_execute", note)
    other.notice_link_changes()
    assert len(asked) == 1
    assert other.link_seen(tokens[NAME]) is not None


def test_only_the_links_that_changed_are_read_again(meeting: Meeting, other: Desk) -> None:
    tokens = tokens_of(meeting)
    other.notice_link_changes()
    for token in tokens.values():
        link_of(other, token)
    assert meeting.services.desk.revoke_link(tokens[NAME])
    other.notice_link_changes()
    assert [name for name, token in tokens.items() if other.link_seen(token) is None] == [NAME]


def test_whoever_has_missed_too_much_forgets_everything(
    meeting: Meeting, other: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(link_changes, "KEPT", 2)
    tokens = tokens_of(meeting)
    other.notice_link_changes()
    link_of(other, tokens[NAME])
    for number in range(3):
        with meeting.services.desk.engine.begin() as connection:
            link_changes.note(connection, [f"{number}"])
    other.notice_link_changes()
    assert other.link_seen(tokens[NAME]) is None


def test_a_change_that_is_not_committed_is_not_told(meeting: Meeting, other: Desk) -> None:
    tokens = tokens_of(meeting)
    other.notice_link_changes()
    link_of(other, tokens[NAME])
    with meeting.services.desk.engine.connect() as connection:
        link_changes.note(connection, ())
        connection.rollback()
    other.notice_link_changes()
    assert other.link_seen(tokens[NAME]) is not None


def test_every_change_counts_however_many_there_were(meeting: Meeting, other: Desk) -> None:
    tokens = tokens_of(meeting)
    for token in (tokens[NAME], tokens["Рощин"]):
        other.notice_link_changes()
        assert not link_of(other, token).revoked
        assert meeting.services.desk.revoke_link(token)
        other.notice_link_changes()
        assert link_of(other, token).revoked


def test_links_of_the_forgotten_are_unknown_elsewhere_too(meeting: Meeting, other: Desk) -> None:
    tokens = tokens_of(meeting)
    other.notice_link_changes()
    other.keep_draft(link_of(other, tokens[NAME]), b"answers")
    (person,) = erasure.people_named(meeting.services, NAME)
    erasure.forget(meeting.services, person, ErasureReason.CONSENT_WITHDRAWN, ErasureScope.CONTACTS)
    assert other.meetings_with_drafts() == []
    other.notice_link_changes()
    assert other.link(tokens[NAME]) is None


def test_drafts_go_when_the_voting_is_closed_by_anybody(meeting: Meeting, other: Desk) -> None:
    tokens = tokens_of(meeting)
    looking = Tidying(meeting.services.app, other)
    link = link_of(other, tokens[NAME])
    other.keep_draft(link, b"answers")
    meeting.vote(meeting.titles["3"][0].id, Mark.FOR, Mark.FOR)
    looking.look()
    assert other.draft(link) == b"answers"
    close(meeting)
    looking.look()
    assert other.draft(link) is None


def test_drafts_left_by_a_crash_go_at_the_next_start(meeting: Meeting, other: Desk) -> None:
    tokens = tokens_of(meeting)
    link = link_of(other, tokens[NAME])
    close(meeting)
    other.keep_draft(link, b"answers")
    Tidying(meeting.services.app, other)
    assert other.meetings_with_drafts() == []


def test_drafts_of_an_unknown_meeting_go_and_those_of_an_open_one_stay(
    meeting: Meeting, other: Desk
) -> None:
    own = link_of(other, tokens_of(meeting)[NAME])
    (stray,) = other.issue_links(MeetingId(uuid4()), [PersonId(uuid4())]).values()
    for link in (own, link_of(other, stray)):
        other.keep_draft(link, b"answers")
    Tidying(meeting.services.app, other)
    assert other.meetings_with_drafts() == [meeting.meeting]


def test_a_server_drops_them_by_itself(env: dict[str, str], tmp_path: Path) -> None:
    with installation(tmp_path, env) as (services, clock):
        held = called(services, clock)
        held.open()
        link = link_of(services.desk, tokens_of(held)[NAME])
        close(held)
        services.desk.keep_draft(link, b"answers")
    with installation(tmp_path, env) as (services, _):
        assert services.desk.meetings_with_drafts() == []


def test_a_fresh_desk_has_no_changes_to_tell(tmp_path: Path) -> None:
    desk = Desk(read_settings({"SOBRANIE_HOME": str(tmp_path)}).desk_url())
    desk.create_tables()
    desk.notice_link_changes()
    assert not desk.revoke_link("nobody's")
    desk.notice_link_changes()
    desk.close()
