"""What `static/verify.html` says in its own words, and how it writes down fields and spellings.

The wording of a finding that both verifiers have stands in `api/audit/findings.toml`.
"""

from __future__ import annotations

from collections.abc import Mapping

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
    "outcome_differs_by_installed_law": "Исходы вопросов по порядку: по нормам из файла — {got}; "
    "по нормам этой страницы — {wanted}.",
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
STATES = {
    "good": ("✓", "верно"),
    "error": ("✗", "НЕВЕРНО"),
    "skipped": ("–", "не проверялось, откройте и пакет"),
}
TOLD = {
    "turnout": "Учтено решений {ballots}; участвовало {came} из {all} голосов.",
    "vote": "Вопрос {number}. {question}: {outcome}. За {for}, против {against}, воздержались "
    "{abstained}, недействительно {invalid} ({norm}).",
    "ballot-received/1": "Записано решение, голосов {votes}. Ответы: {answers}.",
    "answers-prepared/1": "Записана заготовка решения — ещё не голос. Ответы: {answers}.",
}
"""What the page tells of its own recount and of a receipt; the values are shapes of these names."""
MARKS = {
    "for": "за",
    "against": "против",
    "abstain": "воздержался",
    "spoiled": "недействительно",
    "blank": "нет ответа",
}
OUTCOMES = {
    "carried": "принято",
    "rejected": "не принято",
    "no_quorum": "нет кворума",
    "unclear": "решает человек",
}

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
    "paper": r"^protocol/(?!protocol\.json$)",
    "signature": "^signatures/",
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
