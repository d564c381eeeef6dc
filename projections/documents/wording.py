"""Russian sentences, dates and counts that the documents share.

Числа людей и листов пишутся цифрами и словами, даты — «15 октября 2026 г.», время — «19 ч 00 мин».
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date, datetime

NBSP = "\N{NO-BREAK SPACE}"
GAP = "______________"
SHORT_GAP = "_____"
SIGNING_DATE = f"«___»{NBSP}______________{NBSP}20___{NBSP}г."

FORMS = {
    "in_person": "очного голосования",
    "absentee": "заочного голосования",
    "mixed": "очно-заочного голосования",
}
OUTCOMES = {
    "carried": "РЕШЕНИЕ ПРИНЯТО.",
    "rejected": "РЕШЕНИЕ НЕ ПРИНЯТО.",
    "no_quorum": "КВОРУМ ОТСУТСТВУЕТ. Решение по вопросу не принималось.",
    "unclear": "РЕШЕНИЕ НЕ ОПРЕДЕЛЕНО.",
}
MARKS = {"for": "З", "against": "П", "abstain": "В", "spoiled": "Н", "blank": "—"}
TRUNCATION = (
    "Голоса и проценты напечатаны с двумя знаками после запятой; следующие знаки отброшены, "
    "а не округлены, поэтому сумма напечатанных чисел может быть чуть меньше напечатанного итога. "
    "Кворум и решения определены по точным величинам."
)

_MONTHS = (
    *("января", "февраля", "марта", "апреля", "мая", "июня"),
    *("июля", "августа", "сентября", "октября", "ноября", "декабря"),
)
_UNITS = (
    *("", "один", "два", "три", "четыре", "пять", "шесть", "семь", "восемь", "девять", "десять"),
    *("одиннадцать", "двенадцать", "тринадцать", "четырнадцать", "пятнадцать", "шестнадцать"),
    *("семнадцать", "восемнадцать", "девятнадцать"),
)
_TENS = (
    *("", "", "двадцать", "тридцать", "сорок", "пятьдесят", "шестьдесят", "семьдесят"),
    *("восемьдесят", "девяносто"),
)
_HUNDREDS = (
    *("", "сто", "двести", "триста", "четыреста", "пятьсот", "шестьсот", "семьсот"),
    *("восемьсот", "девятьсот"),
)
_FEMININE = {"один": "одна", "два": "две"}
_WORDS_END = 1_000_000


def long_date(day: date) -> str:
    """Write a date for headings and sentences: 15 октября 2026 г."""
    return f"{day.day}{NBSP}{_MONTHS[day.month - 1]} {day.year}{NBSP}г."


def short_date(day: date) -> str:
    """Write a date for tables: 15.10.2026."""
    return f"{day.day:02d}.{day.month:02d}.{day.year:04d}"


def time_of_day(moment: datetime) -> str:
    """Write a time of day: 19 ч 00 мин."""
    return f"{moment.hour}{NBSP}ч{NBSP}{moment.minute:02d}{NBSP}мин"


def zone_of(moment: datetime) -> str:
    """Name the zone of an aware moment: UTC+3, UTC+5:30."""
    offset = moment.strftime("%z")
    hours, minutes = int(offset[1:3]), offset[3:5]
    sign = "\N{MINUS SIGN}" if offset[0] == "-" else "+"
    return f"UTC{sign}{hours}" + (f":{minutes}" if minutes != "00" else "")


def plural(count: int, one: str, few: str, many: str) -> str:
    """Choose the form that agrees with a count: 1 вопрос, 3 вопроса, 11 вопросов."""
    if 11 <= count % 100 <= 14:
        return many
    return {1: one, 2: few, 3: few, 4: few}.get(count % 10, many)


def _below_thousand(number: int) -> list[str]:
    hundreds, rest = divmod(number, 100)
    tens, units = divmod(rest, 10) if rest >= len(_UNITS) else (0, rest)
    return [word for word in (_HUNDREDS[hundreds], _TENS[tens], _UNITS[units]) if word]


def in_words(number: int) -> str:
    """Write a whole number from 0 to 999 999 in words, masculine: сорок две тысячи один."""
    if not 0 <= number < _WORDS_END:
        raise ValueError(f"no words for {number}: outside 0 … {_WORDS_END - 1}")
    thousands, rest = divmod(number, 1000)
    words = _below_thousand(thousands)
    if words:
        words[-1] = _FEMININE.get(words[-1], words[-1])
        words.append(plural(thousands, "тысяча", "тысячи", "тысяч"))
    return " ".join(words + _below_thousand(rest)) or "ноль"


def counted(number: int) -> str:
    """Write a count in figures and words: 86 (восемьдесят шесть)."""
    return f"{f'{number:,}'.replace(',', NBSP)} ({in_words(number)})"


def sentence(text: str) -> str:
    """End a text as a sentence, whatever its author ended it with."""
    text = text.rstrip()
    return text if text.endswith((".", "!", "?", "…")) else f"{text}."


def begun(text: str) -> str:
    """Begin a sentence with a capital letter; other alphabets stay as they are."""
    first = text[:1]
    # Elsewhere the capital may be two letters (ß) or missing in the font (ʇ).
    return first.upper() + text[1:] if "а" <= first <= "я" or first == "ё" else text


def quoted(text: str) -> str:
    """Put a wording in guillemets; marks inside become inner ones: «О выборе ООО „Клён“»."""
    inner = text.rstrip().removesuffix(".").replace("«", "„").replace("»", "“")
    return f"«{inner}»"
