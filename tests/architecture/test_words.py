"""No word mixes Latin and Cyrillic letters: one that does cannot be searched for or trusted."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tests.architecture.tree import place, text_files

if TYPE_CHECKING:
    from collections.abc import Iterator

WORD = re.compile(r"[^\W\d_]+")
LATIN = re.compile(r"[A-Za-z]")
CYRILLIC = re.compile(r"[\u0400-\u04ff]")
ESCAPE = re.compile(r"\\(?:[abfnrtvdwsDWSB]|u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2})")
CLASS = re.compile(r"[а-яёА-ЯЁ](?=[a-zA-Z]-[a-zA-Z])")
MIXED_ON_PURPOSE = {"tests/chat_max/test_fake_server.py": {"x\u0432"}}
"""Files that hold such words to show what is done with them."""


def test_no_word_mixes_alphabets() -> None:
    found = {
        place(path): words
        for path in text_files()
        if (
            words := set(mixed(path.read_text(encoding="utf-8")))
            - MIXED_ON_PURPOSE.get(place(path), set())
        )
    }
    assert not found


def test_what_is_mixed_on_purpose_still_is() -> None:
    by_place = {place(path): path for path in text_files()}
    for name, words in MIXED_ON_PURPOSE.items():
        assert words <= set(mixed(by_place[name].read_text(encoding="utf-8"))), name


def test_the_search_finds_a_latin_letter_in_a_russian_word() -> None:
    assert list(mixed("гол\u006fс, \\nСобрание, PDF-файл, м2")) == ["гол\u006fс"]


def mixed(text: str) -> Iterator[str]:
    """Walk the words that hold letters of both alphabets; `\\n` and `а-яa-z` are not such."""
    for word in WORD.findall(CLASS.sub(" ", ESCAPE.sub(" ", text))):
        if LATIN.search(word) and CYRILLIC.search(word):
            yield word
