"""Who may import whom: the contracts of pyproject.toml, and what they cannot say."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.architecture.tree import ROOMS, ROOT, imported, place, python_files

if TYPE_CHECKING:
    from pathlib import Path

ONLY_IN = {
    "pydantic": ("domain/records.py",),
    "pydantic_core": ("domain/records.py",),
    "orjson": ("domain/records.py",),
    "rfc8785": ("domain/records.py",),
    "eventsourcing": ("domain/application.py",),
}
EVERYWHERE = {"domain", "typing_extensions"}
WORLD = {
    "asyncio", "glob", "http", "io", "logging", "multiprocessing", "os", "pathlib", "random",
    "secrets", "select", "shutil", "signal", "socket", "sqlite3", "ssl", "subprocess", "tempfile",
    "threading", "time", "urllib",
}  # fmt: skip
"""Standard library modules that know a clock, chance or the world outside."""


def test_the_contracts_of_imports_hold() -> None:
    # A program of its own: inside the tests it would switch their loggers off.
    linter = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run(
        [linter, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_product_never_imports_tests() -> None:
    found = [
        place(path, node)
        for path in python_files(*ROOMS)
        for name, node in imported(path)
        if name.split(".")[0] in ("tests", "pytest", "hypothesis")
    ]
    assert not found


@pytest.mark.parametrize("path", python_files("domain"), ids=place)
def test_the_domain_takes_little_from_outside(path: Path) -> None:
    for name, node in imported(path):
        top = name.split(".")[0]
        here = place(path)
        assert top not in WORLD, f"{place(path, node)}: {name}"
        known = top in EVERYWHERE or top in sys.stdlib_module_names
        assert known or here in ONLY_IN.get(top, ()), f"{place(path, node)}: {name}"
