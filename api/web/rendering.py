"""Templates, times as the house shows them, and refusals as pages."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from fastapi.responses import HTMLResponse
from jinja2 import Environment, PackageLoader, StrictUndefined

from projections.documents.wording import plural
from projections.documents.wording import zone_of as zone_name

if TYPE_CHECKING:
    from datetime import datetime, tzinfo

    from starlette.requests import Request
    from starlette.responses import Response

    from api.http.problems import Problem
    from domain.facts import Moment
    from domain.law.rules import ChannelRule

STYLE = "sobranie.css"
DEFAULT_ZONE = ZoneInfo("Europe/Moscow")
NBSP = "\N{NO-BREAK SPACE}"


@dataclass(frozen=True, slots=True)
class LocalTime:
    """A moment as the house's clock shows it."""

    at: datetime

    @property
    def text(self) -> str:
        """Write day and time: 12.03.2026 19:00."""
        return f"{self.at:%d.%m.%Y}{NBSP}{self.at:%H:%M}"

    @property
    def iso(self) -> str:
        """Write it for machines."""
        return self.at.isoformat(timespec="minutes")

    @property
    def zone(self) -> str:
        """Name the zone: UTC+3."""
        return zone_name(self.at)


def local(at: Moment, zone: tzinfo) -> LocalTime:
    """Show a moment in a house's zone."""
    return LocalTime(at.astimezone(zone))


def style_sheet() -> bytes:
    """Give the one style sheet."""
    return (files("api.web") / "static" / STYLE).read_bytes()


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("api.web"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    version = hashlib.sha256(style_sheet()).hexdigest()[:12]
    environment.globals["style_url"] = f"/static/{STYLE}?v={version}"
    environment.globals["plural"] = plural
    environment.filters["unbroken"] = unbroken
    environment.filters["because"] = because
    return environment


def unbroken(norm: str) -> str:
    """Keep «ч.», «ст.», «РФ» and what belongs to them on one line."""
    return norm.replace(". ", f".{NBSP}").replace(" РФ", f"{NBSP}РФ")


def because(rule: ChannelRule) -> str:
    """Write a row of the law as one sentence with its norm."""
    return f"{rule.rule.rstrip('.')} ({unbroken(rule.norm)})."


def page(template: str, status: int = 200, /, **values: Any) -> HTMLResponse:
    """Render a template; a value it needs and did not get is an error, not a blank."""
    return HTMLResponse(_environment().get_template(template).render(**values), status)


def remember_place(request: Request, zone: tzinfo, home: str) -> None:
    """Tell the error page, should one be needed, the house's zone and where to go back to."""
    request.state.zone = zone
    request.state.home = home


def zone_of(request: Request) -> tzinfo:
    """Give the zone of the house a request is about, for `problems.install`."""
    zone: tzinfo = getattr(request.state, "zone", DEFAULT_ZONE)
    return zone


def problem_page(request: Request, problem: Problem) -> Response:
    """Show a "no" as a page, for `problems.install`: why, by which norm, what to do."""
    home: str = getattr(request.state, "home", "")
    response = page("error.html", problem.status, problem=problem, home=home)
    response.headers.update(problem.headers)
    return response
