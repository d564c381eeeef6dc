"""Slips for paper notices: name, premises, code and its QR, eight to a sheet."""

from __future__ import annotations

import io
import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import as_file, files
from typing import TYPE_CHECKING

import segno
import typst

if TYPE_CHECKING:
    from collections.abc import Sequence


class SlipsError(Exception):
    """The sheet could not be drawn; never expected."""

    code = "slips_not_drawn"


@dataclass(frozen=True, slots=True)
class Slip:
    """What one owner gets with the notice."""

    name: str
    premises: Sequence[str]
    code: str
    url: str


@cache
def _fonts_folder() -> str:
    with as_file(files("projections.documents") / "fonts") as folder:
        return str(folder)


def slips_pdf(address: str, closes: str, place: str, slips: Sequence[Slip]) -> bytes:
    """Draw the sheets as PDF."""
    data = {
        "address": address,
        "closes": closes,
        "place": place,
        "slips": [
            {
                "name": slip.name,
                "premises": ", ".join(slip.premises),
                "code": slip.code,
                "qr": _qr(slip.url),
            }
            for slip in slips
        ],
    }
    compiler = typst.Compiler(
        input=(files(__package__) / "slips.typ").read_bytes(),
        root=_fonts_folder(),
        font_paths=typst.Fonts(
            include_system_fonts=False,
            include_embedded_fonts=False,
            font_paths=[_fonts_folder()],
        ),
        ignore_system_fonts=True,
        sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
    )
    try:
        drawn = compiler.compile(format="pdf")
    except typst.TypstError as error:
        raise SlipsError(str(error.diagnostic)) from error
    if not isinstance(drawn, bytes):
        raise SlipsError("no document")
    return drawn


def _qr(url: str) -> str:
    svg = io.BytesIO()
    segno.make(url, error="m").save(svg, kind="svg", border=1, xmldecl=False, scale=4)
    return svg.getvalue().decode()
