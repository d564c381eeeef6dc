"""Html of a message as the messenger takes it: known tags become markup, the others vanish.

Markdown is stored as it came: the product never sends it.
"""

from __future__ import annotations

from html import escape
from html.parser import HTMLParser
from typing import Any

from typing_extensions import override

_TYPES = {
    "i": "emphasized",
    "em": "emphasized",
    "b": "strong",
    "strong": "strong",
    "del": "strikethrough",
    "s": "strikethrough",
    "ins": "underline",
    "u": "underline",
    "a": "link",
    "pre": "monospaced",
    "code": "monospaced",
    "mark": "highlighted",
    "blockquote": "quote",
    "h1": "heading",
}
_TAGS = {
    "emphasized": "i",
    "strong": "b",
    "strikethrough": "s",
    "underline": "u",
    "monospaced": "code",
    "highlighted": "mark",
    "quote": "blockquote",
    "heading": "strong",
}


def units(text: str) -> int:
    """Count UTF-16 units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.text = ""
        self.markup: list[dict[str, Any]] = []
        self._open: list[tuple[str, int, str | None]] = []

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _TYPES:
            self._open.append((tag, units(self.text), dict(attrs).get("href")))

    @override
    def handle_endtag(self, tag: str) -> None:
        if not self._open or self._open[-1][0] != tag:
            return
        _, start, href = self._open.pop()
        run = {"type": _TYPES[tag], "from": start, "length": units(self.text) - start}
        self.markup.append(run | ({"url": href} if tag == "a" and href else {}))

    @override
    def handle_data(self, data: str) -> None:
        self.text += data


def read_html(source: str) -> tuple[str, list[dict[str, Any]]]:
    """Split html into text and markup with offsets in UTF-16 units."""
    reader = _Reader()
    reader.feed(source)
    reader.close()
    return reader.text, reader.markup


def show_html(text: str, markup: list[dict[str, Any]]) -> str:
    """Give html for the page: everything escaped but our own tags."""
    codes = text.encode("utf-16-le", "surrogatepass")
    edges: dict[int, list[str]] = {}
    # The outer run opens first and closes last.
    for run in sorted(markup, key=lambda row: (row["from"], -row["length"])):
        end = run["from"] + run["length"]
        if run["type"] == "link":
            edges.setdefault(run["from"], []).append(f'<a href="{escape(run.get("url", ""))}">')
            edges.setdefault(end, []).insert(0, "</a>")
        elif tag := _TAGS.get(run["type"]):
            edges.setdefault(run["from"], []).append(f"<{tag}>")
            edges.setdefault(end, []).insert(0, f"</{tag}>")
    shown, last = "", 0
    for place in sorted({*edges, len(codes) // 2}):
        shown += escape(codes[last * 2 : place * 2].decode("utf-16-le", "replace"))
        shown += "".join(edges.get(place, []))
        last = place
    return shown
