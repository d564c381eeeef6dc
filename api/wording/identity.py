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
from api.wording.russian import Explained, counted, explained, listed

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

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
NO_WAY = (
    "Подходящий способ на этом сайте ещё не настроен: попросите управляющую организацию "
    "настроить вход у поставщика удостоверений."
)
"""Said where no way is left: a code can always be given, so what lacks is the login."""
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
            remedy = f"{_ways_text(suffices)} Ничего ещё не записано."
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


def again_in(seconds: int) -> Explained:
    """Word the brake on guessing where the form with the code stays on the screen."""
    wait = counted(seconds, "секунду", "секунды", "секунд")
    return Explained(
        "Слишком много попыток",
        "С этого адреса было слишком много неверных кодов подряд, поэтому код не проверен.",
        f"Он остался в поле: подождите {wait} и нажмите кнопку ещё раз.",
    )


def _ways_text(suffices: Sequence[str]) -> str:
    ways = listed([KINDS[kind] for kind in suffices])
    if len(suffices) > 1:
        return f"Подойдёт любое одно: {ways}."
    return f"Подойдёт {ways}." if ways else NO_WAY


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
