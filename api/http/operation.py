"""What people should know of an operation of the JSON API, and the refusals many share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from api import refusals as door

if TYPE_CHECKING:
    from domain.refusals import Refusal

OCTETS = "application/octet-stream"
PLAIN = "text/plain"


@dataclass(frozen=True, slots=True)
class Operation:
    """What people should know of an operation.

    Attributes:
        does: what happens, in whole sentences.
        answer: what a successful answer holds.
        refusals: reasons that may be given, those of any request left out.
        media: media type of an answer that is no JSON.
        takes_file: the body is the bytes of a file.
    """

    does: str
    answer: str
    refusals: tuple[type[Refusal], ...]
    media: str = ""
    takes_file: bool = False


BODY: tuple[type[Refusal], ...] = (door.BodyMalformed, door.BodyTooLarge)
OFFICER: tuple[type[Refusal], ...] = (door.OfficerUnknown, door.TooManyRequests)
WRITER: tuple[type[Refusal], ...] = (*OFFICER, *BODY)
LINK: tuple[type[Refusal], ...] = (
    door.LinkUnknown, door.LinkRevoked, door.LinkOfAnother, door.TooManyRequests,
)  # fmt: skip
