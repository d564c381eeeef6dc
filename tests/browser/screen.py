"""What a test does at the screen: press, read, measure, look with axe-core, take a picture."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import shutil
import subprocess
import tarfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from selenium.common.exceptions import WebDriverException
from selenium.webdriver.common.by import By
from selenium.webdriver.support.expected_conditions import staleness_of
from selenium.webdriver.support.wait import WebDriverWait

if TYPE_CHECKING:
    from selenium.webdriver import Chrome
    from selenium.webdriver.remote.webelement import WebElement

ROOT = Path(__file__).parents[2]
IMAGES = ROOT / "docs" / "images"
PATIENCE_SECONDS = 30
AXE_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


class AxeUnavailableError(Exception):
    """axe-core could not be fetched, or is not what was pinned."""


@dataclass(frozen=True)
class Axe:
    """The source of axe-core."""

    source: str


def fetch_axe() -> Axe:
    """Take the pinned axe-core from the cache under .venv, or fetch it with npm; check its hash."""
    pinned = json.loads((Path(__file__).parent / "package.json").read_text("utf-8"))
    version = pinned["devDependencies"]["axe-core"]
    cache = ROOT / ".venv" / "browser"
    packed = cache / f"axe-core-{version}.tgz"
    if not packed.exists():
        _fetch(f"axe-core@{version}", cache)
    digest = base64.b64encode(hashlib.sha512(packed.read_bytes()).digest()).decode()
    if f"sha512-{digest}" != pinned["sobranie"]["integrity"]:
        packed.unlink()
        raise AxeUnavailableError(f"axe-core {version}: the hash of what came is {digest}")
    with tarfile.open(packed) as archive:
        source = archive.extractfile("package/axe.min.js")
        if source is None:
            raise AxeUnavailableError("the package holds no axe.min.js")
        return Axe(source.read().decode())


def _fetch(package: str, cache: Path) -> None:
    npm = shutil.which("npm")
    if npm is None:
        raise AxeUnavailableError("npm is not installed")
    cache.mkdir(parents=True, exist_ok=True)
    command = [npm, "pack", package, "--pack-destination", str(cache), "--silent"]
    done = subprocess.run(command, cwd=cache, capture_output=True, text=True, check=False)
    if done.returncode:
        raise AxeUnavailableError(f"npm pack {package}: {done.stderr.strip()}")


class Screen:
    """The browser as a person has it before them."""

    def __init__(self, browser: Chrome, axe: Axe | None = None) -> None:
        """Look through a browser; with axe, every page that is opened is checked."""
        self.browser = browser
        self._axe = axe

    def open(self, url: str) -> None:
        """Open an address."""
        self.browser.get("about:blank")
        self._log()
        self.browser.get(url)
        self.check()

    def one(self, css: str) -> WebElement:
        """Find one element."""
        return self.browser.find_element(By.CSS_SELECTOR, css)

    def text(self) -> str:
        """Give the words of the page, spaces collapsed."""
        return " ".join(self.one("main").text.split())

    def heading(self) -> str:
        """Give the first heading."""
        return " ".join(self.one("h1").text.split())

    def choose(self, name: str, value: str) -> None:
        """Press the label of an answer."""
        self.one(f"label:has(input[name='{name}'][value='{value}'])").click()

    def type(self, field: str, text: str) -> None:
        """Write into a field."""
        self.one(f"[id='{field}']").send_keys(text)

    def press(self, words: str) -> None:
        """Press the button or link with these words, and wait for the page that follows."""
        before = self.one("html")
        self.named(words).click()
        self.follow(before)

    def named(self, words: str) -> WebElement:
        """Find the button, link or summary with these words."""
        for found in self.browser.find_elements(By.CSS_SELECTOR, "main button, main a, summary"):
            if words in " ".join(found.text.split()):
                return found
        raise AssertionError(f"нет «{words}»: {self.text()}")

    def follow(self, before: WebElement) -> None:
        """Wait until another page has taken the place of this one, and check it."""
        # While one page gives way to the next, the driver may answer with an error of its own.
        waiting = WebDriverWait(
            self.browser, PATIENCE_SECONDS, ignored_exceptions=[WebDriverException]
        )
        waiting.until(staleness_of(before))
        waiting.until(
            lambda browser: browser.execute_script("return document.readyState") == "complete"
        )
        self.check()

    def check(self) -> None:
        """Hold what must hold on every page: nothing sticks out, axe has nothing to say."""
        assert self.overflow() <= 0, self.browser.title
        if self._axe is not None:
            found = self.violations()
            assert not found, f"{self.browser.title}: {found}"

    def overflow(self) -> int:
        """Tell by how many pixels the page is wider than the screen."""
        # A phone zooms out of a page that is too wide: only the screen's own width tells.
        wide = "return document.documentElement.scrollWidth - window.screen.width"
        return int(self.browser.execute_script(wide))

    def violations(self) -> list[Any]:
        """List what axe-core finds, briefly."""
        if self._axe is None:
            raise AxeUnavailableError("this screen has no axe")
        self.browser.execute_cdp_cmd("Runtime.evaluate", {"expression": self._axe.source})
        script = """
            const done = arguments[1];
            axe.run(document, {runOnly: arguments[0]}).then(found => done(found.violations.map(
                v => [v.id, v.impact, v.nodes.slice(0, 3).map(n => n.html.slice(0, 160))])),
                fault => done([String(fault)]));
        """
        found: list[Any] = self.browser.execute_async_script(script, AXE_RULES)
        return found

    def focused(self) -> str:
        """Describe what has the focus: tag, name and value or text."""
        script = """
            const e = document.activeElement;
            return [e.tagName.toLowerCase(), e.name || e.className || "", e.value || e.id || "",
                    e.textContent.trim().slice(0, 60)].join("|");
        """
        return str(self.browser.execute_script(script))

    def requests(self) -> list[tuple[str, int]]:
        """List what was asked of the network since a page was opened, with bytes received."""
        urls: dict[str, str] = {}
        sizes: dict[str, int] = {}
        for entry in self._log():
            message = json.loads(entry["message"])["message"]
            params = message["params"]
            if message["method"] == "Network.requestWillBeSent":
                urls[params["requestId"]] = params["request"]["url"]
            if message["method"] == "Network.loadingFinished":
                sizes[params["requestId"]] = int(params["encodedDataLength"])
        return [(url, sizes.get(request, 0)) for request, url in urls.items()]

    def _log(self) -> list[dict[str, str]]:
        """Take what the browser noted of its network since it was asked last."""
        found: list[dict[str, str]] = self.browser.execute("getLog", {"type": "performance"})[
            "value"
        ]
        return found

    def picture(self, name: str, kind: str = "ballot") -> None:
        """Keep a picture of the whole page for the docs, when asked to by the environment."""
        if not os.environ.get("SOBRANIE_SCREENSHOTS"):
            return
        shot = self.browser.execute_cdp_cmd(
            "Page.captureScreenshot", {"format": "png", "captureBeyondViewport": True}
        )
        IMAGES.mkdir(parents=True, exist_ok=True)
        (IMAGES / f"{kind}-{name}.png").write_bytes(base64.b64decode(shot["data"]))
