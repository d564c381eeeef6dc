"""What python-docx leaves to its user: page, fonts, fields, tables, and bytes that never change."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

if TYPE_CHECKING:
    from collections.abc import Sequence

    from docx.document import Document as DocxDocument
    from docx.table import Table
    from docx.text.paragraph import Paragraph

FONT = "Times New Roman"
_ZIP_EPOCH = (1980, 1, 1, 0, 0, 0)


def prepare(document: DocxDocument) -> None:
    """Set A4 with a margin for stitching, and the body style, in every script's font slot."""
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin, section.right_margin = Mm(30), Mm(15)
    section.top_margin = section.bottom_margin = Mm(20)
    section.header_distance = section.footer_distance = Mm(10)
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = FONT, Pt(12)
    properties = normal.element.get_or_add_rPr()
    for slot in ("w:eastAsia", "w:cs"):
        properties.rFonts.set(qn(slot), FONT)
    language = OxmlElement("w:lang")
    language.set(qn("w:val"), "ru-RU")
    properties.append(language)
    body = normal.paragraph_format
    body.space_before, body.space_after, body.line_spacing = Pt(0), Pt(6), 1
    body.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY


def add_field(paragraph: Paragraph, name: str) -> None:
    """Add a field the word processor fills in (PAGE, NUMPAGES)."""
    for kind in ("begin", name, "end"):
        run = paragraph.add_run()
        if kind == name:
            element = OxmlElement("w:instrText")
            element.text = f" {name} "
        else:
            element = OxmlElement("w:fldChar")
            element.set(qn("w:fldCharType"), kind)
        run._r.append(element)


def add_table(
    document: DocxDocument,
    rows: Sequence[Sequence[str]],
    widths: Sequence[int],
    *,
    bordered: bool = True,
) -> Table:
    """Add a table of texts with columns as wide (mm) as said."""
    table: Table = document.add_table(rows=len(rows), cols=len(widths))
    table.style = "Table Grid" if bordered else "Normal Table"
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    table.autofit = False
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Mm(width)
    for line, texts in zip(table.rows, rows, strict=True):
        for cell, text, width in zip(line.cells, texts, widths, strict=True):
            cell.width = Mm(width)
            paragraph = cell.paragraphs[0]
            paragraph.add_run(text)
            paragraph.alignment = WD_ALIGN_PARAGRAPH.LEFT
            paragraph.paragraph_format.space_after = Pt(2)
    return table


def cell_of(table: Table, row: int, column: int) -> Paragraph:
    """Give the paragraph of a table's cell."""
    paragraph: Paragraph = table.cell(row, column).paragraphs[0]
    return paragraph


def same_bytes(package: bytes) -> bytes:
    """Pack a DOCX again so that the same parts always give the same bytes."""
    packed = BytesIO()
    with ZipFile(BytesIO(package)) as source, ZipFile(packed, "w") as target:
        for name in source.namelist():
            entry = ZipInfo(name, _ZIP_EPOCH)
            entry.compress_type, entry.create_system = ZIP_DEFLATED, 0
            target.writestr(entry, source.read(name))
    return packed.getvalue()
