"""What `static/verify.html` says in its own words, and how it writes down fields and spellings.

The wording of a finding that both verifiers have stands in `api/audit/findings.toml`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

OWN_WORDS: Mapping[str, str] = {
    "signature_unchecked": "Этот браузер не смог проверить подпись Ed25519. Откройте страницу в "
    "более новом.",
    "key_not_compared": "Ключ журнала взят из самого пакета. Сверьте его с опубликованным: впишите "
    "тот в поле «Ключ журнала».",
    "key_not_given": "Подпись не проверена: впишите ключ в поле «Ключ журнала» или откройте "
    "квитанцию вместе с пакетом.",
    "law_not_installed": "Пакет норм {got} — не тот, что знает эта страница ({wanted}). Пороги для "
    "сравнения взяты из самой записи о подсчёте, а исход сверен с нормами страницы.",
    "zip_spelling": "Служебные поля архива записаны не так, как их записывает программа.",
    "file_changed": "Файл не тот, что в описи пакета: SHA-256 {got}, в описи {wanted}.",
    "leaves_length": "Хэшей записей {got} байт, для журнала такого размера нужно {wanted}.",
    "tile_broken": "Длина записи испорчена, прочесть её и следующие за ней в этом файле нельзя.",
    "checkpoint_malformed": "Под контрольной точкой несколько подписей журнала.",
    "rule_broken": "Такой записи быть не могло. Не выполнено: {rule}.",
    "house_unknown": "Записи о самом доме до неё нет.",
    "time_runs_back": "Время записи {got} раньше, чем у записанных до неё.",
    "opening_false": "Раскрытое значение — не то, что скрыто в журнале.",
    "not_recounted": "Подсчёт нельзя повторить: нет пакета норм или реестра.",
    "claim_differs": "Файл не тот, что следует из журнала и пересчёта.",
    "count_differs": "Итог подсчёта не сходится с пересчётом.",
    "protocol_file_missing": "Файла протокола нет в пакете, его хэш в журнале {wanted}.",
    "signature_erased": "Файла электронной подписи нет: в этом доме стёрты данные человека.",
    "signatures_unread": "Приложено электронных подписей: {number}. Подпись CMS здесь не "
    "проверяется, сверен только хэш файла: это делает программа sobranie-audit.",
    "inclusion_false": "Записи нет в журнале на этом месте: из неё и хэшей следует другой корень.",
}
"""What the page says in its own way, or alone."""

MILD: Mapping[str, str] = {
    "time_runs_back": "warning",
    "law_not_installed": "warning",
    "protocol_file_missing": "warning",
    "signature_erased": "warning",
    "signatures_unread": "note",
    "key_not_compared": "note",
    "entries_withheld": "note",
    "no_count_yet": "note",
    "law_not_at_hand": "note",
    "receipt_newer_than_log": "note",
}
"""Findings that are no errors."""

STEPS = (
    ("Файл", "каждый файл пакета — тот, что в описи, лишних нет"),
    ("Хэши", "ни одна запись журнала не изменена"),
    ("Контрольная точка", "журнал подписан ключом дома именно в этом виде"),
    ("Воспроизведение", "каждая запись такова, какую допускали нормы и записи до неё"),
    ("Пересчёт", "голоса сосчитаны заново по нормам и реестру, вышло то же"),
    ("Сравнение", "заявленный итог, протокол и его файлы — те же"),
)
RECEIPT = (
    ("Запись", "в квитанции есть сама запись"),
    ("Включение", "запись стоит в журнале на своём месте"),
    ("Подпись", "журнал подписан ключом дома"),
    ("Журнал", "с тех пор он не переписан"),
)
SIGNS = {"error": "Ошибка", "warning": "Внимание", "note": "К сведению"}
OUTCOMES = {
    "carried": "принято",
    "rejected": "не принято",
    "no_quorum": "нет кворума",
    "unclear": "решает человек",
}
_BALLOT = (
    "голосование идёт, и решение пришло до его конца",
    "это право есть в реестре собрания",
    "решение пришло не раньше начала голосования и не позже своей записи",
    "решение по этому праву первое",
    "на каждый вопрос один ясный ответ",
    "письменное решение пришло до последнего часа приёма",
    "так поданные решения считаются голосами именно в этом виде",
    "голосов столько, сколько даёт доля",
)
_WORDS = ("объявление не отменено", "номер версии следующий", "причина названа")


class Rule(NamedTuple):
    """Where a fact stands, what must hold before it, and what of it is kept.

    Attributes:
        stream: kind of the stream.
        words: what must hold, in the order of the page's own CHECKS.
        state: stage of the meeting; or `new` (the stream begins anew), `first` (it may begin),
            `once` (it may not have begun); none: it must have begun.
        adds: the list that grows.
        takes: the field that goes there; none: the whole fact.
        becomes: the stage after it.
    """

    stream: str
    words: tuple[str, ...] = ()
    state: str | None = None
    adds: str | None = None
    takes: str | None = None
    becomes: str | None = None


FRESH: Mapping[str, Mapping[str, object]] = {
    "house": {"keys": [], "retired": []},
    "premises": {"titles": []},
    "agenda": {"items": []},
    "meeting": {"stage": "called", "notices": [], "handed": [], "signatures": []},
    "count": {"struck": []},
}
"""A stream before its first fact."""

RULES: Mapping[str, Rule] = {
    "house-registered": Rule(
        "house", ("дом ещё не записан", "часовой пояс дома известен"), state="new"
    ),
    "log-key-added": Rule("house", ("ключ не выведен из употребления",), adds="keys", takes="key"),
    "log-key-retired": Rule(
        "house",
        ("такой ключ есть", "остаётся другой ключ", "причина названа"),
        adds="retired",
        takes="key",
    ),
    "person-forgotten": Rule(
        "house", ("срок хранения бумаг собраний, где назван этот человек, прошёл",)
    ),
    "premises-recorded": Rule("premises", ("такого помещения ещё нет",), state="new"),
    "area-corrected": Rule("premises"),
    "title-recorded": Rule("premises", ("такого права ещё нет",), adds="titles"),
    "title-ended": Rule("premises", ("такое право у помещения есть",)),
    "item-added": Rule(
        "agenda",
        ("повестка не закреплена", "номер вопроса следующий"),
        state="first",
        adds="items",
        takes="item",
    ),
    "item-edited": Rule("agenda", ("повестка не закреплена", "такой вопрос есть"), state="first"),
    "agenda-fixed": Rule(
        "agenda",
        ("в повестке есть вопросы, и она не закреплена", "хэш повестки верен"),
        state="first",
    ),
    "meeting-called": Rule(
        "meeting",
        (
            "повестка закреплена",
            "в созыве та самая повестка",
            "пакет норм назван своим именем",
            "эти вопросы решает общее собрание",
            "где норма неясна, человек выбрал её чтение и объяснил почему",
            "подъезд назван там, где голосует подъезд",
            "заочному голосованию предшествовало собрание без кворума с той же повесткой",
            "голосование в системе длится столько, сколько велит норма",
            "о собрании сообщено заранее",
            "редакция норм взята на день окончания, или названа причина",
        ),
        state="once",
    ),
    "notice-proven": Rule(
        "meeting",
        ("уведомление уже сделано", "уведомление сделано вовремя"),
        state="called",
        adds="notices",
    ),
    "voting-opened": Rule(
        "meeting",
        (
            "срок голосования наступил и не прошёл",
            "все уведомления подтверждены",
            "реестр полон, и площади в сумме дают площадь дома",
            "итоги и хэш реестра верны",
        ),
        state="called",
        becomes="open",
    ),
    "voting-closed": Rule("meeting", ("срок голосования прошёл",), state="open", becomes="closed"),
    "protocol-recorded": Rule(
        "meeting", ("подсчёт счётной комиссии завершён",), state="closed", becomes="finished"
    ),
    "protocol-handed-over": Rule("meeting", state="finished", adds="handed"),
    "signature-attached": Rule(
        "meeting",
        ("подписан документ этого собрания", "эта подпись ещё не приложена"),
        adds="signatures",
    ),
    "answers-prepared": Rule("ballot", _BALLOT, state="first"),
    "ballot-received": Rule("ballot", _BALLOT, state="first"),
    "ballot-contested": Rule(
        "ballot",
        (
            "возражает сам собственник",
            "решение получено, и возражения ещё не было",
            "возражение о том самом решении",
        ),
    ),
    "contest-resolved": Rule(
        "ballot", ("есть нерассмотренное возражение", "причина названа", "оно о том самом решении")
    ),
    "count-opened": Rule("count", ("голосование завершено",), state="new"),
    "ballot-struck": Rule(
        "count",
        ("такое решение получено", "подсчёт не завершён", "причина названа"),
        adds="struck",
        takes="ballot",
    ),
    "count-completed": Rule("count", ("подсчёт не завершён", "нормы те же, что в созыве")),
    "announcement-published": Rule("announcement", ("такого объявления ещё нет",), state="new"),
    "announcement-corrected": Rule("announcement", _WORDS),
    "announcement-cancelled": Rule("announcement", _WORDS),
}
"""What the page knows of every fact besides its fields; what must hold is its own to check."""

PATTERNS = {
    "text": "^",
    "words": r"\S",
    "hash": "^[0-9a-f]{64}$",
    "uuid": "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$",
    "area": r"^(?!0\.00)(0|[1-9]\d{0,6})\.\d\d$",
    "fraction": r"^(0|-?[1-9]\d*)(/([2-9]|[1-9]\d+))?$",
    "share": r"^[1-9]\d*(/([2-9]|[1-9]\d+))?$",
    "day": r"^(?!0000)\d{4}-\d\d-\d\d$",
    "moment": r"^(?!0000)[-\dT:]{19}(\.(?!0{6})\d{6})?Z$",
    "path": r"^(?=.{1,200}$)\w[\w.-]*(/\w[\w.-]*)*$",
    "place": r"^(manifest\.json|checkpoint|leaves|openings\.json|claimed\.json"
    r"|law/[a-z0-9_]+\.toml|protocol/[^/]+|signatures/[0-9a-f]{64}\.p7s)$",
    "naming": r"^(openings\.json$|signatures/|protocol/(?!protocol\.json$))",
}
"""Spellings, as JavaScript reads them."""

FORMS = {
    "entry": "at:moment body:any house:uuid stream:uuid type:text version:count",
    "listed": "path:path sha256:hash size:size",
    "manifest": "files:listed* format:=sobranie-bundle/1 house:uuid meeting:uuid origin:text "
    "reader:=inspector|public size:count vkey:text",
    "opening": "salt:text value:text",
    "openings": "format:=sobranie-openings/1 openings:any",
    "claim": "count:any format:=sobranie-claim/1 law:any result:any",
}
"""Fields of what is no fact."""

NARROWER = {
    ("house-registered/1", "entrances"): "count",
    ("title-recorded/1", "holders"): "Party+",
    ("AgendaItem", "number"): "count",
    ("AgendaItem", "question"): "words",
    ("AgendaItem", "proposal"): "words",
    ("meeting-called/1", "items"): "AgendaItem+",
    ("signature-attached/1", "signers"): "SignerFound+",
    ("AnnouncementBody", "entrances"): "int^",
    ("AnnouncementBody", "not_personal"): "=phone|email|snils|passport|card^",
}
"""Fields whose values the type alone does not say."""
