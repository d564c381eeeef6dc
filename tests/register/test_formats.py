"""The same register in every format, encoding and header layout."""

from __future__ import annotations

import io
import zipfile
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest

from api.register import read_register
from domain.events import PremisesKind
from domain.facts import PartyKind
from tests.register.sheets import GOOD, HEADER, Value, changed, csv_of, right, xlsx_of

DATA = Path(__file__).parent / "data"
MINOR_HEADER = (*HEADER, "Несовершеннолетний")


@pytest.mark.parametrize("encoding", ["cp1251", "utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("separator", [";", "\t", ","])
def test_encodings_and_separators(encoding: str, separator: str) -> None:
    reading = read_register(csv_of([GOOD], encoding=encoding, separator=separator), "r.csv")
    assert reading.findings == ()
    assert reading.premises[0].titles[0].holders[0].name == "Ветров Глеб Захарович"
    assert reading.premises[0].area == Decimal("62.40")


def test_old_workbook_with_merged_cells() -> None:
    reading = read_register((DATA / "old.xls").read_bytes(), "old.xls")
    assert [(it.number, it.area) for it in reading.premises] == [
        ("1", Decimal("62.40")),
        ("2", Decimal("48.30")),
    ]
    assert [it.share for it in reading.premises[1].titles] == [Fraction(1, 2)] * 2


def test_open_document() -> None:
    cells = (
        "".join(
            f'<table:table-cell office:value-type="string"><text:p>{value}</text:p>'
            "</table:table-cell>"
            for value in row
        )
        for row in (HEADER, GOOD)
    )
    rows = "".join(f"<table:table-row>{row}</table:table-row>" for row in cells)
    names = "urn:oasis:names:tc:opendocument:xmlns"
    content = (
        f'<office:document-content xmlns:office="{names}:office:1.0" '
        f'xmlns:table="{names}:table:1.0" xmlns:text="{names}:text:1.0"><office:body>'
        f'<office:spreadsheet><table:table table:name="Реестр">{rows}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    manifest = (
        f'<manifest:manifest xmlns:manifest="{names}:manifest:1.0">'
        '<manifest:file-entry manifest:full-path="content.xml"/></manifest:manifest>'
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        package.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        package.writestr("content.xml", content)
        package.writestr("META-INF/manifest.xml", manifest)
    reading = read_register(out.getvalue(), "reestr.ods")
    assert [it.number for it in reading.premises] == ["1"]


def test_lines_above_the_header_and_column_numbers_below_it() -> None:
    numbering: tuple[Value, ...] = tuple(range(1, 10))
    above = ("РЕЕСТР СОБСТВЕННИКОВ ПОМЕЩЕНИЙ", "г. Залесск, ул. Придуманная, д. 1", "")
    reading = read_register(xlsx_of([numbering, GOOD], above=above), "r.xlsx")
    assert reading.premises[0].rows == (6,)
    assert reading.skipped_rows == (5,)
    assert reading.sheet == "Реестр"


def test_header_of_two_rows() -> None:
    upper = ("№ п/п", "Помещение", "", "Собственник", "", "", "Право", "", "")
    lower = (
        "",
        "№ кв.",
        "Общая площадь, м2",
        "ФИО",
        "СНИЛС",
        "Тел.",
        "Вид права",
        "Доля",
        "Рег. № записи ЕГРН",
    )
    row = ("1", "5", "62,40", GOOD[4], GOOD[8], "", "долевая", "1", right(1))
    reading = read_register(csv_of([lower, row], header=upper), "r.csv")
    assert [it.number for it in reading.premises] == ["5"]
    assert reading.premises[0].titles[0].holders[0].snils == GOOD[8]
    assert reading.premises[0].titles[0].holders[0].document == right(1)


@pytest.mark.parametrize(
    "header",
    [
        (
            "№ п/п",
            "Номер кв./помещения",
            "жилое/нежилое",
            "S, кв. м",
            "ФИО / наименование собственника",
        ),
        ("№", "кв.", "Тип", "S" + "общ.", "Правообладатель"),
        ("N", "№ квартиры", "Вид помещения", "Общая площадь", "Собственник (Ф.И.О.)"),
        ("п/п", "пом.", "Назначение помещения", "Площадь помещения, м²", "Собственники помещения"),
    ],
)
def test_header_variants(header: tuple[str, ...]) -> None:
    reading = read_register(csv_of([GOOD[:5]], header=header, encoding="utf-8"), "r.csv")
    assert [it.number for it in reading.premises] == ["1"]
    assert reading.premises[0].kind is PremisesKind.FLAT


def test_columns_that_only_look_alike_are_left_alone() -> None:
    header = ("№ квартиры", "Жилая площадь", "Общая площадь", "Доля в праве на общее имущество, %")
    owner = (
        "Кадастровый № помещения",
        "ФИО собственника",
        "Доля собственника",
        "Количество голосов",
    )
    row = ("1", "40,00", "62,40", "0,15", "00:00:0000000:1", GOOD[4], "1", "62,40")
    reading = read_register(csv_of([row], header=(*header, *owner)), "r.csv")
    assert (reading.premises[0].number, reading.premises[0].area) == ("1", Decimal("62.40"))
    assert reading.premises[0].titles[0].share == 1


def test_entrance_with_floor() -> None:
    reading = read_register(csv_of([(*GOOD, "2/5")], header=(*HEADER, "Подъезд/этаж")), "r.csv")
    assert reading.premises[0].entrance == 2


@pytest.mark.parametrize(
    ("header", "note", "minor"),
    [
        ((*HEADER, "Примечание"), "несовершеннолетняя", True),
        (MINOR_HEADER, "да", True),
        (MINOR_HEADER, "нет", False),
        ((*HEADER, "Примечание"), "сдаёт внаём", False),
    ],
)
def test_a_minor_votes_through_a_representative(
    header: tuple[str, ...], note: str, minor: bool
) -> None:
    reading = read_register(csv_of([(*GOOD, note)], header=header), "r.csv")
    assert reading.premises[0].titles[0].holders[0].minor is minor


def test_an_unknown_owner_keeps_the_area_in_the_total() -> None:
    row = changed(GOOD, E="данные о правообладателе отсутствуют", I="")
    reading = read_register(csv_of([row]), "r.csv")
    assert reading.premises[0].titles[0].holders[0].kind is PartyKind.UNKNOWN
    assert reading.premises[0].area == Decimal("62.40")


def test_parking_storage_and_flat_of_one_number_are_three_premises() -> None:
    rows = [
        changed(GOOD, B="5", C=kind, H=right(n))
        for n, kind in enumerate(("кв.", "м/место", "кладовая"))
    ]
    rows[1] = changed(rows[1], C="машино-место")
    reading = read_register(csv_of(rows), "r.csv")
    assert [it.number for it in reading.premises] == ["5", "м/м 5", "кл. 5"]


@pytest.mark.parametrize(
    "number", ["12а", "12/1", "Н-3", "пом. IV", "м/м 17", "кл. 5", "9, ком. 2"]
)
def test_numbers_stay_as_written(number: str) -> None:
    reading = read_register(csv_of([changed(GOOD, B=number, C="нежилое")]), "r.csv")
    assert [it.number for it in reading.premises] == [number]
    assert reading.findings == ()


def test_a_row_shifted_by_one_is_refused_cell_by_cell() -> None:
    shifted = (*GOOD[1:], "")
    reading = read_register(csv_of([shifted, changed(GOOD, B="2")]), "r.csv")
    assert [it.number for it in reading.premises] == ["2"]
    found = {it.code for it in reading.findings if it.row == 2}
    assert {"premises_unreadable", "kind_unreadable", "area_unreadable"} <= found


def test_twelve_thousand_blank_formatted_rows_are_one_note() -> None:
    rows = [GOOD, *[("",) * 9] * 12_000, changed(GOOD, B="2", H=right(2))]
    reading = read_register(csv_of(rows), "r.csv")
    assert len(reading.premises) == 2
    assert len(reading.skipped_rows) == 12_000
    assert [it.code for it in reading.findings] == ["rows_blank"]


def test_totals_of_parts_are_no_control_sum() -> None:
    parts = [("", label, "", value, *[""] * 5) for label, value in (("Итого жилых:", "62,40"),)]
    grand = ("", "ВСЕГО ПО ДОМУ:", "", "62,40", *[""] * 5)
    reading = read_register(csv_of([GOOD, *parts, grand]), "r.csv")
    assert reading.control_sum == Decimal("62.40")
    assert read_register(csv_of([GOOD, grand, *parts]), "r.csv").control_sum == Decimal("62.40")
    assert read_register(csv_of([GOOD, *parts]), "r.csv").control_sum is None
    assert {it.code for it in reading.findings} == {"row_totals"}


def test_numbers_of_a_workbook_are_exact() -> None:
    """62.4 has no exact binary form, and 1/3 in a cell arrives with fifteen digits."""
    thirds: list[tuple[Value, ...]] = [
        (
            n,
            7,
            "кв.",
            62.400000000000006,
            f"Ветров {'И' * n}гнат",
            "долевая",
            1 / 3,
            right(n),
            "",
        )
        for n in (1, 2, 3)
    ]
    reading = read_register(xlsx_of(thirds), "r.xlsx")
    assert [it.share for it in reading.premises[0].titles] == [Fraction(1, 3)] * 3
    assert (reading.premises[0].number, reading.premises[0].area) == ("7", Decimal("62.40"))


def test_a_share_that_became_a_serial_number_is_refused_as_a_date() -> None:
    row: tuple[Value, ...] = (*GOOD[:6], 46_082, *GOOD[7:])
    (finding,) = read_register(xlsx_of([row]), "r.xlsx").findings
    assert finding.code == "share_date"
    assert "(1 марта)" in finding.text


def test_leading_zeros_of_a_numeric_snils_are_restored() -> None:
    row: tuple[Value, ...] = (*GOOD[:8], 1_001_998_00)
    reading = read_register(xlsx_of([row]), "r.xlsx")
    assert reading.premises[0].titles[0].holders[0].snils == "001-001-998 00"


def test_a_part_of_the_area_is_not_the_area() -> None:
    header = ("№ квартиры", "Жилая площадь", "Площадь", "ФИО собственника")
    reading = read_register(csv_of([("1", "40,00", "62,40", GOOD[4])], header=header), "r.csv")
    assert reading.premises[0].area == Decimal("62.40")


def test_a_third_decimal_place_is_rounded_half_up() -> None:
    reading = read_register(csv_of([changed(GOOD, D="62,405")]), "r.csv")
    assert reading.premises[0].area == Decimal("62.41")


@pytest.mark.parametrize("number", ["12.янв", "12.01.2026", "2026-01-12", "12-Jan"])
def test_a_number_that_became_a_date_is_told_as_typed(number: str) -> None:
    (finding,) = read_register(csv_of([changed(GOOD, B=number)]), "r.csv").findings
    assert finding.code == "premises_date"
    assert "(12 января)" in finding.text
    assert "12/1" in finding.text


def test_an_authority_with_initials_in_its_name_is_no_tenant() -> None:
    row = changed(GOOD, E="Администрация поселения им. Г. Рощина", F="муниципальная", I="")
    reading = read_register(csv_of([row]), "r.csv")
    assert reading.premises[0].titles[0].holders[0].kind is PartyKind.PUBLIC


def test_rows_without_a_right_number_are_no_duplicates() -> None:
    row = changed(GOOD, H="")
    reading = read_register(csv_of([row, row]), "r.csv")
    assert reading.premises == ()
    assert "duplicate_row" not in {it.code for it in reading.findings}
