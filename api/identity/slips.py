"""Slips for paper notices: meeting, name, premises, code and its QR, eight to a sheet."""

from __future__ import annotations

import io
import json
from dataclasses import asdict, dataclass
from functools import cache
from importlib.resources import as_file, files
from itertools import accumulate
from typing import TYPE_CHECKING

import segno
import typst

if TYPE_CHECKING:
    from collections.abc import Sequence

ROOM = 60
"""How many characters of premises' numbers a slip has room for; of the others it says how many."""


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


@dataclass(frozen=True, slots=True)
class Heading:
    """What every slip of a meeting says: the house, when it votes, where codes are typed."""

    address: str
    opens: str
    closes: str
    place: str


def slips_pdf(heading: Heading, slips: Sequence[Slip]) -> bytes:
    """Draw the sheets as PDF."""
    data = {
        **asdict(heading),
        "slips": [
            {
                "name": slip.name,
                "premises": _premises(slip.premises),
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


def _premises(given: Sequence[str]) -> str:
    numbers = list(dict.fromkeys(given))
    shown = numbers[: max(1, sum(end <= ROOM for end in accumulate(len(one) for one in numbers)))]
    more = f" и ещё {len(numbers) - len(shown)}" if len(shown) < len(numbers) else ""
    return f"{'Помещение' if len(numbers) == 1 else 'Помещения'}: {', '.join(shown)}{more}"


def _qr(url: str) -> str:
    svg = io.BytesIO()
    segno.make(url, error="m").save(svg, kind="svg", border=1, xmldecl=False, scale=4)
    return svg.getvalue().decode()
