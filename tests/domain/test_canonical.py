"""The quick writer of canonical JSON gives the very bytes of RFC 8785, or stands aside."""

from __future__ import annotations

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from domain.records import _canonical

_TEXT = st.text(max_size=20) | st.sampled_from(["\x7f", "\u2028", "\U0001f3e0", "é", '"\\\b\x01'])
_LEAF = st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | _TEXT
_VALUE = st.recursive(
    _LEAF, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_TEXT, inner, max_size=4)
)


@given(st.dictionaries(_TEXT, _VALUE, max_size=5))
def test_any_record_is_written_as_by_the_reference(value: dict[str, object]) -> None:
    try:
        expected = rfc8785.dumps(value)  # type: ignore[arg-type]
    except rfc8785.CanonicalizationError as fault:
        with pytest.raises(type(fault)):
            _canonical(value)
    else:
        assert _canonical(value) == expected


@pytest.mark.parametrize("unfit", [2**53, -(2**53), 10**30, float("nan"), float("inf")])
def test_numbers_that_have_no_canonical_form_are_refused(unfit: float) -> None:
    with pytest.raises(rfc8785.CanonicalizationError):
        _canonical({"n": unfit})
    with pytest.raises(rfc8785.CanonicalizationError):
        _canonical({"n": [1, unfit]})


@pytest.mark.parametrize("number", [0.5, 1e30, 1.0, -2.5e-8])
def test_fractions_are_written_as_by_the_reference(number: float) -> None:
    assert _canonical({"n": [number]}) == rfc8785.dumps({"n": [number]})


def test_names_are_sorted_by_utf_16_units() -> None:
    value = {"\ufb33": 1, "\U0001f600": 2}
    assert _canonical(value) == rfc8785.dumps(value) != b""
