"""The facts file, and a checker of any object against its notation."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

FACTS: dict[str, Any] = json.loads(Path(__file__).with_name("facts.json").read_text("utf-8"))
LIMITS: dict[str, Any] = FACTS["limits"]
ENUMS: dict[str, list[str]] = FACTS["enums"]
ERRORS: list[dict[str, Any]] = FACTS["errors"]["catalogue"]
TOKEN: str = FACTS["test_vectors"]["bot_token"]

_TAGGED = {
    "ref:AttachmentRequest": "attachments_sent",
    "ref:Attachment": "attachments_received",
    "ref:Button": "buttons",
}


class Refusal(Exception):  # noqa: N818 - an answer of the server, not a fault of ours
    """An error answer that stands in the catalogue."""

    def __init__(self, code: str, message: str | None = None, wait: int | None = None) -> None:
        """Take status and usual message from the catalogue; an unknown code is a bug here."""
        known = next(row for row in ERRORS if row["body"]["code"] == code)
        super().__init__(code)
        self.status: int = known["status"]
        self.body = {"code": code, "message": message or known["body"]["message"]}
        self.wait = wait


def fields_of(schema: str) -> dict[str, Any]:
    """Give the fields of a schema with those it extends."""
    own: dict[str, Any] = dict(FACTS["schemas"][schema])
    base = own.pop("$extends", None)
    return {**(fields_of(base) if base else {}), **own}


def faults(value: object, notation: str, *, closed: bool = False, at: str = "$") -> list[str]:
    """List where a value departs from the facts; `closed` also refuses unknown keys."""
    return list(_faults(value, notation, closed, at))


def _is_integer(value: object, bound: int) -> bool:
    return type(value) is int and -bound <= value < bound


_SCALARS: dict[str, Callable[[object], bool]] = {
    "int64": lambda value: _is_integer(value, 2**63),
    "ms": lambda value: _is_integer(value, 2**63),
    "int32": lambda value: _is_integer(value, 2**31),
    "str": lambda value: isinstance(value, str),
    "bool": lambda value: isinstance(value, bool),
    "num": lambda value: isinstance(value, int | float) and not isinstance(value, bool),
}


def _faults(value: Any, notation: str, closed: bool, at: str) -> Iterator[str]:
    if notation in _SCALARS:
        if not _SCALARS[notation](value):
            yield f"{at}: not {notation}"
    elif notation.startswith("enum:"):
        if value not in ENUMS[notation[5:]]:
            yield f"{at}: not one of {notation[5:]}"
    elif notation.startswith("list["):
        for place, item in enumerate(value if isinstance(value, list) else ()):
            yield from _faults(item, notation[5:-1], closed, f"{at}[{place}]")
        if not isinstance(value, list):
            yield f"{at}: not list"
    elif notation.startswith("map"):
        if not isinstance(value, dict):
            yield f"{at}: not an object"
    else:
        yield from _object_faults(value, notation, closed, at)


def _object_faults(value: Any, notation: str, closed: bool, at: str) -> Iterator[str]:
    if not isinstance(value, dict):
        yield f"{at}: not an object"
    elif notation == "ref:Update":
        known = FACTS["updates"].get(value.get("update_type"))
        yield from _fields(value, known, closed, at) if known else [f"{at}: unknown update_type"]
    elif notation in _TAGGED:
        known = FACTS[_TAGGED[notation]].get(value.get("type"))
        if known is None:
            yield f"{at}: unknown type"
        else:
            yield from _fields(value, {"type": {"t": "str", "req": True}, **known}, closed, at)
    else:
        yield from _fields(value, fields_of(notation.removeprefix("ref:")), closed, at)


def _fields(value: dict[str, Any], known: dict[str, Any], closed: bool, at: str) -> Iterator[str]:
    for name, spec in known.items():
        if name.startswith("_") or name.startswith("$") or name == "effect":
            continue
        place = f"{at}.{name}"
        if isinstance(spec, str):
            spec = {"t": spec, "req": True}  # noqa: PLW2901 - a bare notation is a required field
        if name == "payload" and "t" not in spec:
            yield from _object(value.get(name), spec, closed, place)
        elif value.get(name) is not None:
            yield from _faults(value[name], spec["t"], closed, place)
            yield from _bounds(value[name], spec, place)
        elif name in value and not spec.get("null"):
            yield f"{place}: null"
        elif spec.get("req") and not spec.get("null"):
            yield f"{place}: missing"
    if closed:
        yield from (f"{at}.{name}: unknown" for name in value if name not in known)


def _object(value: Any, known: dict[str, Any], closed: bool, at: str) -> Iterator[str]:
    if isinstance(value, dict):
        yield from _fields(value, known, closed, at)
    else:
        yield f"{at}: not an object"


def _bounds(value: Any, spec: dict[str, Any], at: str) -> Iterator[str]:
    size = len(value.encode("utf-16-le")) // 2 if isinstance(value, str) else value
    if isinstance(value, str | int):
        if "min" in spec and size < spec["min"]:
            yield f"{at}: below {spec['min']}"
        if "max" in spec and size > spec["max"]:
            yield f"{at}: above {spec['max']}"
    least, most = spec.get("min_items", 0), spec.get("max_items", float("inf"))
    if isinstance(value, list) and not least <= len(value) <= most:
        yield f"{at}: wrong number of items"
    if "pattern" in spec and not re.search(spec["pattern"], str(value), re.ASCII):
        yield f"{at}: does not match {spec['pattern']}"
