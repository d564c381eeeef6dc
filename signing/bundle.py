"""The audit bundle `meeting.oss`: everything needed to check a meeting again, in one zip file.

    manifest.json      whose log, which meeting, how large, which key; every other file by SHA-256
    checkpoint         the signed head of the log, verbatim
    leaves             the leaf hashes of the whole log, 32 bytes each
    tile/entries/000   the entries in the form of tlog-tiles: length (2 bytes, big-endian) ‖ bytes;
                       length 0 stands for an entry that is not opened here
    openings.json      what opens commitments: commitment → salt and value
    law/*.toml         the exact files of the law pack
    protocol/*         the protocol: its figures (`protocol.json`) and its files
    signatures/*.p7s   detached signatures of the meeting's documents, each by its own SHA-256
    claimed.json       the result of the counting that is claimed

The zip has one spelling (`zipped.py`), the JSON files are canonical (RFC 8785). Only manifest,
checkpoint and leaves must be there. The specification is `docs/reference/bundle-format.md`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import islice
from typing import Any
from uuid import UUID

import rfc8785

from signing.errors import BundleMalformedError, TileMalformedError
from signing.hash_row import HashRow
from signing.merkle import HASH_BYTES
from signing.sealing import Opening
from signing.spelling import SpellingError, from_base64, to_base64
from signing.tiles import WIDTH, Tile, tiles_of
from signing.zipped import ZipFault, is_safe_name, read_zip, write_zip

FORMAT = "sobranie-bundle/1"
OPENINGS_FORMAT = "sobranie-openings/1"
MANIFEST, CHECKPOINT, LEAVES = "manifest.json", "checkpoint", "leaves"
OPENINGS, CLAIMED, FIGURES = "openings.json", "claimed.json", "protocol/protocol.json"
LAW, PROTOCOL, SIGNATURES, ENTRIES = "law/", "protocol/", "signatures/", "tile/entries/"
INSPECTOR, PUBLIC = "inspector", "public"
READERS = (INSPECTOR, PUBLIC)
MAX_LEAVES = 2**24

_HEX = re.compile(r"[0-9a-f]{64}")
_FIELDS = {"files", "format", "house", "meeting", "origin", "reader", "size", "vkey"}
_LAW_FILE = re.compile(r"law/[a-z0-9_]+\.toml")
_SIGNATURE_FILE = re.compile(r"signatures/([0-9a-f]{64})\.p7s")


@dataclass(frozen=True, slots=True)
class ListedFile:
    """A file as the manifest lists it."""

    sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class Manifest:
    """Whose log and which meeting the bundle speaks of, and to whom."""

    house: UUID
    meeting: UUID
    origin: str
    vkey: str
    size: int
    reader: str
    files: Mapping[str, ListedFile]

    def to_bytes(self) -> bytes:
        """Write the manifest in its canonical form."""
        listed: list[Any] = [
            {"path": path, "sha256": file.sha256, "size": file.size}
            for path, file in sorted(self.files.items())
        ]
        return rfc8785.dumps(
            {
                "files": listed,
                "format": FORMAT,
                "house": str(self.house),
                "meeting": str(self.meeting),
                "origin": self.origin,
                "reader": self.reader,
                "size": self.size,
                "vkey": self.vkey,
            }
        )

    @classmethod
    def from_bytes(cls, data: bytes) -> Manifest:
        """Read a manifest strictly; a fault names the field."""
        fields = read_object(data, MANIFEST)
        if fields.get("format") != FORMAT:
            raise BundleMalformedError("format", _where("format"))
        if fields.keys() != _FIELDS:
            wrong = min(fields.keys() ^ _FIELDS)
            raise BundleMalformedError("missing_or_unknown_field", _where(wrong))
        if fields["reader"] not in READERS:
            raise BundleMalformedError("reader", _where("reader"))
        for name in ("origin", "vkey"):
            if not isinstance(fields[name], str):
                raise BundleMalformedError("not_text", _where(name))
        size = fields["size"]
        if type(size) is not int or not 0 < size <= MAX_LEAVES:
            raise BundleMalformedError("size", _where("size"))
        return cls(
            _uuid(fields, "house"),
            _uuid(fields, "meeting"),
            fields["origin"],
            fields["vkey"],
            size,
            fields["reader"],
            _listed(fields["files"]),
        )


@dataclass(frozen=True, slots=True)
class Bundle:
    """A bundle that was taken apart; nothing in it is verified yet."""

    manifest: Manifest
    files: Mapping[str, bytes]
    faults: tuple[ZipFault, ...]

    def law(self) -> dict[str, bytes]:
        """Give the files of the law pack by their own names."""
        return {
            path.removeprefix(LAW): content
            for path, content in self.files.items()
            if path.startswith(LAW)
        }

    def protocol(self) -> dict[str, bytes]:
        """Give the files of the protocol by path, its figures included."""
        return {p: content for p, content in self.files.items() if p.startswith(PROTOCOL)}

    def signatures(self) -> dict[str, bytes]:
        """Give the detached signature files by the SHA-256 they are named by."""
        named = ((named_digest(path), content) for path, content in self.files.items())
        return {digest: content for digest, content in named if digest is not None}

    def leaves(self) -> HashRow:
        """Give the leaf hashes; an odd rest at the end is left out."""
        return HashRow(self.files.get(LEAVES, b""))


def write_bundle(
    manifest: Callable[[Mapping[str, ListedFile]], Manifest], files: Mapping[str, bytes]
) -> bytes:
    """Put a bundle together; `manifest` gets the list of the files and gives the rest."""
    listed = {
        path: ListedFile(sha256(content).hexdigest(), len(content))
        for path, content in files.items()
    }
    return write_zip({**files, MANIFEST: manifest(listed).to_bytes()})


def read_bundle(data: bytes) -> Bundle:
    """Take a bundle apart; without a readable manifest it is a `BundleMalformedError`."""
    zipped = read_zip(data)
    if MANIFEST not in zipped.files:
        raise BundleMalformedError("file_missing", MANIFEST)
    return Bundle(Manifest.from_bytes(zipped.files[MANIFEST]), zipped.files, zipped.faults)


def signature_path(sha256: str) -> str:
    """Give the place of a detached signature file: it is named by its content."""
    return f"{SIGNATURES}{sha256}.p7s"


def named_digest(path: str) -> str | None:
    """Give the SHA-256 a detached signature file is named by; None for any other file."""
    found = _SIGNATURE_FILE.fullmatch(path)
    return None if found is None else found[1]


def is_known_path(path: str, size: int) -> bool:
    """Tell whether a file has its place in a bundle of a log of this size."""
    if path in (MANIFEST, CHECKPOINT, LEAVES, OPENINGS, CLAIMED) or _LAW_FILE.fullmatch(path):
        return True
    if named_digest(path) is not None:
        return True
    if path.startswith(PROTOCOL):
        return path.count("/") == 1 and is_safe_name(path)
    return _is_entry_tile(path, size)


def _is_entry_tile(path: str, size: int) -> bool:
    if not path.startswith(ENTRIES):
        return False
    try:
        tile = Tile.from_path(path)
    except TileMalformedError:
        return False
    return tile.start < size and tile.width == min(WIDTH, size - tile.start)


def held_tiles(files: Mapping[str, bytes], size: int) -> dict[str, Tile]:
    """List the entry tiles of a log of this size that are at hand, in order, by path."""
    found = {path: Tile.from_path(path) for path in files if _is_entry_tile(path, size)}
    return dict(sorted(found.items(), key=lambda item: item[1].start))


def entry_tiles(size: int) -> dict[str, Tile]:
    """List the entry tiles of a log of this size by path."""
    number = -(-size // WIDTH)
    return {tile.to_path(): tile for tile in islice(tiles_of(size), number)}


def entry_files(entries: Sequence[bytes | None]) -> dict[str, bytes]:
    """Write the entries of a whole log; None is an entry that is not opened."""
    found = {}
    for path, tile in entry_tiles(len(entries)).items():
        held = entries[tile.start : tile.start + tile.width]
        if any(entry is not None for entry in held):
            found[path] = b"".join(
                len(entry or b"").to_bytes(2, "big") + (entry or b"") for entry in held
            )
    return found


def write_openings(openings: Mapping[str, Opening]) -> bytes:
    """Write what opens commitments."""
    opened = {
        commitment: {"salt": to_base64(opening.salt), "value": to_base64(opening.value)}
        for commitment, opening in openings.items()
    }
    return rfc8785.dumps({"format": OPENINGS_FORMAT, "openings": opened})


def read_openings(data: bytes) -> dict[str, Opening]:
    """Read what opens commitments; whether it does is not looked at here."""
    fields = read_object(data, OPENINGS)
    opened = fields.get("openings")
    if fields.keys() != {"format", "openings"} or fields["format"] != OPENINGS_FORMAT:
        raise BundleMalformedError("format", OPENINGS)
    if not isinstance(opened, dict):
        raise BundleMalformedError("not_an_object", f"{OPENINGS}#openings")
    return {commitment: _opening(commitment, value) for commitment, value in opened.items()}


def read_object(data: bytes, where: str) -> dict[str, Any]:
    """Read a JSON object in its canonical form (RFC 8785)."""
    try:
        fields = json.loads(data)
        canonical = rfc8785.dumps(fields)
    except (rfc8785.CanonicalizationError, ValueError, RecursionError) as fault:
        raise BundleMalformedError("not_json", where) from fault
    if not isinstance(fields, dict):
        raise BundleMalformedError("not_an_object", where)
    if canonical != data:
        raise BundleMalformedError("not_canonical", where)
    return fields


def _where(field: str) -> str:
    return f"{MANIFEST}#{field}"


def _uuid(fields: Mapping[str, Any], name: str) -> UUID:
    value = fields[name]
    try:
        found = UUID(value)
    except (ValueError, AttributeError, TypeError) as fault:
        raise BundleMalformedError("not_a_uuid", _where(name)) from fault
    if str(found) != value:
        raise BundleMalformedError("uuid_spelling", _where(name))
    return found


def _listed(files: object) -> dict[str, ListedFile]:
    if not isinstance(files, list):
        raise BundleMalformedError("not_a_list", _where("files"))
    found: dict[str, ListedFile] = {}
    last = ""
    for number, file in enumerate(files):
        where = _where(f"files[{number}]")
        if not isinstance(file, dict) or file.keys() != {"path", "sha256", "size"}:
            raise BundleMalformedError("missing_or_unknown_field", where)
        path, digest, size = file["path"], file["sha256"], file["size"]
        if not isinstance(path, str) or not is_safe_name(path) or path == MANIFEST:
            raise BundleMalformedError("file_name", where)
        if not isinstance(digest, str) or not _HEX.fullmatch(digest):
            raise BundleMalformedError("sha256", where)
        if type(size) is not int or size < 0:
            raise BundleMalformedError("size", where)
        if path <= last:
            raise BundleMalformedError("files_not_sorted", where)
        last = path
        found[path] = ListedFile(digest, size)
    return found


def _opening(commitment: str, value: object) -> Opening:
    where = f"{OPENINGS}#{commitment[:64]}"
    if not _HEX.fullmatch(commitment):
        raise BundleMalformedError("sha256", where)
    if not isinstance(value, dict) or value.keys() != {"salt", "value"}:
        raise BundleMalformedError("missing_or_unknown_field", where)
    try:
        salt, opened = from_base64(value["salt"]), from_base64(value["value"])
    except (SpellingError, TypeError) as fault:
        raise BundleMalformedError("not_base64", where) from fault
    if len(salt) != HASH_BYTES:
        raise BundleMalformedError("salt_length", where)
    return Opening(salt, opened)
