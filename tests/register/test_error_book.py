"""The file given back: the cells with findings are coloured and say what to do."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from openpyxl import load_workbook

from api.register import RegisterUnusable, error_workbook, read_register
from tests.register.sheets import GOOD, HEADER, MESSY, changed, csv_of, xlsx_of

DATA = Path(__file__).parent / "data"


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_cells_are_marked_where_the_findings_are(form: str) -> None:
    data = csv_of(MESSY) if form == "csv" else xlsx_of(MESSY)
    reading = read_register(data, f"r.{form}")
    sheet = load_workbook(io.BytesIO(error_workbook(data, reading))).worksheets[0]
    for finding in reading.findings:
        cell = sheet[f"{finding.column}{finding.row}"]
        assert cell.comment is not None
        assert finding.text in cell.comment.text
    assert sheet["G6"].fill.start_color.rgb == "FFF4B6B6"
    assert sheet["E2"].comment is None
    assert sheet["E2"].value == "Ветров Глеб Захарович"


def test_a_finding_inside_a_merged_cell_is_shown_on_it() -> None:
    rows = [changed(GOOD, F="долевая", G="1/2"), changed(GOOD, B="", C="", D="", G="1/2")]
    data = xlsx_of(rows, merges=("B2:B3", "C2:C3", "D2:D3"))
    reading = read_register(data, "r.xlsx")
    sheet = load_workbook(io.BytesIO(error_workbook(data, reading))).worksheets[0]
    assert "объединённой ячейки" in sheet["B2"].comment.text


def test_a_text_that_looks_like_a_formula_stays_a_text() -> None:
    data = csv_of([changed(GOOD, E="=HYPERLINK(1)", H="=1+1")])
    book = load_workbook(io.BytesIO(error_workbook(data, read_register(data, "r.csv"))))
    assert book.worksheets[0]["H2"].data_type == "s"


def test_an_old_workbook_comes_back_as_a_new_one() -> None:
    data = (DATA / "old.xls").read_bytes()
    sheet = load_workbook(
        io.BytesIO(error_workbook(data, read_register(data, "o.xls")))
    ).worksheets[0]
    assert [cell.value for cell in sheet[1]] == list(HEADER)
    assert sheet["B4"].coordinate in sheet.merged_cells


@pytest.mark.parametrize("broken", ['ref="B3:B2"', 'ref="ZZZZ1:ZZZZ2"', 'ref=""'])
def test_a_workbook_openpyxl_refuses_is_rewritten(broken: str) -> None:
    rows = [changed(GOOD, F="долевая", G="1/2"), changed(GOOD, B="", C="", D="", G="1/2")]
    out = io.BytesIO()
    sound = xlsx_of(rows, merges=("B2:B3",))
    with zipfile.ZipFile(io.BytesIO(sound)) as source, zipfile.ZipFile(out, "w") as target:
        for name in source.namelist():
            content = source.read(name).replace(b'ref="B2:B3"', broken.encode())
            target.writestr(name, content)
    try:
        reading = read_register(out.getvalue(), "r.xlsx")
    except RegisterUnusable as refused:
        assert refused.code == "damaged"
        return
    sheet = load_workbook(io.BytesIO(error_workbook(out.getvalue(), reading))).worksheets[0]
    assert sheet["B3"].comment is not None
