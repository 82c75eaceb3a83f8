"""Event consumer: polls another service's outbox, applies each page of events and keeps the offset."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress

from kit import log
from kit.background import Work
from kit.errors import Problem
from kit.http import ServiceClient
from kit.wire.events import MAX_EVENTS, Event, EventPage

Apply = Callable[[Sequence[Event], int], Awaitable[None]]
"""Applies events idempotently; a durable consumer stores the offset in the same transaction."""


FROM_NOW_ON = -1
"""Instead of the number of the last applied event: starts at the end of the outbox."""
PATIENCE = 5
"""Consecutive failed polls before a warning is logged: services start together, and one may be restarted."""


def event_consumer(
    owner: ServiceClient, apply: Apply, service_key: str, poll_s: float, after: int = FROM_NOW_ON
) -> dict[str, Work]:
    """The background task that consumes the events of one service, by name, for kit.background.Background.running."""
    return EventConsumer(owner, service_key, after, apply, poll_s).work


class EventConsumer:
    """Consumes the events of one service. `after` is the number of the last applied event, or FROM_NOW_ON."""

    def __init__(
        self, neighbour: ServiceClient, service_key: str, after: int, apply: Apply, poll_s: float = 1.0
    ) -> None:
        self._neighbour = neighbour
        self._authorization = f"Segue-Service {service_key}"
        self._after = after
        self._apply = apply
        self._poll_s = poll_s
        self._log = log.get("follow")
        self._complaint: str | None = None
        self._failed = 0
        self._requested = asyncio.Event()
        self._waiting: list[asyncio.Future[None]] = []

    @property
    def work(self) -> dict[str, Work]:
        """This background task by its name."""
        return {f"{self._neighbour.name}_events": self.run}

    async def run(self) -> None:
        """Polls until cancelled. A page that cannot be read or applied is retried after `poll_s`."""
        while True:
            self._requested.clear()
            waiting = len(self._waiting)
            try:
                more = await self.step()
                self._complaint, self._failed = None, 0
                if not more:
                    self._answer(waiting)
            except Exception as error:
                more = False
                self._complain(error)
            if not more:
                await self._pause()

    async def catch_up(self, within_s: float = 2.0) -> None:
        """Polls at once; returns when every event stored before the call is applied, or after `within_s` seconds."""
        waiter = asyncio.get_running_loop().create_future()
        self._waiting.append(waiter)
        self._requested.set()
        await asyncio.wait({waiter}, timeout=within_s)
        waiter.cancel()

    def _answer(self, first: int) -> None:
        """Ends the wait of those who asked before the poll that just ended."""
        for waiter in self._waiting[:first]:
            if not waiter.done():
                waiter.set_result(None)
        del self._waiting[:first]

    async def _pause(self) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(self._poll_s):
                await self._requested.wait()

    async def step(self) -> bool:
        """Reads and applies one page; True when there may be more."""
        path = f"/internal/events?after={self._after}"
        page = EventPage.model_validate(await self._neighbour.get_json(path, self._authorization))
        if page.items:
            await self._apply(page.items, page.after)
        self._after = page.after
        return len(page.items) >= MAX_EVENTS

    def _complain(self, error: Exception) -> None:
        self._failed += 1
        if isinstance(error, Problem) and self._failed < PATIENCE:
            return
        complaint = f"{self._neighbour.name}'s events are not followed right now: {error}"
        if complaint != self._complaint:
            self._log.warning(complaint, exc_info=None if isinstance(error, Problem) else error)
        self._complaint = complaint
