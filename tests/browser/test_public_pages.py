"""Pages that need no link, on the same phone: axe-core has nothing to say, nothing sticks out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from domain.events import Mark
from tests.browser.house import GLEB
from tests.browser.screen import Axe, Screen
from tests.integration.small import CLOSES_AT

if TYPE_CHECKING:
    from selenium.webdriver import Chrome

    from tests.browser.house import Site

BUDGET = 100_000
PAGES = {
    "/": "Собрания",
    "/m/{meeting}": "Идёт голосование",
    "/m/{meeting}/in": "Как открыть свой бюллетень",
    "/h/{house}": "",
    "/code": "Код из извещения",
    "/errors/link_unknown": "",
}


@pytest.fixture
def screen(browser: Chrome, axe: Axe) -> Screen:
    """The browser, with axe-core looking at every page."""
    return Screen(browser, axe)


def address(site: Site, path: str) -> str:
    """Fill in the ids of a path."""
    return site.address + path.format(meeting=site.meeting.meeting, house=site.meeting.house)


@pytest.mark.parametrize("path", PAGES)
def test_a_page_for_anybody_on_a_phone(screen: Screen, regional: Site, path: str) -> None:
    screen.open(address(regional, path))
    assert PAGES[path] in screen.text()
    asked = [(url, size) for url, size in screen.requests() if not url.startswith("data:")]
    assert asked
    assert all(url.startswith(f"{regional.address}/") for url, _ in asked), asked
    assert sum(size for _, size in asked) < BUDGET


def test_the_meeting_page_through_the_stages(screen: Screen, regional: Site) -> None:
    held = regional.meeting
    held.vote(regional.title("2"), Mark.FOR, Mark.FOR, Mark.AGAINST)
    held.vote(regional.title("3"), Mark.FOR, Mark.AGAINST, Mark.ABSTAIN)
    page = address(regional, "/m/{meeting}")
    screen.open(page)
    screen.picture("1-open", "meeting")
    assert GLEB not in screen.text()
    held.clock.move_to(CLOSES_AT)
    held.finish()
    screen.open(address(regional, "/m/{meeting}"))
    screen.picture("2-finished", "meeting")
    assert "Пакет для проверки, без имён" in screen.text()
