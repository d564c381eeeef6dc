"""What a replay or a recount noticed; the same shape as a verification's findings, without step."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

ERROR, WARNING, NOTE = "error", "warning", "note"


@dataclass(frozen=True, slots=True)
class Noticed:
    """One thing noticed in the facts.

    Attributes:
        severity: `error`, `warning` or `note`.
        code: stable name; `refused_…` ends in the code of the refusal the procedure gave.
        place: `entry 31`, or the part of the recount or of the figures.
        details: what was got and wanted, and what names the place further.
        reason: the refusal itself where there is one, for its wording.
    """

    severity: str
    code: str
    place: str
    details: Mapping[str, str | int] = field(default_factory=dict)
    reason: object | None = None
