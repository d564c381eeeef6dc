"""What the bodies of the JSON API mean, in Russian: for OpenAPI and the reference page."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

PARAMETERS: Mapping[str, str] = {
    "house": "Идентификатор дома (UUID)",
    "meeting": "Идентификатор собрания (UUID)",
    "ballot": "Идентификатор решения собственника (UUID)",
    "count": "Идентификатор подсчёта (UUID)",
    "sha256": "SHA-256 содержимого файла, 64 знака",
    "filename": "Имя файла; по его окончанию узнают формат",
    "old": "Прежнее число записей: из сообщения в чате, квитанции или старой контрольной точки",
    "organisation": "Идентификатор организации (UUID)",
    "announcement": "Идентификатор объявления (UUID)",
    "webhook": "Идентификатор подписки на события (UUID)",
    "path": "Адрес плитки по C2SP tlog-tiles: `tile/0/000`, `tile/entries/000.p/17`",
}

SCHEMAS: Mapping[str, str] = {
    "AnnouncedOut": "Что записано об объявлении",
    "AnnouncementIn": "Новое объявление",
    "AnnouncementOut": "Объявление, каким оно действует в доме",
    "BallotOut": "Одно записанное решение и квитанция о нём",
    "CancellationIn": "Отмена объявления",
    "ConcernedIn": "Дом и подъезды, которых касается объявление",
    "ContestIn": "Возражение собственника",
    "CorrectionIn": "Новая редакция объявления",
    "CountIn": "Какой подсчёт сделать",
    "CountOut": "Завершённый подсчёт",
    "FileIn": "Файл в кодировке base64",
    "FileOut": "Сохранённый файл, названный по содержимому",
    "FindingOut": "Замечание к одной ячейке реестра",
    "HandPostOut": "Сообщение, которое человек разместил в чате сам",
    "HouseChatIn": "В каком чате стоят сообщения дома",
    "HouseChatOut": "Состояние чата дома: именем и словами",
    "GroupOut": "Явка подъезда или нескольких вместе",
    "HouseEntered": "Записанный дом и ключ его журнала",
    "ItemIn": "Вопрос повестки",
    "ItemResultOut": "Итог по одному вопросу",
    "LinkOut": "Личная ссылка собственника",
    "LogOut": "Журнал дома и его свидетели",
    "MeetingCalledOut": "Созванное собрание",
    "MeetingOut": "Собрание, каким его видят все",
    "NewHouse": "Новый многоквартирный дом",
    "NewMeeting": "Созыв общего собрания (ст. 45 ЖК РФ)",
    "NoticeIn": "Сообщение о собрании и его подтверждение (ч. 4 ст. 45 ЖК РФ)",
    "OrganisationEntered": "Организация и её ключ",
    "OrganisationIn": "Новая организация",
    "OrganisationOut": "Организация и её дома",
    "OfferedChat": "Чат, куда добавлен бот и который не выбран ни для одного дома",
    "PaperIn": "Бумажное решение, как его вносит счётная комиссия",
    "PartyIn": "Лицо, названное в созыве",
    "Problem": "Отказ по RFC 9457; рядом с этими полями стоят собственные факты отказа",
    "ProtocolOut": "Документы протокола",
    "RegisterImported": "Итог загрузки реестра",
    "ResolutionIn": "Решение о возражении",
    "RevokeIn": "Чьи личные ссылки отозвать",
    "SaidOut": "Одно проверенное или не проверенное",
    "ShareOut": "Сообщение, которое человек размещает в чате сам",
    "SignatureIn": "Отсоединённая подпись под файлом собрания",
    "SignatureOut": "Записанная подпись: что проверено и что нет",
    "SignerOut": "Подписавший, как его называет сертификат",
    "StrikeIn": "Решение, которое в этом подсчёте не считают",
    "TemplateOut": "Шаблон объявления",
    "TitleOut": "Право на помещение с весом и состоянием решения",
    "ToldOut": "Объявление в одном доме и квитанция",
    "TurnoutOut": "Явка в эту минуту",
    "WebhookEntered": "Подписка на события и её секрет",
    "WebhookIn": "Новая подписка на события",
    "WebhookOut": "Подписка на события и её доставка",
    "VoteIn": "Ответы собственника на все вопросы",
    "VoteOut": "Что записано",
    "WitnessOut": "Свидетель журнала и что он засвидетельствовал",
}

VALUES: Mapping[str, Mapping[str, str]] = {
    "AnnouncementKind": {
        "planned_works": "плановые работы, нужен срок",
        "outage": "отключение, нужен срок",
        "fund_report": "отчёт о капитальном ремонте",
        "waste": "вывоз отходов",
        "free": "объявление обо всём остальном",
    },
    "OrganisationKind": {
        "managing": "управляющая организация",
        "supplier": "ресурсоснабжающая организация",
        "waste_operator": "оператор по обращению с отходами",
        "repair_fund": "фонд капитального ремонта",
    },
    "PersonalDataLook": {
        "phone": "номер телефона",
        "email": "адрес электронной почты",
        "snils": "СНИЛС",
        "passport": "номер паспорта",
        "card": "номер карты",
    },
    "Basis": {
        "regional_system": "региональная система, ответ по ссылке — голос (ст. 47.1 ЖК РФ)",
        "written_decisions": "письменные решения, ответ по ссылке — заготовка решения",
        "charter": "устав, ответ по ссылке — голос",
    },
    "CountPurpose": {
        "commission": "счётной комиссии, на нём основан протокол",
        "inspector": "инспектора",
        "court": "суда",
        "what_if": "проверка «что, если»",
    },
    "Mark": {
        "for": "за",
        "against": "против",
        "abstain": "воздержался",
        "spoiled": "отмечено несколько, ответ недействителен (ч. 6 ст. 48 ЖК РФ)",
        "blank": "не отмечено ничего",
    },
    "MeetingForm": {
        "in_person": "очное",
        "absentee": "заочное",
        "mixed": "очно-заочное",
    },
    "NoticeLeg": {
        "system": "размещение в информационной системе",
        "owners": "извещение собственников",
    },
    "PartyKind": {
        "person": "гражданин",
        "company": "организация",
        "public": "государство или муниципалитет",
        "unknown": "неизвестно",
    },
}


def meaning_of(schema: str) -> str:
    """Say what a named schema is; an enumeration also says what each value means."""
    values = VALUES.get(schema)
    if values is None:
        return SCHEMAS.get(schema, "")
    return "; ".join(f"`{value}` — {meaning}" for value, meaning in values.items())
