"""Key files and the signer guard: what may be signed, by whom, and what is remembered."""

from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from typing_extensions import override

from signing.checkpoint import Checkpoint, log_origin, open_checkpoint
from signing.errors import RefusedToSignError
from signing.guard import GuardedSigner
from signing.keys import FileSigner, new_key
from signing.merkle import EMPTY_ROOT, consistency_proof
from signing.private_file import write_private
from tests.signing.builders import HOST, HOUSE, OTHER_HOUSE, signer
from tests.signing.test_merkle import ROOTS, nodes

ORIGIN = log_origin(HOST, HOUSE)


def prove(old: int, new: int) -> tuple[bytes, ...]:
    return consistency_proof(old, new, nodes)


def refusal(path: Path, passphrase: bytes | None = None) -> str:
    with pytest.raises(RefusedToSignError) as refused:
        FileSigner.open(path, passphrase)
    return refused.value.reason


@pytest.mark.parametrize("passphrase", [None, b"a long passphrase"])
def test_a_new_key_is_for_its_owner_alone_and_opens_again(
    tmp_path: Path, passphrase: bytes | None
) -> None:
    path = tmp_path / "log.pem"
    made = new_key(path, passphrase)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    opened = FileSigner.open(path, passphrase)
    assert opened.verifier_key(ORIGIN) == made.verifier_key(ORIGIN)
    opened.verifier_key(ORIGIN).check(b"message", made.sign(b"message"))
    with pytest.raises(RefusedToSignError) as refused:
        new_key(path)
    assert refused.value.reason == "key_file_exists"


def test_a_key_file_that_others_can_read_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "log.pem"
    new_key(path)
    for mode in (0o640, 0o604, 0o666, 0o700, 0o400):
        path.chmod(mode)
        assert refusal(path) == "key_file_mode"


def test_what_is_no_key_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "log.pem"
    assert refusal(path) == "key_file_missing"
    write_private(path, b"not a key")
    assert refusal(path) == "key_file_unreadable"
    locked = tmp_path / "locked.pem"
    new_key(locked, b"right")
    assert refusal(locked) == "key_file_unreadable"
    assert refusal(locked, b"wrong") == "key_file_unreadable"
    other = tmp_path / "ec.pem"
    curve = ec.generate_private_key(ec.SECP256R1())
    write_private(other, curve.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    assert refusal(other) == "key_not_ed25519"
    link = tmp_path / "pipe.pem"
    link.symlink_to("/dev/null")
    assert refusal(link) == "key_file_not_regular"


def guarded(folder: Path) -> GuardedSigner:
    return GuardedSigner(signer(), folder)


def test_extensions_are_signed_and_remembered_by_another_process(tmp_path: Path) -> None:
    for size in (0, 1, 1, 7, 64, 64, 200):
        root = ROOTS[size]
        note = guarded(tmp_path).sign_checkpoint(ORIGIN, size, root, prove)
        opened = open_checkpoint(note.to_text().encode(), [signer().verifier_key(ORIGIN)])
        assert opened.checkpoint == Checkpoint(ORIGIN, size, root)


@pytest.mark.parametrize(
    ("size", "root", "reason"),
    [
        (6, ROOTS[6], "smaller_than_signed"),
        (0, EMPTY_ROOT, "smaller_than_signed"),
        (7, ROOTS[6], "another_root_of_the_same_size"),
        (8, ROOTS[9], "not_an_extension"),
        (64, ROOTS[63], "not_an_extension"),
    ],
)
def test_what_is_no_extension_is_not_signed(
    tmp_path: Path, size: int, root: bytes, reason: str
) -> None:
    guarded(tmp_path).sign_checkpoint(ORIGIN, 7, ROOTS[7], prove)
    with pytest.raises(RefusedToSignError) as refused:
        guarded(tmp_path).sign_checkpoint(ORIGIN, size, root, prove)
    assert refused.value.reason == reason
    guarded(tmp_path).sign_checkpoint(ORIGIN, 8, ROOTS[8], prove)


def test_logs_do_not_disturb_each_other(tmp_path: Path) -> None:
    guarded(tmp_path).sign_checkpoint(ORIGIN, 9, ROOTS[9], prove)
    guarded(tmp_path).sign_checkpoint(log_origin(HOST, OTHER_HOUSE), 3, ROOTS[3], prove)


def test_the_head_is_remembered_before_it_is_signed(tmp_path: Path) -> None:
    class Broken(FileSigner):
        @override
        def sign(self, message: bytes) -> bytes:
            raise RuntimeError("the power went off")

    broken = GuardedSigner(Broken(signer()._key), tmp_path)
    with pytest.raises(RuntimeError):
        broken.sign_checkpoint(ORIGIN, 5, ROOTS[5], prove)
    with pytest.raises(RefusedToSignError):
        guarded(tmp_path).sign_checkpoint(ORIGIN, 5, ROOTS[4], prove)
    guarded(tmp_path).sign_checkpoint(ORIGIN, 5, ROOTS[5], prove)


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"nonsense\n",
        b"\xff",
        b"else.example\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n",
    ],
)
def test_a_damaged_memory_signs_nothing(tmp_path: Path, text: bytes) -> None:
    guarded(tmp_path).sign_checkpoint(ORIGIN, 5, ROOTS[5], prove)
    (file,) = tmp_path.glob("*.head")
    file.write_bytes(text)
    with pytest.raises(RefusedToSignError) as refused:
        guarded(tmp_path).sign_checkpoint(ORIGIN, 6, ROOTS[6], prove)
    assert refused.value.reason in {"guard_unreadable", "guard_of_another_log"}


def test_a_write_torn_by_a_crash_leaves_the_head_before(tmp_path: Path) -> None:
    for size in (3, 4, 5):
        guarded(tmp_path).sign_checkpoint(ORIGIN, size, ROOTS[size], prove)
    (file,) = tmp_path.glob("*.head")
    data = bytearray(file.read_bytes())
    data[70] ^= 1  # the first slot holds the third text, size 5
    file.write_bytes(data)
    with guarded(tmp_path).held(ORIGIN) as log:
        last = log.last()
    assert last is not None
    assert last.size == 4


def test_a_memory_made_and_never_written_is_empty(tmp_path: Path) -> None:
    guarded(tmp_path).sign_checkpoint(ORIGIN, 3, ROOTS[3], prove)
    (file,) = tmp_path.glob("*.head")
    file.write_bytes(bytes(len(file.read_bytes())))
    note = guarded(tmp_path).sign_checkpoint(ORIGIN, 4, ROOTS[4], prove)
    assert note.to_text().startswith(ORIGIN)


def test_a_lost_memory_is_adopted_once_and_on_purpose(tmp_path: Path) -> None:
    with guarded(tmp_path).held(ORIGIN) as log:
        assert log.last() is None
        log.adopt(Checkpoint(ORIGIN, 5, ROOTS[5]))
        with pytest.raises(RefusedToSignError) as again:
            log.adopt(Checkpoint(ORIGIN, 6, ROOTS[6]))
        assert again.value.reason == "guard_is_there"
        with pytest.raises(RefusedToSignError) as foreign:
            log.adopt(Checkpoint("else.example", 6, ROOTS[6]))
        assert foreign.value.reason == "guard_of_another_log"
    with pytest.raises(RefusedToSignError):
        guarded(tmp_path).sign_checkpoint(ORIGIN, 4, ROOTS[4], prove)


def test_many_threads_never_sign_backwards(tmp_path: Path) -> None:
    current = iter(range(1, 65))

    def sign(_: int) -> int:
        with guarded(tmp_path).held(ORIGIN) as log:
            size = next(current)
            log.sign(size, ROOTS[size], prove)
            return size

    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(sign, range(64))) == list(range(1, 65))
