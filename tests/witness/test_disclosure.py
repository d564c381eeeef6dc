"""What the public sees of a log while a voting is going on: hashes and heads, no entries of it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest

from api import calls
from api.audit.receipts import Against, check_receipt
from api.audit.remote import RemoteLog
from api.http.app import create_app
from api.server import serving
from domain import usecases
from domain.ballot import ballot_id
from domain.events import Mark, NoticeLeg
from domain.facts import FileRef, MeetingId
from signing.checkpoint import parse_checkpoint
from signing.merkle import leaf_hash
from signing.receipt import Receipt
from signing.tiles import Tile, read_entries, read_hashes
from tests.api.door import ask
from tests.integration.small import CLOSES_AT, Meeting, called, installation, terms
from tests.witness import outsider

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from fastapi import FastAPI
    from httpx import Response

CLOSED = "entries_not_public_yet"
LATER_OPENS = CLOSES_AT + timedelta(days=20)
LATER_CLOSES = LATER_OPENS + timedelta(days=14)


@dataclass
class Seen:
    """An installation whose meeting has votes, and those who look at its log."""

    held: Meeting
    app: FastAPI
    officer: dict[str, str]

    def __post_init__(self) -> None:
        """Vote once, after the opening."""
        self.before = self.size()
        self.held.open()
        self.opened = self.size() - 1
        self.held.vote(self.held.titles["2"][0].id, Mark.FOR, Mark.AGAINST)

    def size(self) -> int:
        return self.held.services.logs.store.head(self.held.house).size

    def get(self, path: str, **request: Any) -> Response:
        return ask(self.app, "GET", path, **request)

    def tile(self, tile: Tile, prefix: str = "", **request: Any) -> Response:
        return self.get(f"/log/{self.held.house}/{prefix}{tile.to_path()}", **request)

    def close(self, meeting: MeetingId) -> None:
        self.held.clock.move_to(CLOSES_AT)
        self.held.run(lambda scope: usecases.close_voting(scope, meeting))


@pytest.fixture
def seen(tmp_path: Path) -> Iterator[Seen]:
    """Open the voting of a small house and let one owner vote."""
    with installation(tmp_path, {"SOBRANIE_STORE": "sqlite"}) as (services, clock):
        officer = {"Authorization": f"Bearer {services.desk.add_officer('секретарь')}"}
        yield Seen(called(services, clock), create_app(services), officer)


@pytest.mark.parametrize("prefix", ["", "witnessed/"])
def test_no_tile_shows_an_entry_since_the_opening(seen: Seen, prefix: str) -> None:
    for width in range(seen.opened + 1, seen.size() + 1):
        refused = seen.tile(Tile(None, 0, width), prefix)
        assert (refused.status_code, refused.json()["code"]) == (403, CLOSED)
        assert refused.json()["closes_at"] == "2026-03-30T09:00:00Z"
        assert refused.headers["cache-control"] == "no-store"
        assert "Хеши записей и контрольные точки открыты" in refused.json()["remedy"]


def test_what_came_before_the_opening_stays_open(seen: Seen) -> None:
    shown = seen.tile(Tile(None, 0, seen.opened))
    assert shown.status_code == 200
    assert "immutable" in shown.headers["cache-control"]
    entries = read_entries(shown.content, seen.opened)
    assert {json.loads(entry)["type"] for entry in entries} >= {"meeting-called/1"}


def test_hashes_heads_and_consistency_are_shown_all_the_time(seen: Seen) -> None:
    house, size = seen.held.house, seen.size()
    hashes = read_hashes(seen.tile(Tile(0, 0, size)).content, size)
    note = seen.get(f"/log/{house}/checkpoint").content
    head, _ = parse_checkpoint(note)
    assert (head.size, head.root) == (size, outsider.tree(hashes))
    assert seen.get(f"/log/{house}/consistency/{seen.opened}").status_code == 200
    assert seen.get(f"/log/{house}/witnesses").status_code == 200


def test_a_receipt_is_checked_without_any_entry_of_others(seen: Seen) -> None:
    ballot = ballot_id(seen.held.meeting, seen.held.titles["2"][0].id)
    logs, house = seen.held.services.logs, seen.held.house
    receipt = Receipt.from_bytes(logs.receipt(house, ballot, 1).encode())
    seen.held.vote(seen.held.titles["3"][0].id, Mark.FOR, Mark.FOR)
    with serving(seen.app) as address:
        log = RemoteLog(f"{address}/log/{house}")
        report = check_receipt(receipt, Against(logs.key(house), log=log))
    assert report.is_sound
    assert report.steps[-1].summary == f"по адресу записей {seen.size()}"


def test_officers_see_the_entries_and_no_cache_keeps_them(seen: Seen) -> None:
    size = seen.size()
    shown = seen.tile(Tile(None, 0, size), headers=seen.officer)
    assert shown.status_code == 200
    assert shown.headers["cache-control"] == "no-store"
    last = read_entries(shown.content, size)[-1]
    assert json.loads(last)["type"] == "ballot-received/1"
    assert read_hashes(seen.tile(Tile(0, 0, size)).content, size)[-1] == leaf_hash(last)
    stranger = seen.tile(Tile(None, 0, size), headers={"Authorization": "Bearer stranger"})
    assert (stranger.status_code, stranger.json()["code"]) == (403, CLOSED)


def test_the_close_opens_everything(seen: Seen) -> None:
    seen.close(seen.held.meeting)
    shown = seen.tile(Tile(None, 0, seen.size()))
    assert shown.status_code == 200
    assert len(read_entries(shown.content, seen.size())) == seen.size()


def test_the_bundle_of_an_earlier_meeting_waits_for_the_voting_of_a_later_one(seen: Seen) -> None:
    first, services = seen.held.meeting, seen.held.services
    seen.held.finish()
    bundle = f"/api/v1/meetings/{first}/public-bundle"
    assert seen.get(bundle).status_code == 200
    later = Meeting(services, seen.held.clock, seen.held.house, MeetingId(uuid4()))
    period = {"opens_at": LATER_OPENS, "closes_at": LATER_CLOSES}
    calls.call(services, later.house, later.meeting, terms(later.house).model_copy(update=period))
    prove_notices(later)
    assert seen.get(bundle).status_code == 200
    later.clock.move_to(LATER_OPENS)
    later.run(lambda scope: usecases.open_voting(scope, later.meeting))
    refused = seen.get(bundle)
    assert (refused.status_code, refused.json()["code"]) == (403, CLOSED)
    assert seen.get(bundle.replace("public-", ""), headers=seen.officer).status_code == 200
    later.clock.move_to(LATER_CLOSES)
    later.run(lambda scope: usecases.close_voting(scope, later.meeting))
    assert seen.get(bundle).status_code == 200


def prove_notices(meeting: Meeting) -> None:
    for leg in NoticeLeg:
        proof = FileRef("act.pdf", "ab" * 32, 10)
        meeting.run(
            lambda scope, leg=leg, proof=proof: usecases.prove_notice(
                scope, meeting.meeting, leg, "доска", scope.now, proof
            )
        )
