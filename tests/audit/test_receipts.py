"""Receipts against a key, a bundle and a log served as static files."""

from __future__ import annotations

import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

import pytest

from api.cli.auditor import main
from signing.merkle import HASH_BYTES, leaf_hash, node_hash, root_of
from signing.receipt import Receipt
from signing.tiles import tiles_of, write_hashes
from tests.audit.forger import Forger

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from typing_extensions import override

    from tests.audit.conftest import Held
else:
    from typing_extensions import override


class _Quiet(SimpleHTTPRequestHandler):
    @override
    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


def _complete(leaves: Sequence[bytes], level: int, index: int) -> bytes:
    row = list(leaves[index << level : (index + 1) << level])
    while len(row) > 1:
        row = [node_hash(a, b) for a, b in zip(row[::2], row[1::2], strict=True)]
    return row[0]


def serve_tiles(folder: Path, checkpoint: bytes, leaves: Sequence[bytes]) -> None:
    """Write the files of a log as it is served."""
    (folder / "checkpoint").write_bytes(checkpoint)
    for tile in tiles_of(len(leaves)):
        if tile.level is not None:
            path = folder / tile.to_path()
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(write_hashes([_complete(leaves, *place) for place in tile.places()]))


@pytest.fixture
def served(tmp_path: Path) -> Iterator[tuple[Path, str]]:
    """An empty folder and the address it is served under."""
    folder = tmp_path / "served"
    folder.mkdir()
    handler = partial(_Quiet, directory=str(folder))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield folder, f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        thread.join()


@pytest.fixture
def receipt(held: Held, tmp_path: Path) -> str:
    """The receipt in a file."""
    path = tmp_path / "vote.tlog-proof"
    path.write_text(held.receipt, encoding="utf-8")
    return str(path)


def leaves_of(data: bytes) -> list[bytes]:
    """Cut the leaf hashes of a bundle."""
    packed = Forger(data).files["leaves"]
    return [packed[at : at + HASH_BYTES] for at in range(0, len(packed), HASH_BYTES)]


def test_receipt_with_the_log_key(
    held: Held, receipt: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["receipt", receipt, "--key", held.vkey]) == 0
    out = capsys.readouterr().out
    assert "решение получено по ссылке" in out and "голосов 40,50" in out


def test_receipt_without_a_key_is_not_called_sound(
    receipt: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["receipt", receipt]) == 1
    assert "Ключ журнала не указан" in capsys.readouterr().out


def test_receipt_against_a_bundle_names_the_premises(
    held: Held, receipt: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "meeting.oss").write_bytes(held.public)
    assert main(["receipt", receipt, "--bundle", str(tmp_path / "meeting.oss")]) == 0
    assert "помещение № 2" in capsys.readouterr().out


def test_receipt_newer_than_the_bundle_is_only_noted(
    held: Held, receipt: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "early.oss").write_bytes(held.early)
    assert main(["receipt", receipt, "--bundle", str(tmp_path / "early.oss")]) == 0
    assert "сравнить целиком нельзя" in capsys.readouterr().out


def test_receipt_against_the_served_log(
    held: Held, receipt: str, served: tuple[Path, str], capsys: pytest.CaptureFixture[str]
) -> None:
    folder, address = served
    serve_tiles(folder, Forger(held.inspector).files["checkpoint"], leaves_of(held.inspector))
    assert main(["receipt", receipt, "--key", held.vkey, "--log", address]) == 0
    assert "по адресу записей 41" in capsys.readouterr().out


def test_served_log_that_was_rewritten_cannot_prove_it_begins_with_the_receipt(
    held: Held, receipt: str, served: tuple[Path, str], capsys: pytest.CaptureFixture[str]
) -> None:
    folder, address = served
    forger = Forger(held.inspector)
    forger.body("ballot-received", evidence={"kind": "link", "sha256": "0" * 64})
    data = forger.signed(held.signer)
    serve_tiles(folder, Forger(data).files["checkpoint"], leaves_of(data))
    assert main(["receipt", receipt, "--key", held.vkey, "--log", address]) == 1
    assert "Доказательство неизменности неверно" in capsys.readouterr().out


def test_served_log_that_does_not_answer_is_a_finding(
    held: Held, receipt: str, served: tuple[Path, str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["receipt", receipt, "--key", held.vkey, "--log", served[1]]) == 1
    assert "не отвечает как должен" in capsys.readouterr().out


@pytest.mark.parametrize("address", ["file:///etc", "/tmp", "ftp://log.example"])
def test_only_the_web_is_asked(
    receipt: str, address: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["receipt", receipt, "--log", address]) == 2
    assert "https://" in capsys.readouterr().err


def test_changed_record_in_a_receipt_is_not_in_the_log(
    held: Held, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    true = Receipt.from_bytes(held.receipt.encode())
    assert true.extra is not None
    forged = Receipt(
        true.index, true.proof, true.checkpoint, true.extra.replace(b'"for"', b'"abstain"', 1)
    )
    (tmp_path / "x.tlog-proof").write_text(forged.to_text(), encoding="utf-8")
    assert main(["receipt", str(tmp_path / "x.tlog-proof"), "--key", held.vkey]) == 1
    assert "Записи нет в журнале" in capsys.readouterr().out


def test_no_receipt_exits_2(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "x.tlog-proof").write_bytes(b"nothing")
    assert main(["receipt", str(tmp_path / "x.tlog-proof")]) == 2
    assert "не квитанция" in capsys.readouterr().err


def test_tiles_of_a_large_log_give_its_root(served: tuple[Path, str]) -> None:
    from api.audit.remote import RemoteLog
    from signing.merkle import verify_consistency

    folder, address = served
    leaves = [leaf_hash(str(number).encode()) for number in range(1500)]
    serve_tiles(folder, b"", leaves)
    log = RemoteLog(address)
    for old in (1, 2, 255, 256, 257, 700, 1024, 1499, 1500):
        proof = log.consistency(old, 1500)
        verify_consistency(old, root_of(leaves[:old]), 1500, root_of(leaves), proof)
