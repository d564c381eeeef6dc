"""What an owner has filled in and not confirmed yet: kept so that they may go and come back.

    content = nonce (12 bytes) ‖ AES-256-GCM(key, UTF-8 JSON), the link's hash as associated data
    key     = HMAC-SHA-256(form key, "sobranie-draft/1\\n" ‖ token of the personal link)

The token itself is stored nowhere, so a draft can be read only with the link in hand. Drafts are no
facts: they are erased by the vote, by revoking the link and after the meeting.
"""

from __future__ import annotations

import hmac
import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from hashlib import sha256
from typing import TYPE_CHECKING, Any
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from api.web.representing import Authority, Representative
from domain.events import Mark
from domain.facts import TitleId

if TYPE_CHECKING:
    from api.desk import Desk, Link
    from api.web.answers import Decisions
    from projections.owner_view import OwnerTitle

VERSION = 1
_NONCE_BYTES = 12


@dataclass(frozen=True, slots=True)
class Sheet:
    """Answers that hold for some titles; `place` is 0 for the only sheet, else 1, 2 …"""

    place: int
    titles: tuple[OwnerTitle, ...]
    marks: Mapping[int, Mark]


@dataclass(frozen=True, slots=True)
class Draft:
    """Answers so far.

    Attributes:
        together: one answer for all premises, by question.
        apart: answers by title, where the owner chose to answer for each; None otherwise.
        representative: who answers for the owner; None when the owner does.
        settled: the answers were recorded; what is left is the representative alone.
    """

    together: Mapping[int, Mark]
    apart: Mapping[TitleId, Mapping[int, Mark]] | None = None
    representative: Representative | None = None
    settled: bool = False

    def sheets(self, titles: Sequence[OwnerTitle]) -> tuple[Sheet, ...]:
        """Give the sheets to fill in: one for all titles, or one for each."""
        if self.apart is None:
            return (Sheet(0, tuple(titles), self.together),)
        return tuple(
            Sheet(place, (title,), self.apart.get(title.title, {}))
            for place, title in enumerate(titles, 1)
        )

    def answered(
        self, titles: Sequence[OwnerTitle], given: Mapping[tuple[int, int], Mark]
    ) -> Draft:
        """Add answers by question and sheet to what is there."""
        marks = {
            sheet.place: dict(sheet.marks)
            | {number: mark for (number, place), mark in given.items() if place == sheet.place}
            for sheet in self.sheets(titles)
        }
        if self.apart is None:
            return replace(self, together=marks[0])
        return replace(self, apart={t.title: marks[n] for n, t in enumerate(titles, 1)})

    def split(self, titles: Sequence[OwnerTitle], *, apart: bool) -> Draft:
        """Answer for each title by itself, or for all at once; what was answered is kept."""
        if apart == (self.apart is not None):
            return self
        if apart:
            return replace(self, apart={title.title: self.together for title in titles})
        common = [dict(sheet.marks).items() for sheet in self.sheets(titles)]
        return replace(self, apart=None, together=dict(set.intersection(*map(set, common))))

    def missing(self, titles: Sequence[OwnerTitle], questions: int) -> tuple[tuple[int, int], ...]:
        """List what has no answer yet: question and sheet."""
        return tuple(
            (number, sheet.place)
            for number in range(1, questions + 1)
            for sheet in self.sheets(titles)
            if number not in sheet.marks
        )

    def decisions(self, titles: Sequence[OwnerTitle], questions: int) -> Decisions:
        """Give complete answers, titles with the same ones together."""
        groups: dict[tuple[Mark, ...], tuple[TitleId, ...]] = {}
        for sheet in self.sheets(titles):
            marks = tuple(sheet.marks[number] for number in range(1, questions + 1))
            groups[marks] = (*groups.get(marks, ()), *(title.title for title in sheet.titles))
        return tuple((titles, marks) for marks, titles in groups.items())


EMPTY = Draft({})


def prepared_draft(titles: Sequence[OwnerTitle]) -> Draft:
    """Give the answers prepared before, to be changed."""
    marks = {t.title: dict(enumerate(t.answers, 1)) for t in titles if t.state == "prepared"}
    sheets = list(marks.values())
    if not sheets:
        return EMPTY
    if all(sheet == sheets[0] for sheet in sheets):
        return Draft(sheets[0])
    return Draft({}, marks)


class Drafts:
    """Drafts of an installation: kept on the desk, closed to all but the link's holder."""

    def __init__(self, desk: Desk, form_key: bytes) -> None:
        """Keep drafts on a desk."""
        self._desk = desk
        self._form_key = form_key

    def read(self, link: Link, token: str) -> Draft | None:
        """Give a link's draft; None when there is none."""
        content = self._desk.draft(link)
        if content is None:
            return None
        nonce, rest = content[:_NONCE_BYTES], content[_NONCE_BYTES:]
        try:
            plain = self._cipher(token).decrypt(nonce, rest, link.token_hash.encode())
        except InvalidTag:
            # Closed under a form key that is gone: the owner begins anew, no vote is lost.
            return None
        return _from_data(json.loads(plain))

    def keep(self, link: Link, token: str, draft: Draft) -> None:
        """Keep a draft in place of the one before."""
        nonce = secrets.token_bytes(_NONCE_BYTES)
        plain = json.dumps(_to_data(draft), ensure_ascii=False).encode()
        closed = self._cipher(token).encrypt(nonce, plain, link.token_hash.encode())
        self._desk.keep_draft(link, nonce + closed)

    def settle(self, link: Link, token: str, draft: Draft, *, binding: bool) -> None:
        """Erase what was recorded; a prepared decision still needs its representative's name."""
        if binding or draft.representative is None:
            self._desk.drop_draft(link)
        else:
            self.keep(link, token, Draft({}, None, draft.representative, settled=True))

    def _cipher(self, token: str) -> AESGCM:
        message = f"sobranie-draft/1\n{token}".encode()
        return AESGCM(hmac.new(self._form_key, message, sha256).digest())


def _to_data(draft: Draft) -> dict[str, Any]:
    acting = draft.representative
    return {
        "v": VERSION,
        "settled": draft.settled,
        "together": _marks(draft.together),
        "apart": None
        if draft.apart is None
        else {str(title): _marks(marks) for title, marks in draft.apart.items()},
        "representative": None
        if acting is None
        else [
            acting.authority.value,
            acting.name,
            acting.number,
            acting.issued.isoformat(),
            acting.certifier,
        ],
    }


def _from_data(data: Any) -> Draft | None:
    if data["v"] != VERSION:
        return None
    apart = data["apart"]
    acting = data["representative"]
    return Draft(
        _read_marks(data["together"]),
        None
        if apart is None
        else {TitleId(UUID(title)): _read_marks(marks) for title, marks in apart.items()},
        None
        if acting is None
        else Representative(
            Authority(acting[0]), acting[1], acting[2], date.fromisoformat(acting[3]), acting[4]
        ),
        data["settled"],
    )


def _marks(marks: Mapping[int, Mark]) -> dict[str, str]:
    return {str(number): mark.value for number, mark in marks.items()}


def _read_marks(data: Mapping[str, str]) -> dict[int, Mark]:
    return {int(number): Mark(mark) for number, mark in data.items()}


def shown_text(decisions: Decisions, representative: Representative | None) -> str:
    """Write what a confirmation showed, for its form token."""
    lines = sorted(
        f"{title} {' '.join(mark.value for mark in marks)}"
        for titles, marks in decisions
        for title in titles
    )
    acting = f"{representative.name}\n{representative.document}" if representative else ""
    return "\n".join((*lines, acting))
