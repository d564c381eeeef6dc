"""A sample of the mutation run: the tests notice wrong numbers and days in the rows.

The whole run is `python -m tests.law.mutate_rows`; it takes minutes, so it is no test itself.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.law.mutate_rows import all_mutants

ROOT = Path(__file__).parents[2]


def test_there_are_mutants_of_every_file() -> None:
    files = {mutant.file for mutant in all_mutants()}
    assert files == {
        "editions.toml",
        "decisions.toml",
        "terms.toml",
        "channels.toml",
        "orders.toml",
        "resolution.toml",
        "holidays.toml",
    }


def test_a_sample_of_mutants_is_killed() -> None:
    """Run apart: the mutants replace what the packaged loader reads."""
    run = subprocess.run(
        [sys.executable, "-m", "tests.law.mutate_rows", "--every", "149", "--jobs", "1"],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr
    assert "survived 0" in run.stdout
