"""What a verification noticed: one value per fault, with its step, severity, code and place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Severity(StrEnum):
    """How much a finding weighs: an error makes the bundle unsound, a note only says something."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing noticed.

    Attributes:
        step: number of the step that noticed it, from 1.
        code: stable name of the kind of finding.
        place: a file of the bundle, `entry 31`, or a field behind `#`.
        details: what was got and wanted, and what names the place further; text and numbers.
    """

    step: int
    severity: Severity
    code: str
    place: str
    details: Mapping[str, str | int] = field(default_factory=dict)
