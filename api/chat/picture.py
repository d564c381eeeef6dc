"""The picture card of a meeting for chats where no bot may post: PNG with a QR of the page."""

from __future__ import annotations

import io
import json
from functools import cache
from importlib.resources import as_file, files
from typing import TYPE_CHECKING

import segno
import typst

from api.chat.card import stage_text, turnout_lines
from api.chat.posts import fingerprint_of

if TYPE_CHECKING:
    from api.chat.standing import Standing

PIXELS_PER_INCH = 216.0
MOST_LINES = 5


class PictureError(Exception):
    """The picture could not be drawn; never expected."""

    code = "picture_not_drawn"


@cache
def _fonts_folder() -> str:
    with as_file(files("projections.documents") / "fonts") as folder:
        return str(folder)


@cache
def _template() -> bytes:
    return (files(__package__) / "picture.typ").read_bytes()


def picture_of(standing: Standing) -> bytes:
    """Draw the card; the same meeting at the same moment gives the same bytes."""
    svg = io.BytesIO()
    segno.make(standing.page, error="m").save(svg, kind="svg", border=1, xmldecl=False, scale=4)
    data = {
        "address": standing.house.registered.address,
        "stage": stage_text(standing),
        "lines": list(turnout_lines(standing))[:MOST_LINES] if standing.is_open else [],
        "fingerprint": fingerprint_of(standing.size, standing.root),
        "qr": svg.getvalue().decode(),
    }
    compiler = typst.Compiler(
        input=_template(),
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
        drawn = compiler.compile(format="png", ppi=PIXELS_PER_INCH)
    except typst.TypstError as error:
        raise PictureError(str(error.diagnostic)) from error
    if not isinstance(drawn, bytes):
        raise PictureError("no single page")
    return drawn
