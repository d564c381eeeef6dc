"""Templates of announcements as data rows: a heading and a text with blanks in braces."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from domain.events import AnnouncementKind, OrganisationKind

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

FIELDS = {"kind", "authors", "law", "heading", "text"}


class TemplateRowError(ValueError):
    """A row of `templates.toml` is not whole: a mistake of ours."""


@dataclass(frozen=True, slots=True)
class Template:
    """One row: who usually speaks so, by which norm, in which words."""

    kind: AnnouncementKind
    authors: tuple[OrganisationKind, ...]
    law: str
    heading: str
    text: str


@cache
def templates() -> tuple[Template, ...]:
    """Read the packaged rows."""
    return read_templates((files("api.announcements") / "templates.toml").read_text("utf-8"))


def read_templates(text: str) -> tuple[Template, ...]:
    """Read rows; a missing or unknown field, a doubled kind is an error."""
    rows = tuple(_template(number, row) for number, row in enumerate(_rows(text), 1))
    kinds = [row.kind for row in rows]
    if len(kinds) != len(set(kinds)):
        raise TemplateRowError("a kind stands twice")
    return rows


def _rows(text: str) -> list[dict[str, Any]]:
    try:
        read = tomllib.loads(text)
    except tomllib.TOMLDecodeError as fault:
        raise TemplateRowError(str(fault)) from fault
    rows: list[dict[str, Any]] = read.get("template", [])
    return rows


def _template(number: int, row: Mapping[str, Any]) -> Template:
    if set(row) != FIELDS:
        raise TemplateRowError(f"template {number}: {sorted(set(row) ^ FIELDS)}")
    try:
        kind = AnnouncementKind(row["kind"])
        authors = tuple(OrganisationKind(author) for author in row["authors"])
    except ValueError as fault:
        raise TemplateRowError(f"template {number}: {fault}") from fault
    return Template(kind, authors, row["law"], row["heading"], row["text"].strip("\n"))
