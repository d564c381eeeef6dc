"""The feed of a meeting: whole, in order, the same bytes again, and nobody in it."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from tests.web.conftest import CLOSES, MEETING, NAMES
from tests.web.test_owner_pages import ANSWERS

if TYPE_CHECKING:
    from tests.web.conftest import World

FEED = f"/m/{MEETING}/feed.atom"
ATOM = {"a": "http://www.w3.org/2005/Atom"}


def entries(text: str) -> list[ET.Element]:
    return ET.fromstring(text).findall("a:entry", ATOM)


def titles(text: str) -> list[str]:
    return [str(entry.findtext("a:title", "", ATOM)) for entry in entries(text)]


def test_the_feed_tells_the_stages_newest_first(regional: World) -> None:
    regional.open()
    regional.vote("rita", *ANSWERS)
    regional.close()
    regional.count()
    answer = regional.get(FEED)
    assert answer.headers["content-type"].startswith("application/atom+xml")
    assert titles(answer.text) == [
        "Голоса подсчитаны",
        "Приём решений окончен",
        "Голосование открыто",
        "Сообщение о собрании подтверждено",
        "Сообщение о собрании подтверждено",
        "Собрание созвано",
    ]
    assert ET.fromstring(answer.text).findtext("a:updated", "", ATOM) == (
        CLOSES.isoformat().replace("+00:00", "Z")
    )
    ids = [entry.findtext("a:id", "", ATOM) for entry in entries(answer.text)]
    assert len(set(ids)) == len(ids)
    for name in NAMES.values():
        assert not any(part in answer.text for part in name.split())


def test_ballots_do_not_change_the_feed(regional: World) -> None:
    regional.open()
    before = regional.get(FEED)
    regional.vote("rita", *ANSWERS)
    again = regional.get(FEED)
    assert again.content == before.content
    assert again.headers["etag"] == before.headers["etag"]
    regional.close()
    assert regional.get(FEED).headers["etag"] != before.headers["etag"]


def test_a_reader_that_has_it_is_told_so(regional: World) -> None:
    tag = regional.get(FEED).headers["etag"]
    answer = regional.send("GET", FEED, headers={"if-none-match": tag})
    assert (answer.status_code, answer.content) == (304, b"")


def test_an_unknown_meeting_has_no_feed(regional: World) -> None:
    assert regional.get("/m/x/feed.atom").status_code == 404


def test_the_observer_sees_the_stages_and_the_feed(regional: World) -> None:
    regional.open()
    page = regional.get(f"/m/{MEETING}").text
    assert f'href="/m/{MEETING}/feed.atom"' in page
    assert "Ход собрания" in page
    assert "Голосование открыто: <time" in page
