"""Every link inside the repository leads somewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

import pytest

from tests.docs.pages import ROOT, anchors, name_of, pages, targets

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("page", pages(), ids=name_of)
def test_links_resolve(page: Path) -> None:
    faults = {target: broken(page, target) for target in targets(page)}
    assert not {target: fault for target, fault in faults.items() if fault}


def broken(page: Path, target: str) -> str:
    """Say what is wrong with a link; an address on the network is not looked at."""
    parts = urlsplit(target)
    if parts.scheme or parts.netloc:
        return "" if parts.scheme in ("http", "https", "mailto") else "a strange scheme"
    file = (page.parent / unquote(parts.path)).resolve() if parts.path else page
    if not file.is_relative_to(ROOT):
        return "outside of the repository"
    if not file.exists():
        return "no such file"
    if parts.fragment and file.suffix == ".md" and unquote(parts.fragment) not in anchors(file):
        return "no such place on the page"
    return ""


def test_the_search_finds_broken_links(tmp_path: Path) -> None:
    page = ROOT / "docs" / "reference" / "http.md"
    assert not broken(page, "refusals.md#not_found")
    assert not broken(page, "#newmeeting")
    assert not broken(page, "https://example.org/")
    assert broken(page, "refusals.md#no_such_refusal")
    assert broken(page, "no-such-page.md")
    assert broken(page, "#no-such-heading")
    assert broken(page, "../../../outside.md")
    assert broken(page, "javascript:alert(1)")
    unused = tmp_path / "page.md"
    unused.write_text("[a](b.md) ![c](d.png)\n\n| x |\n|---|\n| [e](f.md) |\n", encoding="utf-8")
    assert list(targets(unused)) == ["b.md", "d.png", "f.md"]
