"""The pack under test: the packaged one, unless a mutation run puts a mutant in its place."""

from __future__ import annotations

import pytest

from domain.law.reference import LawPack, load_pack


@pytest.fixture(scope="session")
def pack() -> LawPack:
    return load_pack()
