"""A law pack of an attacker's own making, and a whole meeting made anew under it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import rfc8785

from domain.facts import CountId, HouseId, MeetingId
from domain.law.reference import LawPack
from projections.audited import claim_of, figures_from, result_as_data
from projections.replay import Replay
from signing import bundle as form

if TYPE_CHECKING:
    from tests.audit.forger import Forger

DECISION = 'id = "156.7"'
TRUE, FALSE = 'part = "1/2", strict = true', 'part = "1/3", strict = true'


def other_pack(files: dict[str, bytes]) -> dict[str, bytes]:
    """Let the size of the charge carry with a third of those who took part."""
    text = files["decisions.toml"].decode()
    head, mark, tail = text.partition(DECISION)
    assert mark and TRUE in tail
    return {**files, "decisions.toml": (head + mark + tail.replace(TRUE, FALSE, 1)).encode()}


def under_other_law(forger: Forger) -> None:
    """Make every fact and every claim fit the other pack."""
    files = other_pack(
        {
            path.removeprefix(form.LAW): content
            for path, content in forger.files.items()
            if path.startswith(form.LAW)
        }
    )
    forger.files |= {form.LAW + name: content for name, content in files.items()}
    pack = LawPack.from_files(files)

    def rename(record: dict[str, Any]) -> None:
        record["body"]["law"]["sha256"] = pack.sha256

    forger.edit("meeting-called", rename)
    completed = forger.edit("count-completed", rename)
    replay = _replayed(forger, pack)
    result = replay.state.recounts[0].result
    assert result is not None
    record = forger.record(completed)
    record["body"]["result"] = result_as_data(result)
    forger.put(completed, record)
    _claim_it(forger, pack)


def _replayed(forger: Forger, pack: LawPack) -> Replay:
    entries = [(i, entry) for i, entry in enumerate(forger.entries) if entry is not None]
    return Replay(HouseId(forger.house), [pack]).run(entries)


def _claim_it(forger: Forger, pack: LawPack) -> None:
    replay = _replayed(forger, pack)
    meeting = MeetingId(forger.meeting)
    count = replay.state.count(replay.state.recounts[0].count)
    assert count is not None and count.completed is not None
    state = replay.state.meeting(meeting)
    day = getattr(state, "protocol").drawn_up_on  # noqa: B009 - the state is a closed union
    figures = figures_from(replay.state, meeting, count, count.completed.result, day)
    forger.files[form.FIGURES] = rfc8785.dumps(figures)
    forger.files[form.CLAIMED] = rfc8785.dumps(claim_of(CountId(count.id), count.completed))
