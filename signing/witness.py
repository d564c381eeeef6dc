"""Asking witnesses to cosign (C2SP tlog-witness, add-checkpoint): what is sent, what comes back.

    old 20852014                                                 size the witness cosigned last
    PlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDpkaw=                 consistency proof from there
    jrJZDmY8Y7SyJE0MWLpLozkIVMSMZcD5kvuKxPC3swk=
    ⏎
    sobranie.example/3f2c1a4e-6f0b-4d0e-9a57-0d6c5e1b7a90        the checkpoint, verbatim
    20852163
    CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=
    ⏎
    — sobranie.example/3f2c1a4e-… Az3grlgtzPICa5OS8npVmf1M…

A witness answers 200 with signature lines, or 409 with the size it knows (`text/x.tlog.size`);
then the proof is made again from there. The same form, given to anybody who asks, shows that the
log of today extends the one of size `old`. Nothing here talks to a network: the caller posts.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from signing.checkpoint import parse_checkpoint
from signing.cosignature import verify_cosignature
from signing.errors import WitnessMalformedError, WitnessRefusedError
from signing.merkle import HASH_BYTES
from signing.note import MAX_NOTE_BYTES, Note, NoteSignature, VerifierKey
from signing.spelling import (
    MAX_NUMBER,
    SpellingError,
    from_decimal,
    hash_from_base64,
    to_base64,
)

SIZE_MEDIA = "text/x.tlog.size"
MAX_HASHES = 63
MAX_ANSWER_BYTES = 100_000
TRIES = 3
AHEAD_SECONDS = 300
"""How far a witness's clock may be ahead of ours."""
BEHIND_SECONDS = 86_400
"""How old a cosignature may be: a witness may repeat the one it gave for the same head."""

ALARMS = frozenset({"another_root", "has_seen_more", "proof_refused"})
"""Reasons that mean: the witness has seen another log than the one that is here."""

_REFUSALS = {
    400: "request_refused",
    403: "key_unknown",
    404: "log_unknown",
    422: "proof_refused",
    429: "too_often",
}

T = TypeVar("T")
Prove = Callable[[int, int], Sequence[bytes]]
"""Gives the consistency proof between two sizes of the log at hand."""


@dataclass(frozen=True, slots=True)
class AddCheckpoint:
    """A checkpoint with the proof that it extends the log of an older size."""

    old_size: int
    proof: tuple[bytes, ...]
    checkpoint: str

    def __post_init__(self) -> None:
        """Refuse what could not be written as a request."""
        if not 0 <= self.old_size <= MAX_NUMBER:
            raise WitnessMalformedError("not_a_decimal", "line 1")
        if len(self.proof) > MAX_HASHES:
            raise WitnessMalformedError("too_many_hashes", f"{len(self.proof)} hashes")
        if any(len(hash_) != HASH_BYTES for hash_ in self.proof):
            raise WitnessMalformedError("hash_length", "proof")
        if self.old_size == 0 and self.proof:
            raise WitnessMalformedError("proof_from_nothing", "proof")

    def to_text(self) -> str:
        """Write the request."""
        lines = [f"old {self.old_size}", *(to_base64(hash_) for hash_ in self.proof)]
        return "\n".join(lines) + "\n\n" + self.checkpoint

    @classmethod
    def from_bytes(cls, data: bytes) -> AddCheckpoint:
        """Read a request strictly, its checkpoint included; nothing is verified."""
        if len(data) > 2 * MAX_NOTE_BYTES:
            raise WitnessMalformedError("too_long", f"{len(data)} bytes")
        try:
            head, blank, checkpoint = data.decode("utf-8").partition("\n\n")
        except UnicodeDecodeError as fault:
            raise WitnessMalformedError("not_utf8", f"byte {fault.start}") from fault
        if not blank:
            raise WitnessMalformedError("no_empty_line", "request")
        first, *hashes = head.split("\n")
        if not first.startswith("old "):
            raise WitnessMalformedError("no_old_size", "line 1")
        size = _read(from_decimal, first.removeprefix("old "), "line 1")
        proof = tuple(_read(hash_from_base64, h, f"line {n}") for n, h in enumerate(hashes, 2))
        newest, _ = parse_checkpoint(checkpoint.encode())
        if size > newest.size:
            raise WitnessMalformedError("old_is_larger", "line 1")
        return cls(size, proof, checkpoint)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a witness answered over HTTP."""

    status: int
    media: str
    body: bytes


@dataclass(frozen=True, slots=True)
class KnownSize:
    """The witness knows the log at this size and wants a proof from there."""

    size: int


Post = Callable[[str], Answer]
"""Sends the text of a request to a witness."""


def ask_witness(
    note: str, witness: VerifierKey, old_size: int, prove: Prove, post: Post, now: int
) -> NoteSignature:
    """Have a witness cosign a checkpoint; gives its verified line, or a `WitnessRefusedError`.

    `old_size` is what the witness is thought to know; when it knows another size, the proof is
    made again from that one.
    """
    head, _ = parse_checkpoint(note.encode())
    for _try in range(TRIES):
        proof = tuple(prove(old_size, head.size)) if 0 < old_size < head.size else ()
        answer = read_answer(post(AddCheckpoint(old_size, proof, note).to_text()))
        if isinstance(answer, bytes):
            return read_cosignature(answer, note, witness, now)
        if answer.size > head.size:
            raise WitnessRefusedError("has_seen_more", f"{answer.size} > {head.size}")
        if answer.size == old_size:
            reason = "another_root" if old_size == head.size else "conflict_repeated"
            raise WitnessRefusedError(reason, f"size {old_size}")
        old_size = answer.size
    raise WitnessRefusedError("size_keeps_changing", witness.name)


def read_answer(answer: Answer) -> bytes | KnownSize:
    """Tell what an answer means: lines, the size the witness knows, or a refusal."""
    if len(answer.body) > MAX_ANSWER_BYTES:
        raise WitnessMalformedError("too_long", "answer")
    if answer.status == 200:
        return answer.body
    if answer.status != 409:
        reason = _REFUSALS.get(answer.status, "status")
        raise WitnessRefusedError(reason, f"status {answer.status}")
    if answer.media.partition(";")[0].strip().lower() != SIZE_MEDIA:
        # Roots of the same size differ: the one conflict for which no size needs to be named.
        raise WitnessRefusedError("another_root", "status 409")
    text = answer.body.decode("ascii", errors="replace")
    if not text.endswith("\n"):
        raise WitnessMalformedError("no_final_newline", "size")
    return KnownSize(_read(from_decimal, text[:-1], "size"))


def read_cosignature(body: bytes, note: str, witness: VerifierKey, now: int) -> NoteSignature:
    """Find and verify the one line of a witness; lines of unknown keys are passed over."""
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as fault:
        raise WitnessMalformedError("not_utf8", f"byte {fault.start}") from fault
    *lines, rest = text.split("\n")
    if rest or not lines:
        raise WitnessMalformedError("no_final_newline", "answer")
    read = [NoteSignature.from_line(line, f"line {n}") for n, line in enumerate(lines, 1)]
    own = [line for line in read if line.is_under(witness)]
    if not own:
        raise WitnessRefusedError("no_cosignature", witness.name)
    if len(own) > 1:
        raise WitnessMalformedError("several_lines", witness.name)
    seen = verify_cosignature(Note.from_bytes(note.encode()).text, own[0], witness)
    if not now - BEHIND_SECONDS <= seen.timestamp <= now + AHEAD_SECONDS:
        raise WitnessRefusedError("clock", f"{seen.timestamp}, ours {now}")
    return own[0]


def with_lines(note: str, lines: Sequence[NoteSignature], kept: str | None = None) -> str:
    """Add witness lines to a checkpoint, and those it was `kept` with; the newest of a key stays.

    What was kept counts only under the same head and the same signature of the log.
    """
    given = Note.from_bytes(note.encode())
    before = Note.from_bytes(kept.encode()) if kept is not None else given
    if (before.text, before.signatures[0]) != (given.text, given.signatures[0]):
        before = given
    by_key = {
        (line.name, line.key_id): line for line in (*before.signatures, *given.signatures, *lines)
    }
    return Note(given.text, tuple(by_key.values())).to_text()


def _read(read: Callable[[str], T], text: str, where: str) -> T:
    try:
        return read(text)
    except SpellingError as fault:
        raise WitnessMalformedError(str(fault), where) from fault
