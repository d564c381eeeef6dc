"""The page itself: served with a policy that allows its own script alone, and asking nobody."""

from __future__ import annotations

import base64
import hashlib
import re
from typing import TYPE_CHECKING

import httpx
import pytest

from api.http.app import create_app
from api.server import serving
from api.web import verify
from api.web.verify import PageBrokenError, policy, verifier_page
from tests.audit.meeting import installation
from tests.verifier.runner import page_path

if TYPE_CHECKING:
    from pathlib import Path

PAGE = page_path().read_text(encoding="utf-8")
MOST_LINES, LONGEST_LINE = 500, 120
DATA = re.compile(r"(?<=id=\"tables\">\{\n).*?(?=\n\}</script>)", re.DOTALL)
ASKING = (
    "fetch(", "XMLHttpRequest", "WebSocket", "sendBeacon", "EventSource", "import(",
    "importScripts", "localStorage", "document.cookie", "innerHTML", "eval(", "Function(", "src=",
    "http:", "https:",
)  # fmt: skip


def test_the_page_is_served_with_a_policy_of_its_own(tmp_path: Path) -> None:
    with installation(tmp_path) as made, serving(create_app(made.services)) as address:
        answer = httpx.get(f"{address}/verify", timeout=60)
    assert answer.status_code == 200
    assert answer.text == PAGE
    rules = dict(
        rule.split(" ", 1) for rule in answer.headers["content-security-policy"].split("; ")
    )
    assert rules["connect-src"] == rules["default-src"] == "'none'"
    for element in ("script", "style"):
        (content,) = re.findall(rf"<{element}>(.*?)</{element}>", PAGE, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()
        assert rules[f"{element}-src"] == f"'sha256-{digest}'"
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_a_page_with_a_second_script_has_no_policy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verify, "verifier_page", lambda: PAGE + "<script>alert(1)</script>")
    policy.cache_clear()
    with pytest.raises(PageBrokenError):
        policy()
    policy.cache_clear()


def test_the_page_asks_nothing_of_anybody() -> None:
    assert verifier_page() == PAGE
    assert [word for word in ASKING if word in PAGE] == []
    assert re.findall(r"<link|<img|<iframe|@import|url\(", PAGE) == []


def test_it_allows_itself_nothing_when_opened_from_a_disk() -> None:
    (rules,) = re.findall(r'http-equiv="Content-Security-Policy" content="([^"]*)"', PAGE)
    assert rules.startswith("default-src 'none'; ")
    assert "connect-src" not in rules


def test_its_code_can_be_read() -> None:
    (data,) = DATA.findall(PAGE)
    assert len(data.splitlines()) == 3
    assert len(PAGE.splitlines()) < MOST_LINES
    lines = PAGE.replace(data, "").splitlines()
    assert [line for line in lines if len(line) > LONGEST_LINE] == []
    assert [line for line in lines if "\t" in line or line != line.rstrip()] == []
    assert 'lang="ru"' in PAGE
