"""For every refusal about announcements, posts and scanned papers one way to provoke it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

from api.announcements.organisations import Organisations
from api.chat.port import Post
from api.chat.store import Planned, PostStore
from domain import announcement_usecases as usecases
from domain.announcement import announcement_stream
from domain.events import AnnouncementBody, AnnouncementKind, Author, OrganisationKind
from domain.facts import AnnouncementId, OrganisationId
from tests.api.door import Door, ask
from tests.domain import builders as given
from tests.domain.memory import Story, refusal_of

NUMBER = AnnouncementId(UUID(int=1))
SUPPLIER = Author(OrganisationId(UUID(int=2)), OrganisationKind.SUPPLIER, "Сети-Пример")
OTHER = OrganisationId(UUID(int=3))
BODY = AnnouncementBody(
    AnnouncementKind.OUTAGE, "вода", "Воды не будет.", (2,), given.at(5), given.at(6)
)
WORDS = {"kind": "free", "heading": "вода", "text": "есть", "houses": [{"house": str(given.HOUSE)}]}


def published(**changes: Any) -> Story:
    """Publish the outage, changed."""
    story, body = Story().house(), replace(BODY, **changes)
    story.app.run(
        lambda s: usecases.publish_announcement(s, NUMBER, SUPPLIER, {given.HOUSE: body}),
        given.CALLED_AT,
    )
    return story


def corrected(
    story: Story,
    version: int = 1,
    by: OrganisationId = SUPPLIER.organisation,
    reason: str = "уточнено",
    **changes: Any,
) -> Story:
    """Word it anew."""
    body = replace(BODY, **({"text": "Воды не будет долго."} | changes))
    story.app.run(
        lambda s: usecases.correct_announcement(
            s, NUMBER, by, version, {given.HOUSE: body}, reason
        ),
        given.DURING,
    )
    return story


def cancelled(story: Story, version: int = 1, reason: str = "отложено") -> Story:
    """Take it back."""
    story.app.run(
        lambda s: usecases.cancel_announcement(
            s, NUMBER, SUPPLIER.organisation, version, [given.HOUSE], reason
        ),
        given.DURING,
    )
    return story


def again() -> object:
    """Publish the same number twice."""
    story = published()
    return story.app.run(
        lambda s: usecases.publish_announcement(s, NUMBER, SUPPLIER, {given.HOUSE: BODY}),
        given.DURING,
    )


def state_of(story: Story) -> Any:
    """Give the announcement as it stands."""
    return story.app.load(announcement_stream(given.HOUSE, NUMBER)).state


def by(step: Callable[[], object]) -> Callable[[Door], str]:
    """Provoke by a step that is refused."""
    return lambda _door: refusal_of(step).code


def without_a_token(door: Door) -> str:
    """Speak without a token."""
    return door.code("POST", "/api/v1/announcements", json=WORDS)


def to_a_foreign_house(door: Door) -> str:
    """Speak to a house that is not assigned."""
    accounts = Organisations(door.services.desk.engine)
    _, token = accounts.add("Сети-Пример", OrganisationKind.SUPPLIER)
    headers = {"Authorization": f"Bearer {token}"}
    return door.code("POST", "/api/v1/announcements", json=WORDS, headers=headers)


def to_a_private_address(door: Door) -> str:
    """Have events sent into the own network."""
    body = {"url": "https://127.0.0.1/events"}
    return door.code("POST", "/api/v1/webhooks", json=body, headers=door.officer)


def by_a_code_of_something_else(door: Door) -> str:
    """Scan what is no code of a sheet."""
    path = f"/api/v1/meetings/{given.MEETING}/scanned-sheets"
    return door.code("POST", path, json={"code": "ST00012|Name=..."}, headers=door.officer)


def about_a_post_that_was_sent(door: Door) -> str:
    """Decide about a post that stands in the chat already."""
    bind = {"chat": "дом-1"}
    path = f"/api/v1/houses/{given.HOUSE}/chat"
    ask(door.app, "PUT", path, json=bind, headers=door.officer)
    mark = f"{given.MEETING}#card"
    store = PostStore(door.services.desk.engine)
    with door.services.desk.engine.begin() as connection:
        store.add(connection, [Planned(mark, "дом-1", Post("карточка"))])
    store.set(mark, state="sent")
    body = {"mark": mark, "fate": "again", "reason": "не вижу его"}
    return door.code("POST", f"{path}/unsettled", json=body, headers=door.officer)


SPEAKING: Mapping[str, Callable[[Door], str]] = {
    "announcement_empty": by(lambda: published(heading=" ")),
    "announcement_unfilled": by(lambda: published(text="Не будет: {ресурс}.")),
    "period_missing": by(lambda: published(ends_at=None)),
    "period_reversed": by(lambda: published(starts_at=given.at(7))),
    "entrances_unknown": by(lambda: published(entrances=(2, 3))),
    "personal_data_suspected": by(lambda: published(text="Звоните: 8 900 000-00-00")),
    "announcement_exists": by(again),
    "not_your_announcement": by(lambda: corrected(published(), by=OTHER)),
    "announcement_version_unknown": by(lambda: corrected(published(), version=2)),
    "announcement_is_cancelled": by(lambda: corrected(cancelled(published()))),
    "nothing_corrected": by(lambda: corrected(published(), text=BODY.text)),
    "organisation_unknown": without_a_token,
    "house_not_assigned": to_a_foreign_house,
    "webhook_address_refused": to_a_private_address,
    "post_is_settled": about_a_post_that_was_sent,
    "sheet_code_refused": by_a_code_of_something_else,
}
