"""docs/reference/law.md is made from the rows and nothing else."""

from __future__ import annotations

from pathlib import Path

from api.cli.law_page import page
from domain.law.reference import LawPack

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "law.md"


def test_the_page_is_what_the_rows_make(pack: LawPack) -> None:
    assert PAGE.read_text(encoding="utf-8") == page(pack)


def test_every_decision_edition_and_source_stands_on_the_page(pack: LawPack) -> None:
    text = page(pack)
    for decision in pack.majorities.ids():
        if decision != "44.2.3.2":  # repealed: seen in the lists of its editions only
            assert f"`{decision}`" in text, decision
    assert all(edition.law in text for edition in pack.editions())
    assert all(f"**{key}**" in text for key in pack.majorities.editions.sources)
