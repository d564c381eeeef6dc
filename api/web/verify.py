"""The second verifier at `/verify`: one page with its script inside, allowed by its hash alone.

The page opens files on the reader's own device; it may ask nothing of anybody, not even of us.
"""

from __future__ import annotations

import base64
import hashlib
import re
from functools import cache
from importlib.resources import files

from fastapi import APIRouter, Response

PAGE = "verify.html"
_INSIDE = {name: re.compile(rf"<{name}>(.*?)</{name}>", re.DOTALL) for name in ("script", "style")}

router = APIRouter(include_in_schema=False)


class PageBrokenError(Exception):
    """The page in the package has not exactly one script and one style sheet."""


@cache
def verifier_page() -> str:
    """Give the page as it lies in the package."""
    return (files("api.web") / "static" / PAGE).read_text(encoding="utf-8")


@cache
def policy() -> str:
    """Give the content policy that allows this very script and style sheet, and nothing else."""
    page = verifier_page()
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src {_hash_of(page, 'script')}",
            f"style-src {_hash_of(page, 'style')}",
            "connect-src 'none'",
            "form-action 'none'",
            "frame-ancestors 'none'",
            "base-uri 'none'",
        )
    )


def _hash_of(page: str, element: str) -> str:
    found = _INSIDE[element].findall(page)
    if len(found) != 1:
        raise PageBrokenError(f"{len(found)} × <{element}>")
    return f"'sha256-{base64.b64encode(hashlib.sha256(found[0].encode()).digest()).decode()}'"


@router.get("/verify")
def verify() -> Response:
    """Give the verifier."""
    headers = {"content-security-policy": policy(), "cache-control": "no-cache"}
    return Response(verifier_page(), media_type="text/html; charset=utf-8", headers=headers)
