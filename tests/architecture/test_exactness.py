"""Numbers are exact in the domain, in signing and in what people read; the domain has no clock."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

import pytest

from tests.architecture.tree import EXACT_ROOMS, parsed, place, python_files

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

INEXACT_NAMES = {"float", "complex"}
INEXACT_CALLS = {"total_seconds", "timestamp", "fsum", "fmean"}
EXACT_MATH = {"comb", "factorial", "gcd", "isqrt", "lcm", "perm", "prod"}
WHOLE = {"len", "int", "ord"}
"""Functions whose value is an int: a quotient of it is a float."""
ROUNDING = {
    "projections/judgement.py",
    "projections/judgement_form.py",
    "projections/figure_checks.py",
}
"""Here fractions are rounded to be shown or compared with rounded figures of a foreign protocol."""
NO_NUMBER_OF_A_MEETING = {
    "projections/documents/protocol_docx.py:12.5",  # an indent, in millimetres
    "signing/postgres_reads.py:0.2",  # a pause before a second try, in seconds
}
CLOCKS_AND_CHANCE = {"now", "today", "utcnow", "uuid1", "uuid4", "getrandom", "urandom"}
OUTSIDE = {"open", "input", "print", "exec", "eval"}


@pytest.mark.parametrize("path", python_files(*EXACT_ROOMS), ids=place)
def test_no_float(path: Path) -> None:
    here = place(path)
    allowed = {"round()"} if here in ROUNDING else set()
    assert not [
        f"{place(path, node)}: {what}"
        for node, what in inexact(parsed(path))
        if what not in allowed and f"{here}:{what}" not in NO_NUMBER_OF_A_MEETING
    ]


@pytest.mark.parametrize("path", python_files("domain"), ids=place)
def test_the_domain_has_no_clock_no_chance_and_no_world(path: Path) -> None:
    found = []
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.Call):
            attribute = isinstance(node.func, ast.Attribute)
            name = _called(node)
            if name in CLOCKS_AND_CHANCE or (name in OUTSIDE and not attribute):
                found.append(f"{place(path, node)}: {name}()")
    assert not found


@pytest.mark.parametrize(
    "code",
    [
        "x = 0.5", "x = 1e3", "x = 2j", "x = float(y)", "def f(x: float): ...", "x = len(a) / 2",
        "x = 1 / n", "from math import sqrt", "import math\nx = math.sqrt(2)", "x = round(y)",
        "x = (b - a).total_seconds()", "x = 2 ** -1", "import statistics",
    ],
)  # fmt: skip
def test_the_search_finds(code: str) -> None:
    assert list(inexact(ast.parse(code)))


@pytest.mark.parametrize(
    "code",
    [
        "x = votes * 3 >= total * 2", "x = part * 100 / whole", "x = folder / 'name'",
        "import math\nx = math.gcd(a, b)", "x = n // 2", "x = 10 ** places",
    ],
)  # fmt: skip
def test_the_search_leaves_alone(code: str) -> None:
    assert not list(inexact(ast.parse(code)))


def inexact(tree: ast.Module) -> Iterator[tuple[ast.AST, str]]:
    """Walk whatever makes or may make an inexact number."""
    for node in ast.walk(tree):
        match node:
            case ast.Constant(value=float() | complex() as value):
                yield node, repr(value)
            case ast.Name(id=name) if name in INEXACT_NAMES:
                yield node, name
            case ast.Call() if _called(node) in INEXACT_CALLS | {"round"}:
                yield node, f"{_called(node)}()"
            case ast.Attribute(value=ast.Name(id="math"), attr=name) if name not in EXACT_MATH:
                yield node, f"math.{name}"
            case ast.ImportFrom(module="math", names=names):
                yield from ((node, a.name) for a in names if a.name not in EXACT_MATH)
            case ast.Import(names=names):
                yield from ((node, a.name) for a in names if a.name in ("statistics", "cmath"))
            case ast.BinOp(op=ast.Div(), left=left, right=right):
                if _is_literal(left) or _is_whole(left) or _is_whole(right):
                    yield node, ast.unparse(node)
            case ast.BinOp(op=ast.Pow(), right=ast.UnaryOp(op=ast.USub())):
                yield node, ast.unparse(node)
            case _:
                pass


def _is_literal(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, int)


def _is_whole(node: ast.expr) -> bool:
    return isinstance(node, ast.Call) and _called(node) in WHOLE


def _called(node: ast.Call) -> str:
    match node.func:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case _:
            return ""
