"""Wording of refusals about identification: who answers, and how that is proven."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from api.refusals import (
    CodeUnknown,
    IdentificationNeeded,
    LaunchRefused,
    LinkOfAnother,
    LoginRefused,
    LoginUnavailable,
    PersonNotMatched,
    PhoneRefused,
    TicketUnknown,
)
from api.wording.russian import Explained, explained, listed

if TYPE_CHECKING:
    from collections.abc import Mapping

OfIdentity = (
    IdentificationNeeded
    | LinkOfAnother
    | LaunchRefused
    | PhoneRefused
    | PersonNotMatched
    | CodeUnknown
    | TicketUnknown
    | LoginRefused
    | LoginUnavailable
)

KINDS: Mapping[str, str] = {
    "link": "личная ссылка",
    "max_init_data": "личная ссылка, открытая в MAX",
    "max_phone": "номер телефона, подтверждённый в MAX",
    "code": "код из бумажного извещения",
    "oidc": "вход у поставщика удостоверений (например, через Госуслуги)",
}
AGAIN = "Закройте приложение и откройте его снова по кнопке в чате или по личной ссылке."
ANOTHER_WAY = "Введите код из бумажного извещения или попросите личную ссылку у инициатора."
LAUNCHES: Mapping[str, str] = {
    "init-data-stale": "приложение открыто больше часа назад",
    "init-data-from-the-future": "время в вашем устройстве или в мессенджере неверно",
    "replayed": "этим запуском уже воспользовались",
    "init-data-too-long": "данные запуска слишком длинные",
    "no-messenger": "этот адрес не принимает данных мессенджера",
}
PHONES: Mapping[str, str] = {
    "phone-not-own": "прислан чужой контакт",
    "phone-forwarded": "контакт переслан, а не отправлен вами",
    "phone-several": "в контакте несколько номеров",
    "phone-stale": "номер подтверждён больше часа назад",
}
LOGINS: Mapping[str, str] = {
    "state": "вход начат в другом браузере, уже завершён или занял больше 10 минут",
    "denied": "поставщик удостоверений не подтвердил вход",
    "claims": "поставщик не сообщил ни СНИЛС, ни подтверждённого телефона",
}


def of_identity(reason: OfIdentity) -> Explained:
    """Word a refusal about identification; no number and no account is ever repeated."""
    match reason:
        case IdentificationNeeded(suffices):
            title = "Нужно подтвердить личность"
            text = "Чтобы ответ по ссылке стал голосом, одной ссылки на этом собрании мало"
            ways = listed([KINDS[kind] for kind in suffices])
            remedy = f"Подойдёт любое одно: {ways}. Ничего ещё не записано."
        case LinkOfAnother():
            title = "Здесь эта ссылка не открывается"
            text = (
                "Эта ссылка закреплена за другим аккаунтом мессенджера или за другим браузером. "
                "Пересланная ссылка голоса не даёт."
            )
            remedy = (
                "Если ссылка ваша, откройте её там, где открыли впервые. Иначе войдите по коду "
                "из извещения или попросите новую ссылку у инициатора."
            )
        case LaunchRefused(why):
            title = "Запуск из мессенджера не подтверждён"
            said = LAUNCHES.get(why, "подпись мессенджера не сошлась")
            text, remedy = f"Не удалось убедиться, кто открыл страницу: {said}", AGAIN
        case PhoneRefused(why):
            title = "Номер не подтверждён"
            said = PHONES.get(why, "подпись мессенджера не сошлась")
            text = f"Номер телефона не принят: {said}"
            remedy = "Отправьте свой номер кнопкой в диалоге с ботом или в приложении ещё раз."
        case PersonNotMatched(why):
            title, text = _not_matched(why)
            remedy = ANOTHER_WAY
        case _:
            return _of_entrance(reason)
    return explained(reason, title, text, remedy)


def _not_matched(why: str) -> tuple[str, str]:
    if why == "several":
        return (
            "Собственник не определён",
            "Эти сведения указаны в реестре у нескольких собственников: не понять, кто из них вы.",
        )
    return (
        "Собственник не найден",
        "На идущих собраниях нет собственника с такими сведениями в реестре.",
    )


def _of_entrance(
    reason: CodeUnknown | TicketUnknown | LoginRefused | LoginUnavailable,
) -> Explained:
    match reason:
        case CodeUnknown():
            title = "Код не найден"
            text = "Такого кода нет: он введён с ошибкой или заменён новым."
            remedy = "Сверьте с извещением все десять знаков. Новый код выдаёт инициатор собрания."
        case TicketUnknown():
            title = "Ссылка уже использована"
            text = "Эта ссылка открывается один раз и действует 15 минут."
            remedy = "Вернитесь в диалог с ботом и попросите новую: откройте его ещё раз."
        case LoginRefused(why):
            title = "Вход не подтверждён"
            said = LOGINS.get(why, "ответ поставщика удостоверений не прошёл проверку")
            text, remedy = f"Войти не удалось: {said}", "Начните вход снова. " + ANOTHER_WAY
        case LoginUnavailable():
            title = "Вход временно недоступен"
            text = "Поставщик удостоверений не отвечает или отвечает не так, как должен."
            remedy = "Попробуйте через несколько минут. " + ANOTHER_WAY
        case _:
            assert_never(reason)
    return explained(reason, title, text, remedy)
