"""The Markdown pages of the repository, read with a real Markdown parser."""

from __future__ import annotations

import re
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from markdown_it import MarkdownIt

if TYPE_CHECKING:
    from collections.abc import Iterator

    from markdown_it.token import Token

ROOT = Path(__file__).parents[2]
NAMED = re.compile(r"""<a\s+id=["']([^"']+)["']""")


def pages() -> list[Path]:
    """List README and every page of docs."""
    return [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]


def name_of(page: Path) -> str:
    """Name a page for people."""
    return page.relative_to(ROOT).as_posix()


@cache
def tokens(page: Path) -> tuple[Token, ...]:
    """Parse a page."""
    return tuple(MarkdownIt("commonmark").enable("table").parse(page.read_text(encoding="utf-8")))


def targets(page: Path) -> Iterator[str]:
    """Walk where the links and pictures of a page point to."""
    for token in tokens(page):
        for child in token.children or ():
            target = child.attrGet("href") or child.attrGet("src")
            if target is not None:
                yield str(target)


def anchors(page: Path) -> set[str]:
    """List the places of a page a link can point to: headings and named anchors."""
    found: dict[str, int] = {}
    names = set(NAMED.findall(page.read_text(encoding="utf-8")))
    parsed = tokens(page)
    for token, inline in pairwise(parsed):
        if token.type == "heading_open":
            slug = slug_of(inline)
            number = found.get(slug, 0)
            found[slug] = number + 1
            names.add(f"{slug}-{number}" if number else slug)
    return names


def slug_of(heading: Token) -> str:
    """Make the anchor of a heading the way code hosts do."""
    text = "".join(child.content for child in heading.children or ())
    return re.sub(r"[^\w\- ]", "", text.lower()).replace(" ", "-")


def python_blocks(page: Path) -> Iterator[tuple[int, str]]:
    """Walk the fenced blocks of Python with their first line's number."""
    for token in tokens(page):
        if token.type == "fence" and token.info.split()[:1] in (["python"], ["pycon"]):
            yield (token.map or [0])[0] + 1, token.content
