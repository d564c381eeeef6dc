"""Which evidence is enough to vote by a link: rows by the installation's level and the basis.

The rows are no law of meetings and so no part of the law pack: they say how sure an installation
wants to be. Where a row's `trust` is `unclear`, the operator answers for the choice.

Пункт 1 ст. 181.2 ГК РФ, ст. 47.1 ЖК РФ: участника дистанционного собрания нужно достоверно
установить; чем именно, для чата и личной ссылки не сказано.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from domain.events import Basis
from domain.law.errors import LawDataError
from domain.law.loading import parse

if TYPE_CHECKING:
    from collections.abc import Mapping

    from domain.law.loading import Row
    from domain.law.rules import Trust

FILE = "strength.toml"


class Kind(StrEnum):
    """What is proven of whoever holds a link; the value stands in the ballot's evidence."""

    LINK = "link"
    MAX_INIT_DATA = "max_init_data"
    MAX_PHONE = "max_phone"
    CODE = "code"
    OIDC = "oidc"


class Level(StrEnum):
    """How sure an installation wants to be of who votes: `SOBRANIE_IDENTIFICATION`."""

    LINK = "link"
    REQUIRED = "required"
    STATE = "state"


@dataclass(frozen=True, slots=True)
class Strength:
    """Which kinds of evidence suffice, each by itself, and why."""

    level: Level
    basis: Basis
    suffices: tuple[Kind, ...]
    why: str
    norm: str
    trust: Trust


Strengths = dict[tuple[str, str], Strength]


@cache
def strengths() -> Strengths:
    """Give the packaged rows."""
    return read_strengths({FILE: (files("api.identity") / FILE).read_bytes()})


def read_strengths(given: Mapping[str, bytes]) -> Strengths:
    """Read the rows strictly: every level and basis exactly once, every fault a LawDataError."""
    found: Strengths = {}
    for row in parse(given, FILE, ("strength",))["strength"]:
        read = _read(row)
        if (read.level.value, read.basis.value) in found:
            raise row.fault("duplicate", f"{read.level} {read.basis}")
        found[read.level.value, read.basis.value] = read
    for level in Level:
        for basis in Basis:
            if (level.value, basis.value) not in found:
                raise LawDataError("missing-key", FILE, "strength", f"{level} {basis}")
    return found


def _read(row: Row) -> Strength:
    level, basis = row.text("level"), row.text("basis")
    kinds = row.texts("suffices")
    if level not in set(Level) or basis not in set(Basis) or not kinds:
        raise row.fault("bad-value", f"level, basis or suffices: {level}, {basis}")
    if set(kinds) - set(Kind):
        raise row.fault("unknown-reference", ", ".join(sorted(set(kinds) - set(Kind))))
    suffices = tuple(Kind(kind) for kind in kinds)
    read = Strength(Level(level), Basis(basis), suffices, row.text("why"), row.norm(), row.trust())
    row.finish()
    return read
