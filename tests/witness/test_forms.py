"""The request to a witness and its answer, byte by byte; each fault by its reason."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signing.checkpoint import Checkpoint, sign_checkpoint
from signing.cosignature import cosign
from signing.errors import MalformedError, VerificationError, WitnessMalformedError
from signing.note import COSIGNATURE, Note, NoteSignature, VerifierKey
from signing.note import open_note as open_any
from signing.witness import SIZE_MEDIA, AddCheckpoint, Answer, KnownSize, read_answer, with_lines
from tests.signing.builders import VECTORS, signer
from tests.witness.outsider import BadNoteError, Verifier, open_note

if TYPE_CHECKING:
    from collections.abc import Callable

NOTE = sign_checkpoint(Checkpoint("sobranie.example/log", 7, b"r" * 32), signer()).to_text()
HASHES = (b"a" * 32, b"b" * 32)
WITNESS = VerifierKey("w.example", COSIGNATURE, signer(2).verifier_key("w").public)


def reason_of(made: Callable[[], object]) -> tuple[str, str]:
    """Give reason and place of a refusal."""
    with pytest.raises(VerificationError) as refused:
        made()
    return refused.value.reason, refused.value.where


def test_the_example_of_the_specification_is_read_as_it_is_written() -> None:
    data = (VECTORS / "c2sp-notes/add-checkpoint-request-syntax-only.txt").read_bytes()
    request = AddCheckpoint.from_bytes(data)
    assert (request.old_size, len(request.proof)) == (20852014, 4)
    assert request.to_text().encode() == data


@given(st.integers(0, 7), st.lists(st.binary(min_size=32, max_size=32), max_size=63))
def test_what_is_written_is_read(old: int, proof: list[bytes]) -> None:
    request = AddCheckpoint(old, tuple(proof) if old else (), NOTE)
    assert AddCheckpoint.from_bytes(request.to_text().encode()) == request


GOOD = AddCheckpoint(3, HASHES, NOTE).to_text()


@pytest.mark.parametrize(
    ("text", "reason", "where"),
    [
        ("", "no_empty_line", "request"),
        (GOOD.replace("old 3", "old  3"), "not_a_decimal", "line 1"),
        (GOOD.replace("old 3", "old 03"), "not_a_decimal", "line 1"),
        (GOOD.replace("old 3", "old -1"), "not_a_decimal", "line 1"),
        (GOOD.replace("old 3", "new 3"), "no_old_size", "line 1"),
        (GOOD.replace("old 3", "old 8"), "old_is_larger", "line 1"),
        (GOOD.replace("old 3", "old 0"), "proof_from_nothing", "proof"),
        (GOOD.replace("old 3\n", "old 3\nYQ==\n"), "hash_length", "line 2"),
        (GOOD.replace("old 3\n", "old 3\n%\n"), "not_base64", "line 2"),
        (GOOD.replace("\n\n", "\n", 1), "not_base64", "line 4"),
        (AddCheckpoint(3, HASHES * 31, NOTE).to_text().replace("\n", "\n" + GOOD[6:51] * 2, 1),
         "too_many_hashes", "64 hashes"),
    ],
)  # fmt: skip
def test_a_request_is_refused(text: str, reason: str, where: str) -> None:
    assert reason_of(lambda: AddCheckpoint.from_bytes(text.encode())) == (reason, where)


def test_a_request_that_is_no_text_or_without_end_is_refused() -> None:
    assert reason_of(lambda: AddCheckpoint.from_bytes(b"old \xff\n\n"))[0] == "not_utf8"
    assert reason_of(lambda: AddCheckpoint.from_bytes(b"o" * 3_000_000))[0] == "too_long"


@given(st.data())
def test_a_flipped_byte_is_refused_or_another_request(data: st.DataObject) -> None:
    whole = bytearray(GOOD.encode())
    at = data.draw(st.integers(0, len(whole) - 1))
    whole[at] ^= 1 << data.draw(st.integers(0, 7))
    try:
        read = AddCheckpoint.from_bytes(bytes(whole))
    except MalformedError:
        return
    assert read.to_text().encode() == bytes(whole)


@pytest.mark.parametrize("text", ["0", "07\n", "7\n\n", " 7\n", "7 \n", "\n", "-7\n", "\u0667\n"])
def test_a_size_in_another_spelling_is_refused(text: str) -> None:
    with pytest.raises(WitnessMalformedError):
        read_answer(Answer(409, SIZE_MEDIA, text.encode()))


def test_a_size_is_read_whatever_its_charset() -> None:
    for media in (SIZE_MEDIA, SIZE_MEDIA + "; charset=utf-8", SIZE_MEDIA.upper()):
        assert read_answer(Answer(409, media, b"7\n")) == KnownSize(7)


def test_lines_are_added_once_and_the_newest_of_a_key_stays() -> None:
    text = Note.from_bytes(NOTE.encode()).text
    first, second = (cosign(text, "w.example", signer(2), time) for time in (1, 2))
    other = cosign(text, "v.example", signer(3), 1)
    once = with_lines(NOTE, [first])
    assert with_lines(once, [second, other]) == NOTE + second.to_line() + other.to_line()
    assert with_lines(NOTE, [other], once) == NOTE + first.to_line() + other.to_line()


def test_lines_under_another_head_or_another_signature_of_the_log_are_not_taken_over() -> None:
    text = Note.from_bytes(NOTE.encode()).text
    line = cosign(text, "w.example", signer(2), 1)
    newer = sign_checkpoint(Checkpoint("sobranie.example/log", 8, b"r" * 32), signer()).to_text()
    rotated = sign_checkpoint(Checkpoint("sobranie.example/log", 7, b"r" * 32), signer(5)).to_text()
    assert with_lines(newer, (), NOTE + line.to_line()) == newer
    assert with_lines(rotated, (), NOTE + line.to_line()) == rotated


def test_an_outsider_opens_a_cosigned_checkpoint_and_passes_over_what_it_does_not_know() -> None:
    text = Note.from_bytes(NOTE.encode()).text
    new_kind = NoteSignature("w.example", b"\6\6\6\6", bytes(2428))
    note = with_lines(NOTE, [new_kind, cosign(text, "w.example", signer(2), 9)])
    keys = [Verifier.from_vkey(WITNESS.to_text())]
    keys.append(Verifier.from_vkey(signer().verifier_key("sobranie.example/log").to_text()))
    opened, verified, unknown = open_note(note.encode(), keys)
    assert (opened.decode(), unknown) == (text, 1)
    assert {key.name for key in verified} == {"w.example", "sobranie.example/log"}


GO = json.loads((VECTORS / "go-sumdb-note/note.json").read_text(encoding="utf-8"))


def test_the_outsider_reads_notes_as_the_go_code_does() -> None:
    peter, enoch = (Verifier.from_vkey(GO[f"vkey_{name}"]) for name in ("peter", "enoch"))
    both = f"{GO['text']}\n{GO['sig_peter']}{GO['sig_enoch']}".encode()
    assert open_note(both, [peter, enoch]) == (GO["text"].encode(), [peter, enoch], 0)
    assert open_note(both, [enoch]) == (GO["text"].encode(), [enoch], 1)
    changed = both.replace(b"cryptography", b"Cryptography")
    for bad in (both[:-1], both + b"x\n", both + b"\n", b"\t" + both, b"\xff" + both, changed):
        with pytest.raises(BadNoteError):
            open_note(bad, [peter])
        with pytest.raises(VerificationError):
            ours(bad)
    assert ours(both) == GO["text"]


def ours(data: bytes) -> str:
    """Open a note with our own code."""
    note, _ = open_any(data, [VerifierKey.from_text(GO["vkey_peter"])])
    return note.text
