"""The mini-app in a real browser, with the fake messenger's bridge: launch, phone, ballot."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from selenium.webdriver.support.expected_conditions import url_contains
from selenium.webdriver.support.wait import WebDriverWait

from tests.browser.house import RITA
from tests.browser.screen import Axe, Screen
from tests.browser.test_chat_journey import received
from tests.browser.test_journey import answer
from tests.fake_max.page import launch

if TYPE_CHECKING:
    from selenium.webdriver import Chrome

    from tests.browser.messenger import ChatSite


@pytest.fixture
def screen(browser: Chrome) -> Screen:
    """The browser; pages of the ballot itself are looked at by axe-core elsewhere."""
    return Screen(browser)


def test_a_phone_confirmed_in_the_mini_app_leads_to_the_vote(
    screen: Screen, chat: ChatSite
) -> None:
    rita = chat.owner(RITA, "Маргарита", "П.")
    chat.catch_up()
    screen.open(launch(chat.world, rita, None, None))
    assert "открывается из мессенджера" not in screen.text()
    screen.press("Подтвердить номер телефона")
    assert screen.heading() == "Бюллетень"
    assert "#" not in screen.browser.current_url
    assert "подтвердите личность" not in screen.text()
    screen.press("Начать: вопрос 1 из 3")
    answer(screen, "for", "against", "abstain")
    screen.press("Проголосовать")
    recorded = received(chat, "2")
    assert recorded is not None
    assert recorded.evidence.kind == "max_phone"


def test_a_personal_link_in_the_launch_opens_the_ballot_by_itself(
    screen: Screen, chat: ChatSite
) -> None:
    rita = chat.owner(RITA, "Маргарита", "П.")
    chat.catch_up()
    token = chat.site.tokens[RITA]
    screen.browser.get(launch(chat.world, rita, f"b_{token}", None))
    WebDriverWait(screen.browser, 20).until(url_contains("/b/"))
    assert screen.heading() == "Бюллетень"
    assert token not in screen.browser.current_url


def test_in_a_plain_browser_the_page_says_what_to_do(screen: Screen, chat: ChatSite) -> None:
    screen.open(f"{chat.site.address}/app")
    assert "открывается из мессенджера MAX" in screen.text()
    assert "Подтвердить номер телефона" not in screen.text()


def test_the_ways_in_are_accessible(browser: Chrome, axe: Axe, chat: ChatSite) -> None:
    """Each page of the ways, looked at by axe-core; a wrong code is told as a page too."""
    screen, site = Screen(browser, axe), chat.site
    for path in ("/code", "/code/T7K3M-9QX4V", "/app", f"/m/{site.meeting.meeting}/in"):
        screen.open(site.address + path)
    screen.open(f"{site.address}/code")
    screen.type("code", "t7k3m 9qx4v")
    screen.press("Открыть мою страницу")
    assert "Такого кода нет" in screen.text()
    assert screen.one("#code").get_attribute("value") == "t7k3m 9qx4v"
