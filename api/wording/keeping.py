"""Wording of refusals about keys of the log, erasure of personal data, and a stopped log."""

from __future__ import annotations

from datetime import timedelta
from typing import assert_never

from api.refusals import LogHalted
from api.wording.russian import Explained, day_text, explained
from domain.refusals import (
    ErasureTooEarly,
    LogKeyIsRetired,
    LogKeyIsTheLast,
    LogKeyUnknown,
    PersonNotRecorded,
)

OfKeeping = (
    LogKeyUnknown | LogKeyIsRetired | LogKeyIsTheLast | PersonNotRecorded | ErasureTooEarly
    | LogHalted
)  # fmt: skip


def of_keeping(reason: OfKeeping) -> Explained:
    """Word a refusal about keys, erasure or a stopped log."""
    match reason:
        case LogKeyUnknown():
            title = "Такого ключа у журнала нет"
            text = "Этот ключ не записан в журнале дома."
            remedy = "Посмотрите ключи домов командой «sobranie key show»."
        case LogKeyIsRetired():
            title = "Ключ выведен из употребления"
            text = "Этот ключ записан в журнале дома как выведенный; вернуть его нельзя."
            remedy = "Введите другой ключ командой «sobranie key rotate»."
        case LogKeyIsTheLast():
            title = "Журнал остался бы без ключа"
            text = "Это единственный действующий ключ журнала дома."
            remedy = "Введите новый ключ командой «sobranie key rotate»: она выведет и прежний."
        case PersonNotRecorded():
            title = "Человек не найден"
            text = "Ни один журнал этой установки не упоминает человека с таким номером."
            remedy = (
                "Найдите номер по имени: «sobranie forget ИМЯ» ничего не сотрёт, а покажет его."
            )
        case ErasureTooEarly(_, until):
            title = "Стирать ещё рано"
            text = (
                "Человек есть в документах собрания; подлинники решений и протокола с "
                f"приложениями хранят по {day_text(until)} включительно."
            )
            remedy = (
                "Контакты и личные ссылки можно стереть сейчас, с ключом «--contacts-only»; "
                f"остальное — начиная с {day_text(until + timedelta(days=1))}."
            )
        case LogHalted():
            title = "Приём временно остановлен"
            text = (
                "Журнал записей не сошёлся с тем, что было подписано раньше, поэтому новые записи "
                "не принимаются. Уже выданные квитанции действительны."
            )
            remedy = (
                "Сообщите администратору установки: ему нужна команда «sobranie check». "
                "Повторите позже и сверьте, что записано."
            )
        case _:
            assert_never(reason)
    return explained(reason, title, text, remedy)
