"""Commands of one event loop come in crowds: none is lost, none waits for nobody."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from api import crowd as crowds
from api.crowd import Crowd
from domain.batch import Command

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import pytest

    Answers = Sequence[Any]


def command(number: int, *, alone: bool = False) -> Command[int]:
    """Make a command that is told from the others by its value."""
    return Command(lambda _scope: number, alone=alone)


class Noted:
    """Carries out batches by noting their sizes; answers at once, or later when asked to."""

    def __init__(self, *, later: bool = False) -> None:
        """Answer at once unless `later`."""
        self.sizes: list[int] = []
        self.told: list[tuple[Answers, Callable[[Answers], None]]] = []
        self._later = later

    def __call__(
        self, commands: list[Command[Any]], tell: Callable[[Answers], None]
    ) -> Answers | None:
        """Give each command's own value as its answer."""
        self.sizes.append(len(commands))
        answers = [one.decide(None) for one in commands]  # type: ignore[arg-type]
        if self._later:
            self.told.append((answers, tell))
            return None
        return answers


async def turns(count: int) -> None:
    """Let the loop turn."""
    for _ in range(count):
        await asyncio.sleep(0)


def test_what_comes_turn_after_turn_is_one_batch() -> None:
    noted = Noted()

    async def submit() -> list[Any]:
        loop = asyncio.get_running_loop()
        crowd = Crowd(loop, noted)
        futures: list[asyncio.Future[Any]] = []

        def one_more(number: int) -> None:
            if number < 9:
                loop.call_soon(one_more, number + 1)
                futures.append(crowd.add(command(number)))

        one_more(0)
        await turns(30)
        return await asyncio.gather(*futures)

    assert asyncio.run(submit()) == list(range(9))
    assert noted.sizes == [9]


def test_a_smaller_crowd_waits_some_turns_for_those_just_answered() -> None:
    noted = Noted()

    async def submit() -> None:
        crowd = Crowd(asyncio.get_running_loop(), noted)
        await asyncio.gather(*(crowd.add(command(number)) for number in range(4)))
        first = [crowd.add(command(number)) for number in range(2)]
        await turns(5)
        rest = [crowd.add(command(number)) for number in range(2)]
        await asyncio.gather(*first, *rest)

    asyncio.run(submit())
    assert noted.sizes == [4, 4]


def test_nobody_waits_longer_than_that() -> None:
    noted = Noted()

    async def submit() -> None:
        crowd = Crowd(asyncio.get_running_loop(), noted)
        await asyncio.gather(*(crowd.add(command(number)) for number in range(4)))
        answer = crowd.add(command(7))
        await turns(crowds.IDLE_TURNS + 3)
        assert answer.done()
        # And the next one alone waits for nobody.
        answer = crowd.add(command(8))
        await turns(3)
        assert answer.done()

    asyncio.run(submit())
    assert noted.sizes == [4, 1, 1]


def test_what_must_stand_alone_does(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crowds, "LARGEST_CROWD", 3)
    noted = Noted()

    async def submit() -> list[Any]:
        crowd = Crowd(asyncio.get_running_loop(), noted)
        given = [command(number, alone=number == 2) for number in range(8)]
        return await asyncio.gather(*map(crowd.add, given))

    assert asyncio.run(submit()) == list(range(8))
    assert noted.sizes == [2, 1, 3, 2]


def test_what_comes_while_a_batch_is_under_way_is_the_next_one() -> None:
    noted = Noted(later=True)

    async def submit() -> list[Any]:
        crowd = Crowd(asyncio.get_running_loop(), noted)
        futures = [crowd.add(command(0))]
        await turns(3)
        futures += [crowd.add(command(1)), crowd.add(command(2))]
        gone = crowd.add(command(3))
        gone.cancel()
        await turns(30)
        assert noted.sizes == [1]
        for round_ in range(2):
            answers, tell = noted.told[round_]
            tell(answers)
            await turns(30)
        return await asyncio.gather(*futures)

    assert asyncio.run(submit()) == [0, 1, 2]
    assert noted.sizes == [1, 3]


def test_a_loop_that_has_closed_is_told_nothing() -> None:
    noted = Noted(later=True)

    async def submit() -> None:
        Crowd(asyncio.get_running_loop(), noted).add(command(0))
        await turns(3)

    asyncio.run(submit())
    answers, tell = noted.told[0]
    tell(answers)
