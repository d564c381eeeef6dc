"""The figures a protocol must show and the result a count must claim, from a replayed log alone.

Имена в цифры не входят, поэтому для них открывать ничего не нужно.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from pydantic import TypeAdapter

from domain.ballot import ballot_id
from domain.count import Count
from domain.events import CountCompleted, CountPurpose, CountResult
from domain.facts import LawPackRef
from domain.meeting import Finished, called_of
from projections.documents.figures import figures_of
from projections.protocol_of import ProtocolSources, protocol_of

if TYPE_CHECKING:
    from datetime import date

    from domain.facts import CountId, MeetingId
    from projections.replayed import HouseState

CLAIM = "sobranie-claim/1"
_RESULT: TypeAdapter[CountResult] = TypeAdapter(CountResult)
_LAW: TypeAdapter[LawPackRef] = TypeAdapter(LawPackRef)


class NotComparableError(Exception):
    """The log has not what these figures are made of; the message says what is missing."""


def result_as_data(result: CountResult) -> dict[str, Any]:
    """Give a result as JSON-able data, in the form it has in `count-completed/1`."""
    found: dict[str, Any] = _RESULT.dump_python(result, mode="json")
    return found


def claim_of(count: CountId, completed: CountCompleted) -> dict[str, Any]:
    """Give what `claimed.json` holds: the counting, its rules, its result."""
    return {
        "count": str(count),
        "format": CLAIM,
        "law": _LAW.dump_python(completed.law, mode="json"),
        "result": result_as_data(completed.result),
    }


def claimed_count(state: HouseState, meeting: MeetingId) -> Count | None:
    """Pick the counting a meeting's result rests on: the protocol's or the commission's first."""
    known = state.meeting(meeting)
    if isinstance(known, Finished):
        return state.count(known.protocol.count)
    for stream in state.counts.get(meeting, []):
        count = state.count(stream)
        by_commission = count is not None and count.opened.purpose is CountPurpose.COMMISSION
        if by_commission and count is not None and count.completed is not None:
            return count
    return None


def figures_from(
    state: HouseState, meeting: MeetingId, count: Count, result: CountResult, drawn_up_on: date
) -> dict[str, Any]:
    """Give the figures of the protocol (`sobranie-protocol/1`) with a result of one's own."""
    known, register, house = state.meeting(meeting), state.registers.get(meeting), state.house
    if known is None or register is None or house is None or count.completed is None:
        raise NotComparableError("no meeting, register, house or completed count")
    if not any(item.quorum for item in result.items):
        raise NotComparableError("no question has a quorum")
    ballots = {ballot.id: ballot for ballot in state.ballots(meeting)}
    sources = ProtocolSources(
        house,
        known,
        register,
        {key: held for key, held in ballots.items() if key == ballot_id(meeting, held.title)},
        replace(count, completed=replace(count.completed, result=result)),
        lambda _party: "",
        drawn_up_on,
        (),
    )
    if len(called_of(known).terms.items) != len(result.items):
        raise NotComparableError("the result has another number of questions")
    try:
        return figures_of(protocol_of(sources))
    except OverflowError as fault:
        raise NotComparableError("a moment beyond the calendar") from fault


def differences(got: object, wanted: object, place: str = "") -> list[tuple[str, str, str]]:
    """List where two JSON-able values differ: path, got, wanted."""
    if isinstance(got, dict) and isinstance(wanted, dict):
        found = []
        for key in sorted(got.keys() | wanted.keys()):
            inner = f"{place}.{key}" if place else str(key)
            found += differences(got.get(key), wanted.get(key), inner)
        return found
    if isinstance(got, list) and isinstance(wanted, list) and len(got) == len(wanted):
        pairs = enumerate(zip(got, wanted, strict=True), 1)
        return [d for n, (a, b) in pairs for d in differences(a, b, f"{place}[{n}]")]
    same = type(got) is type(wanted) and got == wanted
    return [] if same else [(place, str(got)[:200], str(wanted)[:200])]
