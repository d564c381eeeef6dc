"""Wording of refusals that arise at the door: links, forms, files, requests."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from api.refusals import (
    BodyMalformed,
    BodyTooLarge,
    FileUnknown,
    FormOutOfDate,
    LinkRevoked,
    LinkUnknown,
    MethodNotAllowed,
    OfficerUnknown,
    PageUnknown,
    PersonUnknown,
    RegisterUnusableFile,
    RequestNotUnderstood,
    SheetCodeRefused,
    TooManyRequests,
    WrongContentType,
)
from api.wording.russian import Explained, counted, explained, size_text

if TYPE_CHECKING:
    from collections.abc import Mapping

OfPerson = LinkUnknown | LinkRevoked | OfficerUnknown | PersonUnknown | TooManyRequests
OfBody = (
    FormOutOfDate | BodyTooLarge | BodyMalformed | WrongContentType | RegisterUnusableFile
    | SheetCodeRefused
)  # fmt: skip
_CODE: Mapping[str, str] = {
    "not_a_code": "прочитано не то: код с листа решения начинается с «OSS1»",
    "damaged": "код прочитан с ошибкой, контрольная сумма не сходится",
    "another_meeting": "этот лист — другого собрания",
    "nothing_prepared": "решения с таким номером на этом собрании не готовили",
}
OfAddress = FileUnknown | PageUnknown | MethodNotAllowed | RequestNotUnderstood


def of_person(reason: OfPerson) -> Explained:
    """Word a refusal that is about who is asking."""
    match reason:
        case LinkUnknown():
            title = "Ссылка не найдена"
            text = "Такой личной ссылки нет: возможно, она скопирована не целиком."
            remedy = (
                "Откройте ссылку из сообщения ещё раз. Если не помогло, попросите новую у "
                "инициатора собрания."
            )
        case LinkRevoked():
            title = "Ссылка отозвана"
            text = "Эта личная ссылка больше не действует: её отозвали или заменили новой."
            remedy = "Найдите последнее сообщение со ссылкой или попросите новую у инициатора."
        case OfficerUnknown():
            title = "Нужен вход секретаря"
            text = "Ключ доступа не указан или неизвестен; действие не выполнено."
            remedy = (
                "Передайте ключ в заголовке «Authorization: Bearer …». Новый ключ выдаёт "
                "администратор установки."
            )
        case PersonUnknown():
            title = "Человек не найден"
            text = "Такого собственника нет в реестре этого собрания."
            remedy = "Проверьте номер помещения и реестр, закреплённый при открытии голосования."
        case TooManyRequests(retry_after):
            title = "Слишком много попыток"
            text = "С этого адреса приходит слишком много запросов подряд; ничего не записано."
            wait = counted(retry_after, "секунду", "секунды", "секунд")
            remedy = f"Подождите {wait} и откройте ссылку снова."
        case _:
            assert_never(reason)
    return explained(reason, title, text, remedy)


def of_body(reason: OfBody) -> Explained:
    """Word a refusal that is about what was sent."""
    match reason:
        case FormOutOfDate():
            title = "Страница устарела"
            text = "Форма открыта давно или не на этом сайте, поэтому ответ не записан."
            remedy = "Откройте свою ссылку заново, проверьте ответы и отправьте ещё раз."
        case BodyTooLarge(limit):
            title = "Слишком большой запрос"
            most = f"больше {size_text(limit)}" if limit else "больше допустимого"
            text = f"Присланные данные {most}; они не прочитаны и не записаны."
            remedy = "Уменьшите файл или разделите данные на части и отправьте снова."
        case BodyMalformed(place, why):
            title = "Данные не читаются"
            text = f"Поле «{place}»: {why}." if place else f"Присланные данные: {why}."
            remedy = "Исправьте и отправьте снова; сейчас ничего не записано."
        case WrongContentType(given, wanted):
            title = "Не тот вид данных"
            sent = f"Прислано «{given}»" if given else "Вид присланных данных не указан"
            text = (
                f"{sent}, а здесь принимают «{wanted}»."
                if wanted
                else f"{sent}; здесь это не принимают."
            )
            remedy = "Укажите подходящий заголовок «Content-Type» и отправьте снова."
        case RegisterUnusableFile(own_words):
            title = "Реестр не прочитан"
            text = "Присланный файл нельзя прочесть как реестр собственников."
            remedy = own_words
        case SheetCodeRefused(why):
            title = "Код листа не подходит"
            text = f"По этому коду решение не найдено: {_CODE[why]}."
            remedy = (
                "Считайте код ещё раз или внесите решение вручную: найдите помещение в списке "
                "прав собственности."
            )
        case _:
            assert_never(reason)
    return explained(reason, title, text, remedy)


def of_address(reason: OfAddress) -> Explained:
    """Word a refusal that is about the address or the request itself."""
    match reason:
        case FileUnknown():
            title = "Файл не найден"
            text = "Файла с такой контрольной суммой здесь нет."
            remedy = "Проверьте контрольную сумму; файлы собрания перечислены на его странице."
        case PageUnknown():
            title = "Страница не найдена"
            text = "Такой страницы нет."
            remedy = "Проверьте адрес или начните со списка собраний."
        case MethodNotAllowed(allowed):
            title = "Действие здесь не поддерживается"
            text = "По этому адресу такой запрос не принимают."
            remedy = (
                f"Здесь принимают: {allowed}." if allowed else "Сверьтесь с описанием запросов."
            )
        case RequestNotUnderstood():
            title = "Запрос не понят"
            text = "Запрос составлен не по правилам; ничего не записано."
            remedy = "Повторите с начала; если не поможет, сообщите администратору установки."
        case _:
            assert_never(reason)
    return explained(reason, title, text, remedy)
