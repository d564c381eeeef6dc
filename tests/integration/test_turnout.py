"""The read tables follow the log exactly once, and a rebuild gives the same row."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import pytest

from api import offices
from domain import usecases
from domain.events import Basis, Channel, Mark
from projections.follow import Follower
from projections.recent import RecentFacts
from projections.turnout import Turnout
from tests.integration.small import Meeting, called, installation

if TYPE_CHECKING:
    from pathlib import Path


def followed(meeting: Meeting) -> Turnout:
    """Apply everything there is and read the row."""
    follower = Follower(meeting.services.app.recorder, meeting.services.tables)
    follower.catch_up()
    return meeting.services.turnout(meeting.meeting)


def test_turnout_follows_every_ballot(meeting: Meeting) -> None:
    """Votes, ballots, channels and marks add up as they come."""
    meeting.open()
    first, second = meeting.titles["1"]
    meeting.vote(first.id, Mark.FOR, Mark.AGAINST)
    meeting.vote(second.id, Mark.SPOILED, Mark.FOR, channel=Channel.PAPER)
    meeting.vote(meeting.titles["3"][0].id, Mark.FOR, Mark.ABSTAIN)
    row = followed(meeting)
    assert (row.stage, row.all_votes, row.votes, row.ballots) == (
        "open", Fraction(200), Fraction(130), 3,
    )  # fmt: skip
    assert row.channels == {"link": 2, "paper": 1}
    assert row.items[0][Mark.FOR] == 100
    assert row.items[0][Mark.SPOILED] == 30
    assert row.items[1][Mark.ABSTAIN] == 70


def test_an_upheld_objection_takes_the_ballot_out(meeting: Meeting) -> None:
    """An open objection shows beside the votes; an upheld one takes them out."""
    meeting.open()
    title = meeting.titles["3"][0]
    ballot = meeting.vote(title.id, Mark.FOR, Mark.FOR, channel=Channel.PAPER).value[0]
    owner = title.holders[0]
    meeting.run(lambda scope: usecases.contest(scope, meeting.meeting, title.id, owner))
    assert followed(meeting).contested == 70
    meeting.run(
        lambda scope: usecases.resolve_contest(
            scope, meeting.meeting, ballot, upheld=True, reason="подпись не его", by="комиссия"
        )
    )
    row = followed(meeting)
    assert (row.votes, row.contested, row.ballots) == (Fraction(0), Fraction(0), 0)
    assert row.items[0][Mark.FOR] == 0


def test_prepared_answers_stand_apart(store: dict[str, str], tmp_path: Path) -> None:
    """Where a link gives no vote, answers are a forecast until the signed decision comes."""
    with installation(tmp_path / "written", store) as (services, clock):
        meeting = called(services, clock, Basis.WRITTEN_DECISIONS)
        meeting.open()
        title = meeting.titles["2"][0]
        meeting.vote(title.id, Mark.FOR, Mark.FOR)
        row = followed(meeting)
        assert (row.votes, row.prepared, row.prepared_ballots) == (Fraction(0), Fraction(40), 1)
        meeting.vote(title.id, Mark.AGAINST, Mark.FOR, channel=Channel.PAPER)
        row = followed(meeting)
        assert (row.votes, row.prepared, row.prepared_ballots) == (Fraction(40), Fraction(0), 0)
        assert row.items[0] == {mark: Fraction(40 * (mark is Mark.AGAINST)) for mark in Mark}


def test_a_rebuild_gives_the_same_row(meeting: Meeting) -> None:
    """Forgetting every row and following again changes nothing."""
    meeting.open()
    for titles in meeting.titles.values():
        for title in titles:
            meeting.vote(title.id, Mark.FOR, Mark.FOR)
    meeting.finish()
    before = followed(meeting)
    follower = Follower(meeting.services.app.recorder, meeting.services.tables)
    follower.rebuild()
    assert meeting.services.turnout(meeting.meeting) == before
    assert before.stage == "finished"


def test_the_register_import_reports_what_it_left_out(meeting: Meeting) -> None:
    """A second import finds every premises known and adds nothing."""
    from tests.integration.small import REGISTER

    done = offices.import_register(meeting.services, meeting.house, REGISTER.encode(), "reestr.csv")
    assert (done.recorded, done.known) == (0, 4)


def test_facts_of_this_process_are_followed_without_reading_them(
    meeting: Meeting, monkeypatch: pytest.MonkeyPatch
) -> None:
    meeting.open()
    services = meeting.services
    recent = RecentFacts()
    monkeypatch.setattr(services.app, "committed", recent.add)
    follower = Follower(services.app.recorder, services.tables, recent)
    follower.catch_up()

    def unread(*_: object, **__: object) -> list[object]:
        return []

    monkeypatch.setattr(services.app.recorder, "select_notifications", unread)
    for title in meeting.titles["1"]:
        meeting.vote(title.id, Mark.FOR, Mark.AGAINST)
    follower.catch_up()
    seen = services.turnout(meeting.meeting)
    assert (seen.ballots, seen.votes) == (2, Fraction(60))
    monkeypatch.undo()
    Follower(services.app.recorder, services.tables).rebuild()
    assert services.turnout(meeting.meeting) == seen
