"""The card is pinned once and silently; without the right to pin everything else goes on."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from api.chat.outbox import Outbox
from api.chat.port import ChatBusyError, ChatOutcomeUnknownError, ChatRefusedError
from tests.chat.stage import BOTH_STORES, CHAT, Chat, is_card, once, until_quiet
from tests.chat.test_storms import Scene, scene
from tests.fake_max.people import ALL_RIGHTS

if TYPE_CHECKING:
    from tests.integration.small import Meeting

__all__ = ["scene"]


def pin_of(meeting: Meeting, chat: str = CHAT) -> tuple[str, str]:
    """Give what is known of the chat's pin."""
    found = Outbox(meeting.services).pins.of(chat)
    return (found.state, found.code) if found is not None else ("none", "")


@BOTH_STORES
def test_the_card_is_pinned_once_in_a_whole_meeting(meeting: Meeting) -> None:
    chat = Chat()
    assert pin_of(meeting) == ("none", "")
    until_quiet(meeting, chat)
    meeting.open()
    until_quiet(meeting, chat)
    # A change of rights is a reason to try again what was refused, and nothing else.
    Outbox(meeting.services).chats.heard(CHAT, "added", 10)
    meeting.finish()
    until_quiet(meeting, chat)
    (pinned,) = chat.pins
    assert is_card(chat.posts[pinned])
    assert chat.edits, "the card was edited meanwhile"
    assert pin_of(meeting) == ("pinned", "")


@BOTH_STORES
def test_a_card_in_the_place_of_another_is_pinned_again(meeting: Meeting) -> None:
    """The house moves to another chat: the new card is pinned there, and once."""
    first, second = Chat(), Chat()
    until_quiet(meeting, first)
    Outbox(meeting.services).bind(meeting.house, "дом-2")
    second.posts.extend(first.posts)
    until_quiet(meeting, second)
    until_quiet(meeting, second)
    assert (len(first.pins), len(second.pins)) == (1, 1)
    assert pin_of(meeting, "дом-2") == ("pinned", "")


@pytest.mark.parametrize(
    "fault",
    [ChatBusyError("max-rate-limited", 2), ChatOutcomeUnknownError("max-answer-lost")],
    ids=["busy", "lost"],
)
def test_a_pin_that_failed_is_made_later(meeting: Meeting, fault: Exception) -> None:
    chat = Chat()
    chat.pin_faults = [fault]
    once(meeting, chat)
    assert pin_of(meeting)[0] == "waiting"
    meeting.clock.tick(timedelta(seconds=31))
    once(meeting, chat)
    assert (len(chat.pins), pin_of(meeting)) == (1, ("pinned", ""))


@BOTH_STORES
def test_without_the_right_to_pin_posts_go_on(meeting: Meeting) -> None:
    """It is not tried all the time, and again at once when the bot's rights have changed."""
    chat = Chat()
    chat.pin_faults = [ChatRefusedError("max-may-not-pin")] * 2
    for _ in range(5):
        until_quiet(meeting, chat)
        meeting.clock.tick(timedelta(hours=4))
    assert len(chat.pin_faults) == 1
    assert len(chat.posts) == 2
    assert pin_of(meeting) == ("refused", "max-may-not-pin")
    Outbox(meeting.services).chats.heard(CHAT, "added", 10)
    once(meeting, chat)
    assert (chat.pin_faults, chat.pins) == ([], [])
    meeting.clock.tick(timedelta(days=1))
    once(meeting, chat)
    assert pin_of(meeting) == ("pinned", "")


def test_a_bot_that_is_shut_out_pins_when_it_is_back(meeting: Meeting) -> None:
    """What is refused to a bot outside the chat says nothing of its rights."""
    chat = Chat()
    chat.pin_faults = [ChatRefusedError("max-forbidden")]
    once(meeting, chat)
    assert pin_of(meeting) == ("none", "")
    known = Outbox(meeting.services).chats.of(CHAT)
    assert known is not None
    assert known.state == "refused"
    meeting.clock.tick(timedelta(minutes=11))
    until_quiet(meeting, chat)
    assert len(chat.pins) == 1


def test_over_http_it_is_silent_and_once(scene: Scene) -> None:
    """The messenger's own record: one pin, of the card, without a notice."""
    scene.until_told(12)
    (pin,) = scene.chat.pins
    assert pin == (scene.chat.pinned, False)
    message = scene.chat.find(pin[0])
    assert message is not None
    assert message.attachments[0]["payload"]["buttons"][0][0]["url"].endswith("#card")


def test_over_http_a_person_who_unpins_is_obeyed(scene: Scene) -> None:
    scene.until_told(3)
    scene.chat.pinned = None
    scene.until_told(8)
    assert scene.chat.pinned is None
    assert len(scene.chat.pins) == 1


@pytest.mark.parametrize("missing", ["pin_message", "read_all_messages"])
def test_over_http_either_right_is_needed(scene: Scene, missing: str) -> None:
    """Everything is told; with the right given it is pinned, a day later at the latest."""
    scene.world.set_rights(scene.chat, scene.chair, ALL_RIGHTS - {missing})
    scene.until_told(12)
    scene.check()
    name = str(scene.chat.chat_id)
    assert pin_of(scene.meeting, name) == ("refused", "max-may-not-pin")
    assert not scene.chat.pins
    scene.world.set_rights(scene.chat, scene.chair)
    scene.until_told(2, timedelta(days=1))
    assert pin_of(scene.meeting, name) == ("pinned", "")
