"""A headless Chromium the size of a phone; skipped only where it is not installed.

With REQUIRE_BROWSER set a missing browser is a failure. SOBRANIE_SCREENSHOTS=1 makes the pictures
of docs/images anew; without it tests write nothing into the tree.
"""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

import pytest
from selenium import webdriver
from selenium.webdriver.chrome.service import Service

from domain.events import Basis
from tests.browser.house import Site, open_site
from tests.browser.messenger import ChatSite, open_chat_site
from tests.browser.screen import Axe, AxeUnavailableError, fetch_axe

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from selenium.webdriver import Chrome

WIDTH, HEIGHT = 360, 740
FLAGS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--lang=ru",
)
PROGRAMS = ("chromium", "chromedriver")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests of this folder, and keep them on one worker: there is one browser."""
    for item in items:
        if "tests/browser/" in item.path.as_posix():
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.xdist_group("browser"))


def _missing(what: str) -> None:
    if os.environ.get("REQUIRE_BROWSER"):
        pytest.fail(what)
    pytest.skip(what)


@pytest.fixture(scope="session")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chrome]:
    """Start Chromium once; it asks nothing of anybody but the pages it is sent to."""
    found = {name: shutil.which(name) for name in PROGRAMS}
    if not all(found.values()):
        _missing(f"not installed: {', '.join(name for name in PROGRAMS if not found[name])}")
    options = webdriver.ChromeOptions()
    options.binary_location = str(found["chromium"])
    for flag in (*FLAGS, f"--user-data-dir={tmp_path_factory.mktemp('chromium')}"):
        options.add_argument(flag)
    metrics = {"width": WIDTH, "height": HEIGHT, "pixelRatio": 1.25}
    options.add_experimental_option("mobileEmulation", {"deviceMetrics": metrics})
    options.set_capability("goog:loggingPrefs", {"performance": "ALL"})
    driver = webdriver.Chrome(options=options, service=Service(str(found["chromedriver"])))
    try:
        driver.set_script_timeout(60)
        yield driver
    finally:
        driver.quit()


@pytest.fixture(scope="session")
def axe() -> Axe:
    """Give axe-core, fetched once and compared with its pinned hash."""
    try:
        return fetch_axe()
    except AxeUnavailableError as fault:
        _missing(str(fault))
        raise


@pytest.fixture
def regional(tmp_path: Path) -> Iterator[Site]:
    """A meeting where an answer by link is a vote; served, voting open."""
    with open_site(tmp_path, Basis.REGIONAL_SYSTEM) as site:
        yield site


@pytest.fixture
def chat(tmp_path: Path) -> Iterator[ChatSite]:
    """A meeting with a chat in the fake messenger, where a link alone is not enough to vote."""
    with open_chat_site(
        tmp_path, Basis.REGIONAL_SYSTEM, SOBRANIE_IDENTIFICATION="required"
    ) as site:
        yield site


@pytest.fixture
def written(tmp_path: Path) -> Iterator[Site]:
    """A meeting where an answer by link prepares a decision to sign; served, voting open."""
    with open_site(tmp_path, Basis.WRITTEN_DECISIONS) as site:
        yield site
