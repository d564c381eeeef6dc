"""The port's promises kept by the MAX adapter: posts, edits, finding, and every way to fail."""

from __future__ import annotations

import asyncio

import pytest

from api.chat.max.adapter import MOST_PAGES, PAGE, MaxHouseChat, as_house_chat, to_message
from api.chat.max.client import MaxClient
from api.chat.port import (
    Button,
    ChatBusyError,
    ChatError,
    ChatOutcomeUnknownError,
    ChatRefusedError,
    Post,
)
from tests.chat_max.conftest import House
from tests.fake_max.faults import Fault, FaultKind

PAGE_URL = "https://sobranie.example/m/42#k7f3"
CARD = Post("Собрание <5> & Ко_*\nИдёт голосование", (Button("Открыть", PAGE_URL),), quiet=True)


def test_a_post_stands_as_it_was_written(house: House) -> None:
    mid = house.chatting(lambda chat: as_house_chat(chat).post(house.name, CARD))
    (message,) = house.chat.messages
    assert (message.mid, message.text, message.notified) == (mid, CARD.text, False)
    assert message.markup == []
    assert message.attachments[0]["payload"]["buttons"] == [
        [{"type": "link", "text": "Открыть", "url": PAGE_URL}]
    ]


def test_an_edit_replaces_text_and_buttons(house: House) -> None:
    async def work(chat: MaxHouseChat) -> None:
        mid = await chat.post(house.name, CARD)
        await chat.edit(house.name, mid, Post("Закончено"))

    house.chatting(work)
    (message,) = house.chat.messages
    assert (message.text, message.attachments, message.is_edited) == ("Закончено", [], True)


@pytest.mark.parametrize("mark", ["#k7f3", "голосование", "<5> & Ко_*"])
def test_a_post_is_found_by_its_text_or_its_link(house: House, mark: str) -> None:
    mid = house.chatting(lambda chat: chat.post(house.name, CARD))
    assert house.chatting(lambda chat: chat.find(house.name, mark)) == mid
    assert house.chatting(lambda chat: chat.find(house.name, "#other")) is None


def test_a_neighbours_quote_is_not_our_post(house: House) -> None:
    house.world.say(house.chat, house.chair, f"смотрите {PAGE_URL}")
    assert house.chatting(lambda chat: chat.find(house.name, "#k7f3")) is None


def test_a_post_is_found_behind_hundreds_of_messages(house: House) -> None:
    mid = house.chatting(lambda chat: chat.post(house.name, CARD))
    for number in range(3 * PAGE):
        house.clock.advance(0.001 * (number % 3))
        house.world.say(house.chat, house.chair, str(number))
    assert house.chatting(lambda chat: chat.find(house.name, "#k7f3")) == mid


def test_an_old_post_is_not_a_recent_one(house: House) -> None:
    house.chatting(lambda chat: chat.post(house.name, CARD))
    house.clock.advance(4 * 86_400)
    assert house.chatting(lambda chat: chat.find(house.name, "#k7f3")) is None


def test_more_messages_than_one_can_read_leave_the_outcome_unknown(house: House) -> None:
    for number in range(MOST_PAGES * PAGE + 1):
        house.clock.advance(0.001)
        house.world.say(house.chat, house.chair, str(number))
    with pytest.raises(ChatOutcomeUnknownError, match="max-too-many-messages"):
        house.chatting(lambda chat: chat.find(house.name, "#k7f3"))


def test_without_admin_rights_the_outcome_stays_unknown(house: House) -> None:
    house.world.set_rights(house.chat, house.chair, None)
    with pytest.raises(ChatOutcomeUnknownError, match="max-may-not-read"):
        house.chatting(lambda chat: chat.find(house.name, "#k7f3"))


def test_a_bot_that_was_removed_is_refused(house: House) -> None:
    mid = house.chatting(lambda chat: chat.post(house.name, CARD))
    house.world.remove_bot(house.chat, house.chair)

    async def find(chat: MaxHouseChat) -> None:
        await chat.find(house.name, "#k7f3")

    async def post(chat: MaxHouseChat) -> None:
        await chat.post(house.name, CARD)

    async def edit(chat: MaxHouseChat) -> None:
        await chat.edit(house.name, mid, CARD)

    for work in (find, post, edit):
        with pytest.raises(ChatRefusedError, match=r"max-forbidden|max-not-found"):
            house.chatting(work)


@pytest.mark.parametrize(
    ("fault", "wait"),
    [
        (Fault(FaultKind.BURST_429), 2),
        (Fault(FaultKind.BURST_429, wait=0), 1),
        (Fault(FaultKind.BURST_429, wait=17), 17),
        (Fault(FaultKind.BURST_5XX), 30),
        (Fault(FaultKind.BURST_5XX, wait=600), 600),
        (Fault(FaultKind.PATHS_GONE), 30),
    ],
)
def test_busy_tells_when_to_come_back(house: House, fault: Fault, wait: int) -> None:
    house.world.faults.add(fault)
    with pytest.raises(ChatBusyError) as busy:
        house.chatting(lambda chat: chat.post(house.name, CARD))
    assert busy.value.retry_after == wait
    assert house.chat.messages == []


LOST = [
    Fault(FaultKind.LOST_ANSWER),
    Fault(FaultKind.NOT_JSON),
    Fault(FaultKind.DROPPED_BEFORE),
    Fault(FaultKind.BURST_5XX, status=500),
    Fault(FaultKind.BURST_5XX, status=502),
]


@pytest.mark.parametrize("kind", list(range(len(LOST))))
def test_a_post_whose_answer_is_lost_is_found_or_not_and_never_doubled(
    house: House, kind: int
) -> None:
    house.world.faults.add(Fault(LOST[kind].kind, status=LOST[kind].status))
    with pytest.raises(ChatOutcomeUnknownError):
        house.chatting(lambda chat: chat.post(house.name, CARD))
    found = house.chatting(lambda chat: chat.find(house.name, "#k7f3"))
    assert [row.mid for row in house.chat.messages] == ([found] if found else [])


@pytest.mark.parametrize("kind", list(range(len(LOST))))
def test_an_edit_whose_answer_is_lost_may_simply_be_repeated(house: House, kind: int) -> None:
    mid = house.chatting(lambda chat: chat.post(house.name, CARD))
    house.world.faults.add(Fault(LOST[kind].kind, status=LOST[kind].status))
    with pytest.raises(ChatBusyError):
        house.chatting(lambda chat: chat.edit(house.name, mid, Post("Новое")))
    house.chatting(lambda chat: chat.edit(house.name, mid, Post("Новое")))
    assert [row.text for row in house.chat.messages] == ["Новое"]


def test_nobody_listens_is_busy_because_nothing_was_sent(house: House) -> None:
    house.settings["base_url"] = "http://127.0.0.1:1"
    with pytest.raises(ChatBusyError, match="max-unreachable"):
        house.chatting(lambda chat: chat.post(house.name, CARD))


@pytest.mark.parametrize(
    ("chat", "post", "code"),
    [
        ("-1", CARD, "max-not-found"),
        ("0", CARD, "max-forbidden"),
        ("house-5", CARD, "max-chat-id"),
        ("--5", CARD, "max-chat-id"),
        ("٣", CARD, "max-chat-id"),
        ("", CARD, "max-chat-id"),
        (None, Post("х" * 4001), "max-bad-content"),
        (None, Post("х", (Button("", "https://a.example"),)), "max-bad-content"),
        (None, Post("х", (Button("ок", "https://a.example"),) * 31), "max-bad-content"),
        (None, Post(""), "max-declined"),
    ],
)
def test_refusals_for_good(house: House, chat: str | None, post: Post, code: str) -> None:
    with pytest.raises(ChatRefusedError) as refused:
        house.chatting(lambda adapter: adapter.post(house.name if chat is None else chat, post))
    assert refused.value.code == code
    assert house.chat.messages == []


def test_success_false_and_a_revoked_token_are_refusals(house: House) -> None:
    house.world.faults.add(Fault(FaultKind.SUCCESS_FALSE))
    with pytest.raises(ChatRefusedError, match="max-declined"):
        house.chatting(lambda chat: chat.post(house.name, CARD))
    house.world.token = "another-one-now"
    client = house.client()
    house.world.token = "revoked-meanwhile"

    async def work() -> None:
        async with client:
            await MaxHouseChat(client, house.clock.moment).post(house.name, CARD)

    with pytest.raises(ChatRefusedError, match="max-token-refused"):
        asyncio.run(work())


def test_a_storm_ends_with_one_post(house: House) -> None:
    house.world.faults.add(Fault(FaultKind.BURST_429, times=20, wait=3))

    async def outbox(client: MaxClient) -> int:
        chat, tries = MaxHouseChat(client, house.clock.moment), 0
        while True:
            tries += 1
            try:
                await chat.post(house.name, CARD)
            except ChatBusyError as busy:
                house.clock.advance(busy.retry_after)
            else:
                return tries

    assert house.run(outbox) == 21
    assert len(house.chat.messages) == 1


def test_errors_of_the_port_hold_no_token(house: House) -> None:
    house.world.faults.add(Fault(FaultKind.BURST_5XX, status=500))
    with pytest.raises(ChatError) as failed:
        house.chatting(lambda chat: chat.post(house.name, CARD))
    assert house.world.token not in repr(failed.value) + str(failed.value.__cause__)


def test_the_message_of_a_post_is_silent_only_when_asked() -> None:
    assert to_message(CARD).notify is False
    assert to_message(Post("х")).notify is True
