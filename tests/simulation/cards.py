"""How long do 10 000 houses' cards wait for the messenger's 30 requests a second?

    .venv/bin/python -m tests.simulation.cards --houses 10000 --minutes 30

The product's own queue of cards (`CardBook` over SQLite) and its own pacer run by a virtual clock;
the messenger answers in 150 ms and holds its documented limits, counting what it had to refuse.
Worst case: every card of a voting house reads differently at each look. In the middle of the run a
wave of houses closes in the same minute, and their cards should not wait behind all the others.
"""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import json
import sys
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.pool import StaticPool

from api import desk
from api.chat import tables
from api.chat.card import Card
from api.chat.cards import LAST_DAY, RESTING, URGENT, VOTING, CardBook, CardRow, Look
from api.chat.max.limits import Pacer
from api.chat.port import Button, ChatBusyError, Post
from api.chat.states import ChatStates
from api.chat.store import PostStore
from domain.facts import moment
from tests.fake_max.facts import Refusal
from tests.fake_max.throttle import Throttle
from tests.simulation.virtual import VirtualLoop

if TYPE_CHECKING:
    from tests.simulation.virtual import VirtualMoments

START = moment(datetime(2026, 10, 12, 19, 0, tzinfo=UTC))
ANSWER_S = 0.15
PAUSE_S = 2.0
EVERY = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Plan:
    """What is simulated: of a hundred houses, how many vote and how many of these close today."""

    houses: int = 10_000
    minutes: int = 30
    voting: int = 60
    last_day: int = 5
    wave: int = 500


@dataclass
class Town:
    """The houses: what their cards read, how long each change waited to be shown."""

    plan: Plan
    clock: VirtualMoments
    closing: dict[UUID, float] = field(default_factory=dict)
    wave_waits: list[float] = field(default_factory=list)
    ages: dict[int, list[float]] = field(default_factory=dict)
    shown_at: dict[UUID, float] = field(default_factory=dict)

    def rank(self, number: int) -> int:
        """Tell how much a house matters."""
        place = number % 100
        if place < self.plan.last_day:
            return LAST_DAY
        return VOTING if place < self.plan.voting else RESTING

    def look(self, row: CardRow) -> Look:
        """Look at a house: one that votes reads differently each time."""
        number, now = row.meeting.int, self.clock()
        rank = self.rank(number)
        minute = int((now - START).total_seconds() // 60)
        said = f"дом {number}" if rank == RESTING else f"дом {number}, минута {minute}"
        if row.meeting in self.closing:
            said += ", приём окончен"
        digest = hashlib.sha256(said.encode()).hexdigest()
        page = Button("страница", f"https://sobranie.example/m/{number}#card")
        wait = timedelta(hours=1) if rank == RESTING else EVERY
        return Look(Card(Post(said, (page,), quiet=True), digest), rank, moment(now + wait))


class PacedMessenger:
    """The messenger behind the product's own pacer; it refuses what is over its limits."""

    def __init__(self, loop: VirtualLoop, town: Town) -> None:
        """Answer after a while, by the loop's time."""
        self._loop, self._town = loop, town
        self._pacer = Pacer(clock=loop.time)
        self._throttle = Throttle(_Ticks(loop))
        self.edits = 0
        self.refusals = 0

    async def post(self, chat: str, post: Post) -> str:
        """Never used: the cards stand already."""
        raise ChatBusyError("not-simulated", 1)

    async def pin(self, chat: str, post_id: str) -> None:
        """Never used."""
        raise ChatBusyError("not-simulated", 1)

    async def find(self, chat: str, mark: str) -> str | None:
        """Never used."""
        raise ChatBusyError("not-simulated", 1)

    async def edit(self, chat: str, post_id: str, post: Post) -> None:
        """Edit within the limits."""
        await self._pacer.wait(chat)
        await asyncio.sleep(ANSWER_S)
        try:
            self._throttle.request()
            self._throttle.chat(int(chat))
        except Refusal:
            self.refusals += 1
            raise ChatBusyError("max-rate-limited", 2) from None
        self.edits += 1
        self._note(UUID(int=int(chat)))

    def _note(self, key: UUID) -> None:
        town, now = self._town, self._loop.time()
        if key in town.closing:
            closed = town.closing[key]
            if town.shown_at.get(key, -1.0) < closed:
                town.wave_waits.append(now - closed)
        elif key in town.shown_at:
            town.ages.setdefault(town.rank(key.int), []).append(now - town.shown_at[key])
        town.shown_at[key] = now


@dataclass
class _Ticks:
    """The loop's time for the messenger's limits."""

    loop: VirtualLoop

    def now_ms(self) -> int:
        return self.loop.now_ms()

    def pass_seconds(self, seconds: float) -> None:
        """Time is the loop's alone."""


def prepared(plan: Plan) -> sa.Engine:
    """Make the tables with a card for each house, looked at last at scattered moments."""
    engine = sa.create_engine(
        "sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False}
    )
    desk.metadata.create_all(engine)
    tables.create_tables(engine)
    cards, posts = [], []
    for number in range(1, plan.houses + 1):
        key, mark = UUID(int=number), f"{UUID(int=number)}#card"
        began = START - timedelta(seconds=number * 600 // plan.houses)
        common = {"mark": mark, "chat": str(number), "state": "sent", "post_id": mark}
        posts.append({**common, "body": "{}", "ordinal": number, "attempts": 1})
        cards.append(
            {
                "meeting": key, "house": key, "chat": str(number), "mark": mark, "shown": "",
                "state": "live", "rank": VOTING, "edited_at": began, "look_at": began + EVERY,
            }
        )  # fmt: skip
    with engine.begin() as connection:
        connection.execute(desk.posts.insert(), posts)
        connection.execute(tables.cards.insert(), cards)
    return engine


def simulate(plan: Plan) -> dict[str, object]:
    """Run the town for a while and give the figures."""
    loop = VirtualLoop()
    try:
        return loop.run_until_complete(_run(plan, loop))
    finally:
        loop.close()


async def _run(plan: Plan, loop: VirtualLoop) -> dict[str, object]:
    engine, clock = prepared(plan), loop.clock_from(START)
    town = Town(plan, clock)
    states = ChatStates(engine)
    book = CardBook(engine, PostStore(engine), states, EVERY, town.look)
    messenger = PacedMessenger(loop, town)
    end, wave_at = plan.minutes * 60.0, plan.minutes * 30.0
    waved = False
    while loop.time() < end:
        if not waved and loop.time() >= wave_at:
            waved = True
            keys = [UUID(int=number) for number in range(1, plan.wave + 1)]
            town.closing |= dict.fromkeys(keys, loop.time())
            with engine.begin() as connection:
                book.urge(connection, keys, clock())
        if not await book.refresh(messenger, clock):
            await asyncio.sleep(PAUSE_S)
    engine.dispose()
    return figures(plan, town, messenger, loop.time())


def figures(plan: Plan, town: Town, messenger: PacedMessenger, seconds: float) -> dict[str, object]:
    """Put the figures together."""
    return {
        "houses": plan.houses,
        "minutes": plan.minutes,
        "edits": messenger.edits,
        "edits_per_second": round(messenger.edits / seconds, 1),
        "refused_by_the_limits": messenger.refusals,
        "wave_houses": len(town.wave_waits),
        "wave_wait_s": _spread(town.wave_waits),
        "between_edits_last_day_s": _spread(town.ages.get(LAST_DAY, [])),
        "between_edits_voting_s": _spread(town.ages.get(VOTING, [])),
        "rank_of_a_wave": URGENT,
    }


def _spread(values: list[float]) -> dict[str, float]:
    ordered = sorted(values)
    if not ordered:
        return {}
    places = {"median": len(ordered) // 2, "p95": len(ordered) * 95 // 100, "most": -1}
    return {name: round(ordered[place], 1) for name, place in places.items()}


def main() -> None:
    """Print the figures as JSON."""
    parser = argparse.ArgumentParser(description="Cards of many houses within the limits")
    parser.add_argument("--houses", type=int, default=10_000)
    parser.add_argument("--minutes", type=int, default=30)
    options = parser.parse_args()
    plan = Plan(options.houses, options.minutes)
    sys.stdout.write(json.dumps(simulate(plan), indent=1) + "\n")


if __name__ == "__main__":
    main()
