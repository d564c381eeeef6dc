"""Runs the core of the page under Node, many jobs in one process, and gives its verdicts."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from api.audit.checking import audit
from api.web.verify import PAGE
from signing.errors import BundleMalformedError

HARNESS = Path(__file__).parent / "run.mjs"
SOUND, UNSOUND, UNUSABLE = "sound", "unsound", "unusable"


@dataclass(frozen=True)
class Job:
    """What the page is given: a bundle, a receipt, a published key, or some of these."""

    bundle: bytes | None = None
    receipt: bytes | None = None
    key: str = ""
    is_old_browser: bool = False


@dataclass(frozen=True)
class Verdict:
    """What a verifier came to: its state, and the errors by place and code."""

    state: str
    errors: frozenset[tuple[str, str]] = frozenset()
    text: str = ""
    result: Any = None

    @property
    def entries(self) -> frozenset[str]:
        """The entries that are named."""
        return frozenset(place for place, _ in self.errors if place.startswith("entry "))


class VerifierCrashedError(AssertionError):
    """The page's core failed on some input instead of saying what is wrong with it."""


def page_path() -> Path:
    """Give the page as it lies in the package."""
    return Path(str(files("api.web") / "static" / PAGE))


def node() -> str:
    """Find Node; without it the test is skipped at home and fails where CI is set."""
    found = shutil.which("node")
    if found is None:
        if os.environ.get("CI"):
            raise FileNotFoundError("node")
        pytest.skip("Node is not installed")
    return found


def by_page(jobs: Iterable[Job], folder: Path) -> list[Verdict]:
    """Run all jobs in one process."""
    listed = []
    for number, job in enumerate(jobs):
        line: dict[str, Any] = {"key": job.key, "old": job.is_old_browser}
        for kind, content in (("bundle", job.bundle), ("receipt", job.receipt)):
            if content is not None:
                path = folder / f"{number}.{kind}"
                path.write_bytes(content)
                line[kind] = str(path)
        listed.append(line)
    (folder / "jobs.json").write_text(json.dumps(listed), encoding="utf-8")
    command = [node(), str(HARNESS), str(page_path()), str(folder / "jobs.json")]
    run = subprocess.run(command, capture_output=True, encoding="utf-8", check=False)
    assert run.returncode == 0, run.stderr
    verdicts = [_verdict(json.loads(line)) for line in run.stdout.split("\n")[:-1]]
    assert len(verdicts) == len(listed)
    return verdicts


def _verdict(answer: dict[str, Any]) -> Verdict:
    if "crash" in answer:
        raise VerifierCrashedError(answer["crash"])
    if "unusable" in answer:
        return Verdict(UNUSABLE, text=answer["unusable"])
    found = [one for one in answer["findings"] if one["severity"] == "error"]
    errors = frozenset((one["place"], one["code"]) for one in found)
    text = "\n".join(one["text"] for one in answer["findings"])
    return Verdict(SOUND if answer["sound"] else UNSOUND, errors, text, answer["result"])


def by_python(data: bytes) -> Verdict:
    """Ask the first verifier."""
    try:
        report = audit(data).report
    except BundleMalformedError as fault:
        return Verdict(UNUSABLE, text=fault.reason)
    errors = frozenset((f.place, f.code) for f in report.findings if f.severity == "error")
    return Verdict(SOUND if report.is_sound else UNSOUND, errors)
