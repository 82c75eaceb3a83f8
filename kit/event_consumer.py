"""Event consumer: polls another service's outbox, applies each page of events and keeps the offset."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

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
    return {f"{owner.name}_events": EventConsumer(owner, service_key, after, apply, poll_s).run}


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

    async def run(self) -> None:
        """Polls until cancelled. A page that cannot be read or applied is retried after `poll_s`."""
        while True:
            try:
                more = await self.step()
                self._complaint, self._failed = None, 0
            except Exception as error:
                more = False
                self._complain(error)
            if not more:
                await asyncio.sleep(self._poll_s)

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
