"""`recount`: an auditor's own count beside the recorded one, question by question, in words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from api.wording.files import why_unreadable
from domain.facts import BallotId, MeetingId
from domain.law.errors import LawError
from domain.law.reference import LawPack
from domain.meeting import called_of
from domain.refusals import Refused
from domain.votes import percent, russian
from projections.audited import claimed_count, result_as_data
from projections.recount import OwnCount, own_count
from projections.timeline import OUTCOMES

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date
    from fractions import Fraction
    from pathlib import Path

    from api.audit.checking import Audited
    from domain.events import CountResult, ItemResult

FORMAT = "sobranie-recount/1"


class CannotRecountError(Exception):
    """What was asked cannot be counted; the message says why, in Russian."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Own rules and own rejections: ballots by id with the reason for each."""

    strikes: Mapping[BallotId, str]
    law: LawPack | None = None
    judged_on: date | None = None
    as_commission: bool = False


def read_law(folder: Path) -> LawPack:
    """Load a law pack from a folder of TOML files."""
    try:
        files = {path.name: path.read_bytes() for path in sorted(folder.glob("*.toml"))}
        return LawPack.from_files(files)
    except OSError as fault:
        named = fault.filename or folder
        raise CannotRecountError(f"«{named}» не читается: {why_unreadable(fault)}.") from fault
    except LawError as fault:
        raise CannotRecountError(f"В папке «{folder}» не пакет норм: {fault}.") from fault


def count_again(audited: Audited, wanted: Wanted) -> tuple[OwnCount, CountResult | None]:
    """Count by own rules; gives the recorded result beside it, where there is one."""
    state, meeting = audited.replay.state, MeetingId(audited.bundle.manifest.meeting)
    known, register = state.meeting(meeting), state.registers.get(meeting)
    if known is None or register is None:
        raise CannotRecountError("В пакете нет собрания, по которому голосовали.")
    recorded = claimed_count(state, meeting)
    strikes = dict(wanted.strikes)
    if wanted.as_commission and recorded is not None:
        strikes = {**recorded.struck, **strikes}
    ballots = state.ballots(meeting)
    held = {ballot.id for ballot in ballots if ballot.received is not None}
    strange = [str(ballot) for ballot in strikes if ballot not in held]
    if strange:
        raise CannotRecountError(f"Такого решения в собрании нет: {', '.join(strange)}.")
    law = wanted.law or state.pack_of(known) or audited.law
    try:
        own = own_count(known, register, ballots, strikes, law, wanted.judged_on)
    except (Refused, LawError) as fault:
        day = wanted.judged_on or called_of(known).terms.judged_on
        why = f"По этим нормам на {day:%d.%m.%Y} собрание посчитать нельзя: {fault}."
        raise CannotRecountError(why) from fault
    completed = recorded.completed if recorded is not None else None
    return own, completed.result if completed is not None else None


def to_lines(own: OwnCount, recorded: CountResult | None) -> list[str]:
    """Say the own result and what changed."""
    result = own.result
    lines = [
        f"Пакет норм: {own.law}; редакция на {own.judged_on:%d.%m.%Y}",
        f"Решений учтено {result.ballots}, исключено {result.struck}, с возражением "
        f"{result.contested}; участвовало {russian(result.participants)} из "
        f"{russian(result.all_votes)} голосов",
    ]
    lines += [
        f"  исключено: помещение № {ballot.premises}, голосов {russian(ballot.votes)} — "
        f"{ballot.reason}"
        for ballot in own.struck
    ]
    before = {item.number: item for item in recorded.items} if recorded is not None else {}
    lines += [_item(item, before.get(item.number)) for item in result.items]
    return lines


def _item(item: ItemResult, before: ItemResult | None) -> str:
    votes = (
        f"за {_was(item.votes_for, before.votes_for if before else None)}, "
        f"против {_was(item.votes_against, before.votes_against if before else None)}, "
        f"воздержались {_was(item.votes_abstained, before.votes_abstained if before else None)}"
    )
    share = _share(item)
    if before is not None and share != _share(before):
        share = f"{_share(before)} стало {share}"
    outcome = OUTCOMES[item.outcome]
    if before is not None and before.outcome is not item.outcome:
        outcome = f"БЫЛО {OUTCOMES[before.outcome]}, СТАЛО {outcome}"
    return f"Вопрос {item.number}: {votes}; {share} — {outcome} ({item.norm})"


def _share(item: ItemResult) -> str:
    return ", ".join(f"{percent(test.votes, test.of_all)} %" for test in item.majority) or "—"


def _was(now: Fraction, before: Fraction | None) -> str:
    shown = russian(now)
    return shown if before is None or before == now else f"{shown} (было {russian(before)})"


def to_data(own: OwnCount, recorded: CountResult | None) -> dict[str, Any]:
    """Give the own count as JSON-able data; `docs/reference/audit-json.md` explains it."""
    name, version, sha256 = own.law.rsplit(" ", 2)
    return {
        "format": FORMAT,
        "law": {"name": name, "version": version, "sha256": sha256},
        "judged_on": own.judged_on.isoformat(),
        "struck": [
            {
                "ballot": str(ballot.ballot),
                "premises": ballot.premises,
                "votes": str(ballot.votes),
                "answers": [mark.value for mark in ballot.answers],
                "reason": ballot.reason,
            }
            for ballot in own.struck
        ],
        "result": result_as_data(own.result),
        "recorded": result_as_data(recorded) if recorded is not None else None,
        "same": recorded == own.result,
    }
