"""The outbox tells every fact exactly once, wherever it dies and whatever the messenger answers."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from api.chat.outbox import OTHER, Outbox, Told
from api.chat.port import (
    Button,
    ChatBusyError,
    ChatOutcomeUnknownError,
    ChatRefusedError,
    Post,
)
from domain.events import NoticeProven
from tests.chat.stage import BOTH_STORES, CHAT, Chat, Crash, once, until_quiet

if TYPE_CHECKING:
    from api.services import Services
    from domain.events import Recorded
    from tests.integration.small import Meeting

pytestmark = BOTH_STORES


def test_a_whole_meeting_is_told_in_order(meeting: Meeting) -> None:
    """Called, opened, closed, results, protocol: five posts, each with its mark."""
    chat = Chat()
    meeting.open()
    meeting.finish()
    until_quiet(meeting, chat)
    assert [post.text.split()[0] for post in chat.told] == [
        "Созвано", "Голосование", "Приём", "Итоги:", "Протокол",
    ]  # fmt: skip
    marks = [post.text.splitlines()[-1] for post in chat.told]
    assert all(mark.startswith("журнал ") for mark in marks)
    assert len(set(marks)) == 5


def test_the_protocol_names_the_term_of_the_law(meeting: Meeting) -> None:
    """Six months are a dated row; the day is counted from the protocol."""
    chat = Chat()
    meeting.open()
    meeting.finish()
    until_quiet(meeting, chat)
    assert "6 месяцев" in chat.told[-1].text
    assert "ч. 6 ст. 46 ЖК РФ" in chat.told[-1].text
    assert "до 30.09.2026" in chat.told[-1].text


@pytest.mark.parametrize(
    ("moment", "fault"),
    [
        ("before", Crash()),
        ("after", Crash()),
        ("before", ChatOutcomeUnknownError("timeout")),
        ("after", ChatOutcomeUnknownError("timeout")),
        ("before", ChatBusyError("too.many", 5)),
    ],
    ids=["death before", "death after", "lost request", "lost answer", "busy"],
)
def test_every_fact_is_posted_once(meeting: Meeting, moment: str, fault: BaseException) -> None:
    """Dying or losing the answer before or after the post neither loses nor doubles it."""
    chat = Chat()
    setattr(chat, moment, [fault] * 3)
    meeting.open()
    assert until_quiet(meeting, chat) == {"sent": 3}
    texts = [post.text for post in chat.posts]
    assert len(texts) == len(set(texts)) == 3


def test_a_lost_answer_is_not_judged_at_once(meeting: Meeting) -> None:
    """The messenger may still be working on it: half a minute passes before it is looked for."""
    chat = Chat()
    chat.before = [ChatOutcomeUnknownError("timeout")]
    once(meeting, chat)
    once(meeting, chat)
    assert not chat.posts
    late = Post("x", (Button("b", f"https://sobranie.example/m/{meeting.meeting}#card"),))
    chat.posts.append(late)
    meeting.clock.tick(timedelta(seconds=31))
    once(meeting, chat)
    assert [post for post in chat.first if "Общее собрание" in post.text] == []


def test_a_card_is_not_taken_for_a_fact(meeting: Meeting) -> None:
    """The card shows the same size and root, in other words: reconciling must not find it."""
    chat = Chat()
    until_quiet(meeting, chat)
    meeting.open()
    chat.after = [Crash()]
    until_quiet(meeting, chat)
    meeting.clock.tick(timedelta(hours=1))
    until_quiet(meeting, chat)
    size = chat.told[-1].text.rsplit("журнал ", 1)[1].split()[0]
    assert f"записей {size}," in chat.card.text
    assert len(chat.told) == 2


def test_a_death_between_reading_and_writing_loses_nothing(
    meeting: Meeting, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The post and the position are written together or not at all."""
    chat = Chat()

    def die(*_: object) -> None:
        raise Crash

    with monkeypatch.context() as patched:
        patched.setattr(Outbox, "_move", staticmethod(die))
        with pytest.raises(Crash):
            once(meeting, chat)
    until_quiet(meeting, chat)
    assert len(chat.told) == 1


def test_a_refused_post_waits_for_a_person(meeting: Meeting) -> None:
    """A messenger that says no to a post is not asked again; the next post goes out."""
    chat = Chat()
    until_quiet(meeting, chat)
    chat.before = [ChatRefusedError("max-bad-content")]
    meeting.open()
    meeting.finish()
    assert until_quiet(meeting, chat) == {"failed": 1, "sent": 5}


@pytest.mark.parametrize("code", ["max-forbidden", "max-token-refused", "max-not-found"])
def test_a_bot_that_is_shut_out_loses_nothing(meeting: Meeting, code: str) -> None:
    """Posts wait until the bot is let in again; the state says why."""
    chat = Chat()
    chat.before = [ChatRefusedError(code)] * 2
    once(meeting, chat)
    state = Outbox(meeting.services).chats.of(CHAT)
    assert state is not None
    assert (state.state, state.code) == ("refused", code)
    meeting.clock.tick(timedelta(minutes=1))
    once(meeting, chat)
    assert len(chat.before) == 1, "it is not tried again at once"
    meeting.clock.tick(timedelta(minutes=10))
    once(meeting, chat)
    meeting.clock.tick(timedelta(minutes=11))
    assert until_quiet(meeting, chat) == {"sent": 2}
    state = Outbox(meeting.services).chats.of(CHAT)
    assert state is not None
    assert (state.state, state.code) == ("told", "")


def test_a_lost_answer_that_cannot_be_looked_up_is_never_sent_again(meeting: Meeting) -> None:
    """Without the right to read it stays unknown, and a person sees it."""
    chat = Chat()
    chat.before = [ChatOutcomeUnknownError("max-answer-lost")]
    chat.find_faults = [ChatOutcomeUnknownError("max-may-not-read")] * 100
    for _ in range(20):
        once(meeting, chat)
        meeting.clock.tick(timedelta(minutes=20))
    assert not chat.posts
    assert Outbox(meeting.services).states() == {"unknown": 1, "pending": 1}
    state = Outbox(meeting.services).chats.of(CHAT)
    assert state is not None
    assert state.state == "silent"


def test_other_parts_may_tell_and_edit(meeting: Meeting, monkeypatch: pytest.MonkeyPatch) -> None:
    """A fact of another part is worded by it; a later one may edit the earlier post in place."""
    chat, marks = Chat(), list[str]()

    def word(services: Services, recorded: Recorded, mark: str) -> Told:
        marks.append(mark)
        page = (Button("страница", "https://sobranie.example/h#x"),)
        return Told(Post(f"сообщение {len(marks)}\n{mark}", page), edits="".join(marks[:-1]))

    monkeypatch.setitem(OTHER, NoticeProven.TYPE, word)
    meeting.open()
    assert until_quiet(meeting, chat) == {"sent": 5}
    firsts = [post.text.split("\n")[0] for post in chat.told]
    assert [first for first in firsts if first.startswith("сообщение")] == ["сообщение 2"]


def test_no_names_in_the_chat(meeting: Meeting) -> None:
    """No owner's name ever stands in a post."""
    chat = Chat()
    meeting.open()
    meeting.finish()
    until_quiet(meeting, chat)
    told = "\n".join(post.text for post in [*chat.posts, *chat.first])
    assert not [name for name in ("Ветров", "Полевая", "Рощин") if name in told]
