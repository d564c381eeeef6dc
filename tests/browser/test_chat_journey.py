"""The whole way on a phone: the card in the house chat, the bot, who one is, ballot, receipt.

The messenger is the fake one with its own page; everything else is the product over real HTTP. No
script runs anywhere on the way.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from api.audit.receipts import Against, check_receipt
from domain.ballot import Ballot, ballot_id
from signing.receipt import Receipt
from tests.browser.house import RITA
from tests.browser.screen import Axe, Screen
from tests.browser.test_journey import answer

if TYPE_CHECKING:
    from selenium.webdriver import Chrome

    from domain.events import BallotReceived
    from tests.browser.messenger import ChatSite
    from tests.fake_max.people import Person

KIND = "journey"


@pytest.fixture
def screen(browser: Chrome, axe: Axe) -> Screen:
    """The browser, with axe-core looking at every page."""
    return Screen(browser, axe)


@pytest.fixture
def rita(chat: ChatSite) -> Person:
    """An owner in the chat; the meeting's posts have been told."""
    person = chat.owner(RITA, "Маргарита", "П.")
    chat.catch_up()
    return person


def received(chat: ChatSite, premises: str) -> BallotReceived | None:
    """Give the decision recorded for a premises."""
    stream = ballot_id(chat.site.meeting.meeting, chat.site.title(premises))
    ballot = chat.site.meeting.services.app.current(Ballot, stream)
    return ballot.received if ballot is not None else None


def test_from_the_card_in_the_chat_to_the_receipt(
    screen: Screen, chat: ChatSite, rita: Person
) -> None:
    screen.open(chat.eyes(rita))
    assert "Идёт приём решений до 30.03.2026 12:00" in screen.text()
    screen.picture("1-card", KIND)
    screen.press("Мой бюллетень")
    chat.catch_up()
    screen.open(screen.browser.current_url)
    assert "подтвердите номер телефона" in screen.text()
    screen.picture("2-who", KIND)
    screen.press("Подтвердить номер телефона")
    chat.catch_up()
    screen.open(screen.browser.current_url)
    screen.picture("3-way", KIND)
    screen.press("Открыть мою страницу")
    assert screen.heading() == "Моя страница собрания"
    assert received(chat, "2") is None
    screen.picture("4-enter", KIND)
    screen.press("Открыть мою страницу")
    assert screen.heading() == "Бюллетень"
    assert "подтвердите личность" not in screen.text()
    screen.picture("5-ballot", KIND)
    screen.press("Начать: вопрос 1 из 3")
    answer(screen, "for", "against", "abstain")
    assert "Ещё ничего не записано." in screen.text()
    screen.press("Проголосовать")
    assert "Ваш голос принят." in screen.text()
    screen.picture("6-receipt", KIND)
    recorded = received(chat, "2")
    assert recorded is not None
    assert recorded.evidence.kind == "max_phone"


def test_the_receipt_of_the_way_is_sound_and_the_card_has_moved(
    screen: Screen, chat: ChatSite, rita: Person
) -> None:
    screen.open(chat.eyes(rita))
    before = screen.text()
    screen.press("Мой бюллетень")
    for words in ("Подтвердить номер телефона", "Открыть мою страницу"):
        chat.catch_up()
        screen.open(screen.browser.current_url)
        screen.press(words)
    screen.press("Открыть мою страницу")
    screen.press("Начать: вопрос 1 из 3")
    answer(screen, "for", "for", "for")
    screen.press("Проголосовать")
    proof = str(screen.named("Скачать: квартира 2").get_attribute("href"))
    seat = {one["name"]: one["value"] for one in screen.browser.get_cookies()}
    receipt = Receipt.from_bytes(chat.site.fetch(proof, cookies=seat).content)
    key = chat.site.meeting.services.logs.key(chat.site.meeting.house)
    assert check_receipt(receipt, Against(key)).is_sound
    chat.catch_up()
    screen.open(chat.eyes(rita))
    assert "Участвуют 0,00 % голосов" in before
    assert "Участвуют 41,05 % голосов" in screen.text()


def test_the_page_opened_from_the_chat_is_no_use_to_whoever_gets_its_address(
    screen: Screen, chat: ChatSite, rita: Person
) -> None:
    screen.open(chat.eyes(rita))
    screen.press("Мой бюллетень")
    for words in ("Подтвердить номер телефона", "Открыть мою страницу"):
        chat.catch_up()
        screen.open(screen.browser.current_url)
        screen.press(words)
    screen.press("Открыть мою страницу")
    address = screen.browser.current_url
    assert screen.heading() == "Бюллетень"
    screen.browser.delete_all_cookies()
    screen.open(address)
    assert screen.heading() != "Бюллетень"
    screen.picture("7-forwarded", KIND)
    assert received(chat, "2") is None
