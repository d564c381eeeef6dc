"""Files and functions stay readable in one sitting."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

import pytest

from tests.architecture.tree import ROOMS, parsed, place, python_files

if TYPE_CHECKING:
    from pathlib import Path

LONGEST_FILE = 400
LONGEST_TEST_FILE = 600
LONGEST_FUNCTION = 60
ONE_FILE_ON_PURPOSE = {"domain/events.py", "domain/refusals.py"}
"""Closed lists of all facts and of all reasons to say no: they are read from top to bottom."""


@pytest.mark.parametrize("path", python_files(*ROOMS), ids=place)
def test_a_file_is_short(path: Path) -> None:
    lines = len(path.read_text(encoding="utf-8").splitlines())
    assert lines <= LONGEST_FILE or place(path) in ONE_FILE_ON_PURPOSE


@pytest.mark.parametrize("path", python_files("tests"), ids=place)
def test_a_test_file_is_not_endless(path: Path) -> None:
    lines = len(path.read_text(encoding="utf-8").splitlines())
    assert lines <= LONGEST_TEST_FILE


@pytest.mark.parametrize("path", python_files(*ROOMS, "tests"), ids=place)
def test_functions_are_short(path: Path) -> None:
    long = [
        f"{place(path, node)} {node.name}"
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (node.end_lineno or node.lineno) - node.lineno + 1 > LONGEST_FUNCTION
    ]
    assert not long
