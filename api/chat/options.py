"""How the chat is told: quiet hours, how often a card may change; each with a safe default.

| Variable | Meaning |
|---|---|
| `SOBRANIE_CHAT_QUIET` | quiet hours by the house's own time, `22-8` by default, or `none` |
| `SOBRANIE_CHAT_CARD_MINUTES` | least time between two changes of one card, 10 by default |

1. reminders, the quorum and the objection term wait for the end of the quiet hours;
2. a change of stage is told at once, because people rely on it, but without a sound;
3. changes of a card make no sound at any hour.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

_HOURS = re.compile(r"([01]?\d|2[0-3])-([01]?\d|2[0-3])")
LONGEST_PAUSE = 1440


class ChatOptionsError(Exception):
    """A setting of the chat cannot be used; the message says which and what to do."""


@dataclass(frozen=True, slots=True)
class QuietHours:
    """From an hour to an hour, over midnight too; equal hours mean never."""

    begin: int = 22
    end: int = 8

    def cover(self, local: datetime) -> bool:
        """Tell whether a local moment is in the quiet hours."""
        if self.begin <= self.end:
            return self.begin <= local.hour < self.end
        return local.hour >= self.begin or local.hour < self.end


NEVER = QuietHours(0, 0)


@dataclass(frozen=True, slots=True)
class ChatOptions:
    """The settings of the chat."""

    quiet: QuietHours = QuietHours()
    card_every: timedelta = timedelta(minutes=10)


def read_options(given: Mapping[str, str]) -> ChatOptions:
    """Read the settings of the chat; ChatOptionsError names the one that is wrong."""
    minutes = given.get("SOBRANIE_CHAT_CARD_MINUTES", "10")
    if not (minutes.isascii() and minutes.isdigit() and 1 <= int(minutes) <= LONGEST_PAUSE):
        raise ChatOptionsError(
            f"SOBRANIE_CHAT_CARD_MINUTES: «{minutes}» не подходит; укажите от 1 до {LONGEST_PAUSE}"
        )
    return ChatOptions(
        _quiet(given.get("SOBRANIE_CHAT_QUIET", "22-8")), timedelta(minutes=int(minutes))
    )


def _quiet(text: str) -> QuietHours:
    if text == "none":
        return NEVER
    found = _HOURS.fullmatch(text)
    if found is None:
        raise ChatOptionsError(
            f"SOBRANIE_CHAT_QUIET: «{text}» не подходит; укажите часы, например 22-8, или none"
        )
    return QuietHours(int(found[1]), int(found[2]))
