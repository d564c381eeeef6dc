"""Every setting the product reads stands in the operator's tables, and nothing else does."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from tests.docs.pages import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator

PAGE = ROOT / "docs" / "how-to" / "operator.md"
NAME = re.compile(r"SOBRANIE_[A-Z0-9]+(?:_[A-Z0-9]+)*")
ROW = re.compile(r"^\| ((?:`[A-Z0-9_]+`(?:, )?)+) \|", re.MULTILINE)


def read_by_the_product() -> set[str]:
    """Collect the names in the code: whole string constants, docstrings apart."""
    return {
        constant
        for path in sorted((ROOT / "api").rglob("*.py"))
        for constant in constants(ast.parse(path.read_text(encoding="utf-8")))
        if NAME.fullmatch(constant)
    }


def constants(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def told_to_the_operator() -> set[str]:
    cells = ROW.findall(PAGE.read_text(encoding="utf-8"))
    return {name for cell in cells for name in re.findall(r"`([A-Z0-9_]+)`", cell)}


def test_every_setting_stands_in_a_table_of_the_operators_page() -> None:
    missing = read_by_the_product() - told_to_the_operator()
    assert not missing, f"add rows to {PAGE.name}: {sorted(missing)}"


def test_the_tables_name_no_setting_that_is_not_read() -> None:
    read = read_by_the_product()
    named = {name for name in told_to_the_operator() if name.startswith("SOBRANIE_")}
    # A secret may be given in a file; its name is put together from the variable's own.
    files = {f"{name}_FILE" for name in read}
    assert named <= read | files


def test_a_setting_is_found_in_the_code() -> None:
    tree = ast.parse('"""`SOBRANIE_OLD`"""\ngiven["SOBRANIE_NEW"]; x = "SOBRANIE_PART_"')
    assert [name for name in constants(tree) if NAME.fullmatch(name)] == ["SOBRANIE_NEW"]
