"""Plain text helpers of the importer: tidy spaces, Latin look-alikes, dates Excel made."""

from __future__ import annotations

import re
import unicodedata
from datetime import date

_LATIN = "ABCEHKMOPTXaceopxy"
_RUSSIAN = "АВСЕНКМОРТХасеорху"
_TO_RUSSIAN = str.maketrans(_LATIN, _RUSSIAN)
_MIXED = re.compile(r"[^\W\d_]*(?:[A-Za-z][А-Яа-яЁё]|[А-Яа-яЁё][A-Za-z])[^\W\d_]*")
_AS_SPACE = {"Cc", "Cs", "Co", "Cn"}

MONTHS = (
    "января", "февраля", "марта", "апреля", "мая", "июня",
    "июля", "августа", "сентября", "октября", "ноября", "декабря",
)  # fmt: skip
_SHORT = ("янв", "фев", "мар", "апр", "ма", "июн", "июл", "авг", "сен", "окт", "ноя", "дек")
_ENGLISH = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = "|".join((*_SHORT, *_ENGLISH))
_DAY_MONTH = re.compile(
    rf"(\d{{1,2}})[ .\-/]({_MONTH})[а-яa-z]{{0,8}}\.?(?:[ .\-/]\d{{2,4}})?", re.IGNORECASE
)
_MONTH_YEAR = re.compile(rf"({_MONTH})[а-яa-z]{{0,8}}[ .\-/]{{1,2}}(\d{{2,4}})", re.IGNORECASE)
_NUMERIC = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{2}|\d{4})")
_ISO = re.compile(r"(\d{4})-(\d\d)-(\d\d)(?:[ T]00:00(?::00)?)?")


def tidy(text: str) -> str:
    """Bring text to NFC, drop invisible characters, collapse spaces and keep line breaks."""
    if text.isprintable():
        return " ".join(unicodedata.normalize("NFC", text).split())
    lines = unicodedata.normalize("NFC", text).replace("\r", "\n").split("\n")
    shown = ("".join(_shown(sign) for sign in line) for line in lines)
    return "\n".join(filter(None, (" ".join(line.split()) for line in shown)))


def _shown(sign: str) -> str:
    category = unicodedata.category(sign)
    if category == "Cf":
        return ""
    return " " if category in _AS_SPACE else sign


def russian_letters(text: str) -> str:
    """Offer the text with Latin look-alikes replaced by Russian letters."""
    return text.translate(_TO_RUSSIAN)


def mixed_words(text: str) -> list[str]:
    """List words that mix Russian and Latin letters."""
    return [found.group() for found in _MIXED.finditer(text)]


def same_spelling(text: str) -> str:
    """Fold case and look-alikes: what a reader would take for the same number."""
    return russian_letters(text.upper()).casefold().replace(" ", "")


def date_made_of(text: str, day: date | None) -> tuple[int, int] | None:
    """Tell the day and month if the cell is a date: what was typed before Excel damaged it."""
    if day is not None:
        return day.day, day.month
    if found := _DAY_MONTH.fullmatch(text):
        return int(found[1]), _month(found[2])
    if found := _MONTH_YEAR.fullmatch(text):
        return _month(found[1]), int(found[2])
    if (found := _NUMERIC.fullmatch(text)) and 1 <= int(found[2]) <= len(MONTHS):
        return int(found[1]), int(found[2])
    if (found := _ISO.fullmatch(text)) and 1 <= int(found[2]) <= len(MONTHS):
        return int(found[3]), int(found[2])
    return None


def day_in_words(day: int, month: int) -> str:
    """Name a day as the damaged cell shows it: 1 марта."""
    return f"{day} {MONTHS[month - 1]}" if 1 <= month <= len(MONTHS) else f"{day}.{month:02d}"


def _month(name: str) -> int:
    short = name.lower()
    return (_SHORT.index(short) if short in _SHORT else _ENGLISH.index(short)) + 1
