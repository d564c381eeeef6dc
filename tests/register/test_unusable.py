"""Files that are no register at all: one refusal each, by code, with a wording."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path

import pytest

from api.register import UNUSABLE, RegisterUnusable, read_register
from api.register import workbook as workbook_module
from tests.register.sheets import GOOD, csv_of, xlsx_of

DATA = Path(__file__).parent / "data"


def zipped(**parts: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            package.writestr(name.replace("__", "/").replace("_xml", ".xml"), content)
    return out.getvalue()


def sparse_bomb() -> bytes:
    """Give a small workbook whose two cells lie in opposite corners of the largest sheet."""
    good = xlsx_of([GOOD])
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(good)) as source, zipfile.ZipFile(out, "w") as target:
        for name in source.namelist():
            content = source.read(name)
            if name.startswith("xl/worksheets/"):
                far = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
                content = content.replace(b"</sheetData>", far)
            target.writestr(name, content)
    return out.getvalue()


CASES: dict[str, tuple[bytes, str]] = {
    "empty": (b"", "r.csv"),
    "too_large": (b"a" * ((20 << 20) + 1), "r.csv"),
    "too_many_rows": (b"a;b\n" * 100_001, "r.csv"),
    "unpacks_too_large": (
        zipped(xl__workbook_xml=b"x", xl__sheet_xml=bytes(workbook_module.MAX_UNPACKED + 1)),
        "r.xlsx",
    ),
    "password": ((DATA / "locked.xlsx").read_bytes(), "r.xlsx"),
    "renamed_xls": ((DATA / "old.xls").read_bytes(), "r.xlsx"),
    "renamed_xlsx": (xlsx_of([GOOD]), "r.xls"),
    "not_a_table": (b"%PDF-1.7\n", "r.pdf"),
    "damaged": (xlsx_of([GOOD])[:-40], "r.xlsx"),
    "encoding": (b"\xff\xfe\x00\xd8", "r.csv"),
    "no_header": (csv_of([GOOD], header=("a", "b", "Площадь")), "r.csv"),
}


def test_every_refusal_is_provoked_here() -> None:
    assert set(CASES) == set(UNUSABLE)


@pytest.mark.parametrize("code", UNUSABLE)
def test_refusal(code: str) -> None:
    data, name = CASES[code]
    with pytest.raises(RegisterUnusable) as caught:
        read_register(data, name)
    assert caught.value.code == code
    assert "{" not in caught.value.text
    assert re.match("[А-ЯЁ]", caught.value.text)


@pytest.mark.parametrize(
    ("data", "name", "code"),
    [
        (b"<html><table><tr><td>1</td></tr></table></html>", "r.xls", "not_a_table"),
        (b"{\\rtf1 }", "r.doc", "not_a_table"),
        (b"\x89PNG\r\n\x1a\n\0\0\0", "r.png", "not_a_table"),
        (zipped(word__document_xml=b"<w/>"), "r.docx", "not_a_table"),
        (zipped(xl__workbook_xml=b"<workbook"), "r.xlsx", "damaged"),
        (workbook_module.OLE + bytes(600), "r.xls", "damaged"),
        (sparse_bomb(), "r.xlsx", "damaged"),
        (xlsx_of([]), "r.xlsx", ""),
    ],
)
def test_other_files(data: bytes, name: str, code: str) -> None:
    if not code:
        assert [it.code for it in read_register(data, name).findings] == ["register_empty"]
        return
    with pytest.raises(RegisterUnusable) as caught:
        read_register(data, name)
    assert caught.value.code == code


def test_a_missing_header_names_the_columns_it_lacks() -> None:
    with pytest.raises(RegisterUnusable, match="«№ помещения», «ФИО собственника»"):
        read_register(csv_of([GOOD], header=("Площадь", "Вид права")), "r.csv")


def test_a_decoder_that_dies_is_a_damaged_file() -> None:
    """A forged length in an old workbook makes the decoder ask for all memory and abort."""
    old = bytearray((DATA / "old.xls").read_bytes())
    place = old.index(b"\x00\x02\x0e\x00")  # the DIMENSIONS record
    old[place + 4 : place + 12] = b"\x00\x00\x00\x00\xff\xff\xff\x7f"
    try:
        read_register(bytes(old), "r.xls")
    except RegisterUnusable as refused:
        assert refused.code in ("damaged", "too_many_rows", "unpacks_too_large")
