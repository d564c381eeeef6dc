"""Which test a kind of decision needs on a date, from the rows. Rules carried out here, in order:

1. пункт решается по списку, в котором он стоит в редакции на эту дату, — ч. 1 ст. 46 ЖК РФ;
2. в дни, когда неизвестно, действовала ли уже новая редакция, затронутый пункт решает человек;
3. пункт, место которого в редакции не установлено, решает человек;
4. вопрос другой статьи решается по своей строке, по строке пункта (`same_as`) или выбором.

A list known from memory decides only for points that stand the same way in read lists on both
sides (`unsettled` names the others); it is then marked second_hand, derived from its neighbours.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

from domain.law.decision_table import DECISIONS, DecisionRow, DecisionTable, PointRow
from domain.law.errors import LawDataError, NotInForce, UnknownDecision
from domain.law.loading import holding
from domain.law.rows import Edition
from domain.law.rules import Body, DecisionRule, Reading, Threshold, Trust
from domain.law.tables import EditionTable

if TYPE_CHECKING:
    from collections.abc import Iterator

_DAY = timedelta(days=1)
_WEAKNESS = (
    Trust.VERIFIED,
    Trust.SINGLE,
    Trust.DEFAULT,
    Trust.SECOND_HAND,
    Trust.MEMORY,
    Trust.UNCLEAR,
    Trust.UNKNOWN,
    Trust.REPEALED,
)


def weaker(one: Trust, other: Trust) -> Trust:
    """Name the weaker of two marks of trust."""
    return max(one, other, key=_WEAKNESS.index)


def _possible(edition: Edition, point: str) -> tuple[str, ...]:
    """Name every list the point may stand in; none when it did not exist."""
    unsettled = next((one for one in edition.unsettled if one.point == point), None)
    listed = edition.list_of(point)
    return unsettled.lists if unsettled else (listed,) if listed else ()


@dataclass(frozen=True, slots=True)
class Majorities:
    """The rows of editions.toml and decisions.toml, asked together."""

    editions: EditionTable
    decisions: DecisionTable

    def ids(self) -> tuple[str, ...]:
        """List every kind of decision, in the order of the file."""
        return (*self.decisions.points, *self.decisions.decisions)

    def edition(self, on: date) -> Edition:
        """Find the edition in force on a date."""
        found = holding(self._editions(), on)
        if found is None:
            raise NotInForce("ЖК РФ", on)
        return found

    def rule(self, decision: str, on: date) -> DecisionRule:
        """Find how a kind of decision is taken on a date."""
        if decision in self.decisions.points:
            return self._point_rule(self.decisions.points[decision], on)
        if decision in self.decisions.decisions:
            return self._row_rule(decision, on)
        raise UnknownDecision(decision, on)

    def exists(self, decision: str, on: date) -> bool:
        """Tell whether the kind of decision is in force on the date."""
        try:
            self.rule(decision, on)
        except NotInForce:
            return False
        return True

    def _not_in_force(self, decision: str, before: str, on: date) -> NotInForce:
        instead = before
        while instead and not self.exists(instead, on):
            instead = self._before(instead)
        return NotInForce(decision, on, instead)

    def _is_over(self, point: str, on: date) -> bool:
        """Tell whether the point was repealed by the date."""
        return any(one.until and one.until < on and one.list_of(point) for one in self._editions())

    def _editions(self) -> tuple[Edition, ...]:
        return self.editions.editions

    def _before(self, decision: str) -> str:
        if decision in self.decisions.points:
            return self.decisions.points[decision].before
        return self.decisions.decisions[decision][0].before

    def _quorum(self, id_: str, on: date) -> tuple[Threshold, ...]:
        found = holding(self.decisions.quorums[id_], on)
        if found is None:
            raise LawDataError("gap", DECISIONS, f"quorum {id_}", f"no row on {on}")
        return found.tests

    # ---- points of ЖК 44 ч. 2

    def _point_rule(self, row: PointRow, on: date) -> DecisionRule:
        edition = self.edition(on)
        readings = tuple(self._point_readings(row, on))
        listed = edition.list_of(row.point)
        if not listed and not readings:
            raise self._not_in_force(row.id, "" if self._is_over(row.point, on) else row.before, on)
        since, until = self._stretch(row.point, edition, on)
        unclear = len(readings) > 1
        trust = Trust.SECOND_HAND if edition.trust is Trust.MEMORY else edition.trust
        return DecisionRule(
            decision=row.id,
            title=row.title,
            body=Body.OWNERS_MEETING,
            majority=() if unclear else self.editions.lists[listed].tests,
            quorum=self._quorum(row.quorum, on),
            norm=row.norm,
            source=f"{edition.source}; {row.source}",
            edition=edition.id,
            since=since,
            until=until,
            trust=Trust.UNCLEAR if unclear else trust,
            note=row.note,
            readings=readings if unclear else (),
        )

    def _point_readings(self, row: PointRow, on: date) -> Iterator[Reading]:
        """Give each way the point may have stood on the date, one when it is certain."""
        sides = [(self.edition(on), "")]
        for index, later in enumerate(self._editions()):
            window = later.window
            if index and window and window.since <= on <= window.until:
                earlier = self._editions()[index - 1]
                after = self.edition(max(on, later.since))
                if row.point in window.points and (
                    _possible(earlier, row.point) != _possible(after, row.point)
                ):
                    sides = [(earlier, "before"), (after, "after")]
        seen: set[str] = set()
        for edition, side in sides:
            for reading in self._side_readings(row, edition, side):
                if reading.id not in seen:
                    seen.add(reading.id)
                    yield reading

    def _side_readings(self, row: PointRow, edition: Edition, side: str) -> Iterator[Reading]:
        unsettled = next((one for one in edition.unsettled if one.point == row.point), None)
        listed = edition.list_of(row.point)
        for name in _possible(edition, row.point):
            rule = self.editions.lists[name]
            why = unsettled.why if unsettled else f"редакция {edition.law}" if side else ""
            yield Reading(name, rule.tests, f"{rule.title} ({why})" if why else rule.title)
        if not listed and side:
            name = self._list_before(row, edition)
            rule = self.editions.lists[name]
            yield Reading(
                f"not-yet-{name}", rule.tests, f"пункта ещё не было: {rule.title} ({edition.law})"
            )

    def _list_before(self, row: PointRow, edition: Edition) -> str:
        """Name the list of the matter while its point did not exist yet."""
        before = self.decisions.points.get(row.before)
        return (edition.list_of(before.point) if before else "") or "participants"

    def _stretch(self, point: str, edition: Edition, on: date) -> tuple[date, date | None]:
        """Cut the edition's days at the windows of the point, so that one rule holds in them."""
        since, until = edition.since, edition.until
        for one in self._editions():
            window = one.window
            if window is None or point not in window.points:
                continue
            if window.until < on:
                since = max(since, window.until + _DAY)
            elif window.since > on:
                until = min(until or date.max, window.since - _DAY)
            else:
                since = max(since, window.since)
                until = min(until or date.max, window.until)
        return since, until

    # ---- rows written out

    def _row_rule(self, decision: str, on: date) -> DecisionRule:
        rows = self.decisions.decisions[decision]
        row = holding(rows, on)
        if row is None:
            raise self._not_in_force(decision, rows[0].before, on)
        quorum = self._quorum(row.quorum, on)
        edition = self.edition(on).id
        if row.same_as:
            return self._same_as(row, quorum, on)
        if not row.readings:
            return replace(row.rule, quorum=quorum, edition=edition)
        return self._unclear(row, quorum, on)

    def _unclear(self, row: DecisionRow, quorum: tuple[Threshold, ...], on: date) -> DecisionRule:
        """Offer the readings that exist on the date; a single one leaves nothing to choose."""
        edition = self.edition(on)
        readings = tuple(self._row_readings(row, on))
        single = len(readings) == 1
        return replace(
            row.rule,
            majority=readings[0].majority if single else (),
            quorum=quorum,
            edition=edition.id,
            since=max(row.rule.since, edition.since),
            until=edition.until,
            trust=Trust.DEFAULT if single else Trust.UNCLEAR,
            readings=() if single else readings,
        )

    def _same_as(self, row: DecisionRow, quorum: tuple[Threshold, ...], on: date) -> DecisionRule:
        model = self.rule(row.same_as, on)
        return replace(
            row.rule,
            majority=model.majority,
            quorum=quorum,
            edition=model.edition,
            since=max(row.rule.since, model.since),
            until=model.until,
            trust=weaker(row.rule.trust, model.trust),
            readings=model.readings,
        )

    def _row_readings(self, row: DecisionRow, on: date) -> Iterator[Reading]:
        """Give the readings that exist on the date; one borrowed from a later point does not."""
        for reading in row.readings:
            if not reading.like:
                yield Reading(reading.id, reading.majority, reading.text)
            elif self.exists(reading.like, on):
                model = self.rule(reading.like, on)
                for inner in model.readings:
                    yield Reading(
                        f"{reading.id}:{inner.id}", inner.majority, f"{reading.text}; {inner.text}"
                    )
                if not model.readings:
                    yield Reading(reading.id, model.majority, reading.text)
