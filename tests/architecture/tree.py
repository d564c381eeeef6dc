"""The source tree as the architecture tests see it."""

from __future__ import annotations

import ast
import os
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
ROOMS = ("domain", "signing", "projections", "api")
EXACT_ROOMS = ("domain", "signing", "projections")
NOT_OURS = {"__pycache__", "node_modules"}
KEPT_HIDDEN = {".ci"}


@cache
def text_files() -> tuple[Path, ...]:
    """List every text file of the repository: what git ignores or what is binary is left out."""
    return tuple(path for path in _files() if _is_text(path))


@cache
def python_files(*rooms: str) -> tuple[Path, ...]:
    """List the Python files of rooms (or of `tests`)."""
    found = [path for room in rooms for path in (ROOT / room).rglob("*.py")]
    return tuple(sorted(path for path in found if not NOT_OURS & set(path.parts)))


@cache
def parsed(path: Path) -> ast.Module:
    """Parse a Python file once."""
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def place(path: Path, node: ast.AST | None = None) -> str:
    """Name a place for a message: `domain/votes.py:12`."""
    name = path.relative_to(ROOT).as_posix()
    return name if node is None else f"{name}:{getattr(node, 'lineno', 0)}"


def imported(path: Path) -> Iterator[tuple[str, ast.AST]]:
    """Walk the full names a file imports, wherever in it."""
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield from ((f"{node.module}.{alias.name}", node) for alias in node.names)


def _ignored_folders() -> set[str]:
    lines = (ROOT / ".gitignore").read_text(encoding="utf-8").split()
    return {line.rstrip("/") for line in lines if line.endswith("/")}


def _files() -> Iterator[Path]:
    ignored = _ignored_folders() | NOT_OURS
    for folder, folders, names in os.walk(ROOT):
        folders[:] = sorted(
            name
            for name in folders
            if name not in ignored
            and (not name.startswith(".") or name in KEPT_HIDDEN)
            and not name.endswith(".egg-info")
        )
        yield from (Path(folder) / name for name in sorted(names))


def _is_text(path: Path) -> bool:
    if not path.is_file():
        return False
    data = path.read_bytes()
    if b"\0" in data:
        return False
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True
