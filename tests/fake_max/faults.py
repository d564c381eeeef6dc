"""Switches that make the fake fail; each is a name of `fake_server.fault_switches` or more."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from enum import StrEnum


class FaultKind(StrEnum):
    """How a request fails."""

    TIMEOUT_AFTER_ACCEPT = "timeout_after_accept"
    LOST_ANSWER = "lost_answer"
    DROPPED_BEFORE = "dropped_before"
    BURST_429 = "429_burst"
    BURST_5XX = "5xx_burst"
    SLOW_200 = "slow_200"
    SUCCESS_FALSE = "success_false"
    NOT_JSON = "not_json"
    PATHS_GONE = "paths_gone"


@dataclass
class Fault:
    """What fails, how often, and how it looks."""

    kind: FaultKind
    method: str = ""
    path: str = ""
    times: int = 1
    status: int = 503
    wait: int | None = None
    seconds: float = 29


@dataclass
class Faults:
    """The queue of failures, and the switches for events."""

    duplicate_update: bool = False
    reorder_updates: bool = False
    callback_without_chat_id: bool = False
    not_ready_attempts: int = 0
    queue: list[Fault] = field(default_factory=list)
    accepted: threading.Event = field(default_factory=threading.Event)

    def add(self, fault: Fault) -> None:
        """Add a failure for the next matching requests."""
        self.queue.append(fault)

    def take(self, method: str, path: str) -> Fault | None:
        """Give the failure meant for this request and count it."""
        for fault in self.queue:
            if fault.times > 0 and fault.method in ("", method) and path.startswith(fault.path):
                fault.times -= 1
                return fault
        return None
