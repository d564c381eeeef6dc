"""What the API really answers, asked wrongly in many ways, is what its description says.

The same requests go to an installation whose meeting is called, open, closed and counted; every
refusal must be among those listed for the operation, and nothing may fail.
"""

from __future__ import annotations

import asyncio
import base64
from functools import partial
from itertools import product
from typing import TYPE_CHECKING, Any, cast

import pytest
from httpx import ASGITransport, AsyncClient, Response

from api import offices
from api.clock import DemoClock
from api.http.app import json_api
from api.http.openapi import operations_in
from api.http.operations import OPERATIONS, OWNERS
from api.http.problems import MEDIA_TYPE, status_of_kind
from domain import usecases
from domain.ballot import ballot_id
from domain.batch import Command
from domain.events import CountPurpose, NoticeLeg
from tests.api.door import Door, open_door
from tests.domain import builders as given

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from domain.batch import Scope

COMMON = {"method_not_allowed", "page_unknown", "request_not_understood"}
STRANGE = "11111111-2222-4333-8444-555555555555"
FILE = {"name": "скан.pdf", "content": base64.b64encode(b"scan").decode()}
CALL = {
    "house": str(given.HOUSE), "form": "mixed", "basis": "written_decisions", "place": "двор",
    "items": [{"question": "О сборе", "proposal": "собрать", "decision": "procedural"}],
    "initiator": {"kind": "company", "name": "ООО «Пример»"}, "materials": "у консьержа",
    "opens_at": "2026-05-16T09:00:00+03:00", "closes_at": "2026-05-26T20:00:00+03:00",
}  # fmt: skip
HOUSE = {"address": "г. Залесск", "declared_area": "300.00", "entrances": 2}
NOTICE = {"leg": "owners", "way": "на доске", "given_at": "2026-03-02T09:00:00Z", "proof": FILE}
PAPER = {"answers": {"1": "for"}, "received_at": given.DURING.isoformat(), "scan": FILE}
TITLE, OTHER_TITLE = str(given.title_id("2а")), str(given.title_id("1"))
BALLOT = str(ballot_id(given.MEETING, given.title_id("1")))
BODIES: dict[str, list[dict[str, Any]]] = {
    "POST /api/v1/ballots": [
        {"answers": {"1": "for"}}, {"answers": {}}, {"answers": {"1": "for", "9": "for"}},
        {"answers": {"1": "for"}, "titles": [TITLE]}, {"answers": {"1": "for"}, "titles": []},
        {"answers": {"1": "for"}, "titles": ["не номер"]},
    ],
    "POST /api/v1/contests": [
        {"title": TITLE, "statement": "не мой"}, {"title": OTHER_TITLE, "statement": "не мой"},
        {"title": STRANGE, "statement": "не мой"}, {"title": "x", "statement": "не мой"},
    ],
    "POST /api/v1/houses": [
        HOUSE, HOUSE | {"time_zone": "Луна/Кратер"}, HOUSE | {"declared_area": "0.00"},
        HOUSE | {"time_zone": "../etc/passwd"}, HOUSE | {"address": " "},
    ],
    "POST /api/v1/meetings": [
        CALL, CALL | {"house": STRANGE}, CALL | {"house": "x"}, CALL | {"refers_to": STRANGE},
        CALL | {"opens_at": CALL["closes_at"], "closes_at": CALL["opens_at"]},
        CALL | {"opens_at": CALL["closes_at"]}, CALL | {"opens_at": "2026-03-02T09:00:00Z"},
        CALL | {"form": "absentee"}, CALL | {"basis": "regional_system"},
        CALL | {"judged_on": "2026-05-16"}, CALL | {"judged_on": "1999-05-16"},
        CALL | {"judged_on": "1999-05-16", "judged_on_reason": "проверка"},
        CALL | {"items": [{"question": "О", "proposal": "п", "decision": "99.9"}]},
        CALL | {"items": [{"question": "О", "proposal": "п", "decision": "36.3"}]},
        CALL | {"items": [{"question": "О", "proposal": "п", "decision": "161.1.8"}]},
        CALL | {"items": [{"question": "О", "proposal": "п", "decision": "44.2.4.5-multi"}]},
        CALL | {"initiator": {"kind": "person", "name": "Полевая М. К.", "document": "паспорт"}},
        CALL | {"opens_at": "9999-12-31T23:59:59Z", "closes_at": "9999-12-31T23:59:59.5Z"},
        CALL | {"opens_at": "0001-01-01T00:00:00+03:00"},
    ],
    "POST /api/v1/meetings/{meeting}/notices": [
        NOTICE, NOTICE | {"leg": "system"}, NOTICE | {"given_at": "2026-03-15T09:00:00Z"},
        NOTICE | {"given_at": "2036-03-15T09:00:00Z"}, NOTICE | {"given_at": "0001-01-01T00:00Z"},
        NOTICE | {"proof": FILE | {"content": "не base64"}},
    ],
    "POST /api/v1/meetings/{meeting}/links/revoke": [
        {"person": str(given.person("1").person)}, {"person": STRANGE}, {"person": "x"},
    ],
    "POST /api/v1/meetings/{meeting}/paper-ballots": [
        PAPER | {"title": TITLE}, PAPER | {"title": STRANGE}, PAPER | {"title": "x"},
        PAPER | {"title": TITLE, "answers": {}}, PAPER | {"title": OTHER_TITLE},
        PAPER | {"title": TITLE, "received_at": "2026-03-01T00:00:00Z"},
        PAPER | {"title": TITLE, "received_at": "9999-12-31T00:00:00Z"},
        PAPER | {"title": TITLE, "answers": {"1": "spoiled", "x": "blank"}},
    ],
    "PUT /api/v1/houses/{house}/contacts": [
        {"rows": [{"premises": "1", "phone": "+79001234567"}]}, {"rows": []},
        {"rows": [{"premises": "77", "phone": "12"}]}, {"rows": [{"person": "x", "email": "@"}]},
    ],
    "POST /api/v1/meetings/{meeting}/links/letters": [
        {}, {"persons": [STRANGE]}, {"persons": ["x"]}, {"persons": []},
    ],
    "POST /api/v1/meetings/{meeting}/contests/{ballot}": [
        {"upheld": True, "reason": "подпись чужая"}, {"upheld": False, "reason": " "},
    ],
    "POST /api/v1/meetings/{meeting}/counts": [
        {"purpose": "what_if"}, {"purpose": "court", "strikes": [{"ballot": "x", "reason": "р"}]},
        {"purpose": "court", "strikes": [{"ballot": STRANGE, "reason": "р"}]},
        {"purpose": "court", "strikes": [{"ballot": BALLOT, "reason": " "}]},
    ],
}  # fmt: skip
PROTOCOL = "POST /api/v1/counts/{count}/protocol"
"""Asked first: an objection upheld later would change what the counting rests on."""
RAW = (b"", b"{", b"[]", b"null", "{}".encode("utf-16"), b"\xff\xfe", b'{"1": 1e400}',
       b'{"answers": {"1": "for"}, "answers": {"1": "for"}}', b"[" * 20_000)  # fmt: skip
STAGES = ("called", "open", "closed", "counted")


def prove(leg: NoticeLeg, scope: Scope) -> None:
    """Prove one of the two notices."""
    meeting, at = given.MEETING, given.NOTICED_AT
    usecases.prove_notice(scope, meeting, leg, "на доске", at, given.PROOF)


class Asked:
    """An installation at a stage, with everything that a path may name."""

    def __init__(self, door: Door, clock: DemoClock, stage: str) -> None:
        """Bring the meeting to a stage."""
        self.door, self.count = door, STRANGE
        self.officer = door.officer["Authorization"].removeprefix("Bearer ")
        run = door.services.writer.run
        reached = STAGES.index(stage)
        if reached >= 1:
            clock.move_to(given.NOTICED_AT)
            for leg in NoticeLeg:
                run(Command(partial(prove, leg)))
            clock.move_to(given.DURING)
            run(Command(lambda s: usecases.open_voting(s, given.MEETING)))
            vote = given.decision(given.FOR)
            titles = [given.title_id("1"), given.title_id("3а")]
            run(offices.cast_command(given.MEETING, titles, vote))
        if reached >= 2:
            clock.move_to(given.AFTER)
            run(Command(lambda s: usecases.close_voting(s, given.MEETING)))
        if reached >= 3:
            made = offices.count_meeting(door.services, given.MEETING, CountPurpose.COURT, "суд")
            self.count = str(made)
        person = given.person("1").person
        self.link = door.services.desk.issue_links(given.MEETING, [person])[person]

    def paths(self, name: str) -> Iterator[tuple[str, str]]:
        """Walk the paths of an operation: strange, unreadable and real ids."""
        method, path = name.split()
        real = {
            "house": str(given.HOUSE), "meeting": str(given.MEETING), "count": self.count,
            "ballot": BALLOT, "sha256": "0" * 64, "path": "tile/0/000.p/3", "old": "1",
            "organisation": STRANGE, "announcement": STRANGE, "webhook": STRANGE,
        }  # fmt: skip
        for values in (dict.fromkeys(real, STRANGE), dict.fromkeys(real, "x"), real):
            yield method, path.format(**values)

    def requests(self, name: str) -> Iterator[dict[str, Any]]:
        """Walk who asks and with what."""
        wanted = BODIES.get(name, [{}])
        bodies: list[dict[str, Any]] = [
            *({"json": body} for body in wanted),
            *({"content": raw} for raw in RAW),
        ]
        if "{house}/register" in name or "/contacts/table" in name:
            bodies = [{"content": b"x;y", "params": {"filename": f}} for f in ("r.csv", "r.xlsx")]
            bodies += [{"content": b""}, {"content": b"", "params": {"filename": "r.csv"}}]
        known = self.link if name in OWNERS else self.officer
        stranger = self.officer if name in OWNERS else self.link
        for token in ("", "abc", stranger):
            yield _request(token, bodies[0])
        for body in bodies:
            yield _request(known, body)


def _request(token: str, body: dict[str, Any]) -> dict[str, Any]:
    headers = {"accept": "application/json"}
    headers |= {"authorization": f"Bearer {token}"} if token else {}
    headers |= {"content-type": "application/json"} if "content" in body else {}
    return {"headers": headers, **body}


@pytest.mark.parametrize("stage", STAGES)
def test_refusals_are_those_that_are_listed(stage: str, tmp_path: Path) -> None:
    with open_door(tmp_path) as door:
        asked = Asked(door, cast("DemoClock", door.services.clock), stage)
        faults = asyncio.run(_walk(asked))
    assert not faults


def test_a_body_too_long_is_refused_by_every_operation_that_takes_one(tmp_path: Path) -> None:
    taking = [n for n, d in operations_in(json_api().openapi()) if "requestBody" in d]
    with open_door(tmp_path) as door:
        for name in taking:
            method, path = name.split()
            sent = b'{"a": "' + b"x" * (21 * 1024 * 1024) + b'"}'
            headers = door.officer | {"content-type": "application/json"}
            places = {"house": given.HOUSE, "meeting": given.MEETING, "ballot": BALLOT}
            address = path.format(**places, announcement=STRANGE)
            code = door.code(
                method, address, content=sent, headers=headers, params={"filename": "r.csv"}
            )
            assert code in ("body_too_large", "link_unknown", "organisation_unknown"), name


async def _walk(asked: Asked) -> set[str]:
    faults = set()
    transport = ASGITransport(asked.door.app, raise_app_exceptions=False)
    async with AsyncClient(transport=transport, base_url="http://sobranie.example") as client:
        for name in (PROTOCOL, *(known for known in OPERATIONS if known != PROTOCOL)):
            for (method, path), request in product(asked.paths(name), asked.requests(name)):
                response = await client.request(method, path, **request)
                fault = _fault(name, response)
                if fault:
                    sent = {key: value for key, value in request.items() if key != "headers"}
                    faults.add(f"{path}: {fault} for {sent}")
    return faults


def _fault(name: str, response: Response) -> str:
    if response.status_code < 300:
        return ""
    if response.headers["content-type"] != MEDIA_TYPE:
        return f"{response.status_code} is no problem"
    code = response.json()["code"]
    listed = {kind.code: status_of_kind(kind) for kind in OPERATIONS[name].refusals}
    if code in COMMON:
        return ""
    return "" if listed.get(code) == response.status_code else f"{response.status_code} {code}"
