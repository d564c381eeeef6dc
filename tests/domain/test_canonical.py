"""The quick writer of canonical JSON gives the very bytes of RFC 8785, or stands aside."""

from __future__ import annotations

from collections.abc import Mapping
from typing import get_args

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from domain.events import AnyFact
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


@pytest.mark.parametrize("unfit", [2**53, -(2**53), 10**30, "\ud800"])
def test_what_has_no_canonical_form_is_refused(unfit: object) -> None:
    with pytest.raises(rfc8785.CanonicalizationError):
        _canonical({"n": unfit})
    with pytest.raises(rfc8785.CanonicalizationError):
        _canonical({"n": [1, unfit]})


def test_no_fact_can_hold_what_the_quick_writer_writes_otherwise() -> None:
    shapes: set[str] = set()
    for fact in get_args(AnyFact):
        _collect_shapes(TypeAdapter(fact).core_schema, shapes)
    numbers = {"int", "fraction", "decimal"}
    values = {"bool", "date", "datetime", "enum", "nullable", "str", "tuple", "uuid"}
    structure = {"dataclass", "dataclass-args", "dataclass-field", "default"}
    assert shapes <= numbers | values | structure | {"definitions", "definition-ref"}


def _collect_shapes(schema: object, shapes: set[str]) -> None:
    if isinstance(schema, Mapping):
        if isinstance(schema.get("type"), str):
            shapes.add(schema["type"])
        for part in schema.values():
            _collect_shapes(part, shapes)
    elif isinstance(schema, list | tuple):
        for part in schema:
            _collect_shapes(part, shapes)


def test_names_are_sorted_by_utf_16_units() -> None:
    value = {"\ufb33": 1, "\U0001f600": 2}
    assert _canonical(value) == rfc8785.dumps(value) != b""
