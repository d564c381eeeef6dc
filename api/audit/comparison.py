"""Steps five and six: the own count against the recorded one, and against everything claimed."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Any

from api.messages import outcome_text
from domain.events import Outcome
from domain.law.errors import LawError
from domain.law.reference import load_pack
from domain.meeting import Finished, called_of
from domain.refusals import Refused
from projections.audited import (
    CLAIM,
    NotComparableError,
    claim_of,
    claimed_count,
    differences,
    figures_from,
    result_as_data,
)
from projections.noticed import ERROR, NOTE, WARNING, Noticed
from projections.recount import recount
from signing import bundle as form
from signing.errors import BundleMalformedError

if TYPE_CHECKING:
    from domain.count import Count
    from domain.events import CountResult
    from domain.facts import MeetingId
    from domain.law.reference import LawPack
    from projections.replayed import HouseState, Recount
    from signing.bundle import Bundle

SHOWN = 6


# --- 5 recount -----------------------------------------------------------------------------------


def check_recounts(state: HouseState, meeting: MeetingId, law: LawPack) -> list[Noticed]:
    """Hold every recorded counting of the log against the own one."""
    noticed = _check_law(state, meeting, law)
    for again in state.recounts:
        place = f"entry {again.index}"
        named: dict[str, str | int] = {"index": again.index, "count": str(again.count)}
        if again.result is None:
            # Of another meeting, called under rules that are not in this bundle.
            severity = ERROR if again.meeting == meeting else NOTE
            named["reason"] = again.why_not
            noticed.append(Noticed(severity, "not_recounted", place, named))
            continue
        found = differences(result_as_data(again.claimed), result_as_data(again.result))
        if found:
            noticed.append(Noticed(ERROR, "count_differs", place, named | _listed(found)))
    if not any(again.meeting == meeting for again in state.recounts):
        noticed.append(Noticed(NOTE, "no_count_yet", f"{form.MANIFEST}#meeting"))
    return noticed


def _listed(found: list[tuple[str, str, str]]) -> dict[str, str | int]:
    shown = "; ".join(f"{path}: {got} ≠ {wanted}" for path, got, wanted in found[:SHOWN])
    return {"number": len(found), "fields": shown}


def _check_law(state: HouseState, meeting: MeetingId, law: LawPack) -> list[Noticed]:
    known = state.meeting(meeting)
    if known is None:
        return []
    called_under = called_of(known).terms.law
    if law.sha256 != called_under.sha256:
        details = {"got": law.sha256, "wanted": called_under.sha256}
        return [Noticed(ERROR, "law_differs", form.LAW, details)]
    if law.sha256 == load_pack().sha256:
        return []
    return [n for again in state.recounts for n in _by_installed_law(state, meeting, again)]


def _by_installed_law(state: HouseState, meeting: MeetingId, again: Recount) -> list[Noticed]:
    """Count by the rules of this program too: an unknown pack must not change what carries."""
    known, register = state.meeting(meeting), state.registers.get(meeting)
    if again.meeting != meeting or again.result is None or known is None or register is None:
        return []
    place = f"entry {again.index}"
    try:
        ours = recount(known, register, again.ballots, again.struck, load_pack())
    except (Refused, LawError) as fault:
        why: dict[str, str | int] = {"index": again.index, "reason": str(fault)}
        return [Noticed(ERROR, "not_recounted", place, why)]
    return [
        Noticed(
            ERROR,
            "outcome_differs_by_installed_law",
            place,
            {
                "index": again.index,
                "number": mine.number,
                "got": outcome_text(theirs.outcome),
                "wanted": outcome_text(mine.outcome),
            },
        )
        for theirs, mine in zip(again.result.items, ours.items, strict=True)
        if theirs.outcome is not mine.outcome
    ]


def recount_summary(state: HouseState, meeting: MeetingId) -> str:
    """Say how the questions came out by the own count."""
    count = claimed_count(state, meeting)
    result = _own_result(state, count)
    if result is None:
        return ""
    carried = sum(item.outcome is Outcome.CARRIED for item in result.items)
    return (
        f"решений собственников {result.ballots}, вопросов {len(result.items)}, принято {carried}"
    )


def _own_result(state: HouseState, count: Count | None) -> CountResult | None:
    """Give the own result of a counting."""
    wanted = count.id if count is not None else None
    return next((r.result for r in state.recounts if r.count == wanted), None)


# --- 6 comparison --------------------------------------------------------------------------------


def check_claims(state: HouseState, meeting: MeetingId, bundle: Bundle) -> list[Noticed]:
    """Hold what the bundle claims against the own count."""
    return [
        *_check_claim(state, meeting, bundle),
        *_check_figures(state, meeting, bundle),
        *_check_files(state, meeting, bundle),
    ]


def claims_summary(bundle: Bundle) -> list[str]:
    """Say what there was to compare."""
    held = [
        name
        for path, name in ((form.CLAIMED, "заявленный итог"), (form.FIGURES, "цифры протокола"))
        if path in bundle.files
    ]
    documents = len(bundle.protocol().keys() - {form.FIGURES})
    return held + ([f"документов {documents}"] if documents else [])


def _check_claim(state: HouseState, meeting: MeetingId, bundle: Bundle) -> list[Noticed]:
    data = bundle.files.get(form.CLAIMED)
    count = claimed_count(state, meeting)
    if data is None:
        if count is None or count.completed is None:
            return []
        return [Noticed(WARNING, "claim_missing", form.CLAIMED)]
    try:
        claim = form.read_object(data, form.CLAIMED)
    except BundleMalformedError as fault:
        return [_unreadable("claim_unreadable", form.CLAIMED, fault)]
    if claim.get("format") != CLAIM or claim.keys() != {"count", "format", "law", "result"}:
        return [Noticed(ERROR, "claim_unreadable", form.CLAIMED, {"reason": "format"})]
    if count is None or count.completed is None or claim["count"] != str(count.id):
        details = {"got": str(claim["count"])[:80]}
        return [Noticed(ERROR, "claim_of_unknown_count", f"{form.CLAIMED}#count", details)]
    wanted = claim_of(count.id, count.completed)
    own = _own_result(state, count)
    if own is not None:
        wanted["result"] = result_as_data(own)
    found = differences(claim, wanted)
    return [Noticed(ERROR, "claim_differs", form.CLAIMED, _listed(found))] if found else []


def _check_figures(state: HouseState, meeting: MeetingId, bundle: Bundle) -> list[Noticed]:
    known, data = state.meeting(meeting), bundle.files.get(form.FIGURES)
    if data is None:
        if not isinstance(known, Finished):
            return []
        return [Noticed(ERROR, "figures_missing", form.FIGURES)]
    try:
        figures = form.read_object(data, form.FIGURES)
        wanted = _own_figures(state, meeting)
    except BundleMalformedError as fault:
        return [_unreadable("figures_unreadable", form.FIGURES, fault)]
    except NotComparableError as fault:
        details = {"reason": str(fault)}
        return [Noticed(ERROR, "figures_not_comparable", form.FIGURES, details)]
    found = differences(figures, wanted)
    return [Noticed(ERROR, "figures_differ", form.FIGURES, _listed(found))] if found else []


def _own_figures(state: HouseState, meeting: MeetingId) -> dict[str, Any]:
    known, count = state.meeting(meeting), claimed_count(state, meeting)
    own = _own_result(state, count)
    if not isinstance(known, Finished) or count is None or own is None:
        raise NotComparableError("no protocol is recorded, or its counting could not be repeated")
    return figures_from(state, meeting, count, own, known.protocol.drawn_up_on)


def _check_files(state: HouseState, meeting: MeetingId, bundle: Bundle) -> list[Noticed]:
    known = state.meeting(meeting)
    recorded = known.protocol.files if isinstance(known, Finished) else ()
    held = {sha256(content).hexdigest(): path for path, content in bundle.protocol().items()}
    noticed = [
        Noticed(
            WARNING,
            "protocol_file_missing",
            form.PROTOCOL,
            {"name": file.name, "wanted": file.sha256},
        )
        for file in recorded
        if file.sha256 not in held and bundle.manifest.reader == form.INSPECTOR
    ]
    listed = {file.sha256 for file in recorded}
    noticed += [
        Noticed(ERROR, "protocol_file_unknown", path, {"got": digest})
        for digest, path in held.items()
        if digest not in listed and path != form.FIGURES
    ]
    return noticed


def _unreadable(code: str, place: str, fault: BundleMalformedError) -> Noticed:
    return Noticed(ERROR, code, place, {"reason": fault.reason})
