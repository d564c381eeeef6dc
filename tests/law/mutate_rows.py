"""Mutation run over the rows of the law: `python -m tests.law.mutate_rows [--every N] [--jobs N]`.

Question: does some test notice when a threshold, its strictness, a date, a value, a place in a list
or a binding flag in domain/law/*.toml is wrong? Each mutant is written to a scratch directory and
the scenario tests are run on it in this process; the generated page and the digests, which notice
any change at all, are left out. A mutant the strict loader refuses is killed too, counted apart.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import re
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import date, timedelta
from multiprocessing import get_context
from pathlib import Path
from unittest import mock

import pytest

from domain.law import reference, workdays
from domain.law.errors import LawDataError

LAW = Path(reference.__file__).parent
HERE = Path(__file__).parent
TESTS = (
    "test_lists_of_article_46.py",
    "test_conduct_by_date.py",
    "test_article_44_through_time.py",
    "test_special_rules.py",
    "test_edition_choice.py",
    "test_planner.py",
    "test_judgement.py",
)
NAMES = (*reference.FILES, workdays.HOLIDAYS)
_DATE = re.compile(r"\b(\d{4}-\d{2}-\d{2})\b")
_PART = re.compile(r'"(\d+)/(\d+)"')
_STRICT = re.compile(r"strict = (true|false)")
_VALUE = re.compile(r"^(?:value|first_month|last_month) = (\d+)$", re.MULTILINE)
_BINDING = re.compile(r"^binding = (true|false)$", re.MULTILINE)
_LIST = re.compile(r"^(over_half_of_all|two_thirds_of_all|participants) = \[(.*)\]$", re.MULTILINE)
OTHER_PART = {"1/2": "2/3", "2/3": "1/2", "1/3": "1/2", "1/10": "1/5", "1/1": "2/3"}


@dataclass(frozen=True)
class Mutant:
    """One change of one file."""

    file: str
    what: str
    text: str


def _put(text: str, start: int, end: int, new: str) -> str:
    return text[:start] + new + text[end:]


def _line(text: str, at: int) -> str:
    return text[text.rfind("\n", 0, at) + 1 : text.find("\n", at)]


def _row(text: str, at: int) -> str:
    """Name the row a change falls in, by the last `id`-like line before it."""
    found = re.findall(r'^(?:id|channel|matter|decision|law) = "(.*)"$', text[:at], re.MULTILINE)
    return found[-1] if found else "-"


def _shifted(day: str, days: int) -> str:
    return (date.fromisoformat(day) + timedelta(days=days)).isoformat()


def mutants(name: str, text: str) -> Iterator[Mutant]:
    """Make every mutant of a file."""

    def made(start: int, end: int, new: str) -> Mutant:
        what = f"{_row(text, start)}: {_line(text, start).strip()[:70]} -> {new}"
        return Mutant(name, what, _put(text, start, end, new))

    for found in _PART.finditer(text):
        other = OTHER_PART[f"{found[1]}/{found[2]}"]
        yield made(found.start(), found.end(), f'"{other}"')
    for found in _STRICT.finditer(text):
        flipped = "false" if found[1] == "true" else "true"
        yield made(found.start(1), found.end(1), flipped)
    for found in _BINDING.finditer(text):
        flipped = "false" if found[1] == "true" else "true"
        yield made(found.start(1), found.end(1), flipped)
    for found in _VALUE.finditer(text):
        for change in (-1, 1):
            if int(found[1]) + change >= 0:
                yield made(found.start(1), found.end(1), str(int(found[1]) + change))
    for found in _DATE.finditer(text):
        line = _line(text, found.start())
        if line.startswith(("as_of", "id =", "#", "title", "norm", "changed")):
            continue
        for days in (-1, 1):
            yield made(found.start(), found.end(), _shifted(found[1], days))
    yield from _boundaries(name, text)
    yield from _moved_points(name, text)


def _boundaries(name: str, text: str) -> Iterator[Mutant]:
    """Move the end of a row and the begin of its next together: no gap for the loader to see."""
    for found in re.finditer(r"^until = (\S+)$", text, re.MULTILINE):
        following = _shifted(found[1], 1)
        later = text.find(f"since = {following}", found.end())
        if later < 0:
            continue
        for days in (-1, 1):
            start = later + len("since = ")
            changed = _put(text, start, start + len(following), _shifted(following, days))
            changed = _put(changed, found.start(1), found.end(1), _shifted(found[1], days))
            what = f"{_row(text, found.start())}: boundary {found[1]} by {days} day"
            yield Mutant(name, what, changed)


def _moved_points(name: str, text: str) -> Iterator[Mutant]:
    """Put each point of each edition into another list of the same edition."""
    if name != "editions.toml":
        return
    for block in re.finditer(r"\[\[edition\]\].*?(?=\n\[\[|\Z)", text, re.DOTALL):
        lists = {found[1]: found for found in _LIST.finditer(block[0])}
        for source, found in lists.items():
            for point in re.findall(r'"([^"]+)"', found[2]):
                target = "participants" if source != "participants" else "two_thirds_of_all"
                changed = _with_point_moved(block[0], source, target, point)
                what = f"{_row(text, block.start() + 30)}: point {point} {source} -> {target}"
                yield Mutant(name, what, _put(text, block.start(), block.end(), changed))


def _with_point_moved(block: str, source: str, target: str, point: str) -> str:
    def rewrite(found: re.Match[str]) -> str:
        points = re.findall(r'"([^"]+)"', found[2])
        if found[1] == source:
            points.remove(point)
        elif found[1] == target:
            points.append(point)
        return f"{found[1]} = [{', '.join(f'{chr(34)}{p}{chr(34)}' for p in points)}]"

    return _LIST.sub(rewrite, block)


def verdict(mutant: Mutant) -> str:
    """Run the tests on a mutant: `refused` by the loader, `killed` by a test, or `survived`."""
    with tempfile.TemporaryDirectory() as scratch:
        for name in NAMES:
            Path(scratch, name).write_bytes((LAW / name).read_bytes())
        Path(scratch, mutant.file).write_text(mutant.text, encoding="utf-8")
        with (
            mock.patch.object(reference, "package_files", lambda _: Path(scratch)),
            mock.patch.object(workdays, "package_files", lambda _: Path(scratch)),
        ):
            reference.load_pack.cache_clear()
            workdays.load_calendar.cache_clear()
            try:
                reference.load_pack()
                workdays.load_calendar()
            except LawDataError:
                return "refused"
            return "killed" if _tests_fail() else "survived"


def _tests_fail() -> bool:
    arguments = ["-x", "-q", "-p", "no:cacheprovider", *(str(HERE / test) for test in TESTS)]
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        return pytest.main(arguments) != pytest.ExitCode.OK


def all_mutants() -> list[Mutant]:
    """Make the mutants of every file, without those that change nothing."""
    found = []
    for name in NAMES:
        text = (LAW / name).read_text(encoding="utf-8")
        found += [mutant for mutant in mutants(name, text) if mutant.text != text]
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--every", type=int, default=1, help="take every N-th mutant only")
    parser.add_argument("--jobs", type=int, default=2)
    arguments = parser.parse_args()
    chosen = all_mutants()[:: arguments.every]
    tally: Counter[tuple[str, str]] = Counter()
    survivors = []
    context = get_context("spawn")
    with ProcessPoolExecutor(arguments.jobs, mp_context=context) as pool:
        for mutant, result in zip(chosen, pool.map(verdict, chosen, chunksize=8), strict=True):
            tally[mutant.file, result] += 1
            if result == "survived":
                survivors.append(f"{mutant.file}: {mutant.what}")
    for (file, result), number in sorted(tally.items()):
        sys.stdout.write(f"{file:18} {result:9} {number}\n")
    sys.stdout.write(f"mutants {len(chosen)}, survived {len(survivors)}\n")
    sys.stdout.writelines(f"SURVIVED {line}\n" for line in survivors)
    return 1 if survivors else 0


if __name__ == "__main__":
    sys.exit(main())
