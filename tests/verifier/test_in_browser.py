"""The page in a real browser: a file is chosen, the answer is read, by eye, keyboard and axe."""

from __future__ import annotations

import base64
import shutil
from typing import TYPE_CHECKING

import pytest
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.wait import WebDriverWait

from api.http.app import create_app
from api.server import serving
from tests.audit import attacks
from tests.audit.meeting import installation
from tests.browser.conftest import axe, browser
from tests.browser.screen import PATIENCE_SECONDS, Axe, Screen
from tests.verifier.runner import page_path

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from selenium.webdriver import Chrome

    from tests.audit.conftest import Held

__all__ = ["axe", "browser"]
pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


@pytest.fixture(scope="session")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Serve the product."""
    folder = tmp_path_factory.mktemp("served")
    with installation(folder) as made, serving(create_app(made.services)) as found:
        yield f"{found}/verify"


class Verifier:
    """The page before a person."""

    def __init__(self, browser: Chrome, axe: Axe, url: str) -> None:
        """Open the page, looked at by axe."""
        self.screen = Screen(browser, axe)
        self.screen.open(url)
        self._browser = browser

    def choose(self, *files: Path) -> str:
        """Choose files and wait for the answer."""
        self.screen.one("#files").send_keys("\n".join(map(str, files)))
        return self.answer()

    def answer(self) -> str:
        """Give the answer once it is there; the page with it is looked at again."""
        WebDriverWait(self._browser, PATIENCE_SECONDS).until(
            lambda browser: browser.find_elements(By.CSS_SELECTOR, "#result h2")
        )
        self.screen.check()
        return self.screen.one("#result").text


@pytest.fixture
def bundles(held: Held, tmp_path: Path) -> dict[str, Path]:
    """Lay the files a person may have."""
    found = {
        "meeting.oss": held.inspector,
        "spoiled.oss": attacks.ATTACKS["byte_of_a_ballot"][0](held),
        "my.tlog-proof": held.receipt.encode(),
        "letter.oss": b"no bundle at all",
    }
    for name, content in found.items():
        (tmp_path / name).write_bytes(content)
    return {name: tmp_path / name for name in found}


def test_a_sound_bundle(browser: Chrome, axe: Axe, address: str, bundles: dict[str, Path]) -> None:
    page = Verifier(browser, axe, address)
    words = page.choose(bundles["meeting.oss"])
    assert "meeting.oss: ✓ всё сошлось, ошибок не найдено" in words
    assert words.count("✓") == 7
    assert "Вопрос 1. О текущем ремонте: принято." in words
    assert "из 300,00 голосов" in words
    assert [url for url, _ in page.screen.requests() if not url.startswith(address)] == []


def test_the_rules_are_printed_word_for_word(browser: Chrome, axe: Axe, address: str) -> None:
    page = Verifier(browser, axe, address)
    page.screen.one("#rules summary").click()
    page.screen.check()
    words = page.screen.one("#rules pre").text
    assert "срок голосования прошёл" in words
    for rule in ("closes <= at", "fact.votes = title.votes", "sum(counted, 'votes')"):
        assert f'"{rule}"' in words


def test_a_spoiled_bundle_names_the_entry(
    browser: Chrome, axe: Axe, address: str, bundles: dict[str, Path]
) -> None:
    words = Verifier(browser, axe, address).choose(bundles["spoiled.oss"])
    assert "spoiled.oss: ✗ не сходится" in words
    assert "запись № " in words
    assert "Запись изменена" in words


def test_bundle_and_receipt_together_and_the_key(
    browser: Chrome, axe: Axe, address: str, bundles: dict[str, Path], held: Held
) -> None:
    page = Verifier(browser, axe, f"{address}#key={held.vkey.replace('+', '%2B')}")
    assert page.screen.one("#key").get_attribute("value") == held.vkey
    words = page.choose(bundles["my.tlog-proof"], bundles["meeting.oss"])
    assert "meeting.oss: ✓" in words
    assert "my.tlog-proof: ✓" in words
    assert "К сведению" not in words


def test_a_receipt_alone_says_what_it_proves_unless_it_is_false(
    browser: Chrome, axe: Axe, address: str, held: Held, tmp_path: Path
) -> None:
    sound, false = tmp_path / "my.tlog-proof", tmp_path / "false.tlog-proof"
    sound.write_text(held.receipt)
    index = next(line for line in held.receipt.splitlines() if line.startswith("index "))
    false.write_text(held.receipt.replace(f"{index}\n", "index 0\n", 1))
    with_key = f"{address}#key={held.vkey.replace('+', '%2B')}"
    words = Verifier(browser, axe, with_key).choose(sound)
    assert "Записано решение, голосов " in words
    assert "Ответы: 1 — " in words
    browser.get("about:blank")
    words = Verifier(browser, axe, with_key).choose(false)
    assert "false.tlog-proof: ✗" in words
    assert "Записано решение" not in words


def test_a_file_that_is_no_bundle(
    browser: Chrome, axe: Axe, address: str, bundles: dict[str, Path]
) -> None:
    words = Verifier(browser, axe, address).choose(bundles["letter.oss"])
    assert "letter.oss: ✗ проверить нельзя: это не пакет собрания" in words


def test_the_answer_gets_the_focus_and_the_key_is_reached_by_tab(
    browser: Chrome, axe: Axe, address: str, bundles: dict[str, Path]
) -> None:
    page = Verifier(browser, axe, address)
    reached = []
    for _ in range(2):
        ActionChains(browser).send_keys(Keys.TAB).perform()
        reached.append(browser.switch_to.active_element.get_attribute("id"))
    assert reached == ["files", "key"]
    page.choose(bundles["meeting.oss"])
    assert browser.switch_to.active_element.get_attribute("id") == "result"


DROP = """
const data = Uint8Array.from(atob(arguments[0]), (char) => char.charCodeAt(0));
const dropped = new DataTransfer();
dropped.items.add(new File([data], arguments[1]));
const drop = { dataTransfer: dropped, bubbles: true, cancelable: true };
return [new DragEvent("dragover", drop), new DragEvent("drop", drop)].map(
  (event) => !document.getElementById("form").dispatchEvent(event));
"""


def test_a_file_dropped_on_the_page_from_a_disk(
    browser: Chrome, axe: Axe, bundles: dict[str, Path]
) -> None:
    page = Verifier(browser, axe, page_path().as_uri())
    content = base64.b64encode(bundles["spoiled.oss"].read_bytes()).decode()
    handled = browser.execute_script(DROP, content, "spoiled.oss")
    assert handled == [True, True]
    assert "spoiled.oss: ✗ не сходится" in page.answer()


def test_from_a_disk(browser: Chrome, axe: Axe, bundles: dict[str, Path], tmp_path: Path) -> None:
    copy = tmp_path / "проверка.html"
    shutil.copy(page_path(), copy)
    words = Verifier(browser, axe, copy.as_uri()).choose(bundles["meeting.oss"])
    assert "meeting.oss: ✓ всё сошлось" in words
