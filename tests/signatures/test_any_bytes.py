"""Whatever the bytes: an answer or a refusal with a reason, never a crash, never another answer."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from signing.cms import errors
from signing.cms.check import check_detached
from signing.errors import VerificationError
from tests.signatures import building as b
from tests.signatures.building import DOCUMENT, SignatureFile, seq, tlv

VECTORS = Path(__file__).parents[1] / "vectors" / "gost-cms"
SHARED = (VECTORS / "doc.txt").read_bytes()
BOUND = SignatureFile(others=(b.centre(),)).encoded()
REASONS = {*errors.MALFORMED, *errors.UNSUPPORTED, *errors.FALSE}


def answer(file: bytes, document: bytes) -> object:
    """Give the signers, or the reason of a refusal."""
    try:
        return check_detached(file, document)
    except VerificationError as fault:
        assert fault.reason in REASONS
        assert fault.code in ("cms_malformed", "cms_unsupported", "cms_false")
        return fault.reason


@given(st.binary(max_size=300))
def test_any_bytes_are_refused(data: bytes) -> None:
    assert isinstance(answer(data, DOCUMENT), str)


@given(st.recursive(
    st.binary(max_size=12).map(lambda content: tlv(0x04, content)),
    lambda inner: st.builds(
        lambda tag, parts: tlv(tag, *parts),
        st.sampled_from([0x30, 0x31, 0xA0, 0xA1, 0x24]),
        st.lists(inner, max_size=4),
    ),
    max_leaves=20,
))  # fmt: skip
def test_any_structure_is_refused(data: bytes) -> None:
    assert isinstance(answer(seq(data), DOCUMENT), str)


@pytest.mark.parametrize("file", [BOUND, (VECTORS / "e256.p7s").read_bytes()], ids=["own", "e256"])
def test_every_beginning_of_a_file_is_refused(file: bytes) -> None:
    found = {answer(file[:length], SHARED) for length in range(len(file))}
    assert found == {"empty", "truncated"}


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_a_changed_byte_gives_a_refusal_or_the_same_answer(data: st.DataObject) -> None:
    wanted = check_detached(BOUND, DOCUMENT)
    at = data.draw(st.integers(0, len(BOUND) - 1))
    byte = data.draw(st.integers(0, 255).filter(lambda other: other != BOUND[at]))
    changed = BOUND[:at] + bytes([byte]) + BOUND[at + 1 :]
    found = answer(changed, DOCUMENT)
    # The issuer's certificate stands outside of what the signer signed: without it one check less.
    assert isinstance(found, str) or _holds_no_more(found, wanted)


def _holds_no_more(found: object, wanted: object) -> bool:
    assert isinstance(found, tuple)
    assert isinstance(wanted, tuple)
    (one,), (sound,) = found, wanted
    same = (one.subject, one.claimed_at, one.algorithm) == (
        sound.subject,
        sound.claimed_at,
        sound.algorithm,
    )
    return same and set(one.checked) <= set(sound.checked)


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_a_changed_document_is_never_accepted(data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(DOCUMENT) - 1))
    byte = data.draw(st.integers(0, 255).filter(lambda other: other != DOCUMENT[at]))
    changed = DOCUMENT[:at] + bytes([byte]) + DOCUMENT[at + 1 :]
    assert answer(BOUND, changed) == "digest_differs"


@settings(max_examples=100, deadline=None)
@given(st.integers(0, len(BOUND)), st.integers(0, len(BOUND)), st.binary(max_size=8))
def test_a_cut_or_an_insertion_is_never_a_crash(start: int, end: int, inserted: bytes) -> None:
    changed = BOUND[: min(start, end)] + inserted + BOUND[max(start, end) :]
    found = answer(changed, DOCUMENT)
    assert changed == BOUND or isinstance(found, str) or found
