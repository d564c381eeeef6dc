"""Asks the witnesses of the policy to cosign every new head; one thread for each witness.

    writer ── after each commit ──► wake ──► ask (C2SP add-checkpoint) ──► keep the cosigned head

A witness that is slow, silent or refuses harms nobody: it is asked again, less and less often. One
that has seen another log than ours is a matter for a person, and is said loudly.
"""

from __future__ import annotations

import logging
import threading
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import httpx
from eventsourcing.persistence import PersistenceError

from api.wording.witnesses import ALARM
from signing.errors import RefusedToSignError, VerificationError, WitnessRefusedError
from signing.note import Note
from signing.witness import ALARMS, MAX_ANSWER_BYTES, Answer, ask_witness

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from api.log import HouseLogs
    from signing.policy import KnownWitness, Policy

EVERY_SECONDS = 30.0
"""How often a witness is looked at without a wake-up."""
REST_SECONDS = 2.0
"""Pause after asking, so that under load one request covers many commits."""
TIMEOUT_SECONDS = 10.0
DEADLINE_SECONDS = 30.0
FIRST_WAIT_SECONDS = 5.0
LONGEST_WAIT_SECONDS = 600.0
MEDIA = "text/plain; charset=utf-8"

logger = logging.getLogger(__name__)


class WitnessSilentError(Exception):
    """The witness did not answer, or not to the end."""


@dataclass(slots=True)
class _Asked:
    """What is known between a witness and one house's log."""

    cosigned: int = 0
    known: int = 0
    failures: int = 0
    not_before: float = 0.0
    fault: str = ""


def unix_now() -> int:
    """Give the real time in seconds since 1970: witnesses know no other."""
    return int(time.time())


@dataclass(slots=True)
class Asking:
    """Asks one witness about all logs; `look` is one round."""

    logs: HouseLogs
    witness: KnownWitness
    now: Callable[[], int] = unix_now
    monotonic: Callable[[], float] = time.monotonic
    _asked: dict[UUID, _Asked] = field(default_factory=dict)
    _begun: bool = False

    def look(self, client: httpx.Client) -> None:
        """Ask about every log whose newest head the witness has not cosigned yet."""
        if not self._begun:
            # What was signed before the start is asked about once; later the writer's heads are.
            for house in self.logs.store.houses():
                try:
                    self.logs.checkpoint_with_size(house)
                except RefusedToSignError as fault:
                    self._failed(self._of(house), house, fault.reason, fault.detail)
            self._begun = True
        for house, (size, note) in self.logs.signed().items():
            asked = self._of(house)
            if not 0 < size != asked.cosigned or self.monotonic() < asked.not_before:
                continue
            try:
                self._ask(client, house, size, note, asked)
            except WitnessSilentError as fault:
                self._failed(asked, house, "silent", str(fault))
                return
            except RefusedToSignError as fault:
                self._failed(asked, house, fault.reason, fault.detail)

    def _of(self, house: UUID) -> _Asked:
        return self._asked.setdefault(house, _Asked())

    def _ask(self, client: httpx.Client, house: UUID, size: int, note: str, asked: _Asked) -> None:
        if any(
            line.is_under(self.witness.key) for line in Note.from_bytes(note.encode()).signatures
        ):
            asked.cosigned = asked.known = size
            return

        def prove(old: int, new: int) -> tuple[bytes, ...]:
            return self.logs.store.consistency_proof(house, old, new)

        def post(text: str) -> Answer:
            return post_to(client, f"{self.witness.url}/add-checkpoint", text)

        try:
            line = ask_witness(note, self.witness.key, asked.known, prove, post, self.now())
        except WitnessRefusedError as fault:
            if fault.reason == "has_seen_more" and self.logs.checkpoint_with_size(house)[0] > size:
                return  # Another process has signed further and had that cosigned already.
            self._failed(asked, house, fault.reason, fault.where)
        except VerificationError as fault:
            self._failed(asked, house, f"{fault.code} {fault.reason}", fault.where)
        else:
            self.logs.add_cosignatures(house, note, [line])
            self._asked[house] = _Asked(cosigned=size, known=size)

    def _failed(self, asked: _Asked, house: UUID, reason: str, detail: str) -> None:
        """Wait longer each time; say a new fault once."""
        asked.known = 0
        asked.failures += 1
        wait = min(FIRST_WAIT_SECONDS * 2 ** min(asked.failures - 1, 16), LONGEST_WAIT_SECONDS)
        asked.not_before = self.monotonic() + wait
        if asked.fault == reason:
            return
        asked.fault = reason
        alarm = reason in ALARMS
        level = logging.CRITICAL if alarm else logging.WARNING
        said = f"{ALARM} " if alarm else ""
        logger.log(
            level, "%switness %s, log %s: %s %s", said, self.witness.name, house, reason, detail
        )

    def fault(self, house: UUID) -> str:
        """Give the reason of the last failure; empty when the witness has cosigned since."""
        return self._of(house).fault


def post_to(client: httpx.Client, url: str, text: str) -> Answer:
    """Post a request; redirects are not followed, and an answer without end is cut off."""
    until = time.monotonic() + DEADLINE_SECONDS
    body = b""
    try:
        headers = {"Content-Type": MEDIA}
        with client.stream("POST", url, content=text.encode(), headers=headers) as answer:
            for chunk in answer.iter_bytes():
                body += chunk
                if len(body) > MAX_ANSWER_BYTES or time.monotonic() > until:
                    break
            return Answer(answer.status_code, answer.headers.get("Content-Type", ""), body)
    except (httpx.HTTPError, httpx.InvalidURL) as fault:
        raise WitnessSilentError(f"{type(fault).__name__}: {fault}"[:200]) from fault


class WitnessThreads:
    """The threads of a server that ask witnesses; made once, closed at the end."""

    def __init__(self, logs: HouseLogs, policy: Policy | None) -> None:
        """Start a thread for every witness that has an address."""
        known = policy.witnesses if policy is not None else ()
        self.asking = [Asking(logs, witness) for witness in known if witness.url is not None]
        self._stop = threading.Event()
        self._wakes = [threading.Event() for _ in self.asking]
        self._threads = [
            threading.Thread(target=self._work, args=pair, name="witness", daemon=True)
            for pair in zip(self.asking, self._wakes, strict=True)
        ]
        for thread in self._threads:
            thread.start()

    def wake(self) -> None:
        """Say that there may be new heads."""
        for event in self._wakes:
            event.set()

    def close(self) -> None:
        """Stop after the requests at hand."""
        self._stop.set()
        self.wake()
        for thread in self._threads:
            thread.join()

    def _work(self, asking: Asking, wake: threading.Event) -> None:
        with httpx.Client(timeout=TIMEOUT_SECONDS) as client:
            while not self._stop.is_set():
                try:
                    asking.look(client)
                except (PersistenceError, RefusedToSignError, VerificationError):
                    logger.exception("the heads to be witnessed could not be read")
                self._stop.wait(REST_SECONDS)
                wake.wait(EVERY_SECONDS)
                wake.clear()
