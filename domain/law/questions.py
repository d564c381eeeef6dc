"""Questions of an agenda as data: the library of wordings, and the rows the linter works with."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files as package_files
from typing import TYPE_CHECKING

from domain.law.loading import parse

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from domain.law.loading import Row

QUESTIONS = "questions.toml"
_FIELD = re.compile(r"\{([a-z_]+)\}")


@dataclass(frozen=True, slots=True)
class LibraryQuestion:
    """A well-worded question with fields to fill in."""

    id: str
    decision: str
    text: str
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Signal:
    """Words that point to a kind of decision."""

    decision: str
    words: tuple[tuple[str, ...], ...]
    without: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Requirement:
    """An item the norm demands in a decision."""

    decision: str
    item: str
    title: str
    when: tuple[str, ...]
    words: tuple[str, ...]
    norm: str
    since: date


@dataclass(frozen=True, slots=True)
class VagueWords:
    """Words that leave a decision open."""

    code: str
    words: tuple[str, ...]
    norm: str
    remedy: str


@dataclass(frozen=True, slots=True)
class Statutory:
    """Wording the law itself uses for a kind of decision."""

    decision: str
    words: tuple[str, ...]
    wording: str
    norm: str


@dataclass(frozen=True, slots=True)
class QuestionTable:
    """All of questions.toml."""

    questions: tuple[LibraryQuestion, ...]
    signals: tuple[Signal, ...]
    requirements: tuple[Requirement, ...]
    vague: tuple[VagueWords, ...]
    statutory: tuple[Statutory, ...]


def read_questions(files: Mapping[str, bytes]) -> QuestionTable:
    """Read the file strictly."""
    tables = parse(files, QUESTIONS, ("question", "signal", "requirement", "vague", "statutory"))
    return QuestionTable(
        questions=tuple(_question(row) for row in tables["question"]),
        signals=tuple(_signal(row) for row in tables["signal"]),
        requirements=tuple(_requirement(row) for row in tables["requirement"]),
        vague=tuple(_vague(row) for row in tables["vague"]),
        statutory=tuple(_statutory(row) for row in tables["statutory"]),
    )


def _question(row: Row) -> LibraryQuestion:
    found = LibraryQuestion(
        row.text("id"), row.text("decision"), row.text("text"), row.texts("fields")
    )
    if set(_FIELD.findall(found.text)) != set(found.fields):
        raise row.fault("bad-value", "fields and text differ")
    row.finish()
    return found


def _signal(row: Row) -> Signal:
    found = Signal(row.text("decision"), row.text_lists("words"), row.texts("without"))
    row.finish()
    return found


def _requirement(row: Row) -> Requirement:
    found = Requirement(
        row.text("decision"),
        row.text("item"),
        row.text("title"),
        row.texts("when"),
        row.texts("words"),
        row.norm(),
        row.day("since"),
    )
    row.finish()
    return found


def _vague(row: Row) -> VagueWords:
    found = VagueWords(row.text("code"), row.texts("words"), row.norm(), row.text("remedy"))
    row.finish()
    return found


def _statutory(row: Row) -> Statutory:
    found = Statutory(row.text("decision"), row.texts("words"), row.text("wording"), row.norm())
    row.finish()
    return found


@cache
def load_questions() -> QuestionTable:
    """Load the table that comes with this package."""
    here = package_files("domain.law")
    return read_questions({QUESTIONS: (here / QUESTIONS).read_bytes()})
