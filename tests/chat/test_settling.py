"""A person settles posts whose fate is unknown or that were refused; never on an old view."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from typing_extensions import override

from api.chat.outbox import Outbox
from api.chat.port import ChatOutcomeUnknownError, ChatRefusedError
from api.chat.settling import Decision, Fate, settle
from tests.api.door import ask
from tests.chat.stage import BOTH_STORES, CHAT, Chat, is_card, once, until_quiet
from tests.chat.test_operating import Office

if TYPE_CHECKING:
    from tests.integration.small import Meeting

LOST = ChatOutcomeUnknownError("max-answer-lost")
MAY_NOT_READ = ChatOutcomeUnknownError("max-may-not-read")


class Desk:
    """An officer who settles posts of the house."""

    def __init__(self, meeting: Meeting) -> None:
        self.office = Office(meeting)
        self.path = f"/api/v1/houses/{meeting.house}/chat/unsettled"

    def waiting(self) -> list[dict[str, Any]]:
        answer = self.office.ask("GET", self.path)
        assert answer.status_code == 200
        found: list[dict[str, Any]] = answer.json()["waiting"]
        return found

    def settle(self, mark: str, fate: str, reason: str = "посмотрела в чат") -> Any:
        body = {"mark": mark, "fate": fate, "reason": reason}
        return self.office.ask("POST", self.path, json=body)


def rounds(meeting: Meeting, chat: Chat, number: int = 4) -> None:
    """Let the outbox run for a while."""
    for _ in range(number):
        once(meeting, chat)
        meeting.clock.tick(timedelta(minutes=11))


@pytest.fixture
def stuck(meeting: Meeting) -> Chat:
    """Lose the answer to the opening's post, in a chat that the bot may not read."""
    chat = Chat()
    until_quiet(meeting, chat)
    chat.before = [LOST]
    chat.find_faults = [MAY_NOT_READ] * 40
    meeting.open()
    meeting.finish()
    rounds(meeting, chat)
    assert len(chat.posts) == 2
    return chat


@BOTH_STORES
@pytest.mark.parametrize(
    ("fate", "posts", "states"),
    [
        ("sent", 5, {"sent": 6}),
        ("again", 6, {"sent": 6}),
        ("drop", 5, {"dropped": 1, "sent": 5}),
    ],
)
def test_a_post_of_unknown_fate_is_settled_and_the_rest_goes_out(
    meeting: Meeting, stuck: Chat, fate: str, posts: int, states: dict[str, int]
) -> None:
    desk = Desk(meeting)
    (waiting,) = desk.waiting()
    assert (waiting["state"], waiting["text"][:7]) == ("unknown", "Голосов")
    answer = desk.settle(waiting["mark"], fate)
    assert (answer.status_code, answer.json()["waiting"]) == (200, [])
    rounds(meeting, stuck, 2)
    assert len(stuck.posts) == posts
    assert dict(Outbox(meeting.services).states()) == states
    known = Outbox(meeting.services).chats.of(CHAT)
    assert known is not None
    assert known.state == "told"


@BOTH_STORES
def test_who_settled_what_and_why_is_kept(meeting: Meeting, stuck: Chat) -> None:
    desk = Desk(meeting)
    (waiting,) = desk.waiting()
    desk.settle(waiting["mark"], "sent", "  стоит в чате с 12:00 ")
    (kept,) = desk.office.ask("GET", desk.path).json()["settled"]
    assert kept.pop("at")
    assert kept == {
        "mark": waiting["mark"],
        "was": "unknown",
        "fate": "sent",
        "reason": "стоит в чате с 12:00",
        "by": "секретарь",
    }


@BOTH_STORES
def test_a_refused_post_is_sent_again_when_a_person_says_so(meeting: Meeting) -> None:
    chat, desk = Chat(), Desk(meeting)
    chat.before = [ChatRefusedError("max-bad-content")]
    until_quiet(meeting, chat)
    assert "Есть сообщения, о которых нужно решить" in desk.office.chat()["text"]
    (waiting,) = desk.waiting()
    assert waiting["state"] == "failed"
    desk.settle(waiting["mark"], "again")
    assert until_quiet(meeting, chat) == {"sent": 2}
    assert "нужно решить" not in desk.office.chat()["text"]


def test_a_card_known_only_to_stand_is_edited_no_more(meeting: Meeting) -> None:
    """The messenger's number of it is not known; what is due is still said."""
    chat, desk = Chat(), Desk(meeting)
    once(meeting, chat)
    mark = f"{meeting.meeting}#card"
    Outbox(meeting.services).store.set(mark, state="unknown", post_id=None)
    chat.find_faults = [MAY_NOT_READ] * 9
    assert desk.settle(mark, "sent").status_code == 200
    meeting.open()
    until_quiet(meeting, chat)
    assert Outbox(meeting.services).cards.state(meeting.meeting) == "lost"
    assert not chat.edits
    assert sum(map(is_card, chat.first)) == 1


def test_what_is_wrong_is_refused_and_changes_nothing(meeting: Meeting, stuck: Chat) -> None:
    desk = Desk(meeting)
    (waiting,) = desk.waiting()
    mark = waiting["mark"]
    card = f"{meeting.meeting}#card"
    for given, status, code in (
        ((mark, "sent", "  "), 422, "reason_needed"),
        ((mark, "perhaps"), 422, "body_malformed"),
        (("журнал 1 · 00", "sent"), 404, "not_found"),
        ((card, "again"), 409, "post_is_settled"),
    ):
        answer = desk.settle(*given)
        assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert desk.waiting() == [waiting]
    assert ask(desk.office.app, "GET", desk.path).status_code == 401
    assert ask(desk.office.app, "POST", desk.path, json={}).status_code == 401


def test_it_is_settled_once(meeting: Meeting, stuck: Chat) -> None:
    """Two officers at two desks: the second is told that it is done."""
    desk = Desk(meeting)
    (waiting,) = desk.waiting()
    assert desk.settle(waiting["mark"], "again").status_code == 200
    assert desk.settle(waiting["mark"], "drop").json()["code"] == "post_is_settled"
    rounds(meeting, stuck, 2)
    assert len(stuck.posts) == 6


def test_another_house_settles_nothing_here(meeting: Meeting, stuck: Chat) -> None:
    desk = Desk(meeting)
    (waiting,) = desk.waiting()
    Outbox(meeting.services).bind(meeting.house, "дом-2")
    assert desk.waiting() == []
    assert desk.settle(waiting["mark"], "again").json()["code"] == "not_found"


class Meddling(Chat):
    """While the outbox looks for a post, a person settles it."""

    def __init__(self, meeting: Meeting, fate: Fate) -> None:
        super().__init__()
        self.meeting, self.fate = meeting, fate

    @override
    async def find(self, chat: str, mark: str) -> str | None:
        decision = Decision(mark, self.fate, "сейчас", "секретарь")
        settle(self.meeting.services, self.meeting.house, decision)
        return await super().find(chat, mark)


@BOTH_STORES
@pytest.mark.parametrize(("fate", "stand"), [(Fate.SENT, 1), (Fate.AGAIN, 2), (Fate.DROP, 1)])
def test_a_decision_in_the_middle_of_a_look_is_obeyed(
    meeting: Meeting, fate: Fate, stand: int
) -> None:
    """The outbox had taken the post out as unknown; it neither sends it twice nor overrules."""
    chat = Meddling(meeting, fate)
    chat.before = [LOST]
    until_quiet(meeting, chat)
    assert len(chat.posts) == stand
    expected = {"sent": 1, "dropped": 1} if fate is Fate.DROP else {"sent": 2}
    assert dict(Outbox(meeting.services).states()) == expected
