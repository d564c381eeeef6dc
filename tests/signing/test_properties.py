"""Any changed byte is refused: entries, notes, receipts, keys; and parsers fail in one way only."""

from __future__ import annotations

from collections.abc import Callable

import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from signing.checkpoint import Checkpoint, log_origin, open_checkpoint, sign_checkpoint
from signing.cosignature import cosign
from signing.entry import Entry, envelope_of
from signing.errors import VerificationError
from signing.merkle import inclusion_proof, leaf_hash, root_of
from signing.note import COSIGNATURE, Note, VerifierKey
from signing.receipt import Receipt
from signing.tiles import Tile, read_entries, write_entries
from tests.signing.builders import HOST, HOUSE, record, signer, stream
from tests.signing.test_merkle import stored_nodes

ENTRIES = [record(stream(str(number)), 1) for number in range(7)]
NODES = stored_nodes([leaf_hash(entry) for entry in ENTRIES])
ORIGIN = log_origin(HOST, HOUSE)
KEY = signer().verifier_key(ORIGIN)
WITNESS = VerifierKey("witness.example/w", COSIGNATURE, signer(2).verifier_key("w").public)


def proof(index: int) -> tuple[bytes, ...]:
    return inclusion_proof(index, 7, lambda places: {place: NODES[place] for place in places})


HEAD = Checkpoint(ORIGIN, 7, root_of([leaf_hash(entry) for entry in ENTRIES]))
NOTE = sign_checkpoint(HEAD, signer())
COSIGNED = (NOTE.to_text() + cosign(NOTE.text, WITNESS.name, signer(2), 1).to_line()).encode()
RECEIPT = Receipt(4, proof(4), COSIGNED.decode()).to_text().encode()


def accepts(read: Callable[[], object]) -> bool:
    """Tell whether something is accepted; any error but our own breaks the test."""
    try:
        read()
    except VerificationError:
        return False
    return True


@st.composite
def changes(draw: st.DrawFn, data: bytes) -> bytes:
    """Change, drop or add one byte."""
    at = draw(st.integers(0, len(data) - 1))
    kind = draw(st.sampled_from(["change", "drop", "add", "cut"]))
    byte = bytes([draw(st.integers(0, 255))])
    match kind:
        case "change":
            return data[:at] + byte + data[at + 1 :]
        case "drop":
            return data[:at] + data[at + 1 :]
        case "add":
            return data[:at] + byte + data[at:]
        case _:
            return data[:at]


@given(changes(ENTRIES[4]))
def test_a_changed_entry_is_not_the_one_in_the_log(changed: bytes) -> None:
    receipt = Receipt.from_bytes(RECEIPT)
    assert accepts(lambda: receipt.verify(changed, [KEY])) == (changed == ENTRIES[4])
    if accepts(lambda: Entry.from_bytes(changed)):
        assert Entry.from_bytes(changed).raw == changed
        assert accepts(lambda: envelope_of(changed))


@given(changes(COSIGNED))
def test_a_changed_checkpoint_does_not_open(changed: bytes) -> None:
    """A witness under another name is unknown, not false: the log's part must then be whole."""
    opens = accepts(lambda: open_checkpoint(changed, [KEY], [WITNESS]))
    if changed == COSIGNED:
        assert opens
    elif opens:
        opened = open_checkpoint(changed, [KEY], [WITNESS])
        assert opened.checkpoint == HEAD
        assert opened.cosignatures == ()


@given(changes(NOTE.to_text().encode()))
def test_a_changed_note_of_the_log_alone_does_not_open(changed: bytes) -> None:
    same = changed == NOTE.to_text().encode()
    assert accepts(lambda: open_checkpoint(changed, [KEY])) == same


@given(changes(Receipt(4, proof(4), NOTE.to_text()).to_text().encode()))
def test_a_changed_receipt_does_not_verify(changed: bytes) -> None:
    def verify() -> None:
        receipt = Receipt.from_bytes(changed)
        receipt.verify(ENTRIES[4], [KEY])
        assert receipt.to_text().encode() == changed

    same = changed == Receipt(4, proof(4), NOTE.to_text()).to_text().encode()
    assert accepts(verify) == same


@given(st.binary(max_size=300))
def test_arbitrary_bytes_are_refused_in_one_way(data: bytes) -> None:
    for read in (Entry.from_bytes, envelope_of, Note.from_bytes, Receipt.from_bytes):
        assert not accepts(lambda read=read: read(data))  # type: ignore[misc]
    text = data.decode("latin-1")
    for parse in (VerifierKey.from_text, Tile.from_path, Checkpoint.from_text):
        assert not accepts(lambda parse=parse: parse(text))  # type: ignore[misc]


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(st.text(), VALUES, max_size=4))
def test_every_canonical_entry_is_read_by_writer_and_reader(body: dict[str, object]) -> None:
    raw = record(stream("a"), 1, body=body)
    assert envelope_of(raw).version == Entry.from_bytes(raw).version == 1
    assert rfc8785.dumps(Entry.from_bytes(raw).body) == rfc8785.dumps(body)  # type: ignore[arg-type]


@given(st.lists(st.binary(max_size=40), min_size=1, max_size=30))
def test_entry_bundles_come_back(entries: list[bytes]) -> None:
    assert read_entries(write_entries(entries), len(entries)) == entries


@given(st.sampled_from([None, 0, 5, 63]), st.integers(0, 2**63 - 1), st.integers(1, 256))
def test_tile_paths_come_back(level: int | None, index: int, width: int) -> None:
    tile = Tile(level, index, width)
    assert Tile.from_path(tile.to_path()) == tile
