"""A house's log that grows, and witnesses of it over real HTTP."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, cast

import httpx
import pytest
from eventsourcing.persistence import InfrastructureFactory, StoredEvent

from api.log import HouseLogs
from api.witnessing import Asking
from signing.guard import GuardedSigner
from signing.policy import Policy
from signing.sealing import Sealer
from signing.sqlite import LogRecorder
from tests.signing.builders import HOST, HOUSE, record, signer, stream
from tests.witness.fake_witness import NOW, FakeWitness, running

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from signing.store import Appended

TYPE = "ballot-received/1"


@dataclass
class House:
    """One log in a database of its own, with a guard of its own."""

    recorder: LogRecorder
    logs: HouseLogs
    written: int = 0

    def grow(self, number: int = 1, body: str = "за") -> None:
        """Add entries and sign the head."""
        appended: list[Appended] = []
        events = []
        for version in range(self.written + 1, self.written + number + 1):
            state = record(stream("s"), version, body={"answer": body})
            events.append(StoredEvent(stream("s"), version, TYPE, state))
        self.recorder.insert_events(events, appended=appended)
        self.written += number
        self.logs.checkpoint_with_size(HOUSE)


@pytest.fixture
def open_house(tmp_path: Path) -> Iterator[Callable[[str], House]]:
    """Open a log by the name of its folder; the same name is the same log."""
    factories = []

    def opened(name: str) -> House:
        folder = tmp_path / name
        folder.mkdir(exist_ok=True)
        factory: InfrastructureFactory = InfrastructureFactory.construct(
            {"PERSISTENCE_MODULE": "signing.sqlite", "SQLITE_DBNAME": str(folder / "log.db")}
        )
        factories.append(factory)
        recorder = cast("LogRecorder", factory.application_recorder())
        guarded = GuardedSigner(signer(), folder / "guard")
        logs = HouseLogs(recorder, guarded, Sealer(recorder, b"k" * 32), HOST)
        return House(recorder, logs, recorder.head(HOUSE).size)

    yield opened
    for factory in factories:
        factory.close()


@pytest.fixture
def house(open_house: Callable[[str], House]) -> House:
    """Open an empty log."""
    return open_house("house")


@dataclass
class Clock:
    """Time that stands until it is moved."""

    passed: float = 0.0

    def __call__(self) -> float:
        """Tell it."""
        return self.passed


@dataclass
class Ring:
    """Three witnesses that know the house's log, and those who ask them."""

    witnesses: list[FakeWitness]
    policy: Policy
    client: httpx.Client
    clock: Clock = field(default_factory=Clock)

    def asking(self, house: House) -> list[Asking]:
        """Give one asker for each witness."""
        return [
            Asking(house.logs, known, now=lambda: NOW, monotonic=self.clock)
            for known in self.policy.witnesses
        ]


def policy_text(witnesses: list[FakeWitness], *lines: str) -> str:
    """Write a policy of two of these."""
    known = [f"witness w{n} {w.vkey} {w.url}" for n, w in enumerate(witnesses, 1)]
    names = " ".join(f"w{n}" for n in range(1, len(witnesses) + 1))
    return "\n".join([*lines, *known, f"group two 2 {names}", "quorum two", ""])


@pytest.fixture
def ring(house: House) -> Iterator[Ring]:
    """Run three witnesses that know the log's key."""
    with ExitStack() as stack:
        witnesses = [FakeWitness(f"witness.example/w{n}", seed=20 + n) for n in range(3)]
        for witness in witnesses:
            stack.enter_context(running(witness))
            witness.trust(house.logs.key(HOUSE).to_text())
        policy = Policy.from_bytes(policy_text(witnesses).encode())
        yield Ring(witnesses, policy, stack.enter_context(httpx.Client(timeout=20)))
