"""Typst with the shipped fonts and nothing else: template + data → PDF/A-2b.

Data enters as one JSON value and is read by the template as strings, never as markup. The same
data and date give the same bytes.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime, time
from functools import cache
from importlib.resources import as_file, files
from typing import TYPE_CHECKING, Final

import typst

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

PDF_STANDARD: Final = "a-2b"


class NotTypesetError(RuntimeError):
    """Typst gave no document; `code` is stable. Never expected: texts are made printable first."""

    code = "document_not_typeset"


@cache
def _fonts_folder() -> str:
    with as_file(files(__package__) / "fonts") as folder:
        return str(folder)


@cache
def _fonts() -> typst.Fonts:
    return typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[_fonts_folder()]
    )


@cache
def _template(name: str) -> bytes:
    here = files(__package__)
    return b"\n".join((here / part).read_bytes() for part in ("common.typ", name))


def _compiler(name: str, data: Mapping[str, object]) -> typst.Compiler:
    return typst.Compiler(
        input=_template(name),
        root=_fonts_folder(),
        font_paths=_fonts(),
        ignore_system_fonts=True,
        sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
    )


def labelled(name: str, data: Mapping[str, object], label: str) -> list[int]:
    """Give the whole numbers a template puts under a label: on which page something stands."""
    try:
        found = _compiler(name, data).query(f"<{label}>", field="value")
    except typst.TypstError as error:
        raise NotTypesetError(f"{name}: {error.diagnostic}") from error
    return [int(value) for value in json.loads(found)]


def typeset(name: str, data: Mapping[str, object], *, dated: date, tagged: bool) -> bytes:
    """Make a PDF/A-2b of a template of this package; `dated` is the only time in the file.

    Tags make the text readable by ear, at ten times the size for long tables.
    """
    compiler = _compiler(name, data)
    try:
        pdf = compiler.compile(
            format="pdf",
            pdf_standards=PDF_STANDARD,
            timestamp=datetime.combine(dated, time(), tzinfo=UTC),
            pdf_tags=tagged,
        )
    except typst.TypstError as error:
        raise NotTypesetError(f"{name}: {error.diagnostic}") from error
    if not isinstance(pdf, bytes):
        raise NotTypesetError(f"{name}: no single file")
    return pdf
