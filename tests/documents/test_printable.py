"""Texts of strangers: what they hide is shown, what they say is kept."""

from __future__ import annotations

import struct

import pytest

from projections.documents.printable import UnreadableFontError, characters_of, printable

NBSP = "\N{NO-BREAK SPACE}"


@pytest.mark.parametrize(
    "text",
    [
        "Рощина Ёлка-Мария, «Клён» — 5,00",
        "#x $y$ *b* <b> _u_ \\ \"q\" 'a' {{c}} [d] @e `f` ~ // ---",
        "Әлфия Ҡорман Ӧлӧна",
        "שלום",
        "две\nстроки",
    ],
)
def test_what_can_be_seen_stays(text: str) -> None:
    assert printable(text) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\u202eb", "a[U+202E]b"),
        ("a\u2066b\u2069", "a[U+2066]b[U+2069]"),
        ("a\x00\x07b", "a[U+0000][U+0007]b"),
        ("a\u200bb\u00adc\ufeff", "a[U+200B]b[U+00AD]c[U+FEFF]"),
        ("مرحبا", "[U+0645][U+0631][U+062D][U+0628][U+0627]"),
        ("漢", "[U+6F22]"),
        ("\N{GRINNING FACE}", "[U+1F600]"),
        ("\ud800", "[U+D800]"),
        ("a\u2028b", "a[U+2028]b"),
        ("a\tb\r\nc\rd", "a b\nc\nd"),
        ("и\u0306", "й"),
    ],
)
def test_what_is_hidden_or_missing_is_shown_by_its_code(text: str, shown: str) -> None:
    assert printable(text) == shown


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("помещение № 3", f"помещение №{NBSP}3"),
        ("ул. Кленовая, д. 12", f"ул. Кленовая, д.{NBSP}12"),
        ("п. 4.1 ч. 2 ст. 44", f"п.{NBSP}4.1 ч.{NBSP}2 ст.{NBSP}44"),
        ("Полевая И. К., Холмова З. И.", f"Полевая{NBSP}И.{NBSP}К., Холмова{NBSP}З.{NBSP}И."),
        ("6,00 кв. м", f"6,00{NBSP}кв. м"),
        ("Собрание. А потом", "Собрание. А потом"),
    ],
)
def test_what_belongs_together_is_not_parted(text: str, kept: str) -> None:
    assert printable(text) == kept


def _font(*subtables: bytes, tag: bytes = b"cmap") -> bytes:
    head = 4 + 8 * len(subtables)
    records, body = b"", b""
    for subtable in subtables:
        records += struct.pack(">2HL", 3, 1, head + len(body))
        body += subtable
    cmap = struct.pack(">2H", 0, len(subtables)) + records + body
    directory = struct.pack(">4sHHHH4s3L", b"\0\1\0\0", 1, 0, 0, 0, tag, 0, 28, len(cmap))
    return directory + cmap


def test_characters_of_a_font_are_read_from_its_table() -> None:
    segments = struct.pack(">7H2HH2H4H", 4, 0, 0, 4, 0, 0, 0, 66, 65535, 0, 65, 65535, *[0] * 4)
    assert characters_of(_font(b"\0\0", segments)) == {65, 66}


@pytest.mark.parametrize("font", [_font(tag=b"glyf"), _font(b"\0\x0c")])
def test_a_font_without_such_a_table_is_refused(font: bytes) -> None:
    with pytest.raises(UnreadableFontError):
        characters_of(font)
