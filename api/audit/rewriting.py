"""Two bundles of one log: is the older one a beginning of the newer? If not, where do they part?

Two heads signed by one key, of which neither begins the other, prove that the log was rewritten.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from api.audit.checking import worded, zone_of
from api.audit.report import ERROR, Finding, Report, Step
from projections.noticed import Noticed
from signing.opened import hint_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from api.audit.checking import Audited

CHECKED = 3
"""Both bundles must pass these steps, else the comparison would prove nothing."""


def compare(old: Audited, new: Audited) -> Report:
    """Compare two audited bundles."""
    before, after = old.bundle.manifest, new.bundle.manifest
    about: dict[str, str | int] = {
        "origin": after.origin,
        "old_size": before.size,
        "new_size": after.size,
    }
    zone = zone_of(new.replay)
    findings = [worded(CHECKED, one, zone) for one in _parting(old, new)]
    steps = (
        _known_good(1, "old", "первый пакет", old),
        _known_good(2, "new", "второй пакет", new),
        Step(3, "prefix", "начало", f"записей {before.size} → {after.size}", tuple(findings)),
    )
    return Report("diff", about, steps)


def _known_good(number: int, name: str, title: str, audited: Audited) -> Step:
    findings = tuple(f for s in audited.report.steps[:CHECKED] for f in s.findings if _hurts(f))
    return Step(number, name, title, f"записей {audited.bundle.manifest.size}", findings)


def _hurts(finding: Finding) -> bool:
    return finding.severity == ERROR


def _parting(old: Audited, new: Audited) -> list[Noticed]:
    before, after = old.bundle.manifest, new.bundle.manifest
    if before.origin != after.origin:
        details: dict[str, str | int] = {"got": before.origin, "wanted": after.origin}
        return [Noticed(ERROR, "logs_of_two_houses", "", details)]
    found = []
    if after.size < before.size:
        sizes = {"got": after.size, "wanted": before.size}
        found.append(Noticed(ERROR, "log_shorter", "", sizes))
    pairs = enumerate(zip(old.leaves, new.leaves, strict=False))
    index = next((index for index, (was, now) in pairs if was != now), None)
    if index is not None:
        found.append(Noticed(ERROR, "entry_differs", f"entry {index}", _both(old, new, index)))
    return found


def _both(old: Audited, new: Audited, index: int) -> Mapping[str, str | int]:
    was, now = (one.opened.entries.get(index, b"") for one in (old, new))
    return {
        "index": index,
        **hint_of(now),
        "wanted": was.decode("utf-8", errors="replace")[:600] or "не раскрыто",
        "got": now.decode("utf-8", errors="replace")[:600] or "не раскрыто",
    }
