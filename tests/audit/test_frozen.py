"""Bundles, receipts and facts of earlier programs are read and judged as they were then."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from api.audit.checking import audit
from api.audit.receipts import Against, check_receipt
from domain.records import from_record, to_record
from signing.note import VerifierKey
from signing.receipt import Receipt
from tests.audit.freeze import DATA, freeze, verdict

FOLDERS = sorted(path for path in DATA.iterdir() if path.is_dir())


def expected(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / "expected.json").read_text(encoding="utf-8"))
    return found


def test_something_is_frozen() -> None:
    assert FOLDERS


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
@pytest.mark.parametrize("reader", ["inspector", "public"])
def test_bundle_is_judged_as_it_was(folder: Path, reader: str) -> None:
    kept = expected(folder)
    assert verdict((folder / f"{reader}.oss").read_bytes(), kept["vkey"]) == kept[reader]


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_receipt_still_proves_its_vote(folder: Path) -> None:
    receipt = Receipt.from_bytes((folder / "vote.tlog-proof").read_bytes())
    bundle = audit((folder / "public.oss").read_bytes())
    key = VerifierKey.from_text(expected(folder)["vkey"])
    assert check_receipt(receipt, Against(bundle=bundle, key=key)).is_sound


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_every_fact_is_read_and_written_as_it_was(folder: Path) -> None:
    records = (folder / "facts.jsonl").read_bytes().splitlines()
    assert len(records) > 20
    for record in records:
        assert to_record(from_record(record)) == record


def test_a_frozen_folder_is_never_made_again() -> None:
    with pytest.raises(FileExistsError):
        freeze(FOLDERS[0].name)
