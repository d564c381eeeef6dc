"""Linter of an agenda: what an inspector or a court would find fault with, before it is sent out.

1. «разное», открытые перечни, вопрос без решения — п. 17 требований к протоколу;
2. два решения в одном вопросе — там же;
3. нет того, что требует норма: перечня, цены, плательщика, срока — ч. 5, 5.1 ст. 189 и другие;
4. слова указывают на другой вид решения, чем выбран — ст. 44, 46 ЖК РФ;
5. для вопроса есть формулировка закона — п. 17 требований к протоколу;
6. неясная норма требует выбора человека; вопрос вне закона на дату собрания.

The linter reads words, not meaning: a finding is a hint with its reason, never a refusal.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.law.errors import NotInForce, UnknownDecision

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from domain.law.questions import QuestionTable, Signal
    from domain.law.reference import LawPack

_WORD = re.compile(r"[а-яёa-z0-9№-]+", re.IGNORECASE)
_VERBS = (
    "избрать", "выбрать", "утвердить", "определить", "наделить", "провести", "установить",
    "заключить", "передать", "поручить", "уполномочить", "создать", "разместить", "получить",
    "перенести", "приостановить", "демонтировать", "обязать", "включить", "исключить",
)  # fmt: skip
_DOCUMENT = re.compile(r"утверд\w+\s+(?:\w+\s+){0,2}?(договор\w*|положени\w*|устав\w*|смет\w*)")
_DETAILS = re.compile(r"№|\bот\s+\d|приложени|редакци|проект", re.IGNORECASE)
_ORDER_17 = "п. 17 приказа 44/пр (для 266/пр — по образцу)"
_SHORTEST = 10


@dataclass(frozen=True, slots=True)
class DraftItem:
    """A question as drafted, with the kind of decision chosen for it."""

    number: str
    text: str
    decision: str


@dataclass(frozen=True, slots=True)
class LintFinding:
    """What is wrong, by which norm, what to do, and the words that made the linter think so."""

    item: str
    code: str
    text: str
    norm: str
    remedy: str
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A kind of decision a wording points to, with the words."""

    decision: str
    words: tuple[str, ...]


def suggest(table: QuestionTable, text: str) -> tuple[Suggestion, ...]:
    """List the kinds of decision a wording points to, the best first."""
    words = _words(text)
    found: dict[str, Suggestion] = {}
    for signal in table.signals:
        hits = _hits(signal, words)
        if hits and signal.decision not in found:
            found[signal.decision] = Suggestion(signal.decision, hits)
    return tuple(found.values())


_DAY = re.compile(r"\b\d{1,2}\.\d{1,2}\.\d{4}\b")


def _with_years(text: str) -> str:
    """Say "года" after a date in figures, so that it counts as a term."""
    return _DAY.sub(lambda day: f"{day.group()} года", text.lower())


def _words(text: str) -> tuple[str, ...]:
    return tuple(word.lower() for word in _WORD.findall(text))


def _hits(signal: Signal, words: Sequence[str]) -> tuple[str, ...]:
    if any(word.startswith(signal.without) for word in words if signal.without):
        return ()
    hits = [next((w for w in words if w.startswith(group)), "") for group in signal.words]
    return tuple(dict.fromkeys(hits)) if all(hits) else ()


def lint(
    pack: LawPack, table: QuestionTable, items: Sequence[DraftItem], on: date
) -> tuple[LintFinding, ...]:
    """Look through an agenda; `on` is the day whose edition will judge it."""
    found: list[LintFinding] = []
    for item in items:
        found.extend(_vague(table, item))
        found.extend(_joined(item))
        found.extend(_document(item))
        found.extend(_kind(pack, table, item, on))
        found.extend(_statutory(table, item))
        found.extend(_missing(pack, table, item, items, on))
    return tuple(found)


def _vague(table: QuestionTable, item: DraftItem) -> Iterator[LintFinding]:
    lowered = f" {item.text.lower()} "
    for row in table.vague:
        hits = tuple(one for one in row.words if one in lowered)
        if hits:
            why = f"слова «{hits[0]}» не дают понять, за что голосуют"
            yield LintFinding(item.number, row.code, why, row.norm, row.remedy, hits)
    if len(item.text.strip()) < _SHORTEST:
        remedy = "Напишите решение полностью."
        yield LintFinding(item.number, "too-short", "вопрос слишком краток", _ORDER_17, remedy)


def _joined(item: DraftItem) -> Iterator[LintFinding]:
    """Find a second decision: another verb of deciding, or a list joined by a semicolon."""
    words = _words(item.text)
    verbs = tuple(dict.fromkeys(word for word in words if word in _VERBS))
    if len(verbs) < 2 or item.decision.startswith("189.5"):
        return
    why = f"в одном вопросе два решения: «{verbs[0]}» и «{verbs[1]}»"
    remedy = "Разделите на отдельные вопросы: голосуют за каждый."
    yield LintFinding(item.number, "two-questions", why, _ORDER_17, remedy, verbs)


def _document(item: DraftItem) -> Iterator[LintFinding]:
    found = _DOCUMENT.search(item.text.lower())
    if found and not _DETAILS.search(item.text):
        why = "документ не назван полностью"
        remedy = "Укажите название, дату и номер документа или приложения."
        yield LintFinding(item.number, "document-unnamed", why, _ORDER_17, remedy, (found[1],))


def _kind(pack: LawPack, table: QuestionTable, item: DraftItem, on: date) -> Iterator[LintFinding]:
    try:
        rule = pack.rule(item.decision, on)
    except UnknownDecision:
        remedy = "Выберите вид решения из справочника."
        yield LintFinding(item.number, "unknown-kind", "вид решения неизвестен", "", remedy)
        return
    except NotInForce as error:
        why = f"на {on:%d.%m.%Y} закон такого вопроса не знает"
        remedy = f"Выберите «{error.instead}»." if error.instead else "Снимите вопрос."
        yield LintFinding(item.number, "not-in-force", why, "ч. 2 ст. 44 ЖК РФ", remedy)
        return
    if rule.needs_a_choice:
        why = "норма допускает разные трактовки: " + "; ".join(r.text for r in rule.readings)
        remedy = "Выберите трактовку и запишите причину."
        yield LintFinding(item.number, "choice-needed", why, rule.norm, remedy)
    for one in suggest(table, item.text)[:1]:
        if one.decision in (item.decision, pack.model_of(item.decision)):
            continue
        try:
            other = pack.rule(one.decision, on)
        except NotInForce:
            continue
        if (other.majority, other.quorum) != (rule.majority, rule.quorum) or other.readings:
            words = ", ".join(one.words)
            why = f"слова «{words}» указывают на другой вид решения: {other.title}"
            remedy = f"Проверьте вид решения: {other.norm}."
            yield LintFinding(item.number, "other-kind", why, other.norm, remedy, one.words)


def _statutory(table: QuestionTable, item: DraftItem) -> Iterator[LintFinding]:
    lowered = item.text.lower()
    for row in table.statutory:
        if row.decision == item.decision and not all(word in lowered for word in row.words):
            why = "закон сам формулирует этот вопрос"
            yield LintFinding(item.number, "statutory-wording", why, row.norm, row.wording)


def _missing(
    pack: LawPack, table: QuestionTable, item: DraftItem, items: Sequence[DraftItem], on: date
) -> Iterator[LintFinding]:
    """Look for items the norm demands in all questions of the same kind of decision."""
    together = " ".join(
        f" {_with_years(one.text)} "
        for one in items
        if pack.model_of(one.decision) == pack.model_of(item.decision)
    )
    first = next(one for one in items if one.decision == item.decision)
    if first is not item:
        return
    for row in table.requirements:
        asked = not row.when or any(word in together for word in row.when)
        if row.decision != item.decision or row.since > on or not asked:
            continue
        if not any(word in together for word in row.words):
            remedy = f"Добавьте: {row.title}."
            why = f"не названо: {row.title}"
            yield LintFinding(item.number, f"missing-{row.item}", why, row.norm, remedy)
