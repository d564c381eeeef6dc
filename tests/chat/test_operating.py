"""What officers see and do: the chat's state, choosing a chat, posts by hand, proofs of posts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

import pytest

from api.chat.outbox import Outbox
from api.chat.port import ChatRefusedError
from api.http.app import create_app
from tests.api.door import ask
from tests.chat.stage import CHAT, Chat, until_quiet
from tests.chat.test_card import follow
from tests.integration.small import Meeting, called, installation

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from httpx import Response

PNG = b"\x89PNG\r\n\x1a\n"


class Office:
    """An officer at the application of an installation."""

    def __init__(self, meeting: Meeting) -> None:
        self.meeting = meeting
        self.app = create_app(meeting.services)
        token = meeting.services.desk.add_officer("секретарь")
        self.officer = {"authorization": f"Bearer {token}"}

    def ask(self, method: str, path: str, **request: Any) -> Response:
        return ask(self.app, method, path, headers=self.officer, **request)

    def chat(self) -> dict[str, Any]:
        answer = self.ask("GET", f"/api/v1/houses/{self.meeting.house}/chat")
        assert answer.status_code == 200
        found: dict[str, Any] = answer.json()
        return found


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """Give an installation whose posts go to MAX, with a meeting that is called."""
    secret = {"SOBRANIE_CHAT": "max", "SOBRANIE_MAX_WEBHOOK_SECRET": "hook-secret-1"}
    with installation(tmp_path / "home", secret) as (services, clock):
        yield Office(called(services, clock))


def test_a_house_without_a_chat_says_what_to_do(office: Office) -> None:
    seen = office.chat()
    assert (seen["messenger"], seen["chat"], seen["state"]) == ("max", None, "unbound")
    assert "Добавьте бота" in seen["text"]


def test_choosing_a_chat_that_the_bot_was_added_to(office: Office) -> None:
    """The only way to learn a chat's number is the event; the officer picks it by its title."""
    states = Outbox(office.meeting.services).chats
    states.heard("-7001", "added", 1, "Домовой чат")
    assert office.chat()["offered"] == [{"chat": "-7001", "title": "Домовой чат"}]
    path = f"/api/v1/houses/{office.meeting.house}/chat"
    answer = office.ask("PUT", path, json={"chat": "-7001"})
    assert answer.status_code == 200
    assert (answer.json()["chat"], answer.json()["offered"]) == ("-7001", [])
    assert answer.json()["posts"] == {"pending": 1}


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("max-forbidden", "Верните ему права"),
        ("max-token-refused", "Токен бота отозван"),
        ("max-not-found", "Такого чата нет"),
    ],
)
def test_refusals_of_access_are_said_in_words(office: Office, code: str, words: str) -> None:
    Outbox(office.meeting.services).bind(office.meeting.house, CHAT)
    chat = Chat()
    chat.before = [ChatRefusedError(code)]
    from tests.chat.stage import once

    once(office.meeting, chat)
    seen = office.chat()
    assert (seen["state"], seen["code"]) == ("refused", code)
    assert words in seen["text"]
    assert seen["posts"] == {"pending": 2}


def test_a_bot_without_the_right_to_pin_is_said_in_words(office: Office) -> None:
    """Beside the state of posts, which go on."""
    Outbox(office.meeting.services).bind(office.meeting.house, CHAT)
    chat = Chat()
    assert office.chat()["pin"] == "none"
    chat.pin_faults = [ChatRefusedError("max-may-not-pin")]
    until_quiet(office.meeting, chat)
    seen = office.chat()
    assert (seen["state"], seen["pin"], seen["posts"]) == ("told", "refused", {"sent": 2})
    assert "закрепит её сам" in seen["text"]


def test_strangers_see_nothing(office: Office) -> None:
    house, meeting = office.meeting.house, office.meeting.meeting
    for method, path in (
        ("GET", f"/api/v1/houses/{house}/chat"),
        ("GET", f"/api/v1/meetings/{meeting}/share"),
        ("GET", f"/api/v1/meetings/{meeting}/share/picture"),
        ("POST", f"/api/v1/meetings/{meeting}/share/posted"),
    ):
        assert ask(office.app, method, path).status_code == 401


def test_a_person_posts_by_hand(office: Office) -> None:
    """Text, link and picture to post, and a note of who did it at which stage."""
    path = f"/api/v1/meetings/{office.meeting.meeting}/share"
    made = office.ask("GET", path).json()
    assert made["link"] in made["text"]
    assert unquote(urlsplit(made["share_url"]).query.removeprefix("text=")) == made["text"]
    assert made["posted"] == []
    picture = office.ask("GET", urlsplit(made["picture"]).path)
    assert picture.headers["content-type"] == "image/png"
    assert picture.content.startswith(PNG)
    size = [int.from_bytes(picture.content[at : at + 4], "big") for at in (16, 20)]
    assert size == [1200, 630]
    assert picture.content == office.ask("GET", urlsplit(made["picture"]).path).content
    noted = office.ask("POST", f"{path}/posted")
    assert noted.status_code == 201
    assert noted.json()["by"] == "секретарь"
    office.meeting.open()
    follow(office.meeting)
    office.ask("POST", f"{path}/posted")
    posted = office.ask("GET", path).json()["posted"]
    assert [row["stage"] for row in posted] == ["called", "open"]


def test_a_post_leads_to_its_proof(office: Office) -> None:
    """The link under a post proves that the log has only grown since; a false one is named."""
    Outbox(office.meeting.services).bind(office.meeting.house, CHAT)
    chat = Chat()
    until_quiet(office.meeting, chat)
    office.meeting.open()
    for post in chat.posts:
        path = urlsplit(post.buttons[1].url).path
        answer = ask(office.app, "GET", path)
        assert answer.status_code == 200
        assert answer.text.startswith("Совпадает: при ")
        assert "Сейчас записей" in answer.text
        false = path[:-1] + ("0" if path[-1] != "0" else "1")
        assert ask(office.app, "GET", false).text.startswith("НЕ СОВПАДАЕТ")
        for wrong in (f"{path}0", path.replace("/since/", "/since/0"), path[:-16] + "x" * 16):
            assert ask(office.app, "GET", wrong).status_code == 404


def test_a_proof_of_the_future_is_no_proof(office: Office) -> None:
    path = f"/log/{office.meeting.house}/since/999999/{'0' * 16}"
    assert ask(office.app, "GET", path).status_code == 404
