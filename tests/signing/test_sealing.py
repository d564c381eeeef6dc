"""Personal values: sealed, opened, shown to an auditor, forgotten."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from typing_extensions import override

from signing.errors import KeyForgottenError, RefusedToSignError, SealBrokenError
from signing.private_file import write_private
from signing.sealing import (
    Opening,
    Sealed,
    Sealer,
    commit,
    new_installation_key,
    read_installation_key,
)
from tests.signing.builders import stream

IVANOVA, PETROV = stream("ivanova"), stream("petrov")


class Table:
    """Wrapped keys in memory."""

    def __init__(self) -> None:
        self.rows: dict[UUID, bytes] = {}

    def person_keys(self, persons: Sequence[UUID]) -> Mapping[UUID, bytes]:
        return {person: self.rows[person] for person in persons if person in self.rows}

    def add_person_keys(self, wrapped: Mapping[UUID, bytes]) -> None:
        self.rows = {**wrapped, **self.rows}

    def forget_person_key(self, person: UUID) -> None:
        self.rows.pop(person, None)


@pytest.fixture
def table() -> Table:
    return Table()


@pytest.fixture
def sealer(table: Table) -> Sealer:
    return Sealer(table, b"k" * 32)


def test_a_commitment_is_the_documented_hash() -> None:
    salt = bytes(range(32))
    expected = sha256(b"sobranie-commitment/1\n" + salt + b"value").hexdigest()
    assert commit(salt, b"value") == expected
    assert Opening(salt, b"value").matches(expected)
    assert not Opening(salt, b"valuf").matches(expected)
    assert not Opening(bytes(32), b"value").matches(expected)
    with pytest.raises(SealBrokenError):
        commit(b"short", b"value")


def test_what_is_sealed_opens(sealer: Sealer, table: Table) -> None:
    sealed = sealer.seal(IVANOVA, "Иванова А. П.".encode())
    assert "Иванова".encode() not in sealed.ciphertext
    opening = sealer.open(sealed)
    assert opening.value.decode() == "Иванова А. П."
    assert opening.matches(sealed.commitment)
    assert list(table.rows) == [IVANOVA]


def test_the_same_value_twice_looks_different(sealer: Sealer) -> None:
    first, second = sealer.seal(IVANOVA, b"1"), sealer.seal(IVANOVA, b"1")
    assert first.commitment != second.commitment
    assert first.ciphertext != second.ciphertext


def test_many_values_of_many_persons(sealer: Sealer, table: Table) -> None:
    values = [(stream(str(number % 7)), b"%d" % number) for number in range(30)]
    sealed = sealer.seal_all(values)
    assert [(one.person, sealer.open(one).value) for one in sealed] == values
    assert len(table.rows) == 7
    assert sealer.seal_all([]) == []


def test_forgetting_one_person_leaves_the_others(sealer: Sealer) -> None:
    hers, his = sealer.seal(IVANOVA, b"hers"), sealer.seal(PETROV, b"his")
    sealer.forget(IVANOVA)
    with pytest.raises(KeyForgottenError):
        sealer.open(hers)
    assert sealer.open(his).value == b"his"
    sealer.seal(IVANOVA, b"new")
    with pytest.raises(SealBrokenError):
        sealer.open(hers)


def test_anything_changed_does_not_open(sealer: Sealer, table: Table) -> None:
    sealed = sealer.seal(IVANOVA, b"value")
    sealer.seal(PETROV, b"value")
    for at in range(len(sealed.ciphertext)):
        broken = bytearray(sealed.ciphertext)
        broken[at] ^= 1
        with pytest.raises(SealBrokenError):
            sealer.open(replace(sealed, ciphertext=bytes(broken)))
    for other in (
        replace(sealed, person=PETROV),
        replace(sealed, commitment="00" * 32),
        Sealed(sealed.commitment, IVANOVA, b""),
    ):
        with pytest.raises(SealBrokenError):
            sealer.open(other)
    table.rows[PETROV] = table.rows[IVANOVA]
    with pytest.raises(SealBrokenError):
        sealer.seal(PETROV, b"a key of somebody else")
    with pytest.raises(SealBrokenError):
        Sealer(table, b"x" * 32).open(sealed)


def test_a_ciphertext_made_for_another_value_is_noticed(sealer: Sealer, table: Table) -> None:
    """Whoever holds the keys could seal one value under the commitment of another."""
    sealed = sealer.seal(IVANOVA, b"value")
    wrapped, name = table.rows[IVANOVA], b"sobranie-person-key/1\n" + IVANOVA.bytes
    key = AESGCM(b"k" * 32).decrypt(wrapped[:12], wrapped[12:], name)
    data = b"sobranie-sealed/1\n" + IVANOVA.bytes + sealed.commitment.encode()
    forged = bytes(12) + AESGCM(key).encrypt(bytes(12), b"s" * 32 + b"forged", data)
    with pytest.raises(SealBrokenError) as refused:
        sealer.open(replace(sealed, ciphertext=forged))
    assert refused.value.reason == "commitment_differs"


def test_of_two_processes_the_first_key_counts(sealer: Sealer, table: Table) -> None:
    class Slow(Table):
        """Shows no key the first time, as if another process added it just now."""

        def __init__(self) -> None:
            super().__init__()
            self.rows, self.asked = table.rows, 0

        @override
        def person_keys(self, persons: Sequence[UUID]) -> Mapping[UUID, bytes]:
            self.asked += 1
            return {} if self.asked == 1 else super().person_keys(persons)

    first = sealer.seal(IVANOVA, b"first")
    second = Sealer(Slow(), b"k" * 32).seal(IVANOVA, b"second")
    assert [sealer.open(one).value for one in (first, second)] == [b"first", b"second"]


def test_the_installation_key_lies_in_a_private_file(tmp_path: Path) -> None:
    path = tmp_path / "sealing.key"
    key = new_installation_key(path)
    assert len(key) == 32
    assert read_installation_key(path) == key
    path.chmod(0o644)
    with pytest.raises(RefusedToSignError):
        read_installation_key(path)
    for name, text in (("short", b"00"), ("words", b"not hex"), ("bytes", b"\xff")):
        write_private(tmp_path / name, text)
        with pytest.raises(RefusedToSignError) as refused:
            read_installation_key(tmp_path / name)
        assert refused.value.reason == "key_file_unreadable"
