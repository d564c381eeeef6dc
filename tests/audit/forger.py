"""An attacker's workbench: takes a bundle apart, changes what he likes, puts it together again.

How much he can put right again is the attacker's strength:

* `bytes_only`  nothing: he has the file and a hex editor;
* `listed`      the manifest fits the files again;
* `hashed`      the leaf hashes fit the entries too;
* `signed`      he holds a key and signs a new checkpoint: his own, or the log's true one.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from uuid import UUID

import rfc8785

from signing import bundle as form
from signing.bundle import ListedFile, Manifest, read_bundle, write_bundle
from signing.checkpoint import Checkpoint, sign_checkpoint
from signing.merkle import leaf_hash, root_of
from signing.opened import open_entries

if TYPE_CHECKING:
    from collections.abc import Mapping

    from signing.keys import Signer

Body = dict[str, Any]


class Forger:
    """A bundle in pieces."""

    def __init__(self, data: bytes) -> None:
        """Take a true bundle apart."""
        taken = read_bundle(data)
        self.manifest = taken.manifest
        self.files = {p: c for p, c in taken.files.items() if p != form.MANIFEST}
        opened = open_entries(taken, taken.leaves())
        self.entries: list[bytes | None] = [opened.entries[i] for i in sorted(opened.entries)]
        self.house, self.meeting = taken.manifest.house, taken.manifest.meeting
        self.origin, self.vkey = taken.manifest.origin, taken.manifest.vkey
        self.reader, self.size = taken.manifest.reader, taken.manifest.size

    # --- finding and changing entries -------------------------------------------------------------

    def index_of(self, kind: str, number: int = 0) -> int:
        """Give the index of the n-th entry of a type (from the end for a negative n)."""
        return self.indexes(kind)[number]

    def indexes(self, kind: str) -> list[int]:
        """Give the indexes of the entries of a type."""
        return [i for i, e in enumerate(self.entries) if e and f'"type":"{kind}/1"' in e.decode()]

    def record(self, index: int) -> Body:
        """Read an entry."""
        entry = self.entries[index]
        assert entry is not None
        found: Body = json.loads(entry)
        return found

    def put(self, index: int, record: Body) -> None:
        """Write an entry in its canonical form."""
        self.entries[index] = rfc8785.dumps(record)

    def edit(self, kind: str, change: Callable[[Body], None], number: int = 0) -> int:
        """Change the n-th entry of a type; gives its index."""
        index = self.index_of(kind, number)
        record = self.record(index)
        change(record)
        self.put(index, record)
        return index

    def body(self, kind: str, number: int = 0, **fields: Any) -> int:
        """Set fields in the body of the n-th entry of a type."""
        return self.edit(kind, lambda record: record["body"].update(fields), number)

    def insert(self, index: int, record: Body) -> int:
        """Insert an entry."""
        self.entries.insert(index, rfc8785.dumps(record))
        return index

    def json(self, path: str, change: Callable[[Body], None]) -> None:
        """Change a JSON file."""
        data = json.loads(self.files[path])
        change(data)
        self.files[path] = rfc8785.dumps(data)

    # --- putting together -------------------------------------------------------------------------

    def listed(self) -> bytes:
        """Write the bundle with a manifest that fits; the leaf hashes stay as they were."""
        self._write_entries()
        return self._written()

    def hashed(self) -> bytes:
        """The same with leaf hashes that fit the entries; the checkpoint stays."""
        self._hash()
        return self.listed()

    def signed(self, signer: Signer) -> bytes:
        """The same with a checkpoint signed anew."""
        leaves = self._hash()
        self.size = len(leaves)
        head = Checkpoint(self.origin, self.size, root_of(leaves))
        self.files[form.CHECKPOINT] = sign_checkpoint(head, signer).to_text().encode()
        return self.listed()

    def with_files(self, files: dict[str, bytes]) -> bytes:
        """Write the bundle with exactly these files and a manifest that fits."""
        self.files = files
        return self._written()

    def _hash(self) -> list[bytes]:
        leaves = [leaf_hash(entry) for entry in self.entries if entry is not None]
        self.files[form.LEAVES] = b"".join(leaves)
        return leaves

    def _write_entries(self) -> None:
        old = [path for path in self.files if path.startswith(form.ENTRIES)]
        for path in old:
            del self.files[path]
        self.files |= form.entry_files(self.entries)

    def _written(self) -> bytes:
        def manifest(listed: Mapping[str, ListedFile]) -> Manifest:
            return Manifest(
                self.house, self.meeting, self.origin, self.vkey, self.size, self.reader, listed
            )

        return write_bundle(manifest, self.files)


def flipped(data: bytes, at: int, bit: int = 0) -> bytes:
    """Change one bit of one byte."""
    return data[:at] + bytes([data[at] ^ (1 << bit)]) + data[at + 1 :]


def at_file(data: bytes, content: bytes, offset: int = 0) -> int:
    """Find where a file's content stands in the zip."""
    return data.index(content) + offset


OTHER = UUID("a0d17000-0000-4000-8000-0000000000ff")
