"""What an outsider writes from the specifications alone: notes, proofs and tiles, none of our code.

Notes are read by the rules of the note package of Go's checksum database.
"""

from __future__ import annotations

import base64
import binascii
import urllib.request
from dataclasses import dataclass
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

ED25519, COSIGNATURE, MLDSA = 1, 4, 6
TILE = 256


class BadNoteError(Exception):
    """Not a note, or a false one."""


class BadProofError(Exception):
    """A proof, tile or root that is not true."""


# --- notes ---------------------------------------------------------------------------------------


def good_name(name: str) -> bool:
    """Tell whether a key may have this name."""
    return bool(name) and "+" not in name and not any(c.isspace() for c in name)


def key_hash(name: str, material: bytes) -> int:
    """Derive the number of a key from its name and its type and bytes."""
    return int.from_bytes(sha256(name.encode() + b"\n" + material).digest()[:4], "big")


@dataclass(frozen=True)
class Verifier:
    """A key that was read from its text."""

    name: str
    hash: int
    algorithm: int
    key: bytes

    @classmethod
    def from_vkey(cls, text: str) -> Verifier:
        """Read `name+hash+base64`."""
        name, _, rest = text.partition("+")
        number, _, encoded = rest.partition("+")
        try:
            value = int(number, 16)
            material = base64.b64decode(encoded, validate=True)
        except (ValueError, binascii.Error) as fault:
            raise BadNoteError("vkey") from fault
        if len(number) != 8 or not good_name(name) or not material:
            raise BadNoteError("vkey")
        if value != key_hash(name, material):
            raise BadNoteError("vkey hash")
        return cls(name, value, material[0], material[1:])

    def verify(self, text: bytes, signature: bytes) -> bool:
        """Verify a signature of the key's own type."""
        message = text
        if self.algorithm == COSIGNATURE:
            time = int.from_bytes(signature[:8], "big")
            message, signature = b"cosignature/v1\ntime %d\n" % time + text, signature[8:]
        try:
            Ed25519PublicKey.from_public_bytes(self.key).verify(signature, message)
        except (InvalidSignature, ValueError):
            return False
        return True


def open_note(message: bytes, known: list[Verifier]) -> tuple[bytes, list[Verifier], int]:
    """Open a note: its text, the known keys that signed it, and how many lines were unknown."""
    try:
        decoded = message.decode("utf-8")
    except UnicodeDecodeError as fault:
        raise BadNoteError("not UTF-8") from fault
    if any(c < " " and c != "\n" for c in decoded):
        raise BadNoteError("control character")
    cut = message.rfind(b"\n\n")
    if cut < 0:
        raise BadNoteError("no signatures")
    text, lines = message[: cut + 1], message[cut + 2 :]
    if not lines or not lines.endswith(b"\n"):
        raise BadNoteError("no signatures")
    verified: list[Verifier] = []
    unknown = 0
    for line in lines.decode().removesuffix("\n").split("\n"):
        name, number, signature = _line(line)
        keys = [key for key in known if key.name == name and key.hash == number]
        if not keys:
            unknown += 1
        elif keys[0] not in verified:
            if not keys[0].verify(text, signature):
                raise BadNoteError(f"false signature of {name}")
            verified.append(keys[0])
    if not verified:
        raise BadNoteError("nobody known has signed")
    return text, verified, unknown


def _line(line: str) -> tuple[str, int, bytes]:
    if not line.startswith("— "):
        raise BadNoteError("signature line")
    name, _, encoded = line.removeprefix("— ").partition(" ")
    try:
        signature = base64.b64decode(encoded, validate=True)
    except binascii.Error as fault:
        raise BadNoteError("signature line") from fault
    if not good_name(name) or len(signature) < 5:
        raise BadNoteError("signature line")
    return name, int.from_bytes(signature[:4], "big"), signature[4:]


def checkpoint_of(text: bytes) -> tuple[str, int, bytes]:
    """Read origin, size and root from the text of a checkpoint."""
    origin, size, root, *_ = text.decode().split("\n")
    if str(int(size)) != size:
        raise BadNoteError("size")
    return origin, int(size), base64.b64decode(root, validate=True)


# --- trees (RFC 9162, 2.1.3.2 and 2.1.4.2) -------------------------------------------------------


def leaf(entry: bytes) -> bytes:
    """Hash an entry."""
    return sha256(b"\0" + entry).digest()


def node(left: bytes, right: bytes) -> bytes:
    """Hash two subtrees."""
    return sha256(b"\1" + left + right).digest()


def tree(leaves: list[bytes]) -> bytes:
    """Hash a whole tree."""
    if len(leaves) < 2:
        return leaves[0] if leaves else sha256(b"").digest()
    half = 1 << ((len(leaves) - 1).bit_length() - 1)
    return node(tree(leaves[:half]), tree(leaves[half:]))


def check_inclusion(hash_: bytes, index: int, size: int, proof: list[bytes], root: bytes) -> None:
    """Check that a leaf stands in a tree."""
    first, last = index, size - 1
    if index >= size:
        raise BadProofError("index")
    for step in proof:
        if last == 0:
            raise BadProofError("too long")
        if first & 1 or first == last:
            hash_ = node(step, hash_)
            while not first & 1 and first:
                first, last = first >> 1, last >> 1
        else:
            hash_ = node(hash_, step)
        first, last = first >> 1, last >> 1
    if last or hash_ != root:
        raise BadProofError("inclusion")


def check_consistency(old: int, old_root: bytes, new: int, root: bytes, proof: list[bytes]) -> None:
    """Check that a tree extends a smaller one."""
    if old == new:
        if proof or old_root != root:
            raise BadProofError("same size")
        return
    path = [old_root, *proof] if old & (old - 1) == 0 else list(proof)
    if not path or not proof:
        raise BadProofError("empty")
    first, last = old - 1, new - 1
    while first & 1:
        first, last = first >> 1, last >> 1
    small = big = path[0]
    for step in path[1:]:
        if last == 0:
            raise BadProofError("too long")
        if first & 1 or first == last:
            small, big = node(step, small), node(step, big)
            while first and not first & 1:
                first, last = first >> 1, last >> 1
        else:
            big = node(big, step)
        first, last = first >> 1, last >> 1
    if last or small != old_root or big != root:
        raise BadProofError("consistency")


# --- tiles over HTTP (C2SP tlog-tiles) -----------------------------------------------------------


def get(url: str) -> tuple[bytes, dict[str, str]]:
    """Fetch a file; gives its bytes and headers, the names in lower case."""
    with urllib.request.urlopen(url, timeout=20) as answer:
        return answer.read(), {name.lower(): value for name, value in answer.headers.items()}


def tile_name(level: str, index: int, width: int) -> str:
    """Name a tile: groups of three digits, all but the last after an `x`."""
    groups: list[str] = []
    rest = index
    while True:
        rest, group = divmod(rest, 1000)
        groups.insert(0, f"{group:03}")
        if not rest:
            break
    number = "/".join(["x" + group for group in groups[:-1]] + groups[-1:])
    return f"tile/{level}/{number}" + (f".p/{width}" if width < TILE else "")


def tile_names(level: str, count: int) -> list[tuple[str, int]]:
    """List the tiles that hold so many hashes or entries, with their widths."""
    widths = [TILE] * (count // TILE) + ([count % TILE] if count % TILE else [])
    return [(tile_name(level, index, width), width) for index, width in enumerate(widths)]


def read_hashes(prefix: str, level: int, size: int) -> list[bytes]:
    """Read all hashes of a level for a log of this size."""
    found: list[bytes] = []
    for name, width in tile_names(str(level), size >> (8 * level)):
        data, _ = get(f"{prefix}/{name}")
        if len(data) != 32 * width:
            raise BadProofError(name)
        found += [data[at : at + 32] for at in range(0, len(data), 32)]
    return found


def read_entries(prefix: str, size: int) -> list[bytes]:
    """Read all entries of a log of this size."""
    found: list[bytes] = []
    for name, width in tile_names("entries", size):
        data, _ = get(f"{prefix}/{name}")
        at = 0
        for _ in range(width):
            length = int.from_bytes(data[at : at + 2], "big")
            found.append(data[at + 2 : at + 2 + length])
            at += 2 + length
        if at != len(data):
            raise BadProofError(name)
    return found
