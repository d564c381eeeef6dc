"""Makes bundles to be kept for ever: `python -m tests.audit.freeze 2026-11` makes a new folder.

A folder once made is never made again: it holds what a program of that day wrote, and the program
of today has to read it. The key is that of 32 bytes of one value, so it guards nothing.
"""

from __future__ import annotations

import json
import sys
import tempfile
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from api.audit.checking import audit
from domain import usecases
from domain.events import ErasureReason, ErasureScope
from domain.facts import FileRef
from domain.records import to_record
from signing.note import VerifierKey
from tests.audit.meeting import HOUSE, MEETING, Audited, installation, person, title
from tests.audit.signing_papers import sign_protocol
from tests.domain.test_records import FACTS, recorded

if TYPE_CHECKING:
    from api.audit.report import Report

DATA = Path(__file__).parent / "data"
SEED = bytes([7]) * 32
SPARE = f"log.example/{HOUSE}+00000000+AAAA"
OF_OTHER_LAW = "law_not_installed"
"""A later program knows a later edition; that alone is no fault of the bundle."""


def verdict(data: bytes, vkey: str) -> dict[str, Any]:
    """Give what an audit comes to, in what must stay the same for ever."""
    audited = audit(data, key=VerifierKey.from_text(vkey))
    report: Report = audited.report
    found = sorted({(f.severity, f.code) for f in report.findings if f.code != OF_OTHER_LAW})
    claimed = json.loads(audited.bundle.files["claimed.json"])["result"]
    return {
        "sha256": sha256(data).hexdigest(),
        "sound": report.is_sound,
        "entries": audited.replay.applied,
        "findings": [list(pair) for pair in found],
        "outcomes": [item["outcome"] for item in claimed["items"]],
        "votes_for": [item["votes_for"] for item in claimed["items"]],
        "signatures": len(audited.bundle.signatures()),
    }


def hold(folder: Path) -> tuple[dict[str, bytes], str, str]:
    """Hold a meeting with the rarer facts; gives its bundles, its key and a receipt."""
    keys = folder / "keys"
    keys.mkdir(mode=0o700, parents=True)
    key = Ed25519PrivateKey.from_private_bytes(SEED)
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (keys / "log.pem").write_bytes(pem)
    (keys / "log.pem").chmod(0o600)
    with installation(folder) as made:
        made.hold()
        _after(made)
        bundles = {reader: made.bundle(reader) for reader in ("inspector", "public")}
        return bundles, made.services.logs.key(HOUSE).to_text(), made.receipts[title("2")]


def _after(made: Audited) -> None:
    consent, contacts = ErasureReason.CONSENT_WITHDRAWN, ErasureScope.CONTACTS
    proof, at = FileRef("Опись.pdf", "cd" * 32, 900), made.clock()
    made.run(lambda s: usecases.add_log_key(s, HOUSE, SPARE))
    made.run(lambda s: usecases.retire_log_key(s, HOUSE, SPARE, "не понадобился"))
    sign_protocol(made)
    made.run(lambda s: usecases.hand_over(s, MEETING, "управляющая организация", at, proof))
    made.run(lambda s: usecases.forget_person(s, HOUSE, person(1), consent, contacts, [MEETING]))


def freeze(name: str) -> Path:
    """Make a folder of frozen files; one that exists is left alone."""
    target = DATA / name
    target.mkdir(parents=True)
    with tempfile.TemporaryDirectory() as folder:
        bundles, vkey, receipt = hold(Path(folder) / "house")
    expected: dict[str, Any] = {"vkey": vkey}
    for reader, data in bundles.items():
        (target / f"{reader}.oss").write_bytes(data)
        expected[reader] = verdict(data, vkey)
    (target / "vote.tlog-proof").write_text(receipt, encoding="utf-8")
    records = [to_record(recorded(fact)) + b"\n" for fact in FACTS]
    (target / "facts.jsonl").write_bytes(b"".join(records))
    written = json.dumps(expected, ensure_ascii=False, indent=1, sort_keys=True)
    (target / "expected.json").write_text(written + "\n", encoding="utf-8")
    return target


if __name__ == "__main__":
    sys.stdout.write(f"{freeze(sys.argv[1])}\n")
