"""Russian wording of every finding, by its code; and the names of the steps.

The sentences stand in `findings.toml`; a test holds its codes against what the rooms can notice and
against `docs/reference/audit-json.md`.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import UTC
from importlib.resources import files
from typing import TYPE_CHECKING

from api import messages
from domain.refusals import Refusal

if TYPE_CHECKING:
    from datetime import tzinfo

    from api.messages import Explained

REFUSED = "refused_"
STEPS = (
    ("bytes", "файл"),
    ("hashes", "хэши"),
    ("checkpoint", "контрольная точка"),
    ("replay", "воспроизведение"),
    ("recount", "пересчёт"),
    ("comparison", "сравнение"),
)

SECTIONS: Mapping[str, Mapping[str, str]] = tomllib.loads(
    (files("api.audit") / "findings.toml").read_text(encoding="utf-8")
)
WORDINGS = {code: text for section in SECTIONS.values() for code, text in section.items()}


def word(
    code: str,
    place: str,
    details: Mapping[str, str | int],
    reason: object,
    zone: tzinfo,
) -> str:
    """Put a finding into words, its place first; moments are shown in the house's zone."""
    if isinstance(reason, Refusal):
        explained = _explained(reason, zone)
        text = f"По правилам такой записи быть не могло. {explained.title}: {explained.text}"
    else:
        text = WORDINGS[code].format_map(_Lenient(details))
    return f"{_placed(place, details)}{text}"


def _explained(reason: Refusal, zone: tzinfo) -> Explained:
    """Explain a refusal; a forged moment at the end of time may have no local time."""
    try:
        return messages.explain(reason, zone)
    except OverflowError:
        return messages.explain(reason, UTC)


def _placed(place: str, details: Mapping[str, str | int]) -> str:
    if "index" not in details or not place.startswith("entry "):
        return f"{place}: " if place else ""
    named = [f"{details[name]}" for name in ("type", "stream") if name in details]
    who = f" ({', поток '.join(named)})" if named else ""
    return f"запись № {details['index']}{who}: "


class _Lenient(dict[str, "str | int"]):
    """Shows a value that is not there as a dash rather than fail while failing."""

    def __missing__(self, key: str) -> str:
        return "—"
