"""Outsiders' tools against a served log over real HTTP, with none of our code on their side.

A log of more than one full tile is served with three witnesses beside it. The outsider reads the
checkpoint by Go's rules for notes, fetches tiles, computes the root again, and checks a receipt.
"""

from __future__ import annotations

import base64
import json
import time
import urllib.error
from contextlib import ExitStack
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING

import pytest

from api.audit.checking import audit
from api.audit.receipts import Against, check_receipt
from api.audit.remote import RemoteLog
from api.bundles import build_bundle
from api.cli.auditor import main as auditor
from api.clock import DemoClock
from api.http.app import create_app
from api.server import serving
from api.settings import read_settings
from api.wiring import open_services, prepare
from domain import usecases
from domain.batch import Command
from signing.policy import Policy
from signing.receipt import Receipt
from tests.domain import builders as given
from tests.witness import outsider
from tests.witness.conftest import policy_text
from tests.witness.fake_witness import FakeWitness, running
from tests.witness.outsider import Verifier

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from api.services import Services

FLATS = 270
"""Each makes two entries, so that the log has two full tiles and a partial one."""
WITHIN_SECONDS = 60
QUORUM = "засвидетельствовано 3 из 3"


@dataclass
class Served:
    """A served installation, as somebody outside knows it: addresses and keys."""

    services: Services
    prefix: str
    log: Verifier
    witnesses: list[FakeWitness]
    policy: Path
    receipt: bytes

    def checkpoint(self, path: str = "checkpoint") -> tuple[bytes, dict[str, str]]:
        """Fetch a checkpoint."""
        return outsider.get(f"{self.prefix}/{path}")

    def trusted(self) -> list[Verifier]:
        """List the log's key and the witnesses'."""
        return [self.log, *(Verifier.from_vkey(witness.vkey) for witness in self.witnesses)]


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Serve a house with many flats, and wait until the witnesses have seen it whole."""
    home = tmp_path_factory.mktemp("outsiders")
    policy = home / "witnesses.policy"
    with ExitStack() as stack:
        now = int(time.time())
        witnesses = [FakeWitness(f"witness.example/{n}", seed=30 + n, time=now) for n in range(3)]
        for witness in witnesses:
            stack.enter_context(running(witness))
        policy.write_text(policy_text(witnesses))
        settings = read_settings(
            {"SOBRANIE_HOME": str(home / "data"), "SOBRANIE_WITNESSES": str(policy)}
        )
        prepare(settings)
        services = stack.enter_context(open_services(settings, DemoClock(given.CALLED_AT)))
        key = services.logs.key(given.HOUSE).to_text()
        for witness in witnesses:
            witness.trust(key)
        receipt = fill(services, key)
        address = stack.enter_context(serving(create_app(services)))
        made = Served(
            services,
            f"{address}/log/{given.HOUSE}",
            Verifier.from_vkey(key),
            witnesses,
            policy,
            receipt,
        )
        wait_for_quorum(made)
        yield made


def fill(services: Services, key: str) -> bytes:
    """Record a house and its flats, call a meeting; give the receipt of the first fact."""
    run = services.writer.run
    house, terms = given.house_registered("13500.00"), given.terms()
    first = run(Command(lambda s: usecases.register_house(s, given.HOUSE, house, key)))
    rows = [given.premises(str(n), "50.00", given.title(str(n))) for n in range(FLATS)]
    run(Command(lambda s: usecases.record_premises(s, given.HOUSE, rows)))
    run(Command(lambda s: usecases.call_meeting(s, given.HOUSE, given.MEETING, terms, ())))
    return first.receipts[0].to_text().encode()


def wait_for_quorum(served: Served) -> None:
    """Ask until every witness has cosigned the whole log, as an outsider sees it."""
    size = served.services.logs.store.head(given.HOUSE).size
    until = time.monotonic() + WITHIN_SECONDS
    while time.monotonic() < until:
        state = json.loads(served.checkpoint("witnesses")[0])
        if [seen["size"] for seen in state["witnesses"]] == [size] * 3:
            return
    raise TimeoutError(state["text"])


def test_a_checkpoint_opens_by_the_rules_of_go_with_the_log_and_all_witnesses(
    served: Served,
) -> None:
    for path in ("checkpoint", "witnessed/checkpoint"):
        data, headers = served.checkpoint(path)
        text, verified, unknown = outsider.open_note(data, served.trusted())
        assert {key.name for key in verified} == {key.name for key in served.trusted()}
        assert unknown == 0
        assert outsider.checkpoint_of(text)[0] == served.log.name
        assert headers["content-type"] == "text/plain; charset=utf-8"
        assert headers["cache-control"] == "no-cache"


@pytest.mark.parametrize("prefix", ["", "/witnessed"])
def test_tiles_give_the_signed_root_on_every_level(served: Served, prefix: str) -> None:
    text, _, _ = outsider.open_note(served.checkpoint()[0], served.trusted())
    _, size, root = outsider.checkpoint_of(text)
    assert size > 2 * outsider.TILE
    leaves = outsider.read_hashes(served.prefix + prefix, 0, size)
    assert outsider.tree(leaves) == root
    above = outsider.read_hashes(served.prefix + prefix, 1, size)
    assert above == [outsider.tree(leaves[at : at + 256]) for at in range(0, size - 255, 256)]
    entries = outsider.read_entries(served.prefix + prefix, size)
    assert [outsider.leaf(entry) for entry in entries] == leaves
    assert json.loads(entries[0])["type"] == "house-registered/1"


def test_tiles_are_immutable_and_what_is_not_there_is_not_kept(served: Served) -> None:
    for name in ("tile/0/000", "tile/0/001", "tile/1/000.p/2", "tile/entries/000"):
        _, headers = outsider.get(f"{served.prefix}/{name}")
        assert headers["cache-control"] == "public, max-age=31536000, immutable"
        assert headers["content-type"] == "application/octet-stream"
    missing = (
        "tile/0/009", "tile/0/000.p/256", "tile/0/000.p/0", "tile/0/0", "tile/00/000", "tile/1/000",
        "tile/2/000.p/1", "tile/64/000", "tile/entries/009", "tile/entries", "tile/0/x000/000",
        "consistency/01", "consistency/99999", "consistency/x", "witnessed", "nothing",
        "witnessed/witnessed/tile/0/000",
    )  # fmt: skip
    for name in missing:
        with pytest.raises(urllib.error.HTTPError) as refused:
            outsider.get(f"{served.prefix}/{name}")
        with refused.value as answer:
            assert answer.status == 404, name
            assert "immutable" not in (answer.headers["Cache-Control"] or ""), name


def test_the_log_of_a_receipt_is_a_beginning_of_the_log_of_now(served: Served) -> None:
    head, _, note = served.receipt.decode().partition("\n\n")
    version, extra, index, *proof = head.split("\n")
    assert version == "c2sp.org/tlog-proof@v1"
    entry = base64.b64decode(extra.removeprefix("extra "), validate=True)
    text, _, _ = outsider.open_note(note.encode(), [served.log])
    _, size, root = outsider.checkpoint_of(text)
    hashes = [base64.b64decode(line) for line in proof]
    place = int(index.removeprefix("index "))
    outsider.check_inclusion(outsider.leaf(entry), place, size, hashes, root)
    assert outsider.read_entries(served.prefix, outsider.TILE)[place] == entry
    old, new, new_root, path = consistency(served, size)
    outsider.check_consistency(old, root, new, new_root, path)
    with pytest.raises(outsider.BadProofError):
        outsider.check_consistency(old, sha256(root).digest(), new, new_root, path)


def consistency(served: Served, old: int) -> tuple[int, int, bytes, list[bytes]]:
    """Fetch the proof that the log of now extends the log of an older size."""
    data, headers = served.checkpoint(f"consistency/{old}")
    assert headers["cache-control"] == "no-cache"
    head, _, note = data.decode().partition("\n\n")
    first, *proof = head.split("\n")
    text, _, _ = outsider.open_note(note.encode(), served.trusted())
    _, size, root = outsider.checkpoint_of(text)
    return int(first.removeprefix("old ")), size, root, [base64.b64decode(line) for line in proof]


def test_consistency_is_proved_from_every_size(served: Served) -> None:
    _, size, root, proof = consistency(served, 0)
    assert proof == []
    leaves = outsider.read_hashes(served.prefix, 0, size)
    for old in (1, 2, 3, 100, 255, 256, 257, 511, 512, 513, size - 1, size):
        found, new, new_root, path = consistency(served, old)
        assert (found, new, new_root) == (old, size, root)
        outsider.check_consistency(old, outsider.tree(leaves[:old]), size, root, path)


def test_the_witnesses_hold_the_same_head(served: Served) -> None:
    text, _, _ = outsider.open_note(served.checkpoint()[0], served.trusted())
    origin, size, root = outsider.checkpoint_of(text)
    assert [witness.heads[origin] for witness in served.witnesses] == [(size, root)] * 3
    state = json.loads(served.checkpoint("witnesses")[0])
    assert state["origin"] == origin
    assert state["witnessed_size"] == state["size"] == size
    assert state["text"] == f"Засвидетельствовано 3 из 3: все записи, их {size}."
    assert Verifier.from_vkey(state["key"]) == served.log


def test_our_auditor_checks_receipt_and_bundle_against_the_policy(
    served: Served, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    policy = Policy.from_bytes(served.policy.read_bytes())
    bundle = build_bundle(served.services, given.MEETING)
    report = audit(bundle, policy=policy).report
    assert report.is_sound
    assert QUORUM in report.steps[2].summary
    receipt = Receipt.from_bytes(served.services.logs.receipt(given.HOUSE, given.HOUSE, 1).encode())
    against = Against(served.services.logs.key(given.HOUSE), None, RemoteLog(served.prefix), policy)
    assert check_receipt(receipt, against).is_sound
    # The receipt of the vote itself was given before any witness was asked.
    early = check_receipt(Receipt.from_bytes(served.receipt), against)
    assert [finding.code for finding in early.findings] == ["quorum_missing"]
    file = tmp_path / "meeting.oss"
    file.write_bytes(bundle)
    assert auditor(["verify", str(file), "--witnesses", str(served.policy)]) == 0
    assert QUORUM in capsys.readouterr().out
    strangers = [
        FakeWitness(f"witness.example/{n}", seed=60 + n, url="https://w") for n in range(3)
    ]
    other = tmp_path / "other.policy"
    other.write_text(policy_text(strangers))
    assert auditor(["verify", str(file), "--witnesses", str(other)]) == 1
    assert "Кворума свидетелей нет: верных подписей 0" in capsys.readouterr().out
    other.write_text(policy_text(strangers)[:-1])
    assert auditor(["verify", str(file), "--witnesses", str(other)]) == 2
    assert "строка 5: последняя строка не окончена" in capsys.readouterr().err
