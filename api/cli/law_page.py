"""Prints docs/reference/law.md, the page a lawyer reads: `python -m api.cli.law_page`.

Everything on it comes from the rows; a test compares the page with this program's output.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from domain.law.reference import load_pack
from domain.law.workdays import load_calendar

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date

    from domain.law.reference import LawPack
    from domain.law.rows import Edition
    from domain.law.rules import DecisionRule, Threshold

TRUST = {
    "verified": "проверено по двум текстам",
    "single": "прочитано в одном тексте",
    "default": "общее правило, прочтение текста",
    "second_hand": "из вторых рук",
    "memory": "по памяти",
    "unclear": "норма неясна",
    "unknown": "не известно",
    "repealed": "утратило силу",
}
BASES = {
    "participants": "голосов участников собрания",
    "all_owners": "голосов всех собственников",
    "entrance_participants": "голосов участников из подъезда",
    "entrance_owners": "голосов собственников подъезда",
    "residential_owners": "голосов собственников жилых помещений",
    "all_owners_of_communal_flat": "собственников комнат квартиры",
    "tsg_members": "голосов членов товарищества",
    "tsg_members_present": "голосов присутствующих членов товарищества",
    "sole_owner": "голосов единственного собственника",
}
TRUST_RULES = (
    "проверенные, прочитанные в одном тексте, общее правило и строки из вторых рук решают сами; "
    "степень доверия показана рядом с итогом;",
    "где норма неясна, человек выбирает трактовку и называет причину, видны итоги всех трактовок;",
    "в дни сомнения, когда неизвестно, действовала ли уже новая редакция, решает человек, но лишь "
    "о названных пунктах и лишь если по двум редакциям пункт стоит в разных списках или в одной "
    "его не было;",
    "список, известный по памяти, решает сам о пункте, который в прочитанных соседних редакциях "
    "стоит так же (доверие тогда «из вторых рук»); о прочих пунктах решает человек: в 2005–2009 "
    "годах это пункты 1, 2, 3, с 30.06.2015 по 15.07.2016 — пункт 1.1;",
    "день, известный по памяти, вне дней сомнения ничему не мешает;",
    "вопрос, о котором пункта ещё не было, решается как тот вопрос, к которому он тогда относился.",
)
UNITS = {
    "days": "дн.",
    "working_days": "рабочих дн.",
    "hours": "ч",
    "months": "мес.",
    "years": "г.",
}
MOMENTS = {
    "notice_given": "день сообщения",
    "voting_first_day": "первый день голосования",
    "voting_last_day": "последний день голосования",
    "duty_arises": "день, когда возникла обязанность",
}
NUMBERS = {
    "by_meeting": "определяет собрание",
    "serial_in_year": "порядковый в году",
    "from_system": "присваивает система",
}


def _span(since: date, until: date | None) -> str:
    return f"{since:%d.%m.%Y} – {until:%d.%m.%Y}" if until else f"с {since:%d.%m.%Y}"


def _tests(tests: Iterable[Threshold]) -> str:
    words = []
    for test in tests:
        if test.part == 1:
            words.append(f"все 100 % {BASES[test.base.value]}")
            continue
        how = "более" if test.strict else "не менее"
        words.append(f"{how} {test.part} {BASES[test.base.value]}")
    return " и ".join(words) or "не требуется"


def _row(*cells: str) -> str:
    return "| " + " | ".join(cell.replace("|", "/").replace("\n", " ") for cell in cells) + " |"


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    yield _row(*head)
    yield "|" + " --- |" * len(head)
    for row in rows:
        yield _row(*row)
    yield ""


def _head(pack: LawPack) -> Iterator[str]:
    yield "# Право собраний по датам"
    yield ""
    yield "<!-- Страница сделана из строк программой: python -m api.cli.law_page -->"
    yield ""
    yield (
        f"Набор правил «{pack.name}», версия {pack.version}, на {pack.as_of:%d.%m.%Y}. "
        f"Самый новый прочитанный текст: {pack.newest_text}. {pack.recheck}"
    )
    yield ""
    yield f"SHA-256 набора: `{pack.sha256}`."
    yield ""
    yield (
        "Каждая строка действует от первого до последнего дня, названа норма, источник и степень "
        "доверия. Доли сравниваются точно, перемножением, никогда по округлённым процентам."
    )
    yield ""
    yield "Когда строка решает сама, а когда решает человек:"
    yield ""
    yield from (f"- {line}" for line in TRUST_RULES)
    yield ""


def _decisions(pack: LawPack) -> Iterator[str]:
    yield f"## Решения на {pack.as_of:%d.%m.%Y}"
    yield ""
    yield from _table(
        ("Вид", "Вопрос", "Большинство", "Кворум", "Норма", "Доверие"),
        (_decision(rule) for rule in pack.decisions(pack.as_of)),
    )
    yield "Примечания:"
    yield ""
    for rule in pack.decisions(pack.as_of):
        if rule.note:
            yield f"- `{rule.decision}`: {rule.note}"
    yield ""


def _decision(rule: DecisionRule) -> tuple[str, ...]:
    majority = _tests(rule.majority)
    if rule.readings:
        majority = "выбирает человек: " + "; ".join(one.text for one in rule.readings)
    return (
        f"`{rule.decision}`",
        rule.title,
        majority,
        _tests(rule.quorum),
        rule.norm,
        f"{TRUST[rule.trust.value]} ({rule.source})",
    )


def _editions(pack: LawPack) -> Iterator[str]:
    yield "## Редакции: ч. 2 ст. 44 и ч. 1 ст. 46 ЖК РФ"
    yield ""
    yield from _table(
        ("Список", "Сколько нужно", "Норма", "Источник"),
        (
            (one.title, _tests(one.tests), one.norm, one.source)
            for one in pack.majorities.editions.lists.values()
        ),
    )
    yield "Пункт, которого нет ни в одном списке, в этой редакции не существовал."
    yield ""
    for edition in pack.editions():
        yield from _edition(edition)


def _edition(edition: Edition) -> Iterator[str]:
    yield f"### {_span(edition.since, edition.until)}: {edition.law}"
    yield ""
    yield from (f"- {change}" for change in edition.changed)
    yield ""
    names = {
        "over_half_of_all": "более половины всех",
        "two_thirds_of_all": "не менее двух третей всех",
        "special": "особые правила",
        "participants": "большинство участников",
    }
    yield from _table(
        ("Список", "Пункты"),
        ((names[name], ", ".join(points) or "нет") for name, points in edition.lists),
    )
    if edition.window:
        window = edition.window
        yield (
            f"Дни сомнения {_span(window.since, window.until)} для пунктов "
            f"{', '.join(window.points)}: {window.why}. Решает человек."
        )
        yield ""
    for one in edition.unsettled:
        places = " или ".join(names[name] for name in one.lists)
        yield f"Пункт {one.point} не установлен: {places} — {one.why}. Решает человек."
        yield ""
    yield (
        f"Доверие: день — {TRUST[edition.trust_date.value]}, "
        f"списки — {TRUST[edition.trust.value]}. Норма: {edition.norm}. "
        f"Источник: {edition.source}."
    )
    yield ""


def _history(pack: LawPack) -> Iterator[str]:
    yield "## Вопросы со своей строкой, по датам"
    yield ""
    rows = []
    for found in pack.majorities.decisions.decisions.values():
        for row in found:
            rule = row.rule
            how = _tests(rule.majority)
            if row.same_as:
                how = f"как пункт `{row.same_as}`"
            if row.readings:
                how = "выбирает человек: " + "; ".join(one.text for one in row.readings)
            rows.append(
                (
                    f"`{rule.decision}`",
                    _span(rule.since, rule.until),
                    how,
                    row.quorum,
                    rule.norm,
                    f"строка: {TRUST[rule.trust.value]}, день: {TRUST[row.trust_date.value]} "
                    f"({rule.source})",
                )
            )
    yield from _table(("Вид", "Действует", "Большинство", "Кворум", "Норма", "Доверие"), rows)
    yield from _table(
        ("Кворум", "Действует", "Сколько нужно", "Норма", "Доверие"),
        (
            (one.id, _span(one.since, one.until), _tests(one.tests), one.norm,
             f"{TRUST[one.trust.value]} ({one.source})")
            for found in pack.majorities.decisions.quorums.values()
            for one in found
        ),
    )  # fmt: skip


def _terms(pack: LawPack) -> Iterator[str]:
    yield "## Сроки"
    yield ""
    yield from _table(
        ("Срок", "Форма", "Действует", "Сколько", "Норма", "Доверие"),
        (
            (f"`{name}`: {row.title}", form or "любая", _span(row.since, row.until),
             f"{row.value} {UNITS[row.unit.value]}", row.norm,
             f"{TRUST[row.trust.value]} ({row.source})")
            for (name, form), found in pack.conduct.terms.items()
            for row in found
        ),
    )  # fmt: skip
    yield from _table(
        ("Доля голосов", "Действует", "Сколько нужно", "Норма", "Доверие"),
        (
            (row.title, _span(row.since, row.until), _tests([row.test]), row.norm,
             f"{TRUST[row.trust.value]} ({row.source})")
            for found in pack.conduct.shares.values()
            for row in found
        ),
    )  # fmt: skip
    yield from _table(
        ("Обязанность", "Действует", "Месяцы", "Норма", "Доверие"),
        (
            (row.title, _span(row.since, row.until),
             f"{row.first_month}–{row.last_month}" if row.first_month else "не заданы",
             row.norm, f"{TRUST[row.trust.value]} ({row.source})")
            for found in pack.conduct.duties.values()
            for row in found
        ),
    )  # fmt: skip
    yield from _table(
        ("Способы сообщения", "Действует", "Путей", "Норма", "Доверие"),
        (
            (row.title, _span(row.since, row.until), str(len(row.legs)), row.norm,
             f"{TRUST[row.trust.value]} ({row.source})")
            for row in pack.conduct.notice_ways
        ),
    )  # fmt: skip


def _channels(pack: LawPack) -> Iterator[str]:
    yield "## Как голосуют: что считается голосом"
    yield ""
    yield from _table(
        ("Способ", "Действует", "Голос?", "Правило", "Норма", "Доверие"),
        (
            (f"`{row.channel}`", _span(row.since, row.until), "да" if row.binding else "нет",
             row.rule, row.norm, f"{TRUST[row.trust.value]} ({row.source})")
            for found in pack.conduct.channels.values()
            for row in found
        ),
    )  # fmt: skip
    yield from _table(
        ("Основа собрания", "Правило", "Ответ по ссылке — это", "Бумага — это", "Доверие"),
        (
            (f"`{row.basis}`: {row.title}", row.rule, f"`{row.link}`",
             ", ".join(f"{form}: `{channel}`" for form, channel in row.paper),
             f"{TRUST[row.trust.value]} ({row.source})")
            for found in pack.conduct.bases.values()
            for row in found
        ),
    )  # fmt: skip


def _papers(pack: LawPack) -> Iterator[str]:
    yield "## Протокол: приказы и реквизиты"
    yield ""
    yield from _table(
        ("Приказ", "Действует", "Правило", "Номер протокола", "Норма", "Доверие"),
        (
            (row.title, _span(row.since, row.until), row.rule, NUMBERS[row.number], row.norm,
             f"{TRUST[row.trust.value]} ({row.source})")
            for row in pack.conduct.orders
        ),
    )  # fmt: skip
    names = {"notice": "сообщение", "ballot": "решение собственника", "protocol": "протокол"}
    yield from _table(
        ("Документ", "Реквизит", "Форма", "Действует", "Норма", "Доверие"),
        (
            (names[row.document], row.title, ", ".join(row.forms) or "любая",
             _span(row.since, row.until), row.norm, f"{TRUST[row.trust.value]} ({row.source})")
            for found in pack.conduct.requisites.values()
            for row in found
        ),
    )  # fmt: skip


def _rest(pack: LawPack) -> Iterator[str]:
    yield "## Какой день выбирает редакцию"
    yield ""
    yield from _table(
        ("Что", "По какому дню", "Норма", "Доверие"),
        (
            (row.title, MOMENTS[row.moment], row.norm, f"{TRUST[row.trust.value]} ({row.source})")
            for found in pack.conduct.resolutions.values()
            for row in found
        ),
    )
    yield "## Изменения, которых никто не прочёл"
    yield ""
    for one in pack.majorities.editions.unseen:
        yield f"- с {one.since:%d.%m.%Y}: {one.law} — {one.what} ({TRUST[one.trust.value]})"
    yield ""
    yield "## Праздники и переносы для рабочих дней"
    yield ""
    yield from _table(
        ("Год", "Выходные будни", "Рабочие выходные", "Норма", "Доверие"),
        (
            (str(year.year), ", ".join(f"{day:%d.%m}" for day in sorted(year.days_off)),
             ", ".join(f"{day:%d.%m}" for day in sorted(year.working_weekends)) or "нет",
             year.norm, TRUST[year.trust.value] + ("" if year.settled else ", переносы неизвестны"))
            for year in load_calendar().years.values()
        ),
    )  # fmt: skip
    yield "## Источники"
    yield ""
    for key, what in pack.majorities.editions.sources.items():
        yield f"- **{key}** — {what}"


def page(pack: LawPack) -> str:
    """Make the page."""
    parts = (_head, _decisions, _editions, _history, _terms, _channels, _papers, _rest)
    return "\n".join(line for part in parts for line in part(pack)) + "\n"


def main() -> int:
    """Print the page."""
    sys.stdout.write(page(load_pack()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
