"""Reading the made documents back with other people's libraries."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

from docx import Document
from docx.table import Table
from pypdf import PdfReader

if TYPE_CHECKING:
    from collections.abc import Iterator


def plain(text: str) -> str:
    """Bring every space, line end and invisible break to one space or to nothing."""
    return " ".join(text.replace("\u200b", "").split())


def pdf_pages(pdf: bytes) -> list[str]:
    """Give the text of each page of a PDF."""
    return [plain(page.extract_text()) for page in PdfReader(BytesIO(pdf)).pages]


def pdf_text(pdf: bytes) -> str:
    """Give the text of a PDF, spaces made equal."""
    return " ".join(pdf_pages(pdf))


def docx_lines(docx: bytes) -> Iterator[str]:
    """Give the text of a DOCX in reading order, a table row as cells between bars."""
    for block in Document(BytesIO(docx)).iter_inner_content():
        if isinstance(block, Table):
            for row in block.rows:
                yield " | ".join(cell.text for cell in row.cells)
        elif block.text:
            yield block.text


def docx_text(docx: bytes) -> str:
    """Give the text of a DOCX with its tables, spaces made equal."""
    return plain(" ".join(docx_lines(docx)))


def docx_tables(docx: bytes) -> list[list[list[str]]]:
    """Give the cells of every table of a DOCX."""
    return [
        [[cell.text for cell in row.cells] for row in table.rows]
        for table in Document(BytesIO(docx)).tables
    ]
