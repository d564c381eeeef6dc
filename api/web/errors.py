"""A page for every code a refusal can carry: what it means and what to do."""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING

from fastapi import APIRouter, Request

from api.cli.refusal_examples import examples
from api.http.problems import problem_of
from api.refusals import PageUnknown
from api.web.rendering import problem_page
from domain.refusals import Refused

if TYPE_CHECKING:
    from starlette.responses import Response

router = APIRouter(include_in_schema=False)


@router.get("/errors/{code}")
def explained(request: Request, code: str) -> Response:
    """Explain a code by an example."""
    for example in examples():
        if example.code == code:
            answer = problem_page(request, problem_of(example, UTC))
            answer.status_code = 200
            return answer
    raise Refused(PageUnknown())
