"""The barest object the facts allow: only what is required, to see that nobody wants more."""

from __future__ import annotations

from typing import Any

from tests.fake_max.facts import ENUMS, FACTS, fields_of

_SCALARS: dict[str, Any] = {
    "int64": 2**62 + 1,
    "int32": 1,
    "ms": 1795305600000,
    "str": "x",
    "bool": False,
    "num": 1,
    "map": {},
}


def sample(notation: str) -> Any:
    """Make a value of a notation."""
    if notation in _SCALARS:
        return _SCALARS[notation]
    if notation.startswith("enum:"):
        return ENUMS[notation[5:]][0]
    if notation.startswith("list["):
        return []
    return sample_fields(fields_of(notation.removeprefix("ref:")))


def sample_fields(fields: dict[str, Any]) -> dict[str, Any]:
    """Make an object with the required fields alone."""
    return {
        name: sample(spec["t"])
        for name, spec in fields.items()
        if isinstance(spec, dict) and spec.get("req")
    }


def sample_update(kind: str) -> dict[str, Any]:
    """Make the barest update of a type."""
    return {**sample_fields(FACTS["updates"][kind]), "update_type": kind}
