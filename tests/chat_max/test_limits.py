"""The pacer on a virtual clock that wakes sleepers in order."""

from __future__ import annotations

import asyncio
import heapq
from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from api.chat.max.limits import Limits, Pacer

EXACT = Limits(in_all=30, per_chat=2, window=1)


class Night:
    """Time passes to the next waking when nobody has anything left to do."""

    def __init__(self) -> None:
        self.now = 0.0
        self._sleepers: list[tuple[float, int, asyncio.Future[None]]] = []
        self._count = 0

    def clock(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self._count += 1
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleepers, (self.now + seconds, self._count, future))
        await future

    async def pass_until_done(self, tasks: list[asyncio.Task[None]]) -> None:
        while not all(task.done() for task in tasks):
            for _ in range(20 + 4 * len(tasks)):
                await asyncio.sleep(0)
            if self._sleepers:
                self.now, _, future = heapq.heappop(self._sleepers)
                if not future.done():
                    future.set_result(None)


def moments(calls: Sequence[str | None], limits: Limits = EXACT) -> list[tuple[float, str | None]]:
    """Start all calls at once and tell when each was let through, in that order."""
    night = Night()
    let: list[tuple[float, str | None]] = []

    async def one(pacer: Pacer, chat: str | None) -> None:
        await pacer.wait(chat)
        let.append((night.now, chat))

    async def everything() -> None:
        pacer = Pacer(limits, night.clock, night.sleep)
        tasks = [asyncio.create_task(one(pacer, chat)) for chat in calls]
        await night.pass_until_done(tasks)

    asyncio.run(everything())
    return let


def test_two_a_second_in_one_chat() -> None:
    assert [moment for moment, _ in moments(["a"] * 5)] == [0, 0, 1, 1, 2]


def test_thirty_a_second_in_all() -> None:
    let = [moment for moment, _ in moments([None] * 61)]
    assert [let.count(second) for second in (0, 1, 2)] == [30, 30, 1]


def test_a_long_queue_of_one_chat_does_not_hold_up_another() -> None:
    let = moments(["a"] * 100 + ["b"])
    assert (0, "b") in let


def test_a_cancelled_wait_frees_its_place() -> None:
    night = Night()

    async def work() -> float:
        pacer = Pacer(Limits(in_all=1, per_chat=1, window=1), night.clock, night.sleep)
        await pacer.wait("a")
        given_up = asyncio.create_task(pacer.wait("a"))
        await asyncio.sleep(0)
        given_up.cancel()
        last = asyncio.create_task(pacer.wait("a"))
        await night.pass_until_done([last])
        return night.now

    assert asyncio.run(work()) == 1


def test_ten_thousand_chats_leave_no_heap_behind() -> None:
    night = Night()

    async def work() -> int:
        pacer = Pacer(Limits(in_all=10**6), night.clock, night.sleep)
        for number in range(10_000):
            night.now += 0.01
            await pacer.wait(str(number))
        return len(pacer._chats)

    assert asyncio.run(work()) < 5_000


@given(
    calls=st.lists(st.sampled_from([None, "a", "b", "c"]), max_size=40),
    in_all=st.integers(1, 6),
    per_chat=st.integers(1, 3),
)
def test_no_window_ever_holds_more_than_its_limit(
    calls: list[str | None], in_all: int, per_chat: int
) -> None:
    let = moments(calls, Limits(in_all, per_chat, window=1))
    assert len(let) == len(calls)
    for start, _ in let:
        inside = [chat for moment, chat in let if start <= moment < start + 1]
        assert len(inside) <= in_all
        assert all(inside.count(chat) <= per_chat for chat in ("a", "b", "c"))
