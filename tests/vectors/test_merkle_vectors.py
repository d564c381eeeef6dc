"""The Merkle proof vectors of transparency-dev/merkle (see README.md in rfc6962-merkle)."""

from __future__ import annotations

import json
from base64 import b64decode
from pathlib import Path
from typing import Any

import pytest

from signing.errors import ConsistencyError, InclusionError
from signing.merkle import verify_consistency, verify_inclusion

FOLDER = Path(__file__).parent / "rfc6962-merkle"
# Its roots are dummies of 12 bytes; ours must have 32.
SHORT_ROOTS = "sizes-are-equal-one-and-proof-is-empty.json"


def cases(kind: str) -> list[Any]:
    found = sorted((FOLDER / kind).rglob("*.json"))
    return [pytest.param(path, id=str(path.relative_to(FOLDER))) for path in found]


def hashes(texts: list[str] | None) -> list[bytes]:
    return [b64decode(text) for text in texts or []]


@pytest.mark.parametrize("path", cases("inclusion"))
def test_inclusion(path: Path) -> None:
    case = json.loads(path.read_bytes())
    leaf, root = hashes([case["leafHash"] or "", case["root"] or ""])
    arguments = (leaf, case["leafIdx"], case["treeSize"], hashes(case["proof"]), root)
    if case["wantErr"]:
        with pytest.raises(InclusionError):
            verify_inclusion(*arguments)
    else:
        verify_inclusion(*arguments)


@pytest.mark.parametrize("path", cases("consistency"))
def test_consistency(path: Path) -> None:
    case = json.loads(path.read_bytes())
    old, new = hashes([case["root1"] or "", case["root2"] or ""])
    arguments = (case["size1"], old, case["size2"], new, hashes(case["proof"]))
    if case["wantErr"] or path.name == SHORT_ROOTS:
        with pytest.raises(ConsistencyError):
            verify_consistency(*arguments)
    else:
        verify_consistency(*arguments)


def test_no_case_was_lost() -> None:
    assert len(cases("inclusion")) > 60
    assert len(cases("consistency")) > 60
