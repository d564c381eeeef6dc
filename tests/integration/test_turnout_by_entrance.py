"""Turnout by entrance follows the ballots, and the public page and API hide small groups."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any
from uuid import uuid5

import pytest

from api import calls, offices
from api.http.app import create_app
from domain import usecases
from domain.events import HouseRegistered, Mark
from domain.facts import MeetingId
from domain.votes import floor_area
from projections.follow import Follower
from tests.api.door import ask
from tests.integration.small import Meeting, installation, terms

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from projections.turnout import Turnout

HEAD = "№ помещения;Назначение;Общая площадь;ФИО собственника;Вид права;Доля;Подъезд\n"
SIZES = {1: 6, 2: 5, 3: 2}
"""Flats of ten square metres in each entrance; one shop stands in none."""


def register() -> str:
    lines = ["99;нежилое;10,00;ООО «Лавка-Пример»;собственность;1;"]
    for entrance, count in SIZES.items():
        for _ in range(count):
            number = len(lines)
            owner = f"ООО «Пример-{number}»"
            lines.append(f"{number};квартира;10,00;{owner};собственность;1;{entrance}")
    return HEAD + "\n".join(lines) + "\n"


@pytest.fixture
def wide(store: dict[str, str], tmp_path: Path) -> Iterator[Meeting]:
    """A house of three entrances with its voting open."""
    with installation(tmp_path / "home", store) as (services, clock):
        entered = HouseRegistered("г. Залесск, д. 2", floor_area("140.00"), 3, "Europe/Moscow")
        house = offices.register_house(services, entered)
        done = offices.import_register(services, house, register().encode(), "r.csv")
        assert done.recorded == 14, done.reading.findings
        key = MeetingId(uuid5(house, "meeting"))
        calls.call(services, house, key, terms(house))
        meeting = Meeting(services, clock, house, key)
        meeting.open()
        yield meeting


def vote(meeting: Meeting, *numbers: str) -> list[Any]:
    titles = [meeting.titles[number][0] for number in numbers]
    return [meeting.vote(title.id, Mark.FOR, Mark.FOR).value[0] for title in titles]


def followed(meeting: Meeting) -> Turnout:
    Follower(meeting.services.app.recorder, meeting.services.tables).catch_up()
    return meeting.services.turnout(meeting.meeting)


def test_entrances_add_up_with_the_house(wide: Meeting) -> None:
    vote(wide, "1", "2", "7", "12", "99")
    row = followed(wide)
    assert {one.entrance: (one.titles, one.all_votes, one.votes) for one in row.entrances} == {
        0: (1, Fraction(10), Fraction(10)),
        1: (6, Fraction(60), Fraction(20)),
        2: (5, Fraction(50), Fraction(10)),
        3: (2, Fraction(20), Fraction(10)),
    }
    assert sum(one.votes for one in row.entrances) == row.votes
    assert sum(one.all_votes for one in row.entrances) == row.all_votes


def test_the_page_and_the_api_hide_small_groups(wide: Meeting) -> None:
    vote(wide, "1", "2", "12")
    followed(wide)
    app = create_app(wide.services)
    groups = ask(app, "GET", f"/api/v1/meetings/{wide.meeting}/turnout").json()["groups"]
    assert [group["entrances"] for group in groups] == [[1], [0, 2, 3]]
    page = ask(app, "GET", f"/m/{wide.meeting}", headers={"accept": "text/html"}).text
    assert "Подъезд 1: <strong>33,33&nbsp;%</strong>" in page
    assert "Подъезды 2, 3 и помещения вне подъездов: <strong>12,50&nbsp;%</strong>" in page
    assert "Подъезд 3" not in page


def test_a_ballot_taken_out_leaves_its_entrance_and_a_rebuild_agrees(wide: Meeting) -> None:
    (ballot,) = vote(wide, "12")
    title = wide.titles["12"][0]
    wide.run(lambda s: usecases.contest(s, wide.meeting, title.id, title.holders[0]))
    wide.run(
        lambda s: usecases.resolve_contest(
            s, wide.meeting, ballot, upheld=True, reason="подпись не его", by="комиссия"
        )
    )
    row = followed(wide)
    assert {one.entrance: one.ballots for one in row.entrances} == {0: 0, 1: 0, 2: 0, 3: 0}
    assert row.entrances[3].votes == 0
    Follower(wide.services.app.recorder, wide.services.tables).rebuild()
    assert wide.services.turnout(wide.meeting) == row
