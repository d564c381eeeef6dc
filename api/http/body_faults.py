"""What pydantic says about a request, as one Russian sentence; values sent are never repeated."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from api.refusals import BodyMalformed

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_PLAIN_NAME = re.compile(r"[a-z][a-z0-9_-]{0,40}|[0-9]{1,3}")
_QUOTED = re.compile(r"'([^']+)'")
_ROOTS = ("body", "query", "path", "header", "cookie")
DOUBLED = "doubled member: "
"""So begins the reader's word on JSON that names a member twice; the name follows."""
NOT_AN_AREA = "not_an_area"
ENDS_TOO_EARLY = "ends_too_early"
_WHY = {
    NOT_AN_AREA: "площадь должна быть больше нуля, с двумя знаками после точки",
    ENDS_TOO_EARLY: "окончание должно быть позже начала",
    "missing": "не заполнено, а оно нужно",
    "extra_forbidden": "есть поле, которого здесь не бывает",
    "json_invalid": "это не JSON",
    "uuid_parsing": "это не идентификатор (UUID)",
    "uuid_type": "это не идентификатор (UUID)",
    "enum": "такого значения в перечне нет",
    "literal_error": "такого значения в перечне нет",
    "too_short": "элементов меньше, чем нужно",
    "too_long": "элементов больше, чем можно",
    "string_too_short": "текст короче, чем нужно",
    "string_too_long": "текст длиннее, чем можно",
    "string_pattern_mismatch": "текст записан не в том виде",
    "none_required": "здесь не должно быть значения",
}
_KINDS = {
    "string": "нужен текст",
    "int": "нужно целое число",
    "float": "нужно число",
    "decimal": "нужно число",
    "bool": "нужно true или false",
    "date": "нужна дата вида 2026-03-12",
    "datetime": "нужны дата и время вида 2026-03-12T19:00:00Z",
    "timezone": "нужны дата и время с часовым поясом",
    "list": "нужен список",
    "tuple": "нужен список",
    "dict": "нужен объект",
    "model": "нужен объект",
    "dataclass": "нужен объект",
    "bytes": "нужны байты",
    "greater": "число меньше допустимого",
    "less": "число больше допустимого",
}
_OTHERWISE = "значение не подходит"


def malformed(faults: Sequence[Mapping[str, Any]]) -> BodyMalformed:
    """Name the first field that is wrong, and say how."""
    if not faults:
        return BodyMalformed("", _OTHERWISE)
    first = faults[0]
    kind = str(first.get("type", ""))
    said = str(first.get("ctx", {}).get("error", ""))
    if kind == "json_invalid" and said.startswith(DOUBLED):
        return BodyMalformed(_part(said.removeprefix(DOUBLED)), "указано несколько раз")
    return BodyMalformed(_place(first.get("loc", ()), kind), why(kind) + _choice(first))


def why(kind: str) -> str:
    """Say in Russian what pydantic's type of error means."""
    return _WHY.get(kind) or _KINDS.get(kind.split("_", maxsplit=1)[0]) or _OTHERWISE


def _choice(fault: Mapping[str, Any]) -> str:
    """List the values there are, where the fault is that there is no such value."""
    if fault.get("type") not in ("enum", "literal_error"):
        return ""
    names = _QUOTED.findall(str(fault.get("ctx", {}).get("expected", "")))
    return f"; есть {', '.join(names)}" if names else ""


def _place(loc: Sequence[int | str], kind: str) -> str:
    """Write where the fault is; keys the sender invented are not repeated."""
    parts = list(loc[1:] if loc and loc[0] in _ROOTS else loc)
    if kind in ("json_invalid", "extra_forbidden"):
        parts = parts[:-1]
    return ".".join(_part(part) for part in parts)


def _part(part: int | str) -> str:
    if isinstance(part, int):
        return str(part + 1)
    return part if _PLAIN_NAME.fullmatch(part) else "…"
