"""A paragraph of a document: a text behind an optional heading word in bold."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A text and what leads into it (СЛУШАЛИ: …)."""

    text: str
    lead: str = ""
