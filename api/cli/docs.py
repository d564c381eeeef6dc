"""Makes every generated page of `docs/reference` again, or with `--check` tells which are stale.

python -m api.cli.docs          write the pages
python -m api.cli.docs --check  write nothing; exit 1 and name the pages that differ
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from api.cli import cli_page, http_page, law_page, refusals_page
from domain.law.reference import load_pack

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

REFERENCE = Path(__file__).parents[2] / "docs" / "reference"
PAGES: Mapping[str, Callable[[], str]] = {
    "cli.md": cli_page.page,
    "http.md": http_page.page,
    "law.md": lambda: law_page.page(load_pack()),
    "refusals.md": refusals_page.page,
}
CURRENT, STALE, UNUSABLE = 0, 1, 2


def stale(folder: Path) -> list[str]:
    """Name the pages that differ from what the code makes, missing ones too."""
    return [name for name, make in PAGES.items() if _text(folder / name) != make()]


def write(folder: Path) -> None:
    """Write every page; line ends are the same everywhere."""
    for name, make in PAGES.items():
        (folder / name).write_text(make(), encoding="utf-8", newline="\n")


def _text(file: Path) -> str | None:
    return file.read_text(encoding="utf-8") if file.is_file() else None


def main(arguments: Sequence[str] | None = None, folder: Path = REFERENCE) -> int:
    """Write or compare the pages."""
    parser = argparse.ArgumentParser(prog="python -m api.cli.docs", description=__doc__)
    parser.add_argument("--check", action="store_true", help="compare, write nothing")
    check: bool = parser.parse_args(arguments).check
    if not folder.is_dir():
        sys.stderr.write(f"Нет папки {folder}: команда работает в исходном коде.\n")
        return UNUSABLE
    if not check:
        write(folder)
        return CURRENT
    differing = stale(folder)
    for name in differing:
        sys.stderr.write(f"Страница {name} устарела: выполните make docs.\n")
    return STALE if differing else CURRENT


if __name__ == "__main__":
    sys.exit(main())
