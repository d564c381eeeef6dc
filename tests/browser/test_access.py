"""Hands, eyes and old phones: the keyboard alone, letters twice as large, few bytes, no scripts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.keys import Keys

from tests.browser.house import GLEB, RITA
from tests.browser.screen import Axe, Screen

if TYPE_CHECKING:
    from selenium.webdriver import Chrome

    from tests.browser.house import Site

PAGES = ("", "/q/1", "/all", "/representative")
BUDGET = 100_000
MOST_STEPS = 40


@pytest.fixture
def screen(browser: Chrome) -> Screen:
    """The browser alone; axe-core looks at these pages in the journey."""
    return Screen(browser)


def tab_to(screen: Screen, wanted: str) -> None:
    """Press Tab until something has the focus; it must show that it has it."""
    for _ in range(MOST_STEPS):
        ActionChains(screen.browser).send_keys(Keys.TAB).perform()
        if wanted in screen.focused():
            outline = "return getComputedStyle(document.activeElement).outlineStyle"
            marked = "return !!document.activeElement.closest('.choice:has(:focus-visible)')"
            shown = screen.browser.execute_script(outline) != "none"
            assert shown or screen.browser.execute_script(marked), wanted
            return
    raise AssertionError(f"Tab does not lead to {wanted}; at {screen.focused()}")


def key(screen: Screen, pressed: str) -> None:
    """Press a key that leads to another page."""
    before = screen.one("html")
    ActionChains(screen.browser).send_keys(pressed).perform()
    screen.follow(before)


def test_a_vote_by_keyboard_alone(screen: Screen, regional: Site) -> None:
    screen.open(regional.link(GLEB))
    tab_to(screen, "Начать: вопрос 1 из 3")
    key(screen, Keys.ENTER)
    for number in (1, 2, 3):
        tab_to(screen, f"input|q{number}")
        ActionChains(screen.browser).send_keys(Keys.SPACE, Keys.ARROW_DOWN).perform()
        assert screen.one(f"input[name='q{number}'][value='against']").is_selected()
        tab_to(screen, "К проверке ответов" if number == 3 else "Дальше")
        key(screen, Keys.ENTER)
    tab_to(screen, "Проголосовать")
    key(screen, Keys.ENTER)
    assert "Ваш голос принят." in screen.text()
    assert screen.text().count("против") == 3


def test_the_skip_link_comes_first(screen: Screen, regional: Site) -> None:
    screen.open(regional.link(GLEB))
    ActionChains(screen.browser).send_keys(Keys.TAB).perform()
    assert "К содержанию" in screen.focused()


@pytest.mark.parametrize("page", PAGES)
def test_letters_twice_as_large_stay_on_the_screen(
    screen: Screen, regional: Site, page: str
) -> None:
    screen.open(regional.link(RITA) + page)
    screen.browser.execute_script("document.documentElement.style.fontSize = '225%'")
    assert screen.overflow() <= 0
    cut = """
        return [...document.querySelectorAll("main *, .top *, .foot *")].filter(e =>
            !e.closest(".hidden") && e.scrollWidth > e.clientWidth + 1
            && getComputedStyle(e).overflowX !== "visible").map(e => e.outerHTML.slice(0, 80));
    """
    assert screen.browser.execute_script(cut) == []
    if page == "/q/1":
        screen.picture("13-large")


@pytest.mark.parametrize("page", PAGES)
def test_what_is_pressed_is_large_enough(screen: Screen, regional: Site, page: str) -> None:
    screen.open(regional.link(RITA) + page)
    small = """
        return [...document.querySelectorAll("button, .button, .choice, main input[type=text]")]
            .filter(e => e.getBoundingClientRect().height < 44).map(e => e.outerHTML.slice(0, 80));
    """
    assert screen.browser.execute_script(small) == []


@pytest.mark.parametrize("page", PAGES)
def test_few_bytes_and_nobody_else_is_asked(screen: Screen, regional: Site, page: str) -> None:
    screen.open(regional.link(RITA) + page)
    asked = [(url, size) for url, size in screen.requests() if not url.startswith("data:")]
    assert asked
    assert all(url.startswith(f"{regional.address}/") for url, _ in asked), asked
    assert sum(size for _, size in asked) < BUDGET


def test_there_is_no_script_and_none_would_run(screen: Screen, regional: Site) -> None:
    screen.open(regional.link(RITA))
    assert screen.browser.execute_script("return document.scripts.length") == 0
    policy = regional.fetch(regional.link(RITA)).headers["content-security-policy"]
    assert policy.startswith("default-src 'none'")
    assert "script-src" not in policy


def test_the_measures_notice_what_is_wrong(screen: Screen, axe: Axe, regional: Site) -> None:
    screen.open(regional.link(RITA))
    spoil = """
        const picture = document.createElement("img");
        picture.src = "data:,";
        const wide = document.createElement("p");
        wide.textContent = "wide";
        wide.style.width = "500px";
        document.querySelector("main").append(picture, wide);
    """
    screen.browser.execute_script(spoil)
    assert screen.overflow() > 0
    assert [found[0] for found in Screen(screen.browser, axe).violations()] == ["image-alt"]
