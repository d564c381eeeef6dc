"""Delivers what waits in the outbox: each post exactly once, whatever crashes or is lost.

1. a post is marked "sending" before the messenger is called. One found "sending" after a crash, or
   whose answer was lost, is looked for in the chat by its mark, not earlier than half a minute
   after it was sent: the messenger may still be working on it. Only when it is not there is it
   sent again;
2. a busy messenger, or one that does not let us into the chat, delays that chat's queue alone;
3. one that refuses the post itself leaves it "failed" for a person, see `settling.py`;
4. chats are served side by side, posts of one chat one after the other.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from api.chat.port import ChatBusyError, ChatOutcomeUnknownError, ChatRefusedError
from api.chat.states import ACCESS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from api.chat.options import ChatOptions
    from api.chat.port import HouseChat, Post
    from api.chat.states import ChatStates
    from api.chat.store import Planned, PostStore
    from api.clock import Clock

SETTLING = timedelta(seconds=30)
SIDE_BY_SIDE = 24
LONGEST_WAIT_S = 3600
"""A messenger that names a longer wait is asked again anyway."""
MAY_NOT_READ = ("max-may-not-read", "max-too-many-messages")


class Deliverer:
    """Carries posts to the messenger."""

    def __init__(self, store: PostStore, states: ChatStates, options: ChatOptions) -> None:
        """Work on the tables."""
        self._store = store
        self._states = states
        self._options = options

    async def deliver(self, chat: HouseChat, clock: Clock) -> int:
        """Deliver what waits; gives how many posts were sent."""
        now = clock()
        queues = self._store.waiting(now, self._states.held_back(now))
        places = asyncio.Semaphore(SIDE_BY_SIDE)

        async def in_turn(queue: Sequence[Planned]) -> int:
            async with places:
                return await self._queue(chat, queue, clock)

        return sum(await asyncio.gather(*(in_turn(queue) for queue in queues)))

    async def _queue(self, chat: HouseChat, queue: Sequence[Planned], clock: Clock) -> int:
        sent = 0
        for planned in queue:
            try:
                sent += await self._one(chat, planned, clock)
            except ChatBusyError as busy:
                self._wait(planned, clock, timedelta(seconds=min(busy.retry_after, LONGEST_WAIT_S)))
                break
            except ChatOutcomeUnknownError as lost:
                if lost.code in MAY_NOT_READ:
                    self._states.silent(planned.chat, lost.code, clock())
                self._store.move(planned, state="unknown", not_before=clock() + SETTLING)
                break
            except ChatRefusedError as refused:
                if refused.code in ACCESS and not planned.edits:
                    self._states.refused(planned.chat, refused.code, clock())
                    self._wait(planned, clock, timedelta())
                    break
                self._store.move(planned, state="failed")
        return sent

    async def _one(self, chat: HouseChat, planned: Planned, clock: Clock) -> int:
        if planned.state != "pending":
            known = await chat.find(planned.chat, planned.mark)
            if known is not None:
                self._sent(planned, known)
                return 1
        elif planned.until is not None and clock() >= planned.until:
            self._store.set(planned.mark, state="stale")
            return 0
        earlier = self._store.post_id(planned.edits) if planned.edits else None
        if earlier is not None:
            await chat.edit(planned.chat, earlier, planned.post)
            self._sent(planned, earlier)
            return 1
        # A person may have settled it while it was looked for.
        if not self._store.move(planned, state="sending", not_before=clock() + SETTLING):
            return 0
        self._sent(planned, await chat.post(planned.chat, self._voiced(planned, clock)))
        return 1

    def _sent(self, planned: Planned, post_id: str) -> None:
        self._store.set(planned.mark, state="sent", post_id=post_id, not_before=None)
        self._states.told(planned.chat)

    def _wait(self, planned: Planned, clock: Clock, wait: timedelta) -> None:
        # What could not be looked up is still unknown; what was refused or put off was not done.
        state = "pending" if planned.state == "pending" else "unknown"
        self._store.move(planned, state=state, not_before=clock() + wait)

    def _voiced(self, planned: Planned, clock: Clock) -> Post:
        local = clock().astimezone(ZoneInfo(planned.zone))
        quiet = planned.post.quiet or self._options.quiet.cover(local)
        return replace(planned.post, quiet=quiet)
