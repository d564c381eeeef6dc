"""decisions.toml as typed rows: points, matters with tests of their own, quorums."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.law.errors import LawDataError
from domain.law.loading import Row, parse
from domain.law.rows import QuorumRule
from domain.law.rules import Body, DecisionRule, Threshold, Trust
from domain.law.tables import by_item

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

DECISIONS = "decisions.toml"


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
