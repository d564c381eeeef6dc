"""The owners' register from a file: read, judged cell by cell, and given back with its errors."""

from __future__ import annotations

from api.register.error_book import error_workbook
from api.register.findings import FINDINGS, UNUSABLE, RegisterUnusable
from api.register.model import (
    HolderRow,
    PremisesRow,
    RegisterFinding,
    RegisterReading,
    TitleRow,
)
from api.register.reader import read_register

__all__ = [
    "FINDINGS",
    "UNUSABLE",
    "HolderRow",
    "PremisesRow",
    "RegisterFinding",
    "RegisterReading",
    "RegisterUnusable",
    "TitleRow",
    "error_workbook",
    "read_register",
]
