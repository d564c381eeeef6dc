"""The OpenAPI description, completed: Russian meanings, refusals by status, bodies that are files.

FastAPI describes what it sees in signatures; `operations.py` and `meanings.py` know the rest.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fastapi import FastAPI
from typing_extensions import override

from api.http.meanings import PARAMETERS, meaning_of
from api.http.operation import OCTETS
from api.http.operations import OPERATIONS
from api.http.problems import MEDIA_TYPE, status_of_kind
from api.http.strict_json import JSON
from api.refusals import WrongContentType

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from fastapi.routing import APIRoute
    from starlette.types import ASGIApp

    from api.http.operation import Operation
    from domain.refusals import Refusal

_STOCK = ("HTTPValidationError", "ValidationError")
_PROBLEM_FIELDS = {
    "type": "Страница отказа: `/errors/<code>`",
    "title": "Коротко, что случилось",
    "status": "Статус HTTP",
    "detail": "Что просили и какая норма не позволяет",
    "code": "Постоянный код: программы сравнивают только его",
    "law": "Норма; пусто, если отказ не от закона",
    "remedy": "Что сделать",
}


def operation_id(route: APIRoute) -> str:
    """Name an operation after its function."""
    return route.name


class DescribedApi(FastAPI):
    """The application whose OpenAPI says everything the reference page says.

    A door may stand before all its layers, those of the library included.
    """

    _door: Callable[[ASGIApp], ASGIApp] | None = None

    def before_all(self, door: Callable[[ASGIApp], ASGIApp]) -> None:
        """Have a door stand before everything else."""
        self._door = door

    @override
    def build_middleware_stack(self) -> ASGIApp:
        layers = super().build_middleware_stack()
        return self._door(layers) if self._door is not None else layers

    @override
    def openapi(self) -> dict[str, Any]:
        if self.openapi_schema is None:
            self.openapi_schema = completed(super().openapi())
        return self.openapi_schema


def completed(schema: dict[str, Any]) -> dict[str, Any]:
    """Fill in what FastAPI cannot know."""
    components = schema["components"]["schemas"]
    for stock in _STOCK:
        components.pop(stock, None)
    components["Problem"] = _problem()
    for name, component in components.items():
        component["description"] = meaning_of(name)
        for field in component.get("properties", {}).values():
            _drop_english(field)
    for name, described in operations_in(schema):
        known = OPERATIONS.get(name)
        if known is not None:
            _complete(described, known)
    return schema


def operations_in(schema: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Walk the operations as `("GET /path", description)`."""
    for path, methods in schema["paths"].items():
        for method, described in methods.items():
            yield f"{method.upper()} {path}", described


def _complete(described: dict[str, Any], known: Operation) -> None:
    described["description"] = known.does
    takes_json = JSON in described.get("requestBody", {}).get("content", {})
    for parameter in described.get("parameters", ()):
        parameter["description"] = PARAMETERS.get(parameter["name"], "")
        _drop_english(parameter["schema"])
    if known.takes_file:
        described["requestBody"] = {"required": True, "content": _file(OCTETS)}
    responses = {
        status: answer for status, answer in described["responses"].items() if status < "300"
    }
    for answer in responses.values():
        answer["description"] = known.answer
        if known.media:
            answer["content"] = _file(known.media)
    more = (WrongContentType,) if takes_json else ()
    described["responses"] = responses | _refusals((*known.refusals, *more))


def _refusals(kinds: Sequence[type[Refusal]]) -> dict[str, Any]:
    codes: dict[int, list[str]] = {}
    for kind in kinds:
        codes.setdefault(status_of_kind(kind), []).append(kind.code)
    return {
        str(status): {
            "description": "Отказ: " + ", ".join(f"`{code}`" for code in sorted(codes[status])),
            "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
        }
        for status in sorted(codes)
    }


def _problem() -> dict[str, Any]:
    return {
        "type": "object",
        "title": "Problem",
        "required": list(_PROBLEM_FIELDS),
        "properties": {
            name: {"type": "integer" if name == "status" else "string", "description": meaning}
            for name, meaning in _PROBLEM_FIELDS.items()
        },
    }


def _file(media: str) -> dict[str, Any]:
    return {media: {"schema": {"type": "string", "format": "binary"}}}


def _drop_english(field: dict[str, Any]) -> None:
    """Titles made of identifiers say nothing the name does not."""
    field.pop("title", None)
