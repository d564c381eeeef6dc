"""editions.toml as typed rows, strict, no rule applied yet."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from domain.law.errors import LawDataError
from domain.law.loading import DatedT, Row, in_order, parse
from domain.law.rows import Edition, UnseenChange, Unsettled, Window

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from domain.law.rules import Threshold

LISTS = ("over_half_of_all", "two_thirds_of_all", "special", "participants")
EDITIONS = "editions.toml"


@dataclass(frozen=True, slots=True)
class ListRow:
    """What it takes when a point stands in a list of ЖК 46 ч. 1."""

    id: str
    title: str
    tests: tuple[Threshold, ...]
    norm: str
    source: str


def by_item(
    rows: Iterable[DatedT], key: Callable[[DatedT], str], file: str
) -> dict[str, tuple[DatedT, ...]]:
    """Group dated rows by item and check that each item's rows follow each other."""
    found = sorted(rows, key=key)
    return {item: in_order(list(group), file, item) for item, group in groupby(found, key=key)}


@dataclass(frozen=True, slots=True)
class EditionTable:
    """All of editions.toml."""

    sources: Mapping[str, str]
    lists: Mapping[str, ListRow]
    editions: tuple[Edition, ...]
    unseen: tuple[UnseenChange, ...]


def read_editions(files: Mapping[str, bytes]) -> EditionTable:
    """Read editions.toml."""
    tables = parse(files, EDITIONS, ("source", "list", "edition", "unseen"))
    sources = _sources(tables["source"])
    lists = {row.id: row for row in (_list(one, sources) for one in tables["list"])}
    if set(lists) != set(LISTS) - {"special"}:
        raise LawDataError("missing-key", EDITIONS, "list", ", ".join(sorted(lists)))
    editions = in_order([_edition(one, sources) for one in tables["edition"]], EDITIONS, "edition")
    if len({one.id for one in editions}) != len(editions) or not editions:
        raise LawDataError("duplicate", EDITIONS, "edition", "ids must differ")
    if editions[-1].until is not None:
        raise LawDataError("gap", EDITIONS, editions[-1].id, "the last edition must be open")
    return EditionTable(
        sources, lists, editions, tuple(_unseen(o, sources) for o in tables["unseen"])
    )


def _sources(rows: list[Row]) -> dict[str, str]:
    sources: dict[str, str] = {}
    for row in rows:
        for key in row.left():
            sources[key] = row.text(key)
        row.finish()
    return sources


def _list(row: Row, sources: Mapping[str, str]) -> ListRow:
    found = ListRow(
        row.text("id"),
        row.text("title"),
        row.thresholds("tests"),
        row.norm(),
        row.source(sources),
    )
    if not found.tests:
        raise row.fault("missing-key", "tests")
    row.finish()
    return found


def _edition(row: Row, sources: Mapping[str, str]) -> Edition:
    edition = Edition(
        id=row.text("id"),
        law=row.text("law"),
        since=row.day("since"),
        until=row.until(),
        changed=row.texts("changed"),
        lists=tuple((name, row.texts(name)) for name in LISTS),
        window=_window(row.row("window")) if row.has("window") else None,
        unsettled=tuple(_unsettled(one) for one in row.rows("unsettled")),
        norm=row.norm(),
        trust_date=row.trust("trust_date"),
        trust=row.trust("trust_lists"),
        source=row.source(sources),
    )
    points = [point for _, listed in edition.lists for point in listed]
    if len(set(points)) != len(points):
        raise row.fault("duplicate", "a point stands in two lists")
    for one in edition.unsettled:
        if edition.list_of(one.point) not in one.lists:
            raise row.fault("bad-value", f"unsettled {one.point}")
    row.finish()
    return edition


def _window(row: Row) -> Window:
    window = Window(row.day("since"), row.day("until"), row.texts("points"), row.text("why"))
    if window.until < window.since:
        raise row.fault("bad-date", f"{window.since} – {window.until}")
    row.finish()
    return window


def _unsettled(row: Row) -> Unsettled:
    found = Unsettled(row.text("point"), row.texts("lists"), row.text("why"))
    if len(found.lists) < 2 or not set(found.lists) <= set(LISTS) - {"special"}:
        raise row.fault("bad-value", f"lists: {found.lists}")
    row.finish()
    return found


def _unseen(row: Row, sources: Mapping[str, str]) -> UnseenChange:
    found = UnseenChange(
        row.text("law"), row.day("since"), row.text("what"), row.trust(), row.source(sources)
    )
    row.finish()
    return found
