"""Every code of a finding: it has a wording, and a register here provokes it."""

from __future__ import annotations

import io
import re

import pytest
import xlsxwriter

from api.register import FINDINGS, read_register
from tests.register.sheets import (
    FIRST_OF_MARCH,
    GOOD,
    HEADER,
    MESSY,
    Value,
    changed,
    csv_of,
    right,
    xlsx_of,
)

Rows = tuple[tuple[str, ...], ...]
HALF = changed(GOOD, F="долевая", G="1/2")
SPOUSE = changed(GOOD, F="общая совместная")
WITH_NOTE = (*HEADER, "Примечание")


def one(**cells: str) -> Rows:
    return (changed(GOOD, **cells),)


def pair(first: tuple[str, ...], **second: str) -> Rows:
    return (
        first,
        changed(first, **{"E": "Ветрова Агата Климовна", "H": right(2), "I": "", **second}),
    )


def with_formula_error() -> bytes:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    sheet = book.add_worksheet()
    for column, (header, value) in enumerate(zip(HEADER, GOOD, strict=True)):
        sheet.write_string(0, column, header)
        sheet.write_string(1, column, value)
    sheet.write_formula(1, 3, "=1/0", None, "#DIV/0!")
    book.close()
    return out.getvalue()


DATED: tuple[Value, ...] = (*GOOD[:3], FIRST_OF_MARCH, *GOOD[4:])
MERGED = xlsx_of([HALF, changed(HALF, B="", C="", D="")], merges=("B2:B3",))
NO_KIND = csv_of([(*GOOD[:2], *GOOD[3:])], header=(*HEADER[:2], *HEADER[3:]))
NO_PAPER = csv_of([(*GOOD[:7], "")], header=(*HEADER[:7], "СНИЛС"))
TWO_IN_A_CELL = "Ветров Глеб Захарович, Ветрова Агата Климовна"

PROVOKED: dict[str, Rows | bytes] = {
    "premises_missing": one(B=""),
    "premises_unreadable": one(B="квартира"),
    "premises_date": one(B="12.янв"),
    "premises_latin": one(B="12a"),
    "premises_twins": (changed(GOOD, B="12а"), changed(GOOD, B="12А", H=right(2))),
    "premises_prefixed": one(B="17", C="машино-место"),
    "premises_held": pair(HALF, G="01.фев"),
    "premises_merged": MERGED,
    "kind_unreadable": one(C="62,40"),
    "kind_guessed": one(C=""),
    "kind_conflict": pair(HALF, C="нежилое"),
    "entrance_unreadable": csv_of([(*GOOD, "средний")], header=(*HEADER, "Подъезд")),
    "area_missing": one(D=""),
    "area_unreadable": one(D="см. ЕГРН"),
    "area_date": xlsx_of([DATED]),
    "area_not_positive": one(D="-4"),
    "area_too_large": one(D="99999999"),
    "area_cleaned": one(D="62,40 кв. м"),
    "area_rounded": one(D="62,405"),
    "area_unusual": one(D="624"),
    "area_conflict": pair(HALF, D="62,50"),
    "area_from_other_row": pair(HALF, D=""),
    "right_unreadable": one(F="Ветров"),
    "right_is_shared": pair(changed(HALF, F="собственность")),
    "share_date": one(G="1 мар"),
    "share_unreadable": one(G="половина"),
    "share_product": one(G="1/2 от 1/2"),
    "share_out_of_range": one(G="50"),
    "share_sum": pair(HALF, G="1/3"),
    "share_too_fine": pair(changed(HALF, G="1/1000000001"), G="1000000000/1000000001"),
    "share_matched": pair(changed(HALF, G="0,33"), G="0,67"),
    "share_literal": pair(changed(HALF, G="0,4999"), G="0,5001"),
    "share_completed": pair(HALF, G=""),
    "joint_shares": pair(changed(SPOUSE, G="1/2")),
    "joint_single": (SPOUSE,),
    "document_missing": one(H="б/н"),
    "document_without_number": one(H="20.05.2019"),
    "document_short_year": one(H=right(1, "20.05.99")),
    "duplicate_row": (GOOD, GOOD),
    "owner_missing": one(E=""),
    "owner_unreadable": one(E="62,40"),
    "owner_unknown": one(E="Данные о правообладателе отсутствуют"),
    "owner_initials": one(E="Ветров Г. З."),
    "owner_one_word": one(E="Ветров"),
    "owner_latin": one(E="Вет\N{LATIN SMALL LETTER P}ов Глеб Захарович"),
    "owner_entrepreneur": one(E="ИП Ветров Глеб Захарович"),
    "owner_minor": one(E="Ветров Глеб Захарович (несовершеннолетний)"),
    "owner_minor_unclear": csv_of(
        [(*changed(SPOUSE, E=TWO_IN_A_CELL, I=""), "есть несовершеннолетний")], header=WITH_NOTE
    ),
    "owner_tenant": one(F="муниципальная"),
    "owners_in_one_cell": (changed(SPOUSE, E=TWO_IN_A_CELL, I=""),),
    "owners_without_shares": one(E=TWO_IN_A_CELL, F="долевая"),
    "public_without_ogrn": one(E="Администрация города Залесска", F="муниципальная"),
    "company_without_ogrn": one(E="ООО «Ромашка-Тест»"),
    "ogrn_check": one(E="ООО «Ромашка-Тест», ОГРН 1000000000001"),
    "snils_check": one(I="112-233-445 96"),
    "snils_zeros": one(I="000-000-000 00"),
    "snils_length": one(I="112-233"),
    "snils_count": one(I="112-233-445 95; 112-233-445 95"),
    "snils_shared": (GOOD, changed(GOOD, B="2", E="Туманов Игнат Ефимович", H=right(2))),
    "rows_blank": (GOOD, ("",) * 9),
    "row_totals": (GOOD, MESSY[-1]),
    "row_header": (GOOD, HEADER),
    "row_text": (("Помещения на первом этаже", *[""] * 8), GOOD),
    "control_sum": (GOOD, MESSY[-1]),
    "cell_error": with_formula_error(),
    "column_kind_missing": NO_KIND,
    "column_document_missing": NO_PAPER,
    "register_empty": (("",) * 9,),
}


def test_every_code_is_provoked_here() -> None:
    assert set(PROVOKED) == set(FINDINGS)


@pytest.mark.parametrize("code", FINDINGS)
def test_finding(code: str) -> None:
    source = PROVOKED[code]
    data = source if isinstance(source, bytes) else csv_of(source)
    reading = read_register(data, "r.xlsx" if data.startswith(b"PK") else "r.csv")
    found = [it for it in reading.findings if it.code == code]
    assert found, [it.code for it in reading.findings]
    for it in found:
        assert (it.severity, it.blocking) == (FINDINGS[code].severity, FINDINGS[code].blocking)
        assert it.row >= 1
        assert it.column.isupper()
        assert it.header
        assert "{" not in it.text
        assert f"Строка {it.row}, столбец {it.column} «{it.header}»" in it.sentence
        if it.blocking:
            assert not any(it.row in place.rows for place in reading.premises)


@pytest.mark.parametrize("code", FINDINGS)
def test_wording_is_a_russian_sentence_that_tells_what_to_do(code: str) -> None:
    wording = FINDINGS[code]
    assert re.match("[А-ЯЁ]", wording.text)
    assert wording.text.endswith((".", "}."))
    if wording.severity == "error":
        told = "Впишите|впишите|Исправьте|исправьте|Напишите|напишите|Проверьте|Укажите|укажите"
        assert re.search(f"{told}|Оставьте|Замените|добавьте", wording.text)


def test_only_snils_errors_do_not_block() -> None:
    mild = {code for code, it in FINDINGS.items() if it.severity == "error" and not it.blocking}
    assert mild == {"snils_check", "snils_zeros", "snils_length"}
    assert not any(it.blocking for it in FINDINGS.values() if it.severity != "error")
