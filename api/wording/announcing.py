"""Wording of refusals about announcements, their authors, posts and subscriptions to events."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from api.refusals import (
    HouseNotAssigned,
    OrganisationUnknown,
    PostIsSettled,
    WebhookAddressRefused,
)
from api.wording.russian import Explained, counted, explained, listed, moment_text
from domain.refusals import (
    AnnouncementEmpty,
    AnnouncementExists,
    AnnouncementIsCancelled,
    AnnouncementUnfilled,
    AnnouncementVersionUnknown,
    EntrancesUnknown,
    NothingCorrected,
    NotYourAnnouncement,
    PeriodMissing,
    PeriodReversed,
    PersonalDataSuspected,
)

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import tzinfo

OfAnnouncement = (
    AnnouncementEmpty | AnnouncementUnfilled | PeriodMissing | PeriodReversed | EntrancesUnknown
    | PersonalDataSuspected
)  # fmt: skip
OfSpeaking = (
    AnnouncementExists | NotYourAnnouncement | AnnouncementVersionUnknown | AnnouncementIsCancelled
    | NothingCorrected | OrganisationUnknown | HouseNotAssigned | WebhookAddressRefused
    | PostIsSettled
)  # fmt: skip
LOOKS: Mapping[str, str] = {
    "phone": "номер телефона",
    "email": "адрес электронной почты",
    "snils": "СНИЛС",
    "passport": "номер паспорта",
    "card": "номер карты",
}
KINDS: Mapping[str, str] = {
    "planned_works": "Плановые работы",
    "outage": "Отключение",
    "fund_report": "Отчёт о капитальном ремонте",
    "waste": "Вывоз отходов",
    "free": "Объявление",
}
ORGANISATIONS: Mapping[str, str] = {
    "managing": "управляющая организация",
    "supplier": "ресурсоснабжающая организация",
    "waste_operator": "оператор по обращению с отходами",
    "repair_fund": "фонд капитального ремонта",
}
_WHY: Mapping[str, str] = {
    "not_https": "адрес должен начинаться с https://",
    "no_host": "в адресе нет имени сервера",
    "credentials": "в адресе не должно быть имени и пароля",
    "unknown_host": "такого сервера не нашлось",
    "private_address": "имя ведёт во внутреннюю сеть",
}


def of_announcement(reason: OfAnnouncement, zone: tzinfo) -> Explained:
    """Word a refusal that is about what an announcement says."""
    match reason:
        case AnnouncementEmpty(place):
            what = "заголовка" if place == "heading" else "текста"
            title = "Объявление пустое"
            text = f"В объявлении нет {what}; оно не опубликовано."
            remedy = "Напишите, что произойдёт и кого это касается, и отправьте снова."
        case AnnouncementUnfilled(places):
            title = "Шаблон заполнен не до конца"
            text = f"В объявлении остались пропуски шаблона: {_without_braces(places)}."
            remedy = "Впишите вместо них свои сведения и отправьте снова."
        case PeriodMissing(kind):
            title = "Не указано, когда"
            text = f"Вид «{KINDS[kind]}» объявляют с началом и окончанием; здесь их нет."
            remedy = "Укажите начало и окончание. Если срок неизвестен, выберите вид «Объявление»."
        case PeriodReversed(starts_at, ends_at):
            title = "Окончание раньше начала"
            begins = moment_text(starts_at, zone) if starts_at is not None else "не указано"
            text = f"Начало — {begins}, окончание — {moment_text(ends_at, zone)}."
            remedy = "Исправьте начало или окончание и отправьте снова."
        case EntrancesUnknown(unknown, entrances):
            title = "Нет такого подъезда"
            known = counted(entrances, "подъезд", "подъезда", "подъездов")
            text = f"В объявлении назван подъезд {listed(unknown)}, а в доме {known}."
            remedy = "Проверьте номера подъездов; для всего дома оставьте список пустым."
        case PersonalDataSuspected(looks):
            title = "Похоже на персональные данные"
            text = (
                f"В объявлении есть похожее на {listed([LOOKS[look] for look in looks])}, а его "
                "увидит весь дом и удалить запись из журнала будет нельзя"
            )
            remedy = (
                "Уберите сведения о людях. Если это данные самой организации, например номер "
                f"диспетчера, подтвердите: not_personal — {', '.join(looks)}."
            )
        case _:
            assert_never(reason)
    return explained(reason, title, text, remedy)


def of_speaking(reason: OfSpeaking) -> Explained:
    """Word a refusal that is about who speaks, to whom, and what was said before."""
    match reason:
        case AnnouncementExists():
            title = "Объявление уже опубликовано"
            text = "В этом доме уже есть объявление с таким номером."
            remedy = "Исправьте его, а для нового объявления возьмите новый номер."
        case NotYourAnnouncement():
            title = "Объявление другой организации"
            text = "Исправить и отменить объявление может только организация, которая его дала."
            remedy = "Дайте собственное объявление."
        case AnnouncementVersionUnknown(given, standing):
            title = "Объявление уже изменилось"
            text = f"Вы меняете редакцию {given}, а действует редакция {standing}."
            remedy = "Прочитайте действующую редакцию и, если нужно, измените её."
        case AnnouncementIsCancelled():
            title = "Объявление отменено"
            text = "Отменённое объявление больше не меняют."
            remedy = "Дайте новое объявление."
        case NothingCorrected():
            title = "Ничего не изменилось"
            text = "Новая редакция слово в слово совпадает с действующей; ничего не записано."
            remedy = "Внесите исправление и отправьте снова."
        case OrganisationUnknown():
            title = "Нужен вход организации"
            text = "Ключ организации не указан или неизвестен; действие не выполнено."
            remedy = (
                "Передайте ключ в заголовке «Authorization: Bearer …». Новый ключ выдаёт "
                "секретарь установки."
            )
        case HouseNotAssigned(houses):
            title = "Дом не закреплён за организацией"
            text = f"Организация не может обращаться к домам: {listed(houses)}."
            remedy = "Попросите секретаря установки закрепить дом или уберите его из списка."
        case WebhookAddressRefused(why):
            title = "Такой адрес не подходит"
            text = f"На этот адрес события не отправляются: {_WHY[why]}."
            remedy = "Укажите открытый адрес https:// своей системы."
        case PostIsSettled():
            title = "Решать уже нечего"
            text = (
                "Пока вы решали, судьба сообщения выяснилась или её решил другой человек; "
                "сообщение осталось как есть."
            )
            remedy = "Откройте список сообщений заново: в нём только те, что ждут решения."
        case _:
            assert_never(reason)
    return explained(reason, title, text, remedy)


def _without_braces(places: tuple[str, ...]) -> str:
    return listed([f"«{place.strip('{}')}»" for place in places])
