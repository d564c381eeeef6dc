"""`sobranie check`: every house's log read whole, in six numbered steps, all findings of each.

    1 rows   2 entries   3 tree   4 signed      signing.inspection
    5 facts                                     projections.replay, as the auditor's command does
    6 sealed                                    every commitment still opens, or was forgotten

Nothing is written and no signing key is needed. A server may go on working meanwhile.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn, cast
from uuid import UUID

from api.audit.checking import worded as worded_fact
from api.audit.checking import zone_of
from api.audit.report import ERROR, Finding, Report, Step, ordered
from api.wording.checking import STEPS, word
from domain.events import BallotContested, ErasureScope
from domain.facts import HouseId
from projections.allowed import parties_of
from projections.audited import differences, result_as_data
from projections.noticed import NOTE, Noticed
from projections.replay import Replay
from signing.errors import RefusedToSignError, SealBrokenError, VerificationError
from signing.finding import Finding as Found
from signing.finding import Severity
from signing.inspection import ROWS, HouseInspection
from signing.note import VerifierKey
from signing.rows import LogRows

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from api.log import HouseLogs
    from domain.application import Sobranie
    from signing.rows import Recorder

FACTS, SEALED = 5, 6


class NoSigner:
    """Stands where no key is needed: whoever only looks signs nothing."""

    def verifier_key(self, name: str) -> NoReturn:
        """Refuse."""
        raise RefusedToSignError("key_file_missing", name)

    def sign(self, message: bytes) -> NoReturn:
        """Refuse."""
        raise RefusedToSignError("key_file_missing", f"{len(message)} bytes")


def check_installation(app: Sobranie, logs: HouseLogs) -> Iterator[Report]:
    """Check every house."""
    rows = LogRows(cast("Recorder", app.recorder))
    for house in rows.houses():
        yield check_house(app, logs, rows, HouseId(house))


def check_house(app: Sobranie, logs: HouseLogs, rows: LogRows, house: HouseId) -> Report:
    """Check one house's log."""
    found: list[Found] = []
    replay = Replay(house, [app.law])
    with logs.held(house) as held:
        inspection = HouseInspection(rows, house, held)
    try:
        replay.run(inspection.records())
        inspection.check_tree()
        inspection.check_signed(_keys(replay))
    except VerificationError as fault:
        found.append(_unreadable(fault))
    found += inspection.findings
    zone = zone_of(replay)
    by_step: dict[int, list[Finding]] = {number: [] for number in range(1, len(STEPS) + 1)}
    for one in found:
        by_step[one.step].append(_worded(one.step, one.code, one.place, one.details))
    noticed = [*replay.noticed, *_recounted(replay)]
    by_step[FACTS] = [worded_fact(FACTS, one, zone) for one in noticed]
    by_step[SEALED] = list(_sealed(logs, replay))
    summaries = (
        "", f"записей {len(inspection.leaves)}", "", "", f"фактов {len(replay.recorded)}",
        f"закрытых значений {len(_committed(replay))}",
    )  # fmt: skip
    steps = tuple(
        Step(number, name, title, summary, ordered(by_step[number]))
        for number, ((name, title), summary) in enumerate(zip(STEPS, summaries, strict=True), 1)
    )
    about: dict[str, str | int] = {"house": str(house), "size": inspection.size}
    return Report("check", about, steps)


def _recounted(replay: Replay) -> Iterator[Noticed]:
    """Hold every recorded count against the own one, where its rules are at hand."""
    for again in replay.state.recounts:
        named: dict[str, str | int] = {"index": again.index, "count": str(again.count)}
        if again.result is None:
            named["reason"] = again.why_not
            yield Noticed(NOTE, "not_recounted", f"entry {again.index}", named)
            continue
        found = differences(result_as_data(again.claimed), result_as_data(again.result))
        if found:
            fields = "; ".join(f"{path}: {got} ≠ {wanted}" for path, got, wanted in found)
            named |= {"number": len(found), "fields": fields}
            yield Noticed(ERROR, "count_differs", f"entry {again.index}", named)


def _unreadable(fault: VerificationError) -> Found:
    return Found(ROWS, Severity.ERROR, "rows_unreadable", "", {"reason": str(fault)})


def _worded(step: int, code: str, place: str, details: Mapping[str, str | int]) -> Finding:
    return Finding(step, ERROR, code, word(code, place, details), place, details)


def _keys(replay: Replay) -> list[VerifierKey]:
    house = replay.state.house
    found = []
    for text in house.keys if house is not None else ():
        try:
            found.append(VerifierKey.from_text(text))
        except VerificationError:
            # A key that cannot be read verifies nothing: its checkpoints are then found false.
            continue
    return found


# --- sealed values -------------------------------------------------------------------------------


def _committed(replay: Replay) -> dict[str, UUID]:
    """Give whose value each commitment in the facts closes."""
    found: dict[str, UUID] = {}
    for recorded in replay.recorded.values():
        fact = recorded.fact
        for party in parties_of(fact):
            if party.sealed is not None:
                found[party.sealed] = party.person
        if isinstance(fact, BallotContested) and fact.statement is not None:
            found[fact.statement] = fact.by.person
    return found


def _sealed(logs: HouseLogs, replay: Replay) -> Iterator[Finding]:
    house = replay.state.house
    forgotten = {
        fact.person
        for fact in (house.forgotten if house is not None else ())
        if fact.scope is ErasureScope.EVERYTHING
    }
    for commitment, person in sorted(_committed(replay).items()):
        code = _fault_of(logs, commitment, person, was_forgotten=person in forgotten)
        if code:
            yield _worded(SEALED, code, commitment, {"person": str(person)})


def _fault_of(logs: HouseLogs, commitment: str, person: UUID, *, was_forgotten: bool) -> str:
    sealed = logs.store.sealed_values([commitment]).get(commitment)
    if sealed is None:
        return "sealed_missing"
    if sealed.person != person:
        return "sealed_of_another"
    try:
        opening = logs.opening(commitment)
    except SealBrokenError:
        return "sealed_changed"
    if opening is None:
        return "" if was_forgotten else "key_missing"
    return "key_not_destroyed" if was_forgotten else ""
