"""The figures of a run as a table and as JSON: medians over rounds, ratios within each round."""

from __future__ import annotations

import json
import os
import platform
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.table import Table

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tests.benchmarks.load import Answered

WANTED = {"echo": 0.55, "insert": 1.7, "library": 6.0}
"""What the product is to reach, as multiples of each baseline."""


@dataclass(slots=True)
class Measured:
    """All rounds of one server."""

    name: str
    kind: str
    store: str
    rounds: list[Answered] = field(default_factory=list)
    behind: list[float] = field(default_factory=list)
    """Seconds after the last answer until the turnout page showed every vote of the round."""

    @property
    def rate(self) -> float:
        """Votes per second, median over rounds."""
        return median(answered.rate for answered in self.rounds)

    def delay(self, part: float) -> float:
        """Give a quantile of the delay in milliseconds, median over rounds."""
        return median(answered.quantile(part) for answered in self.rounds)

    @property
    def processor(self) -> float:
        """Microseconds of processor time per vote in the server, median over rounds."""
        return median(1e6 * one.processor / len(one.delays) for one in self.rounds)

    def to_json(self) -> dict[str, Any]:
        """Give the figures as JSON-able data."""
        return {
            "name": self.name,
            "store": self.store,
            "votes_per_second": round(self.rate),
            "votes_per_second_by_round": [round(answered.rate) for answered in self.rounds],
            "p50_ms": round(self.delay(0.5), 1),
            "p99_ms": round(self.delay(0.99), 1),
            "processor_us_per_vote": round(self.processor),
            "votes_per_round": len(self.rounds[0].delays),
            "turnout_behind_seconds": [round(seconds, 2) for seconds in self.behind],
        }


def ratio(product: Measured, baseline: Measured) -> float:
    """Give how many times faster the product was, median over rounds run side by side."""
    pairs = zip(product.rounds, baseline.rounds, strict=True)
    return median(own.rate / other.rate for own, other in pairs)


def ratios(measured: Sequence[Measured]) -> dict[str, float]:
    """Compare each product with every baseline; the library's on the same store."""
    found = {}
    for product in (one for one in measured if one.kind == "product"):
        for other in measured:
            same_store = other.kind != "library" or other.store == product.store
            if other.kind in WANTED and same_store:
                found[f"{product.name} / {other.name}"] = ratio(product, other)
    return found


def machine() -> dict[str, str]:
    """Say on what this was measured."""
    release = platform.freedesktop_os_release().get("PRETTY_NAME", "?")
    return {
        "at": datetime.now(UTC).date().isoformat(),
        "cores": str(os.cpu_count()),
        "cpu": _cpu(),
        "system": release,
        "python": platform.python_version(),
        **{name: version(name) for name in ("fastapi", "pydantic", "uvicorn", "eventsourcing")},
        "load": " ".join(f"{part:.1f}" for part in os.getloadavg()),
    }


def _cpu() -> str:
    for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()


def show(measured: Sequence[Measured], entries: Mapping[str, int], postgres: str) -> None:
    """Print the table and the ratios."""
    console = Console()
    table = Table(title="Принятые голоса в секунду, 64 соединения, настоящий HTTP")
    table.add_column("сервер")
    for title in ("голосов/с", "по кругам", "p50, мс", "p99, мс", "ЦП, мкс", "явка, с"):
        table.add_column(title, justify="right")
    for one in measured:
        rates = sorted(round(answered.rate) for answered in one.rounds)
        behind = f"{max(one.behind):.1f}" if one.behind else "—"
        table.add_row(
            one.name,
            f"{one.rate:.0f}",
            f"{rates[0]}–{rates[-1]}",
            f"{one.delay(0.5):.1f}",
            f"{one.delay(0.99):.1f}",
            f"{one.processor:.0f}",
            behind,
        )
    console.print(table)
    for pair, found in ratios(measured).items():
        wanted = next(times for kind, times in WANTED.items() if f"/ {kind}" in pair)
        verdict = "достигнуто" if found >= wanted else "НЕ достигнуто"
        console.print(f"  {pair}: {found:.2f} × (нужно {wanted:g}) — {verdict}")
    for name, number in entries.items():
        console.print(f"  {name}: журнал из {number} записей проверен, голоса все на месте")
    about = ", ".join(f"{key} {value}" for key, value in machine().items())
    console.print(f"  {about}, PostgreSQL {postgres}")


def write(path: Path, measured: Sequence[Measured], postgres: str) -> None:
    """Write the figures as JSON."""
    path.parent.mkdir(parents=True, exist_ok=True)
    data = {
        "machine": {**machine(), "postgresql": postgres},
        "measured": [one.to_json() for one in measured],
        "ratios": {pair: round(found, 2) for pair, found in ratios(measured).items()},
    }
    path.write_text(json.dumps(data, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
