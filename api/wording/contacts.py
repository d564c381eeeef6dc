"""Wording of refusals about contacts of owners."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from api.refusals import ContactMalformed, ContactsRefused
from api.wording.russian import SHOWN_AT_MOST, Explained, explained

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

OfContacts = ContactMalformed | ContactsRefused

FIELDS: Mapping[str, str] = {
    "phone": "телефон",
    "email": "электронная почта",
    "person": "номер собственника",
    "premises": "помещение",
    "name": "имя собственника",
    "row": "вся строка",
}
WHY: Mapping[str, str] = {
    "not_a_phone": "это не номер телефона",
    "not_an_email": "это не адрес электронной почты",
    "too_long": "слишком длинно",
    "person_unknown": "такого собственника нет в реестре дома",
    "premises_unknown": "такого помещения нет в реестре дома",
    "name_unknown": "в этом помещении нет собственника с таким именем",
    "name_ambiguous": "в этом помещении это имя не у одного собственника",
    "name_needed": "у помещения не один собственник, назовите имя",
    "nobody_named": "не сказано, чей это контакт",
    "named_twice": "собственник назван и номером, и помещением",
    "nothing_given": "нет ни телефона, ни почты",
    "said_otherwise": "раньше в этом же списке указано другое",
}


def of_contacts(reason: OfContacts) -> Explained:
    """Word a refusal about contacts; no value is ever repeated."""
    match reason:
        case ContactMalformed(channel, why):
            title = "Контакт не подходит"
            text = f"Поле «{FIELDS[channel]}»: {WHY[why]}; оно не сохранено."
            remedy = (
                "Телефон запишите с кодом страны, например +7 900 000-00-00, почту — в виде "
                "имя@сервер."
            )
        case ContactsRefused(faults):
            title = "Контакты не сохранены"
            told = [f"строка {f.row} ({FIELDS[f.field]}) — {WHY[f.why]}" for f in faults]
            text = f"Из-за ошибок не сохранена ни одна строка: {_shown(told)}."
            remedy = "Исправьте названные строки и отправьте весь список снова."
        case _:
            assert_never(reason)
    return explained(reason, title, text, remedy)


def _shown(told: Sequence[str]) -> str:
    more = len(told) - SHOWN_AT_MOST
    return "; ".join(told[:SHOWN_AT_MOST]) + (f"; и ещё {more}" if more > 0 else "")
