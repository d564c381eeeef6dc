"""The page of the log's format: its example is an entry, its vectors are what the code gives.

After a deliberate change: `python -m tests.signing.test_log_format_page` writes the vectors anew.
"""

from __future__ import annotations

import re
from hashlib import sha256
from pathlib import Path
from uuid import UUID

from signing.checkpoint import Checkpoint, log_origin, sign_checkpoint
from signing.cosignature import cosign
from signing.entry import Entry
from signing.merkle import consistency_proof, inclusion_proof, leaf_hash, root_of
from signing.note import COSIGNATURE, VerifierKey
from signing.receipt import Receipt
from signing.sealing import commit
from signing.tiles import write_entries
from signing.witness import AddCheckpoint
from tests.signing.builders import HOST, HOUSE, record, signer
from tests.signing.test_merkle import stored_nodes

PAGE = Path(__file__).parents[2] / "docs/reference/log-format.md"
BETWEEN = re.compile(r"(<!-- vectors: [^\n]* -->\n)(.*?)(<!-- end of vectors -->\n)", re.DOTALL)
STREAMS = (
    UUID("b8e3a3d5-4f6c-4a3e-8f0a-2d7d0c1b9e11"),
    UUID("b8e3a3d5-4f6c-4a3e-8f0a-2d7d0c1b9e11"),
    UUID("c1d2e3f4-0a1b-4c2d-8e3f-405162738495"),
)


def vectors() -> str:
    """Write the vectors as they stand on the page."""
    versions = (1, 2, 1)
    entries = [record(stream, number) for stream, number in zip(STREAMS, versions, strict=True)]
    hashes = [leaf_hash(entry) for entry in entries]
    nodes = stored_nodes(hashes)
    origin = log_origin(HOST, HOUSE)
    note = sign_checkpoint(Checkpoint(origin, 3, root_of(hashes)), signer())
    witness = VerifierKey("witness.example/w", COSIGNATURE, signer(2).verifier_key("w").public)
    cosigned = note.to_text() + cosign(note.text, witness.name, signer(2), 1772355600).to_line()
    proof = inclusion_proof(1, 3, lambda places: {place: nodes[place] for place in places})
    rows = [
        *((f"leaf hash {at}", hash_.hex()) for at, hash_ in enumerate(hashes)),
        *((f"root of {size}", root_of(hashes[:size]).hex()) for size in range(4)),
        ("SHA-256 of the entry bundle", sha256(write_entries(entries)).hexdigest()),
        ("commitment, salt 32 × 0x02, value `value`", commit(b"\x02" * 32, b"value")),
    ]
    table = "\n".join(
        ["| What | Hex |", "|---|---|", *(f"| {what} | `{hex_}` |" for what, hex_ in rows)]
    )
    receipt = Receipt(1, proof, cosigned).to_text()
    extension = consistency_proof(1, 3, lambda places: {place: nodes[place] for place in places})
    request = AddCheckpoint(1, extension, note.to_text()).to_text()
    return (
        "Entries, one a line:\n\n```text\n"
        + "\n".join(entry.decode() for entry in entries)
        + f"\n```\n\n{table}\n\nKeys of the log and of a witness (seed 32 × `0x02`):\n\n```text\n"
        + f"{signer().verifier_key(origin).to_text()}\n{witness.to_text()}\n```\n\n"
        + "Receipt of entry 1 under the cosigned checkpoint of size 3:\n\n"
        + f"```text\n{receipt}```\n\n"
        + "Request to a witness that has cosigned the log of size 1:\n\n"
        + f"```text\n{request}```\n"
    )


def test_the_example_is_an_entry() -> None:
    example = re.search(r"```json\n(.*)\n```", PAGE.read_text(encoding="utf-8"))
    assert example is not None
    assert Entry.from_bytes(example[1].encode()).raw == record(STREAMS[0], 1)


def test_the_vectors_are_what_the_code_gives() -> None:
    found = BETWEEN.search(PAGE.read_text(encoding="utf-8"))
    assert found is not None
    assert found[2] == vectors()


if __name__ == "__main__":
    PAGE.write_text(
        BETWEEN.sub(lambda m: m[1] + vectors() + m[3], PAGE.read_text(encoding="utf-8")),
        encoding="utf-8",
    )
