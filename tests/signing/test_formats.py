"""Notes, checkpoints, cosignatures, receipts, tiles: round trips, and each fault by its reason."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from signing.checkpoint import Checkpoint, log_origin, open_checkpoint, sign_checkpoint
from signing.cosignature import cosign, verify_cosignature
from signing.errors import (
    CheckpointMalformedError,
    CosignatureMalformedError,
    InclusionError,
    KeyMalformedError,
    NoteMalformedError,
    ReceiptMalformedError,
    SignatureFalseError,
    SignatureMissingError,
    TileMalformedError,
    VerificationError,
)
from signing.merkle import EMPTY_ROOT, leaf_hash, node_hash
from signing.note import COSIGNATURE, ED25519, Note, VerifierKey, open_note, sign_note
from signing.receipt import Receipt
from signing.tiles import (
    Tile,
    read_entries,
    read_hashes,
    tiles_of,
    write_entries,
    write_hashes,
)
from tests.signing.builders import HOST, HOUSE, signer

ORIGIN = log_origin(HOST, HOUSE)
SIGNER = signer()
KEY = SIGNER.verifier_key(ORIGIN)
WITNESS = VerifierKey("witness.example/w", COSIGNATURE, signer(2).verifier_key("w").public)
ENTRIES = (b"first", b"second")
ROOT = node_hash(leaf_hash(ENTRIES[0]), leaf_hash(ENTRIES[1]))
HEAD = Checkpoint(ORIGIN, 2, ROOT)
SIGNED = sign_checkpoint(HEAD, SIGNER)
TEXT = SIGNED.to_text()


def cosigned(timestamp: int = 1_772_355_600) -> str:
    line = cosign(SIGNED.text, WITNESS.name, signer(2), timestamp)
    return TEXT + line.to_line()


def reason_of(error: type[VerificationError], act: Callable[[], object]) -> str:
    with pytest.raises(error) as refused:
        act()
    return refused.value.reason


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "no_empty_line"),
        (b"text\n", "no_empty_line"),
        (b"\n\n", "no_empty_line"),
        (TEXT.encode()[:-1], "no_final_newline"),
        (TEXT.encode() + b"\xff", "not_utf8"),
        (TEXT.replace("\n", "\r\n").encode(), "control_character"),
        (TEXT.replace("—", "-").encode(), "not_a_signature_line"),
        (TEXT.replace("— ", "—  ").encode(), "not_a_signature_line"),
        (TEXT.encode() + b"\n", "no_final_newline"),
        (b"text\n\n\xe2\x80\x94 a+b AAAAAAAA\n", "key_name"),
        (b"text\n\n\xe2\x80\x94 a AAAA!AAA\n", "not_base64"),
        (b"text\n\n\xe2\x80\x94 a AAAAAAA\n", "not_base64"),
        (b"text\n\n\xe2\x80\x94 a AAAAAAB=\n", "base64_spelling"),
        (b"text\n\n\xe2\x80\x94 a AAAA\n", "signature_too_short"),
        (b"text\n\n" + 2 * "— a AAAAAAAA\n".encode(), "duplicate_signature"),
        (
            b"text\n\n" + b"".join(f"— a{n} AAAAAAAA\n".encode() for n in range(101)),
            "too_many_signatures",
        ),
        (b"x" * 1_000_001, "too_long"),
    ],
)
def test_a_note_is_refused(data: bytes, reason: str) -> None:
    assert reason_of(NoteMalformedError, lambda: Note.from_bytes(data)) == reason


def test_sixteen_signatures_and_unknown_keys_are_no_obstacle() -> None:
    lines = "".join(f"— a{number} AAAAAAAA\n" for number in range(16))
    assert open_note((TEXT + lines).encode(), [KEY])[1] == (KEY,)


def test_a_false_line_under_a_known_key_spoils_the_note() -> None:
    other = sign_note("another text\n", KEY, SIGNER.sign(b"this text\n"))
    assert (
        reason_of(SignatureFalseError, lambda: open_note(other.to_text().encode(), [KEY]))
        == "signature_false"
    )


def test_a_key_of_another_kind_is_refused() -> None:
    assert (
        reason_of(KeyMalformedError, lambda: VerifierKey("a", 2, b"k" * 32)) == "unknown_algorithm"
    )
    assert reason_of(KeyMalformedError, lambda: VerifierKey("a", ED25519, b"k")) == "key_length"
    assert (
        reason_of(KeyMalformedError, lambda: VerifierKey("a b", ED25519, b"k" * 32)) == "key_name"
    )
    assert (
        reason_of(KeyMalformedError, lambda: sign_note("t\n", WITNESS, b"")) == "unknown_algorithm"
    )
    assert VerifierKey.from_text(WITNESS.to_text()) == WITNESS


def test_a_signed_checkpoint_opens() -> None:
    opened = open_checkpoint(cosigned().encode(), [KEY], [WITNESS])
    assert opened.checkpoint == HEAD
    assert opened.key == KEY
    assert [(one.witness, one.timestamp) for one in opened.cosignatures] == [
        (WITNESS, 1_772_355_600)
    ]
    assert open_checkpoint(cosigned().encode(), [KEY]).cosignatures == ()


def test_a_key_the_log_had_before_counts_by_its_id() -> None:
    newer = signer(9).verifier_key(ORIGIN)
    assert open_checkpoint(TEXT.encode(), [newer, KEY]).key == KEY
    assert (
        reason_of(SignatureMissingError, lambda: open_checkpoint(TEXT.encode(), [newer]))
        == "no_known_key"
    )


def test_the_log_line_must_be_named_as_the_origin() -> None:
    stray = sign_note(
        HEAD.to_text(), SIGNER.verifier_key("else.example"), SIGNER.sign(HEAD.to_text().encode())
    )
    assert (
        reason_of(
            SignatureMissingError,
            lambda: open_checkpoint(
                stray.to_text().encode(), [KEY, SIGNER.verifier_key("else.example")]
            ),
        )
        == "no_log_line"
    )
    second = signer(3)
    extra = sign_checkpoint(HEAD, second).signatures[0].to_line()
    assert (
        reason_of(CheckpointMalformedError, lambda: open_checkpoint((TEXT + extra).encode(), [KEY]))
        == "several_log_lines"
    )


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("a\n1\n", "not_three_lines"),
        (HEAD.to_text() + "extension\n", "extension_line"),
        (HEAD.to_text().replace("\n2\n", "\n02\n"), "not_a_decimal"),
        (HEAD.to_text().replace("\n2\n", "\n+2\n"), "not_a_decimal"),
        (HEAD.to_text().replace("\n2\n", "\n٢\n"), "not_a_decimal"),
        (HEAD.to_text().replace("\n2\n", f"\n{2**63}\n"), "not_a_decimal"),
        (HEAD.to_text().replace("\n2\n", "\n0\n"), "root_of_empty_tree"),
        ("a\n1\nAAAA\n", "hash_length"),
        ("a\n1\n?\n", "not_base64"),
        (HEAD.to_text().replace(ORIGIN, ""), "origin"),
        (HEAD.to_text().replace(ORIGIN, "a b"), "origin"),
        (HEAD.to_text().replace(ORIGIN, "a+b"), "origin"),
    ],
)
def test_a_checkpoint_is_refused(text: str, reason: str) -> None:
    assert reason_of(CheckpointMalformedError, lambda: Checkpoint.from_text(text)) == reason


@pytest.mark.parametrize("host", ["", "a/", "a b"])
def test_an_origin_needs_a_host(host: str) -> None:
    assert reason_of(CheckpointMalformedError, lambda: log_origin(host, HOUSE)) == "origin"


def test_a_cosignature_binds_its_time() -> None:
    line = Note.from_bytes(cosigned(7).encode()).signatures[1]
    assert verify_cosignature(SIGNED.text, line, WITNESS).timestamp == 7
    later = type(line)(line.name, line.key_id, b"\0" * 7 + b"\x08" + line.signature[8:])
    assert (
        reason_of(SignatureFalseError, lambda: verify_cosignature(SIGNED.text, later, WITNESS))
        == "signature_false"
    )


def test_a_cosignature_is_refused() -> None:
    line = Note.from_bytes(cosigned().encode()).signatures[1]

    def with_signature(data: bytes) -> object:
        return verify_cosignature(SIGNED.text, type(line)(line.name, line.key_id, data), WITNESS)

    refused = CosignatureMalformedError
    assert reason_of(refused, lambda: with_signature(line.signature[8:])) == "signature_length"
    assert reason_of(refused, lambda: with_signature(b"\xff" * 72)) == "timestamp"
    assert reason_of(refused, lambda: cosign("t\n", "w", SIGNER, -1)) == "timestamp"
    assert (
        reason_of(KeyMalformedError, lambda: verify_cosignature(SIGNED.text, line, KEY))
        == "unknown_algorithm"
    )


RECEIPT = Receipt(1, (leaf_hash(ENTRIES[0]),), cosigned(), b"any")


def test_a_receipt_verifies_offline() -> None:
    again = Receipt.from_bytes(RECEIPT.to_text().encode())
    assert again == RECEIPT
    assert again.verify(ENTRIES[1], [KEY], [WITNESS]).checkpoint == HEAD
    bare = Receipt(1, RECEIPT.proof, TEXT)
    assert Receipt.from_bytes(bare.to_text().encode()) == bare
    assert reason_of(InclusionError, lambda: again.verify(ENTRIES[0], [KEY])) == "root_differs"
    assert (
        reason_of(
            SignatureMissingError,
            lambda: again.verify(ENTRIES[1], [signer(5).verifier_key(ORIGIN)]),
        )
        == "no_known_key"
    )


def test_a_receipt_of_a_log_with_one_entry_has_no_hashes() -> None:
    head = sign_checkpoint(Checkpoint(ORIGIN, 1, leaf_hash(b"only")), SIGNER)
    receipt = Receipt(0, (), head.to_text())
    assert (
        Receipt.from_bytes(receipt.to_text().encode()).verify(b"only", [KEY]).checkpoint.size == 1
    )


LINES = RECEIPT.to_text()


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (LINES.replace("@v1", "@v2"), "not_a_receipt"),
        (LINES.replace("\n\n", "\n"), "no_empty_line"),
        (LINES.replace("index 1", "index 01"), "not_a_decimal"),
        (LINES.replace("index 1\n", ""), "no_index"),
        (LINES.replace("extra ", "extra  "), "not_base64"),
        (LINES.replace("extra YW55\n", "extra \n"), "empty_extra"),
        (LINES.replace("extra YW55\n", "extra YW5\n"), "not_base64"),
        (LINES.replace("extra YW55\n", "extra YW55\nextra YW55\n"), "no_index"),
        (LINES.replace("index 1\n", "index 1\nAAAA\n"), "hash_length"),
        (LINES.replace("index 1\n", "index 1\n!\n"), "not_base64"),
        (LINES.replace("index 1\n", "index 1\n" + ("A" * 43 + "=\n") * 63), "too_many_hashes"),
        (LINES + "x" * 2_000_000, "too_long"),
    ],
)
def test_a_receipt_is_refused(text: str, reason: str) -> None:
    assert reason_of(ReceiptMalformedError, lambda: Receipt.from_bytes(text.encode())) == reason


def test_a_receipt_is_not_made_of_the_impossible() -> None:
    refused = ReceiptMalformedError
    assert reason_of(refused, lambda: Receipt(-1, (), TEXT)) == "not_a_decimal"
    assert reason_of(refused, lambda: Receipt(0, (b"short",), TEXT)) == "hash_length"
    assert reason_of(refused, lambda: Receipt.from_bytes(b"\xff")) == "not_utf8"
    assert (
        reason_of(NoteMalformedError, lambda: Receipt.from_bytes(LINES[:-1].encode()))
        == "no_final_newline"
    )


@pytest.mark.parametrize(
    ("tile", "path"),
    [
        (Tile(0, 0), "tile/0/000"),
        (Tile(0, 1234067), "tile/0/x001/x234/067"),
        (Tile(63, 999, 255), "tile/63/999.p/255"),
        (Tile(1, 1000, 1), "tile/1/x001/000.p/1"),
        (Tile(None, 5, 17), "tile/entries/005.p/17"),
    ],
)
def test_a_tile_has_one_path(tile: Tile, path: str) -> None:
    assert tile.to_path() == path
    assert Tile.from_path(path) == tile


@pytest.mark.parametrize(
    "path",
    [
        "", "tile", "tile/0/0", "tile/00/000", "tile/64/000", "tile/0/x000/000", "tile/0/001/000",
        "tile/0/000.p/0", "tile/0/000.p/256", "tile/0/000.p/01", "tile/0/000/", "/tile/0/000",
        "tile/0/000\n", "tile/0/\u0660\u0660\u0660", "tile/entries/000.p/300",
        "tile/0/" + "x999/" * 12 + "999",
        "tile/0/x999/x999/x999/x999/x999/x999/999", "tile/-1/000", "tile/0/../000",
    ],
)  # fmt: skip
def test_a_tile_path_is_refused(path: str) -> None:
    with pytest.raises(TileMalformedError):
        Tile.from_path(path)


def test_the_tiles_of_a_tree_are_those_of_the_specification() -> None:
    tiles = list(tiles_of(70_000))
    by_level = {
        level: [tile for tile in tiles if tile.level == level] for level in (None, 0, 1, 2, 3)
    }
    for level in (None, 0):
        assert [tile.width for tile in by_level[level]] == [256] * 273 + [112]
    assert [tile.width for tile in by_level[1]] == [256, 17]
    assert [tile.width for tile in by_level[2]] == [1]
    assert by_level[3] == []
    assert [tile.to_path() for tile in tiles_of(256) if tile.level == 1] == ["tile/1/000.p/1"]
    assert list(tiles_of(0)) == []
    assert all(tile.fits(70_000) for tile in tiles)
    assert not any(Tile(tile.level, tile.index + 1).fits(70_000) for tile in tiles[-1:])
    assert Tile(1, 2, 3).places() == [(8, 512), (8, 513), (8, 514)]


def test_tile_contents_are_refused() -> None:
    refused = TileMalformedError
    assert reason_of(refused, lambda: write_hashes([])) == "hashes"
    assert reason_of(refused, lambda: write_hashes([b"short"])) == "hashes"
    assert reason_of(refused, lambda: write_hashes([EMPTY_ROOT] * 257)) == "hashes"
    assert reason_of(refused, lambda: read_hashes(EMPTY_ROOT, 2)) == "tile_length"
    assert reason_of(refused, lambda: write_entries([])) == "width"
    assert reason_of(refused, lambda: write_entries([b"x" * 65_536])) == "entry_too_long"
    bundle = write_entries([b"", b"x" * 65_535, b"end"])
    assert [len(entry) for entry in read_entries(bundle, 3)] == [0, 65_535, 3]
    assert reason_of(refused, lambda: read_entries(bundle, 2)) == "bundle_too_long"
    assert reason_of(refused, lambda: read_entries(bundle[:-1], 3)) == "bundle_too_short"
    assert reason_of(refused, lambda: read_entries(bundle + b"\0", 4)) == "bundle_too_short"
    assert reason_of(refused, lambda: read_entries(bundle, 4)) == "bundle_too_short"
