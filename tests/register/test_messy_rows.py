"""The fifteen messy rows, as CSV and as a workbook, each with its expected outcome."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest

from api.register import HolderRow, PremisesRow, RegisterReading, read_register
from domain.events import PremisesKind, RightKind
from domain.facts import PartyKind
from tests.register.sheets import FIRST_OF_MARCH, MESSY, Value, changed, csv_of, right, xlsx_of

SHARE, AREA = 6, 3


def as_workbook() -> bytes:
    rows: list[list[Value]] = [list(row) for row in MESSY]
    for row in rows:
        if str(row[1]).isdigit():
            row[1] = int(str(row[1]))
        if "м2" not in str(row[AREA]) and row[AREA] and " " not in str(row[AREA]):
            row[AREA] = float(str(row[AREA]).replace(",", "."))
    rows[3][8] = 11223344596
    rows[4][SHARE] = FIRST_OF_MARCH
    return xlsx_of(rows, merges=("B10:B11", "C10:C11", "D10:D11"))


@pytest.fixture(scope="module", params=["csv", "xlsx"])
def reading(request: pytest.FixtureRequest) -> RegisterReading:
    if request.param == "csv":
        return read_register(csv_of(MESSY), "reestr.csv")
    return read_register(as_workbook(), "reestr.xlsx")


@pytest.fixture(scope="module")
def merged() -> RegisterReading:
    return read_register(as_workbook(), "reestr.xlsx")


def premises(reading: RegisterReading, number: str) -> PremisesRow:
    return next(it for it in reading.premises if it.number == number)


def codes(reading: RegisterReading, row: int) -> dict[str, str]:
    """Give the codes of a row's findings with their columns."""
    return {it.code: it.column for it in reading.findings if it.row == row}


def text(reading: RegisterReading, row: int, code: str) -> str:
    return next(it.text for it in reading.findings if (it.row, it.code) == (row, code))


def only_holder(premises: PremisesRow) -> HolderRow:
    (title,) = premises.titles
    (holder,) = title.holders
    return holder


def test_row_2_is_accepted_whole(reading: RegisterReading) -> None:
    flat = premises(reading, "1")
    assert (flat.kind, flat.area, flat.rows) == (PremisesKind.FLAT, Decimal("62.40"), (2, 15))
    assert flat.titles[0].share == 1
    assert flat.titles[0].right is RightKind.SOLE
    assert only_holder(flat) == HolderRow(
        PartyKind.PERSON, "Ветров Глеб Захарович", right(1), "112-233-445 95", None, False
    )
    assert codes(reading, 2) == {}


def test_row_3_is_accepted_with_four_warnings(reading: RegisterReading) -> None:
    company = only_holder(premises(reading, "2"))
    assert str(premises(reading, "2").area) == "1045.50"
    assert company.kind is PartyKind.COMPANY
    assert company.name == "ООО «Ромашка-Тест»"
    assert company.ogrn == "1000000000001"
    assert codes(reading, 3) == {
        "area_cleaned": "D",
        "area_unusual": "D",
        "document_missing": "H",
        "ogrn_check": "E",
    }


def test_an_ogrn_of_round_zeros_has_a_right_check_digit() -> None:
    row = changed(MESSY[1], E="ООО «Ромашка-Тест», ОГРН 1000000000000")
    assert "ogrn_check" not in codes(read_register(csv_of([row]), "r.csv"), 2)


def test_rows_4_and_5_make_halves_and_only_the_snils_is_refused(reading: RegisterReading) -> None:
    flat = premises(reading, "3")
    assert [title.share for title in flat.titles] == [Fraction(1, 2)] * 2
    assert flat.titles[0].holders[0].document.endswith("от 12.03.2015")
    assert flat.titles[1].holders[0].snils is None
    assert codes(reading, 4) == {"owner_initials": "E", "document_short_year": "H"}
    assert codes(reading, 5) == {"document_without_number": "H", "snils_check": "I"}
    shown = text(reading, 5, "snils_check")
    assert shown.startswith("СНИЛС 112-233-445 96: неверное контрольное число")


def test_rows_6_and_7_refuse_a_share_excel_made_a_date(reading: RegisterReading) -> None:
    assert not any(it.number == "4" for it in reading.premises)
    assert codes(reading, 6) == {"share_date": "G"}
    assert text(reading, 6, "share_date").startswith(
        "Доля распознана как дата (1 марта). Вероятно, Excel преобразовал 1/3. "
        'Исправьте формат ячейки на "Текстовый"'
    )
    assert codes(reading, 7) == {"premises_held": "B"}
    assert "6" in text(reading, 7, "premises_held")


def test_row_8_is_one_joint_title_of_two(reading: RegisterReading) -> None:
    (title,) = premises(reading, "5").titles
    assert title.right is RightKind.JOINT
    assert title.share == 1
    assert [it.name for it in title.holders] == ["Снегирёв А.Б.", "Снегирёва В.Г."]
    assert codes(reading, 8) == {"owners_in_one_cell": "E", "owner_initials": "E"}


def test_row_9_alone_is_refused(reading: RegisterReading) -> None:
    assert not any(it.number == "6" for it in reading.premises)
    assert codes(reading, 9) == {"share_sum": "G"}
    assert text(reading, 9, "share_sum").startswith("Сумма долей 0,3333, должна быть 1")


def test_row_9_twice_is_refused_and_thrice_is_thirds() -> None:
    rows = [changed(MESSY[7], H=right(50 + n)) for n in range(3)]
    twice = read_register(csv_of(rows[:2]), "r.csv")
    assert twice.premises == ()
    assert text(twice, 2, "share_sum").startswith("Сумма долей 0,6666, должна быть 1")
    thrice = read_register(csv_of(rows), "r.csv")
    assert [it.share for it in thrice.premises[0].titles] == [Fraction(1, 3)] * 3
    assert all(codes(thrice, row) == {"share_matched": "G"} for row in (2, 3, 4))


def test_row_10_is_of_a_public_owner(reading: RegisterReading) -> None:
    flat = premises(reading, "7/1")
    assert flat.titles[0].right is RightKind.MUNICIPAL
    assert flat.titles[0].holders[0].kind is PartyKind.PUBLIC
    assert {"public_without_ogrn", "document_missing"} <= set(codes(reading, 10))


def test_row_11_inherits_from_the_merged_cell(merged: RegisterReading) -> None:
    flat = premises(merged, "7/1")
    assert (flat.area, flat.rows) == (Decimal("41.20"), (10, 11))
    assert [it.share for it in flat.titles] == [Fraction(1, 2)] * 2
    assert codes(merged, 10)["share_completed"] == "G"
    assert codes(merged, 11) == {"premises_merged": "B"}
    assert "строке 10" in text(merged, 11, "premises_merged")


def test_row_11_in_csv_has_no_premises() -> None:
    reading = read_register(csv_of(MESSY), "reestr.csv")
    assert codes(reading, 11) == {"premises_missing": "B"}
    assert text(reading, 11, "premises_missing").startswith("Не указано помещение")
    assert premises(reading, "7/1").titles[0].share == 1


def test_row_12_is_an_entrepreneur_without_snils(reading: RegisterReading) -> None:
    holder = only_holder(premises(reading, "Н-2"))
    assert (holder.kind, holder.snils) == (PartyKind.PERSON, None)
    assert holder.name == "Щеглов Демьян Аркадьевич"
    assert codes(reading, 12) == {"owner_entrepreneur": "E", "snils_zeros": "I"}


def test_row_13_is_refused_for_no_area(reading: RegisterReading) -> None:
    assert codes(reading, 13) == {"area_not_positive": "D"}
    assert text(reading, 13, "area_not_positive").startswith("Площадь должна быть больше 0")


def test_row_14_is_refused_with_a_proposal(reading: RegisterReading) -> None:
    assert codes(reading, 14) == {"share_product": "G"}
    shown = text(reading, 14, "share_product")
    assert shown.startswith('Не удаётся разобрать долю "1/3 от 2/3"; укажите 2/9')


def test_row_15_repeats_row_2(reading: RegisterReading) -> None:
    assert codes(reading, 15) == {"duplicate_row": "E"}
    assert len(premises(reading, "1").titles) == 1


def test_row_15_with_another_right_is_refused() -> None:
    rows = (MESSY[0], changed(MESSY[13], H=right(99)))
    reading = read_register(csv_of(rows), "r.csv")
    assert reading.premises == ()
    assert text(reading, 2, "share_sum").startswith("Сумма долей 2,")


def test_row_16_is_the_control_sum(reading: RegisterReading) -> None:
    assert reading.control_sum == Decimal("5243.70")
    assert reading.skipped_rows == (16,)
    assert codes(reading, 16) == {"row_totals": "B", "control_sum": "D"}


def test_a_premises_with_an_error_is_left_out_and_the_rest_stay(reading: RegisterReading) -> None:
    assert [it.number for it in reading.premises] == ["1", "2", "3", "5", "7/1", "Н-2"]
    refused = {it.row for it in reading.findings if it.blocking}
    assert refused.isdisjoint(row for it in reading.premises for row in it.rows)
