"""Text of other people made fit to print: nothing hidden, nothing lost, nothing a font cannot show.

A character that is invisible, turns the reading direction or is missing in the shipped font is
written as its code, [U+202E], so that the reader sees it is there and PDF/A stays valid.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from importlib.resources import files
from struct import unpack_from

from projections.documents.wording import NBSP

_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_BEFORE_FIGURE = re.compile(
    r"(?<=№) (?=\S)|(?<=\b[гдкпстч]\.) (?=\d)|(?<=\bст\.) (?=\d)|(?<=\d) (?=кв\.|%|руб\.|г\.)"
)
_INITIALS = re.compile(r"(?<=\b[А-ЯЁ]\.) (?=[А-ЯЁ]\.)|(?<=[а-яё]) (?=[А-ЯЁ]\.(?:\s|[А-ЯЁ]\.))")
_FACES = ("Regular", "Bold", "Italic")


class UnreadableFontError(ValueError):
    """The shipped font has no character table this module reads."""


def _segments(cmap: bytes, at: int) -> set[int]:
    """Read a subtable of format 4 (OpenType, cmap): segments of the basic plane."""
    count = unpack_from(">H", cmap, at + 6)[0] // 2
    ends = unpack_from(f">{count}H", cmap, at + 14)
    starts = unpack_from(f">{count}H", cmap, at + 16 + 2 * count)
    return {
        code
        for start, end in zip(starts, ends, strict=True)
        for code in range(start, end + 1)
        if code != 0xFFFF
    }


def characters_of(font: bytes) -> frozenset[int]:
    """List the characters that a TrueType font maps to glyphs."""
    for index in range(unpack_from(">H", font, 4)[0]):
        tag, _, offset, length = unpack_from(">4s3L", font, 12 + 16 * index)
        if tag == b"cmap":
            cmap = font[offset : offset + length]
            break
    else:
        raise UnreadableFontError("no cmap table")
    for index in range(unpack_from(">H", cmap, 2)[0]):
        at: int = unpack_from(">2HL", cmap, 4 + 8 * index)[2]
        if unpack_from(">H", cmap, at)[0] == 4:
            return frozenset(_segments(cmap, at))
    raise UnreadableFontError("no cmap subtable of format 4")


@cache
def _known() -> frozenset[int]:
    fonts = files(__package__) / "fonts"
    faces = ((fonts / f"LiberationSerif-{face}.ttf").read_bytes() for face in _FACES)
    return frozenset.intersection(*(characters_of(face) for face in faces))


def _shown(character: str) -> str:
    hidden = unicodedata.category(character) in _HIDDEN
    if not hidden and ord(character) in _known():
        return character
    return f"[U+{ord(character):04X}]"


def printable(text: str) -> str:
    """Make a text fit to print; ordinary Russian text keeps every word and sign (NFC)."""
    text = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n")
    text = "".join(c if c == "\n" else _shown(c) for c in text.replace("\t", " "))
    return _BEFORE_FIGURE.sub(NBSP, _INITIALS.sub(NBSP, text))
