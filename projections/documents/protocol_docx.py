"""The protocol of a meeting as DOCX for editing; the same sentences in the same order as the PDF.

The footer carries a control mark of the figures, so that an edited copy can be told from the count.
"""

from __future__ import annotations

from datetime import UTC, datetime, time
from io import BytesIO
from typing import TYPE_CHECKING

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Mm, Pt

from projections.documents.content import protocol_content
from projections.documents.docx_page import add_field, add_table, cell_of, prepare, same_bytes
from projections.documents.paragraph import Paragraph
from projections.documents.wording import NBSP

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from docx.document import Document as DocxDocument
    from docx.text.paragraph import Paragraph as DocxParagraph

    from projections.documents.content import ProtocolContent, QuestionContent, SignatureLine
    from projections.protocol import MeetingProtocol

_CENTRE, _LEFT, _RIGHT = (
    WD_ALIGN_PARAGRAPH.CENTER,
    WD_ALIGN_PARAGRAPH.LEFT,
    WD_ALIGN_PARAGRAPH.RIGHT,
)
_INDENT = Mm(12.5)


def protocol_docx(protocol: MeetingProtocol) -> bytes:
    """Write the protocol as DOCX; figures that contradict each other are refused first."""
    content = protocol_content(protocol)
    document = Document()
    prepare(document)
    _properties(document, content, protocol.drawn_up_on)
    _running_lines(document, content)
    _heading(document, content)
    for question in content.questions:
        _question(document, question, content.table_head)
    _ending(document, content)
    file = BytesIO()
    document.save(file)
    return same_bytes(file.getvalue())


def _properties(document: DocxDocument, content: ProtocolContent, drawn_up_on: date) -> None:
    properties = document.core_properties
    properties.title = f"{content.number_line} {content.title}"
    properties.language = "ru-RU"
    properties.author = properties.last_modified_by = properties.comments = ""
    # OOXML keeps UTC; a naive value is what python-docx writes as "Z".
    day = datetime.combine(drawn_up_on, time(), tzinfo=UTC)
    properties.created = properties.modified = day
    properties.revision = 1


def _running_lines(document: DocxDocument, content: ProtocolContent) -> None:
    section = document.sections[0]
    section.different_first_page_header_footer = True
    above = section.header.paragraphs[0]
    above.alignment = _CENTRE
    add_field(above, "PAGE")
    for footer in (section.first_page_footer, section.footer):
        line = footer.paragraphs[0]
        line.alignment = _CENTRE
        line.add_run(f"{content.running} · лист{NBSP}")
        add_field(line, "PAGE")
        line.add_run(" из ")
        add_field(line, "NUMPAGES")
        line.add_run(f" · {content.control}")
        for run in line.runs:
            run.font.size = Pt(9)


def _line(
    document: DocxDocument,
    text: str,
    *,
    align: WD_ALIGN_PARAGRAPH | None = None,
    bold: bool = False,
) -> DocxParagraph:
    paragraph = document.add_paragraph()
    paragraph.add_run(text).bold = bold or None
    if align is not None:
        paragraph.alignment = align
    return paragraph


def _prose(document: DocxDocument, part: Paragraph, *, keep: bool = False) -> None:
    paragraph = document.add_paragraph()
    paragraph.paragraph_format.first_line_indent = _INDENT
    paragraph.paragraph_format.keep_with_next = keep or None
    if part.lead:
        paragraph.add_run(part.lead).bold = True
    if part.text:
        paragraph.add_run(f" {part.text}" if part.lead else part.text)


def _item(document: DocxDocument, text: str) -> DocxParagraph:
    paragraph = _line(document, text, align=_LEFT)
    paragraph.paragraph_format.space_after = Pt(2)
    return paragraph


def _section(document: DocxDocument, title: str) -> None:
    paragraph = _line(document, title, align=_CENTRE, bold=True)
    paragraph.paragraph_format.space_before = Pt(14)
    paragraph.paragraph_format.keep_with_next = True


def _heading(document: DocxDocument, content: ProtocolContent) -> None:
    _line(document, content.number_line, align=_CENTRE, bold=True).runs[0].font.size = Pt(14)
    _line(document, content.title, align=_CENTRE, bold=True)
    table = add_table(document, ((content.place, content.date),), (115, 50), bordered=False)
    for column, side in enumerate((_LEFT, _RIGHT)):
        cell = cell_of(table, 0, column)
        cell.alignment, cell.paragraph_format.space_after = side, Pt(10)
    for part in content.opening:
        _prose(document, part)
    _section(document, "I. ВВОДНАЯ ЧАСТЬ")
    for part in content.introduction:
        _prose(document, part)
    for item in content.agenda:
        _item(document, item).paragraph_format.left_indent = _INDENT
    _section(document, "II. ОСНОВНАЯ ЧАСТЬ")


def _question(document: DocxDocument, question: QuestionContent, head: Sequence[str]) -> None:
    heading = _line(document, question.heading, align=_LEFT, bold=True)
    heading.paragraph_format.space_before = Pt(12)
    heading.paragraph_format.keep_with_next = True
    if question.norm:
        norm = document.add_paragraph()
        norm.add_run(question.norm).italic = True
        norm.paragraph_format.keep_with_next = True
    for part in question.said:
        _prose(document, part, keep=True)
    _votes(document, question, head)
    for part in question.needed:
        _prose(document, part, keep=True)
    _prose(document, question.outcome)
    for remark in question.remarks:
        _prose(document, Paragraph(remark, "Примечание."))


def _votes(document: DocxDocument, question: QuestionContent, head: Sequence[str]) -> None:
    table = add_table(document, (head, *question.rows), (57, 34, 37, 37))
    last = len(question.rows)
    for row in range(last + 1):
        for column in range(len(head)):
            cell = cell_of(table, row, column)
            cell.alignment = _CENTRE if row == 0 else _RIGHT if column else _LEFT
            cell.paragraph_format.keep_with_next = True
            cell.runs[0].bold = row in {0, last} or None
    spacing = document.add_paragraph().paragraph_format
    spacing.space_after, spacing.line_spacing, spacing.keep_with_next = Pt(0), Pt(6), True


def _ending(document: DocxDocument, content: ProtocolContent) -> None:
    for part in content.storage:
        _prose(document, part)
    if content.annexes:
        _section(document, "ПРИЛОЖЕНИЯ")
        items = [_item(document, annex) for annex in content.annexes]
        # Signatures never stand on a sheet of their own: the end of the text goes with them.
        for item in items[-2:]:
            item.paragraph_format.keep_with_next = True
    if content.remarks:
        _section(document, "ЗАМЕЧАНИЯ")
        for remark in content.remarks:
            _prose(document, Paragraph(remark), keep=True)
    _section(document, "ПОДПИСИ")
    if content.signatures:
        _signatures(document, content.signatures)
    for line in content.proof:
        paragraph = _line(document, line, align=_LEFT)
        paragraph.paragraph_format.space_before = Pt(4)
        paragraph.runs[0].font.size = Pt(9)


def _signatures(document: DocxDocument, signatures: Sequence[SignatureLine]) -> None:
    rows = [(line.role, "___________", f"/ {line.name} /", line.date) for line in signatures]
    table = add_table(document, rows, (49, 31, 36, 49), bordered=False)
    for row in range(len(rows)):
        for column in range(4):
            cell = cell_of(table, row, column)
            cell.paragraph_format.space_before = Pt(8)
            cell.paragraph_format.keep_with_next = row < len(rows) - 1
            if column == 3:
                cell.runs[0].font.size = Pt(9)
