"""The linter of the agenda and the library of questions."""

from __future__ import annotations

import re
from datetime import date

import pytest

from domain.agenda_lint import DraftItem, LintFinding, lint, suggest
from domain.law.errors import LawDataError, NotInForce
from domain.law.questions import QUESTIONS, LibraryQuestion, load_questions, read_questions
from domain.law.reference import LawPack

TODAY = date(2026, 6, 1)
TABLE = load_questions()
FILLED = {
    "price": "100 000",
    "payer": "плата за содержание",
    "term": "до 01.10.2026",
    "date": "01.02.2026",
    "annex": "3",
    "since": "01.07.2026",
    "days": "14",
}


def found(pack: LawPack, text: str, decision: str, on: date = TODAY) -> list[LintFinding]:
    return list(lint(pack, TABLE, [DraftItem("1", text, decision)], on))


def codes(pack: LawPack, text: str, decision: str, on: date = TODAY) -> list[str]:
    return [one.code for one in found(pack, text, decision, on)]


def test_the_library_has_at_least_forty_questions() -> None:
    assert len(TABLE.questions) >= 40
    assert len({one.id for one in TABLE.questions}) == len(TABLE.questions)
    assert len({one.text for one in TABLE.questions}) == len(TABLE.questions)


@pytest.mark.parametrize("one", TABLE.questions, ids=[q.id for q in TABLE.questions])
def test_a_question_of_the_library_has_nothing_to_mend(pack: LawPack, one: LibraryQuestion) -> None:
    pack.rule(one.decision, TODAY)
    text = re.sub(r"\{(\w+)\}", lambda field: FILLED.get(field[1], "Пример"), one.text)
    assert [c for c in codes(pack, text, one.decision) if c != "choice-needed"] == []


@pytest.mark.parametrize(
    ("text", "decision", "code"),
    [
        ("Разное", "44.2.5", "miscellaneous"),
        ("Рассмотрение и прочие вопросы дома", "44.2.5", "miscellaneous"),
        ("Покрасить лавки, урны и т.д. во дворе", "44.2.5", "open-ended"),
        ("Обсудить содержание подъездов", "44.2.5", "no-decision"),
        ("Лавки", "44.2.5", "too-short"),
        ("Утвердить смету № 1 и избрать совет дома", "44.2.5", "two-questions"),
        ("Утвердить положение о совете", "161.1.1", "document-unnamed"),
        ("Выполнить текущий ремонт подъезда", "44.2.4.1", "missing-price"),
        ("Выполнить текущий ремонт подъезда за 5 000 руб.", "44.2.4.1", "missing-payer"),
        ("Выполнить текущий ремонт за 5 000 руб. из средств платы", "44.2.4.1", "missing-term"),
        ("Выбрать управляющей организацией ООО «Пример»", "44.2.5", "other-kind"),
        ("Сдать в аренду подвал общего имущества под склад", "44.2.5", "other-kind"),
        ("Установить шлагбаум на въезде во двор", "44.2.5", "other-kind"),
        ("Поручить совету ведать починкой", "44.2.4.2", "statutory-wording"),
        ("Наделить председателя совета правом подписывать договор", "161.1.8", "choice-needed"),
        ("Использовать иные информационные системы", "44.2.3.2", "not-in-force"),
        ("Провести собрание жильцов", "44.2.99", "unknown-kind"),
    ],
)
def test_findings(pack: LawPack, text: str, decision: str, code: str) -> None:
    findings = [one for one in found(pack, text, decision) if one.code == code]
    assert findings, codes(pack, text, decision)
    assert findings[0].text and findings[0].remedy
    assert findings[0].norm or code == "unknown-kind"


def test_a_finding_shows_the_words_that_made_it(pack: LawPack) -> None:
    text = "Выбрать управляющей организацией ООО «Пример»"
    (finding,) = (one for one in found(pack, text, "44.2.5") if one.code == "other-kind")
    assert finding.words == ("выбрать", "управляющей", "организацией")
    assert "Выбор управляющей организации" in finding.text


def test_before_2022_the_same_wording_was_no_other_kind(pack: LawPack) -> None:
    text = "Выбрать управляющей организацией ООО «Пример»"
    assert "other-kind" not in codes(pack, text, "44.2.5", date(2022, 8, 31))


REPAIR = "Провести капитальный ремонт крыши: перечень работ — замена кровли"


def test_article_189_part_5_needs_price_and_acceptance(pack: LawPack) -> None:
    assert codes(pack, REPAIR, "189.5") == ["missing-price", "missing-acceptance"]


def test_article_189_items_may_stand_in_several_questions(pack: LawPack) -> None:
    items = [
        DraftItem("1", REPAIR, "189.5"),
        DraftItem("2", "Установить предельную стоимость 900 000 руб. за счёт фонда, срок 2026 год",
                  "44.2.1"),
        DraftItem("3", "Определить лицом для приёмки работ собственника помещения № 7", "189.5"),
    ]  # fmt: skip
    assert [one.code for one in lint(pack, TABLE, items, TODAY)] == []


def test_the_signatory_of_the_contract_is_asked_since_august_2024(pack: LawPack) -> None:
    text = f"{REPAIR}, стоимость, сроки, источники, лицо для приёмки"
    assert "missing-signer" not in codes(pack, text, "189.5.1", date(2024, 8, 7))
    assert "missing-signer" in codes(pack, text, "189.5.1", date(2024, 8, 8))


def test_suggestions_come_best_first() -> None:
    (first, *_) = suggest(TABLE, "Наделить совет дома полномочиями о текущем ремонте")
    assert first.decision == "44.2.4.2"
    assert suggest(TABLE, "Покормить голубей") == ()


def test_signals_and_requirements_speak_of_known_decisions(pack: LawPack) -> None:
    known = set(pack.majorities.ids())
    assert {row.decision for row in TABLE.signals} <= known
    assert {row.decision for row in TABLE.requirements} <= known
    assert {row.decision for row in TABLE.statutory} <= known
    assert {row.decision for row in TABLE.questions} <= known


def test_dates_before_the_code_are_refused(pack: LawPack) -> None:
    assert codes(pack, "Выполнить ремонт", "44.2.1", date(2004, 1, 1)) == ["not-in-force"]
    with pytest.raises(NotInForce):
        pack.edition(date(2004, 1, 1))


def test_the_file_is_read_strictly() -> None:
    broken = '[[question]]\nid = "a"\ndecision = "44.2.5"\ntext = "{b}"\nfields = []\n'
    with pytest.raises(LawDataError):
        read_questions({QUESTIONS: broken.encode()})
