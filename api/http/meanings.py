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
    "path": "Адрес плитки по C2SP tlog-tiles: `tile/0/000`, `tile/entries/000.p/17`",
}

SCHEMAS: Mapping[str, str] = {
    "BallotOut": "Одно записанное решение и квитанция о нём",
    "ContestIn": "Возражение собственника",
    "CountIn": "Какой подсчёт сделать",
    "CountOut": "Завершённый подсчёт",
    "FileIn": "Файл в кодировке base64",
    "FileOut": "Сохранённый файл, названный по содержимому",
    "FindingOut": "Замечание к одной ячейке реестра",
    "HouseEntered": "Записанный дом и ключ его журнала",
    "ItemIn": "Вопрос повестки",
    "ItemResultOut": "Итог по одному вопросу",
    "LinkOut": "Личная ссылка собственника",
    "MeetingCalledOut": "Созванное собрание",
    "MeetingOut": "Собрание, каким его видят все",
    "NewHouse": "Новый многоквартирный дом",
    "NewMeeting": "Созыв общего собрания (ст. 45 ЖК РФ)",
    "NoticeIn": "Сообщение о собрании и его подтверждение (ч. 4 ст. 45 ЖК РФ)",
    "PaperIn": "Бумажное решение, как его вносит счётная комиссия",
    "PartyIn": "Лицо, названное в созыве",
    "Problem": "Отказ по RFC 9457; рядом с этими полями стоят собственные факты отказа",
    "ProtocolOut": "Документы протокола",
    "RegisterImported": "Итог загрузки реестра",
    "ResolutionIn": "Решение о возражении",
    "RevokeIn": "Чьи личные ссылки отозвать",
    "SaidOut": "Одно проверенное или не проверенное",
    "SignatureIn": "Отсоединённая подпись под файлом собрания",
    "SignatureOut": "Записанная подпись: что проверено и что нет",
    "SignerOut": "Подписавший, как его называет сертификат",
    "StrikeIn": "Решение, которое в этом подсчёте не считают",
    "TitleOut": "Право на помещение с весом и состоянием решения",
    "TurnoutOut": "Явка в эту минуту",
    "VoteIn": "Ответы собственника на все вопросы",
    "VoteOut": "Что записано",
}

VALUES: Mapping[str, Mapping[str, str]] = {
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
