"""The law's files as typed rows: one function per file, strict, no rule applied yet."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from domain.law.errors import LawDataError
from domain.law.loading import DatedT, Row, in_order, parse
from domain.law.rules import (
    Body,
    DecisionRule,
    Edition,
    QuorumRule,
    Threshold,
    Trust,
    UnseenChange,
    Unsettled,
    Window,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import date

LISTS = ("over_half_of_all", "two_thirds_of_all", "special", "participants")
EDITIONS = "editions.toml"
DECISIONS = "decisions.toml"


@dataclass(frozen=True, slots=True)
class ListRow:
    """What it takes when a point stands in a list of ЖК 46 ч. 1."""

    id: str
    title: str
    tests: tuple[Threshold, ...]
    norm: str
    source: str


@dataclass(frozen=True, slots=True)
class PointRow:
    """A point of ЖК 44 ч. 2 whose test stands in the lists of the editions."""

    id: str
    point: str
    title: str
    norm: str
    quorum: str
    before: str
    note: str
    source: str


@dataclass(frozen=True, slots=True)
class ReadingRow:
    """One reading of an unclear matter: own tests, or those of another kind of decision."""

    id: str
    like: str
    majority: tuple[Threshold, ...]
    text: str


@dataclass(frozen=True, slots=True)
class DecisionRow:
    """A matter with its test written out, borrowed (`same_as`) or unclear (`readings`)."""

    rule: DecisionRule
    group: str
    point: str
    same_as: str
    readings: tuple[ReadingRow, ...]
    quorum: str
    before: str
    trust_date: Trust

    @property
    def since(self) -> date:
        """First day."""
        return self.rule.since

    @property
    def until(self) -> date | None:
        """Last day."""
        return self.rule.until


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


@dataclass(frozen=True, slots=True)
class DecisionTable:
    """All of decisions.toml."""

    quorums: Mapping[str, tuple[QuorumRule, ...]]
    points: Mapping[str, PointRow]
    decisions: Mapping[str, tuple[DecisionRow, ...]]


def read_decisions(files: Mapping[str, bytes], sources: Mapping[str, str]) -> DecisionTable:
    """Read decisions.toml."""
    tables = parse(files, DECISIONS, ("quorum", "point", "decision"))
    quorums = by_item((_quorum(o, sources) for o in tables["quorum"]), lambda q: q.id, DECISIONS)
    points: dict[str, PointRow] = {}
    for row in tables["point"]:
        found = _point(row, sources)
        if found.id in points:
            raise row.fault("duplicate", found.id)
        points[found.id] = found
    decisions = by_item(
        (_decision(o, sources) for o in tables["decision"]), lambda d: d.rule.decision, DECISIONS
    )
    both = sorted(set(points) & set(decisions))
    if both:
        raise LawDataError("duplicate", DECISIONS, "decision", ", ".join(both))
    return DecisionTable(quorums, points, decisions)


def _quorum(row: Row, sources: Mapping[str, str]) -> QuorumRule:
    found = QuorumRule(
        id=row.text("id"),
        tests=row.thresholds("tests"),
        norm=row.norm(),
        source=row.source(sources),
        since=row.day("since"),
        until=row.until(),
        trust=row.trust(),
    )
    row.finish()
    return found


def _point(row: Row, sources: Mapping[str, str]) -> PointRow:
    found = PointRow(
        id=row.text("id"),
        point=row.text("point"),
        title=row.text("title"),
        norm=row.norm(),
        quorum=row.text("quorum"),
        before=row.text("before", may_be_empty=True),
        note=row.text("note", may_be_empty=True),
        source=row.source(sources),
    )
    row.finish()
    return found


def _decision(row: Row, sources: Mapping[str, str]) -> DecisionRow:
    body = row.text("body")
    if body not in set(Body):
        raise row.fault("bad-value", f"body: {body!r}")
    ways = [key for key in ("majority", "same_as", "readings") if row.has(key)]
    if len(ways) != 1:
        raise row.fault("bad-value", "exactly one of majority, same_as, readings")
    readings = tuple(_reading(one) for one in row.rows("readings"))
    trust = row.trust()
    if bool(readings) != (trust is Trust.UNCLEAR) or len(readings) == 1:
        raise row.fault("bad-value", "an unclear row has two readings or more, others none")
    rule = DecisionRule(
        decision=row.text("id"),
        title=row.text("title"),
        body=Body(body),
        majority=row.thresholds("majority") if "majority" in ways else (),
        quorum=(),
        norm=row.norm(),
        source=row.source(sources),
        edition="",
        since=row.day("since"),
        until=row.until(),
        trust=trust,
        note=row.text("note", may_be_empty=True),
    )
    if "majority" in ways and not rule.majority:
        raise row.fault("bad-value", "majority must not be empty")
    found = DecisionRow(
        rule=rule,
        group=row.text("group"),
        point=row.text("point") if row.has("point") else "",
        same_as=row.text("same_as") if "same_as" in ways else "",
        readings=readings,
        quorum=row.text("quorum"),
        before=row.text("before", may_be_empty=True),
        trust_date=row.trust("trust_date"),
    )
    row.finish()
    return found


def _reading(row: Row) -> ReadingRow:
    like = row.text("like") if row.has("like") else ""
    found = ReadingRow(
        id=row.text("id"),
        like=like,
        majority=() if like else row.thresholds("majority"),
        text=row.text("text"),
    )
    if not like and not found.majority:
        raise row.fault("bad-value", "a reading needs tests")
    row.finish()
    return found
