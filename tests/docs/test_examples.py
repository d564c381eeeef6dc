"""Examples in the docs run: every block of Python with `>>>` is a doctest, the rest compiles."""

from __future__ import annotations

import doctest
from typing import TYPE_CHECKING

import pytest

from tests.docs.pages import name_of, pages, python_blocks

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("page", pages(), ids=name_of)
def test_the_examples_of_a_page_run(page: Path) -> None:
    names: dict[str, object] = {}
    for line, block in python_blocks(page):
        failed = run(block, names, f"{name_of(page)}:{line}")
        assert not failed, failed


def run(block: str, names: dict[str, object], place: str) -> str:
    """Run a block after those above it on the page; gives what went otherwise."""
    if ">>>" not in block:
        compile(block, place, "exec")
        return ""
    said: list[str] = []
    example = doctest.DocTestParser().get_doctest(block, names, place, place, 0)
    runner = doctest.DocTestRunner(verbose=False)
    runner.run(example, out=said.append, clear_globs=False)
    names.update(example.globs)
    return "".join(said)


def test_a_wrong_example_is_found() -> None:
    assert run(">>> 1 + 1\n3\n", {}, "page:1")
    assert not run(">>> 1 + 1\n2\n", {}, "page:1")
    with pytest.raises(SyntaxError):
        run("x = = 1\n", {}, "page:1")


def test_a_name_of_one_block_is_known_in_the_next() -> None:
    names: dict[str, object] = {}
    assert not run(">>> number = 2\n", names, "page:1")
    assert not run(">>> number * 2\n4\n", names, "page:5")
