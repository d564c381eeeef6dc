"""Wording of what `sobranie check` finds in a live database."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

STEPS = (
    ("rows", "строки"),
    ("entries", "записи"),
    ("tree", "дерево хэшей"),
    ("signed", "подписанное"),
    ("facts", "порядок фактов"),
    ("sealed", "закрытые значения"),
)
_TEXTS: Mapping[str, str] = {
    "rows_unreadable": "строки журнала не читаются: {reason}",
    "leaf_missing": "записи нет, следующая по порядку — {got}",
    "leaf_beyond_head": "запись стоит за концом журнала; по голове журнала записей: {wanted}",
    "entry_changed": "событие изменено: его хэш не тот, что в листе",
    "entry_unreadable": "событие не читается: {reason}",
    "row_differs": "поле «{field}» строки говорит «{wanted}», а сама запись — «{got}»",
    "node_missing": "узла дерева нет",
    "node_changed": "узел дерева изменён",
    "node_unknown": "лишний узел дерева",
    "head_differs": "голова журнала, поле «{field}»: записано {got}, из листьев следует {wanted}",
    "guard_lost": "память подписанта пропала, а контрольные точки подписывались",
    "guard_unreadable": "память подписанта не читается",
    "guard_of_another_log": "в памяти подписанта другой журнал",
    "signed_head_differs": "подписано последним не то, что теперь в журнале: журнал переписан",
    "log_shorter_than_signed": "записей {got}, а подписано было {wanted}: журнал укорочен",
    "checkpoint_false": "контрольная точка не проверяется: {reason}",
    "checkpoint_of_another_size": "контрольная точка другого размера: {got} вместо {wanted}",
    "checkpoint_differs": "контрольная точка не подходит к журналу: журнал переписан",
    "sealed_missing": "закрытое значение удалено; участник {person}",
    "sealed_of_another": "закрытое значение приписано другому человеку, не участнику {person}",
    "sealed_changed": "закрытое значение или его ключ изменены; участник {person}",
    "key_missing": "ключ участника {person} удалён, а записи о стирании в журнале нет",
    "key_not_destroyed": "участник {person} по журналу стёрт, а ключ цел: повторите стирание",
}


def codes() -> tuple[str, ...]:
    """List every code that is worded here."""
    return tuple(_TEXTS)


def word(code: str, place: str, details: Mapping[str, str | int]) -> str:
    """Put a finding into words, its place first."""
    text = _TEXTS[code].format(**details)
    return f"{_placed(place)}{text}"


def _placed(place: str) -> str:
    if place.startswith("entry "):
        return f"запись № {place.removeprefix('entry ')}: "
    if place.startswith("node "):
        return f"узел {place.removeprefix('node ')}: "
    return f"{place}: " if place else ""
