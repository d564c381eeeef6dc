"""The people of the demo over real HTTP: a secretary with a token, owners with their links."""

from __future__ import annotations

import asyncio
import base64
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any

import httpx
from typing_extensions import override

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence
    from datetime import datetime

AT_ONCE = 16


class UnexpectedAnswerError(Exception):
    """The server did not answer as the story needs."""


def file_of(name: str, text: str) -> dict[str, str]:
    """Make a small file for a request."""
    return {"name": name, "content": base64.b64encode(text.encode()).decode()}


@dataclass(frozen=True, slots=True)
class Sending:
    """A request of a crowd: who sends what where."""

    token: str
    path: str
    body: dict[str, Any]


class Worker:
    """Works through the JSON API with a token of its own: an officer or an organisation."""

    def __init__(self, address: str, token: str) -> None:
        """Open a connection."""
        self.token = token
        headers = {"Authorization": f"Bearer {token}"}
        self._http = httpx.Client(base_url=f"{address}/api/v1", headers=headers, timeout=60)

    def close(self) -> None:
        """Let the connection go."""
        self._http.close()

    def post(self, path: str, body: Any = None, *, status: int = 201) -> Any:
        """Send a body and give the answer; any other status ends the story."""
        return expect(self._http.post(path, json=body), status)

    def try_post(self, path: str, body: Any) -> httpx.Response:
        """Send a body and give whatever comes."""
        return self._http.post(path, json=body)

    def put(self, path: str) -> None:
        """Set what has no body."""
        expect(self._http.put(path), 204)

    def get(self, path: str) -> Any:
        """Read."""
        return expect(self._http.get(path), 200)


class Secretary(Worker):
    """A secretary with an officer's token."""

    def file(self, sha256: str) -> bytes:
        """Fetch a kept file."""
        answer = self._http.get(f"/files/{sha256}")
        expect_status(answer, 200)
        return answer.content

    def upload_register(self, house: str, data: bytes, filename: str) -> Any:
        """Send a register file."""
        address = f"/houses/{house}/register"
        return expect(self._http.post(address, content=data, params={"filename": filename}), 200)

    def notice(self, meeting: str, leg: str, way: str, given_at: datetime) -> None:
        """Record a notice with a proof."""
        proof = file_of(f"{leg}.txt", f"Акт: {way}, {given_at:%d.%m.%Y}")
        body = {"leg": leg, "way": way, "given_at": given_at.isoformat(), "proof": proof}
        self.post(f"/meetings/{meeting}/notices", body)

    def paper(
        self, meeting: str, title: str, answers: dict[str, str], received_at: datetime
    ) -> Sending:
        """Make the request that enters a paper decision with its scan."""
        body = {
            "title": title,
            "answers": answers,
            "received_at": received_at.isoformat(),
            "filled_on": received_at.date().isoformat(),
            "scan": file_of("scan.txt", f"Решение собственника {title}"),
        }
        return Sending(self.token, f"/meetings/{meeting}/paper-ballots", body)


def expect_status(answer: httpx.Response, status: int) -> None:
    """End the story when the status is another."""
    if answer.status_code != status:
        told = answer.text[:500]
        raise UnexpectedAnswerError(f"{answer.url.path}: {answer.status_code}, {told}")


def expect(answer: httpx.Response, status: int) -> Any:
    """Give the JSON of an answer with the status the story needs."""
    expect_status(answer, status)
    return answer.json() if answer.content else None


def refusal(answer: httpx.Response, code: str) -> str:
    """Give the Russian sentence of a refusal that must come."""
    told = answer.json()
    if told.get("code") != code:
        raise UnexpectedAnswerError(f"ожидался отказ {code}, получено: {told}")
    return f"{told['status']} · {told['detail']}"


def vote(address: str, token: str, body: dict[str, Any]) -> httpx.Response:
    """Send one vote by link as JSON."""
    headers = {"Authorization": f"Bearer {token}"}
    return httpx.post(f"{address}/api/v1/ballots", json=body, headers=headers, timeout=60)


def vote_by_page(address: str, token: str, answers: dict[str, str]) -> str:
    """Vote the way a person does: open the page, answer, confirm, read the receipt page."""
    with httpx.Client(base_url=address, timeout=60, follow_redirects=True) as browser:
        ballot = browser.get(f"/b/{token}/all")
        expect_status(ballot, 200)
        form = form_to(ballot.text, "/review")
        chosen = dict(zip(form.choices, answers.values(), strict=True))
        review = browser.post(form.action, data=form.hidden | chosen)
        expect_status(review, 200)
        confirm = form_to(review.text, "/vote")
        receipt = browser.post(confirm.action, data=confirm.hidden)
        expect_status(receipt, 200)
        return receipt.text


@dataclass(slots=True)
class Form:
    """A form as a browser sees it: where it goes, its hidden fields, its groups of choices."""

    action: str
    hidden: dict[str, Any] = field(default_factory=dict)
    choices: list[str] = field(default_factory=list)


class _Forms(HTMLParser):
    """Collects the forms of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[Form] = []

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.found.append(Form(given.get("action", "")))
        if tag != "input" or not self.found:
            return
        form, name = self.found[-1], given.get("name", "")
        if given.get("type") == "hidden":
            known = form.hidden.get(name)
            form.hidden[name] = given["value"] if known is None else _more(known, given["value"])
        if given.get("type") == "radio" and name not in form.choices:
            form.choices.append(name)


def _more(known: Any, value: str) -> list[str]:
    return [*(known if isinstance(known, list) else [known]), value]


def form_to(page: str, ending: str) -> Form:
    """Find the form of a page that goes to an address with this ending."""
    reader = _Forms()
    reader.feed(page)
    for form in reader.found:
        if form.action.endswith(ending):
            return form
    raise UnexpectedAnswerError(f"на странице нет формы {ending}")


async def send_all(
    address: str, crowd: Sequence[Sending], done: Callable[[dict[str, Any]], Awaitable[None]]
) -> None:
    """Send many requests, several at once, and tell of each answer."""
    gate = asyncio.Semaphore(AT_ONCE)
    limits = httpx.Limits(max_connections=AT_ONCE)
    async with httpx.AsyncClient(base_url=f"{address}/api/v1", limits=limits, timeout=60) as http:

        async def one(sending: Sending) -> None:
            async with gate:
                headers = {"Authorization": f"Bearer {sending.token}"}
                answer = await http.post(sending.path, json=sending.body, headers=headers)
                await done(expect(answer, 201))

        await asyncio.gather(*map(one, crowd))
