"""The JSON API over a real installation: bad input gets a clear sentence, nothing half-recorded."""

from __future__ import annotations

import json
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from api import offices
from api.http.app import create_app
from api.server import serving
from api.web.limits import TRIES_A_MINUTE
from tests.integration import small
from tests.integration.small import CLOSES_AT, Meeting, called, installation

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

GOOD = {"1": "for", "2": "against"}
JSON = {"Content-Type": "application/json"}


@dataclass
class Desk:
    """An open meeting with a client that speaks real requests to the real application."""

    meeting: Meeting
    client: httpx.Client
    tokens: dict[str, str]

    def vote(self, name: str, body: Any) -> httpx.Response:
        """Vote by a person's link."""
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        headers = {"Authorization": f"Bearer {self.tokens[name]}", **JSON}
        return self.client.post("/api/v1/ballots", content=content, headers=headers)

    def ballots(self) -> int:
        """Count the ballots recorded."""
        state = self.meeting.services.meeting(self.meeting.meeting)
        return len(self.meeting.services.app.ballots_of(state))


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """Give an open meeting behind HTTP."""
    with opened(tmp_path) as made:
        yield made


@contextmanager
def opened(tmp_path: Path) -> Iterator[Desk]:
    """Open a meeting of the register that stands in `small`."""
    with installation(tmp_path / "home", {}) as (services, clock):
        meeting = called(services, clock)
        meeting.open()
        links = offices.issue_links(services, meeting.meeting)
        tokens = {link.name.split()[0]: link.token for link in links}
        with serving(create_app(services)) as address, httpx.Client(base_url=address) as client:
            yield Desk(meeting, client, tokens)


def problem(answer: httpx.Response, status: int, code: str) -> dict[str, Any]:
    """Give a problem of the one shape, with a Russian sentence."""
    told: dict[str, Any] = answer.json()
    assert (answer.status_code, told.get("code")) == (status, code), told
    assert answer.headers["content-type"] == "application/problem+json"
    assert any("а" <= letter <= "я" for letter in told["detail"])
    assert told["remedy"]
    return told


@pytest.mark.parametrize(
    ("answers", "field", "numbers"),
    [
        ({"1": "for"}, "missing", [2]),
        ({}, "missing", [1, 2]),
        ({**GOOD, "3": "for"}, "unknown", ["3"]),
        ({**GOOD, "о чём": "for"}, "unknown", ["о чём"]),
        ({"01": "for", "2": "for"}, "unknown", ["01"]),
    ],
)
def test_wrong_or_missing_item_numbers(
    desk: Desk, answers: dict[str, str], field: str, numbers: list[Any]
) -> None:
    """The refusal names the questions; nothing is recorded."""
    told = problem(desk.vote("Полевая", {"answers": answers}), 422, "answers_do_not_fit")
    assert told[field] == numbers
    assert desk.ballots() == 0


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b'{"answers": 1}',
        b'{"answers": {"1": "for", "2": "maybe"}}',
        b'{"answers": {"1": "for", "2": ["for", "against"]}}',
        b'{"answers": {"1": "for", "2": "for"}, "votes": 1000}',
        b'{"answers": {"1": "for", "1": "against", "2": "for"}}',
        b'{"answers": {"1": "for", "2": "for"}, "answers": {"1": "against", "2": "for"}}',
        "{'answers'}".encode("utf-16"),
        b"\xff\xfe",
        b"[" * 60_000,
    ],
    ids=lambda body: repr(body[:40]),
)
def test_bodies_that_are_no_vote(desk: Desk, body: bytes) -> None:
    """Broken, foreign and doubled bodies are refused, never guessed at."""
    problem(desk.vote("Полевая", body), 422, "body_malformed")
    assert desk.ballots() == 0


@pytest.mark.parametrize(
    ("body", "place", "why"),
    [
        (
            b'{"answers": {"1": "for", "2": "maybe"}}',
            "answers.2",
            "такого значения в перечне нет; есть for, against, abstain",
        ),
        (b'{"answers": {"1": "for", "1": "against", "2": "for"}}', "1", "указано несколько раз"),
        (b'{"answers": {}, "answers": {"1": "for"}}', "answers", "указано несколько раз"),
        ('{"Иванов": 1, "Иванов": 2}'.encode(), "…", "указано несколько раз"),
        (
            b'{"answers": {"1": "for", "2": "for"}, "titles": []}',
            "titles",
            "элементов меньше, чем нужно",
        ),
    ],
)
def test_a_fault_is_told_with_its_place(desk: Desk, body: bytes, place: str, why: str) -> None:
    """The number of the question stands in the answer; a name the sender made up does not."""
    told = problem(desk.vote("Полевая", body), 422, "body_malformed")
    assert (told["place"], told["why"]) == (place, why)
    assert desk.ballots() == 0


def test_a_body_too_large_is_not_read(desk: Desk) -> None:
    """More than 64 KiB for a vote is refused."""
    answer = desk.vote("Полевая", b'{"answers": {"1": "' + b"f" * 70_000 + b'"}}')
    told = problem(answer, 413, "body_too_large")
    assert told["limit"] == 64 * 1024
    assert "больше 64\N{NO-BREAK SPACE}КБ" in told["detail"]


@pytest.mark.parametrize(
    "kind",
    ["", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "json", ";"],
)
@pytest.mark.parametrize("path", ["ballots", "contests", "houses"])
def test_another_content_type_is_refused(desk: Desk, path: str, kind: str) -> None:
    """A body that does not say it is JSON is refused, whatever is in it."""
    headers = {"Authorization": f"Bearer {desk.tokens['Полевая']}"}
    headers |= {"Content-Type": kind} if kind else {}
    content = json.dumps({"answers": GOOD})
    answer = desk.client.post(f"/api/v1/{path}", content=content, headers=headers)
    told = problem(answer, 415, "wrong_content_type")
    assert "а здесь принимают «application/json»" in told["detail"]
    assert desk.ballots() == 0


def test_the_content_type_may_be_spelled_with_a_charset(desk: Desk) -> None:
    """Parameters and capitals of the media type change nothing."""
    headers = {
        "Authorization": f"Bearer {desk.tokens['Полевая']}",
        "Content-Type": "Application/JSON; charset=utf-8",
    }
    content = json.dumps({"answers": GOOD})
    answer = desk.client.post("/api/v1/ballots", content=content, headers=headers)
    assert answer.status_code == 201, answer.text


@pytest.mark.parametrize("token", ["x", "a" * 500, "../../etc", "токен".encode().hex()])
def test_unknown_and_mangled_tokens(desk: Desk, token: str) -> None:
    """A token that was never given out opens nothing, by JSON or page."""
    answer = desk.client.post(
        "/api/v1/ballots", json={"answers": GOOD}, headers={"Authorization": f"Bearer {token}"}
    )
    problem(answer, 404, "link_unknown")


def test_officers_doors_are_closed_to_owners(desk: Desk) -> None:
    """An owner's link is no officer's token."""
    headers = {"Authorization": f"Bearer {desk.tokens['Полевая']}"}
    path = f"/api/v1/meetings/{desk.meeting.meeting}/close"
    problem(desk.client.post(path, headers=headers), 401, "officer_unknown")


def test_a_vote_and_its_second(desk: Desk) -> None:
    """The first vote is answered with a receipt, the second with its time and channel."""
    first = desk.vote("Полевая", {"answers": GOOD})
    assert first.status_code == 201
    assert first.json()["ballots"][0]["receipt"].startswith("c2sp.org/tlog-proof@v1\n")
    told = problem(desk.vote("Полевая", {"answers": GOOD}), 409, "already_voted")
    assert told["channel"] == "link"
    assert desk.ballots() == 1


def _snils(number: int) -> str:
    """Make a СНИЛС of nobody with a sound check sum."""
    digits = f"{900_000_000 + number}"
    check = sum(int(digit) * weight for digit, weight in zip(digits, range(9, 0, -1), strict=True))
    return f"{digits[:3]}-{digits[3:6]}-{digits[6:]} {check % 101 % 100:02}"


def test_of_two_joint_owners_the_second_answers_for_what_is_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a co-owner has answered stays as it is; a further vote finds nothing left."""
    both = "Ветров Глеб Захарович, Ветрова Инга Климовна"
    house = f"""№ помещения;Назначение;Общая площадь;ФИО собственника;Вид права;Доля;Подъезд;СНИЛС
1;квартира;60,00;{both};совместная;1;1;{_snils(1)}, {_snils(2)}
2;квартира;40,00;Ветрова Инга Климовна;собственность;1;1;{_snils(2)}
3;квартира;70,00;Рощин Клим Лаврович;собственность;1;2;
Н-1;нежилое;30,00;ООО «Ромашка-Пример»;собственность;1;2;
"""
    monkeypatch.setattr(small, "REGISTER", house)
    with opened(tmp_path) as desk:
        first = desk.vote("Ветров", {"answers": GOOD}).json()["ballots"]
        second = desk.vote("Ветрова", {"answers": {"1": "against", "2": "for"}}).json()["ballots"]
        assert [ballot["votes"] for ballot in (*first, *second)] == ["60", "40"]
        problem(desk.vote("Ветрова", {"answers": GOOD}), 409, "already_voted")
        assert desk.ballots() == 2


def test_titles_of_others_and_of_nobody(desk: Desk) -> None:
    """Naming a title that is not one's own is refused, whoever's it is."""
    alien = str(desk.meeting.titles["3"][0].id)
    for title in (alien, "00000000-0000-4000-8000-000000000000", "не номер"):
        body = {"answers": GOOD, "titles": [title]}
        problem(desk.vote("Полевая", body), 403, "not_your_ballot")
    assert desk.ballots() == 0


def test_a_revoked_link_and_a_late_vote(desk: Desk) -> None:
    """Both are refused with the sentence of their own."""
    desk.meeting.services.desk.revoke_link(desk.tokens["Рощин"])
    problem(desk.vote("Рощин", {"answers": GOOD}), 410, "link_revoked")
    desk.meeting.clock.move_to(CLOSES_AT)
    problem(desk.vote("Полевая", {"answers": GOOD}), 409, "voting_is_closed")
    assert desk.ballots() == 0


def test_turnout_and_the_log_are_public(desk: Desk) -> None:
    """Anybody reads the turnout, the checkpoint and a tile of hashes."""
    turnout = desk.client.get(f"/api/v1/meetings/{desk.meeting.meeting}/turnout")
    assert turnout.status_code == 200
    log = f"/log/{desk.meeting.house}"
    checkpoint = desk.client.get(f"{log}/checkpoint").text
    size = int(checkpoint.splitlines()[1])
    tile = desk.client.get(f"{log}/tile/0/000.p/{size}")
    assert len(tile.content) == 32 * size
    assert "immutable" in tile.headers["cache-control"]
    assert desk.client.get(f"{log}/tile/0/000.p/{size + 1}").status_code == 404


def test_data_carry_the_headers_that_concern_data(desk: Desk) -> None:
    """A vote's answer is loaded by nobody's page and says so; what only pages know is left out."""
    headers = desk.vote("Полевая", GOOD).headers
    assert headers["content-security-policy"] == "default-src 'none'; frame-ancestors 'none'"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["cross-origin-resource-policy"] == "same-origin"
    assert "permissions-policy" not in headers


def test_a_file_is_named_by_a_digest_and_by_nothing_else(desk: Desk) -> None:
    """A zero byte in the address is no name of a file, on any database."""
    officer = {"Authorization": f"Bearer {desk.meeting.services.desk.add_officer('секретарь')}"}
    for name in ("%00", "ab" * 31 + "%00%00", "AB" * 32):
        answer = desk.client.get(f"/api/v1/files/{name}", headers=officer)
        problem(answer, 404, "file_unknown")


@pytest.mark.parametrize(
    ("method", "path", "code", "status"),
    [
        ("POST", "/api/v1/ballots", "link_unknown", 404),
        ("GET", "/api/v1/ballots", "link_unknown", 404),
        ("POST", "/api/v1/houses", "officer_unknown", 401),
    ],
)
def test_guessing_tokens_is_slowed_and_harms_no_neighbour(
    desk: Desk, method: str, path: str, code: str, status: int
) -> None:
    """Who guesses is told to wait; a right token from the same address still opens."""

    def guess(number: int) -> httpx.Response:
        headers = {"Authorization": f"Bearer {number:022}"}
        return desk.client.request(method, path, json={"answers": GOOD}, headers=headers)

    desk.client.get("/api/v1/ballots")
    for number in range(TRIES_A_MINUTE):
        problem(guess(number), status, code)
    answers = [guess(number) for number in range(TRIES_A_MINUTE)]
    refused = next(answer for answer in answers if answer.status_code == 429)
    problem(refused, 429, "too_many_requests")
    assert int(refused.headers["retry-after"]) >= 1
    assert desk.vote("Полевая", {"answers": GOOD}).status_code == 201
