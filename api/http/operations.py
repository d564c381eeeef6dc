"""Every operation of the JSON API: what it does, what it answers, with which codes it refuses.

The reference page and OpenAPI are made from this table; a test compares it with the routes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from api import refusals as door
from api.http.operation import BODY, LINK, OCTETS, OFFICER, PLAIN, WRITER, Operation
from api.http.operations_of_letters import LETTERS
from domain import refusals as law

if TYPE_CHECKING:
    from collections.abc import Mapping

    from domain.refusals import Refusal

AUTHOR: tuple[type[Refusal], ...] = (
    door.OrganisationUnknown, door.TooManyRequests, *BODY, law.NotFound, door.HouseNotAssigned,
)  # fmt: skip
WORDS: tuple[type[Refusal], ...] = (
    law.AnnouncementEmpty, law.AnnouncementUnfilled, law.PeriodMissing, law.PeriodReversed,
    law.EntrancesUnknown, law.PersonalDataSuspected,
)  # fmt: skip
CHANGE: tuple[type[Refusal], ...] = (
    law.NotYourAnnouncement, law.AnnouncementIsCancelled, law.AnnouncementVersionUnknown,
    law.ReasonNeeded, law.PersonalDataSuspected,
)  # fmt: skip

OWNERS: Mapping[str, Operation] = {
    "POST /api/v1/ballots": Operation(
        "Записывает ответы на все вопросы сразу, по всем помещениям собственника или по названным: "
        "либо все решения, либо ни одного. Голос окончателен. Где ответ по ссылке голосом не "
        "считается, записывается подготовленное решение (`binding: false`).",
        "Решения записаны, у каждого — квитанция",
        (*LINK, *BODY, door.IdentificationNeeded, law.AnswersDoNotFit, law.NotYourBallot,
         law.TitleNotInRegister, law.NotFound, law.VotingNotOpen, law.VotingIsClosed,
         law.AlreadyVoted),
    ),
    "GET /api/v1/ballots": Operation(
        "Показывает помещения собственника, вес каждого и состояние решения. Имён здесь нет.",
        "Права собственника на помещения",
        (*LINK, law.NotFound, law.VotingNotOpen),
    ),
    "POST /api/v1/contests": Operation(
        "Записывает возражение против решения, внесённого от имени собственника. Слова "
        "запечатываются, в открытый журнал попадает только их обязательство.",
        "Возражение записано: решение `ballot` и квитанция `receipt`",
        (*LINK, *BODY, law.TitleNotInRegister, law.NotYourBallot, law.NothingToContest,
         law.NotFound, law.VotingNotOpen),
    ),
}  # fmt: skip

OFFICERS: Mapping[str, Operation] = {
    "POST /api/v1/houses": Operation(
        "Записывает дом и начинает его журнал.",
        "Дом записан",
        WRITER,
    ),
    "POST /api/v1/houses/{house}/register": Operation(
        "Читает реестр XLSX, XLS, ODS или CSV. Верные помещения записываются, о каждой неверной "
        "ячейке сказано, где она и что исправить; записанные раньше не меняются.",
        "Что записано и все замечания",
        (*WRITER, law.NotFound, door.RegisterUnusableFile, law.PremisesExists),
        takes_file=True,
    ),
    "POST /api/v1/meetings": Operation(
        "Закрепляет повестку и созывает собрание; закон проверяется сразу, по своду норм, который "
        "назван в записи.",
        "Собрание созвано",
        (*WRITER, law.NotFound, law.UnknownDecision, law.NotForThisMeeting, law.ReadingNotChosen,
         law.EntranceNeeded, law.ReasonNeeded, law.PollNeedsFailedMeeting,
         law.VotingPeriodOutOfBounds, law.CalledTooLate),
    ),
    "POST /api/v1/meetings/{meeting}/notices": Operation(
        "Записывает одно из двух сообщений о собрании и его подтверждение.",
        "Сообщение записано, подтверждение сохранено",
        (*WRITER, law.NotFound, law.WrongStage, law.NoticeInTheFuture, law.NoticeTooLate),
    ),
    "POST /api/v1/meetings/{meeting}/open": Operation(
        "Открывает голосование и закрепляет реестр, каким он стоит сейчас: по нему считают вес.",
        "Голосование открыто",
        (*OFFICER, law.NotFound, law.WrongStage, law.VotingNotOpen, law.VotingIsClosed,
         law.NoticeNotProven, law.RegisterIncomplete, law.RegisterTotalDiffers),
    ),
    "POST /api/v1/meetings/{meeting}/close": Operation(
        "Закрывает голосование, не раньше объявленного времени.",
        "Голосование закрыто",
        (*OFFICER, law.NotFound, law.TooEarlyToClose, law.WrongStage),
    ),
    "POST /api/v1/meetings/{meeting}/links": Operation(
        "Делает личную ссылку каждому собственнику закреплённого реестра. Хранится только след "
        "ссылки, поэтому второй раз её не показать — можно выдать новую.",
        "Личные ссылки",
        (*OFFICER, law.NotFound, law.VotingNotOpen),
    ),
    "POST /api/v1/meetings/{meeting}/links/revoke": Operation(
        "Отзывает все личные ссылки одного собственника на этом собрании.",
        "Ссылки отозваны",
        (*WRITER, law.NotFound, door.PersonUnknown),
    ),
    "POST /api/v1/meetings/{meeting}/codes": Operation(
        "Делает каждому собственнику (или названным) код из десяти знаков: его печатают на "
        "бумажном извещении. Хранится только ключевой хеш; прежний код того же собственника "
        "перестаёт действовать. До открытия голосования коды выдают по реестру на сегодня.",
        "Коды и листки с QR для печати",
        (*WRITER, law.NotFound, door.PersonUnknown),
    ),
    "GET /api/v1/meetings/{meeting}/titles": Operation(
        "Перечисляет все права реестра с весом, именами и состоянием решения: для внесения бумаги.",
        "Права реестра собрания",
        (*OFFICER, law.NotFound, law.VotingNotOpen),
    ),
    "POST /api/v1/meetings/{meeting}/paper-ballots": Operation(
        "Вносит бумажное решение со сканом. Вес берётся только из реестра.",
        "Решение записано, с квитанцией",
        (*WRITER, law.NotFound, law.AnswersDoNotFit, law.TitleNotInRegister, law.VotingNotOpen,
         law.VotingIsClosed, law.ReceivedOutsideVoting, law.AlreadyVoted, law.PaperTooLate),
    ),
    "POST /api/v1/meetings/{meeting}/contests/{ballot}": Operation(
        "Записывает решение человека о возражении собственника. Принятое возражение исключает "
        "голос из подсчёта.",
        "Решение о возражении записано",
        (*WRITER, law.NotFound, law.NothingToResolve, law.ReasonNeeded),
    ),
    "POST /api/v1/meetings/{meeting}/counts": Operation(
        "Делает подсчёт: не считает названные решения, считает остальные, записывает итог вместе "
        "с нормами, по которым считали.",
        "Подсчёт завершён",
        (*WRITER, law.NotFound, law.WrongStage, law.ReasonNeeded, law.OtherRules),
    ),
    "GET /api/v1/counts/{count}": Operation(
        "Показывает итог завершённого подсчёта.",
        "Завершённый подсчёт",
        (law.NotFound, law.CountNotCompleted),
    ),
    "POST /api/v1/counts/{count}/protocol": Operation(
        "Составляет документы протокола по подсчёту комиссии и записывает их SHA-256 в журнал.",
        "Протокол составлен",
        (*OFFICER, law.NotFound, law.CountNotCompleted, law.WrongStage),
    ),
    "POST /api/v1/meetings/{meeting}/signatures": Operation(
        "Проверяет отсоединённую подпись CMS / CAdES (ГОСТ Р 34.10-2012, RSA, ECDSA) под файлом "
        "собрания, хранит её байты и записывает, что проверено и что нет. Имя подписавшего "
        "запечатывается.",
        "Подпись верна и записана",
        (*WRITER, law.NotFound, law.SignatureTargetUnknown, law.SignatureAttachedAlready,
         door.FileUnknown, door.SignatureUnreadable, door.SignatureFalse),
    ),
    "GET /api/v1/meetings/{meeting}/signatures": Operation(
        "Перечисляет подписи под документами собрания: кто подписал, что проверено и что нет.",
        "Подписи под документами собрания",
        (*OFFICER, law.NotFound),
    ),
    "GET /api/v1/meetings/{meeting}/bundle": Operation(
        "Отдаёт пакет для проверки собрания (meeting.oss) с раскрытыми именами.",
        "Байты пакета",
        (*OFFICER, law.NotFound, law.OtherRules, law.CountNotCompleted),
        media=OCTETS,
    ),
    "GET /api/v1/houses/{house}/chat": Operation(
        "Говорит, как идут дела в чате дома: впускают ли бота, сколько сообщений вышло и ждёт, "
        "какие чаты, куда бота добавили, ещё не выбраны.",
        "Состояние чата дома",
        (*OFFICER, law.NotFound),
    ),
    "PUT /api/v1/houses/{house}/chat": Operation(
        "Указывает, в каком чате стоят сообщения дома. Идущие собрания получают там карточку; "
        "прежние сообщения не повторяются.",
        "Состояние чата дома",
        (*WRITER, law.NotFound),
    ),
    "POST /api/v1/meetings/{meeting}/scanned-sheets": Operation(
        "Находит по QR-коду с листа подготовленное решение: какие права собственности на нём и "
        "какие отметки напечатаны. Ничего не записывает: сверьте отметки и подпись с бумагой и "
        "внесите её по каждому праву.",
        "Номер решения, права собственности и напечатанные отметки",
        (*WRITER, law.NotFound, law.VotingNotOpen, door.SheetCodeRefused),
    ),
    "GET /api/v1/houses/{house}/chat/unsettled": Operation(
        "Показывает сообщения, о которых нужно решить человеку: неизвестно, вышли ли они, или "
        "мессенджер в них отказал. Рядом — последние решения: что, кто и почему.",
        "Сообщения, которые ждут решения, и прежние решения",
        (*OFFICER, law.NotFound),
    ),
    "POST /api/v1/houses/{house}/chat/unsettled": Operation(
        "Записывает, что стало с сообщением: стоит в чате, отправить снова или больше не нужно. "
        "Карточка, о которой известно только это, больше не меняется.",
        "Сообщения, которые ещё ждут решения, и прежние решения",
        (*WRITER, law.NotFound, law.ReasonNeeded, door.PostIsSettled),
    ),
    "GET /api/v1/meetings/{meeting}/share": Operation(
        "Готовит текст, ссылку и картинку о собрании: их размещает в чате человек, если бота туда "
        "не пускают. Показывает, кто и когда уже размещал.",
        "Сообщение для чата",
        (*OFFICER, law.NotFound),
    ),
    "GET /api/v1/meetings/{meeting}/share/picture": Operation(
        "Рисует карточку собрания с QR-кодом его страницы, без персональных данных.",
        "Картинка PNG",
        (*OFFICER, law.NotFound),
        media="image/png",
    ),
    "POST /api/v1/meetings/{meeting}/share/posted": Operation(
        "Отмечает, что человек разместил сообщение в чате сам.",
        "Отметка: стадия, кто и когда",
        (*OFFICER, law.NotFound),
    ),
    "GET /api/v1/files/{sha256}": Operation(
        "Отдаёт сохранённый файл по SHA-256 его содержимого.",
        "Байты файла",
        (*OFFICER, door.FileUnknown),
        media=OCTETS,
    ),
}  # fmt: skip

ANYBODY: Mapping[str, Operation] = {
    "GET /api/v1/meetings/{meeting}": Operation(
        "Показывает собрание: повестку, сроки, форму, основание и стадию.",
        "Собрание",
        (law.NotFound,),
    ),
    "GET /api/v1/meetings/{meeting}/turnout": Operation(
        "Показывает явку в эту минуту, по весу голосов. Подготовленное, но не подписанное стоит "
        "отдельно и в явку не входит.",
        "Явка",
        (law.NotFound,),
    ),
    "GET /api/v1/meetings/{meeting}/public-bundle": Operation(
        "Отдаёт пакет для проверки собрания без имён, когда приём решений окончен. Пакет открывает "
        "весь журнал дома, поэтому во время другого голосования в этом доме его не отдают.",
        "Байты пакета",
        (
            law.NotFound,
            law.WrongStage,
            law.OtherRules,
            law.CountNotCompleted,
            door.EntriesNotPublicYet,
        ),
        media=OCTETS,
    ),
    "GET /log/{house}/checkpoint": Operation(
        "Отдаёт новейшую подписанную контрольную точку журнала дома (C2SP tlog-checkpoint) со "
        "строками свидетелей, которые её уже подписали.",
        "Подписанная контрольная точка",
        (law.NotFound,),
        media=PLAIN,
    ),
    "GET /log/{house}/witnessed/checkpoint": Operation(
        "Отдаёт новейшую контрольную точку, под которой есть кворум свидетелей. Под адресом "
        "`/log/{house}/witnessed` — тот же журнал, каким его видел кворум: плитки там те же.",
        "Контрольная точка с подписями свидетелей",
        (law.NotFound,),
        media=PLAIN,
    ),
    "GET /log/{house}/consistency/{old}": Operation(
        "Доказывает, что журнал продолжает себя прежнего: число записей `old`, хеши, "
        "пустая строка и новейшая контрольная точка (форма C2SP tlog-witness). Прежний корень у "
        "проверяющего свой: из чата, квитанции или пакета.",
        "Доказательство неизменности",
        (law.NotFound,),
        media=PLAIN,
    ),
    "GET /log/{house}/witnesses": Operation(
        "Показывает ключ журнала, число записей и что засвидетельствовал каждый свидетель.",
        "Журнал и его свидетели",
        (law.NotFound,),
    ),
    "GET /log/{house}/{path}": Operation(
        "Отдаёт плитку хешей или записей (C2SP tlog-tiles). Плитки не меняются, хранить их можно "
        "сколько угодно. Записи с начала голосования до его закрытия видит только должностное "
        "лицо; хеши открыты всегда.",
        "Байты плитки",
        (law.NotFound, door.EntriesNotPublicYet),
        media=OCTETS,
    ),
}

ANNOUNCEMENTS: Mapping[str, Operation] = {
    "POST /api/v1/organisations": Operation(
        "Заводит организацию, которая будет обращаться к домам: управляющую, ресурсоснабжающую, "
        "оператора по обращению с отходами, фонд капитального ремонта. Ключ показан один раз.",
        "Организация записана",
        WRITER,
    ),
    "GET /api/v1/organisations": Operation(
        "Перечисляет организации и дома, которые за ними закреплены.",
        "Организации",
        OFFICER,
    ),
    "POST /api/v1/organisations/{organisation}/token": Operation(
        "Выдаёт организации новый ключ; прежний сразу перестаёт действовать.",
        "Новый ключ",
        (*OFFICER, law.NotFound),
    ),
    "PUT /api/v1/organisations/{organisation}/houses/{house}": Operation(
        "Закрепляет дом за организацией: она может давать в нём объявления.",
        "Дом закреплён",
        (*OFFICER, law.NotFound),
    ),
    "DELETE /api/v1/organisations/{organisation}/houses/{house}": Operation(
        "Открепляет дом от организации. Прежние объявления остаются в журнале и на странице.",
        "Дом откреплён",
        (*OFFICER, law.NotFound),
    ),
    "POST /api/v1/announcements": Operation(
        "Публикует объявление во всех названных домах сразу или ни в одном: запись в журнале "
        "каждого дома и сообщение в его чате. Объявление не заменяет сообщения о собрании.",
        "Объявление опубликовано",
        (*AUTHOR, *WORDS, law.AnnouncementExists),
    ),
    "POST /api/v1/announcements/{announcement}/corrections": Operation(
        "Записывает новую редакцию объявления; сообщение в чате изменяется на месте.",
        "Объявление исправлено",
        (*AUTHOR, *dict.fromkeys((*WORDS, *CHANGE)), law.NothingCorrected),
    ),
    "POST /api/v1/announcements/{announcement}/cancellation": Operation(
        "Отменяет объявление; сообщение в чате изменяется на месте, запись остаётся.",
        "Объявление отменено",
        (*AUTHOR, *CHANGE),
    ),
    "POST /api/v1/webhooks": Operation(
        "Подписывает другую систему на события собраний: она получает их POST-запросом с подписью "
        "HMAC-SHA256 в заголовке `Sobranie-Signature`. Адрес — только https и не внутренний.",
        "Подписка записана",
        (*WRITER, law.NotFound, door.WebhookAddressRefused),
    ),
    "GET /api/v1/webhooks": Operation(
        "Перечисляет подписки и как идёт доставка.",
        "Подписки",
        OFFICER,
    ),
    "DELETE /api/v1/webhooks/{webhook}": Operation(
        "Отменяет подписку; неотправленные события отброшены.",
        "Подписка отменена",
        (*OFFICER, law.NotFound),
    ),
    "POST /api/v1/webhooks/{webhook}/retry": Operation(
        "Отправляет снова события, которые получатель не принял.",
        "События снова в очереди",
        (*OFFICER, law.NotFound),
    ),
    "GET /api/v1/announcement-templates": Operation(
        "Перечисляет шаблоны объявлений с пропусками в фигурных скобках и нормами.",
        "Шаблоны",
        (),
    ),
    "GET /api/v1/houses/{house}/announcements": Operation(
        "Перечисляет объявления дома, какими они действуют сейчас, новые первыми.",
        "Объявления дома",
        (law.NotFound,),
    ),
}

OPERATIONS: Mapping[str, Operation] = {**OWNERS, **OFFICERS, **LETTERS, **ANYBODY, **ANNOUNCEMENTS}
