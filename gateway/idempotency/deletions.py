"""Deletes the stored answers of people whose account auth deleted, by whatever way: consumes auth's events.

The front door deletes them at once where an account is deleted through it. This is for everything else: a request to
auth itself, a deletion whose answer was lost, a store that was away. The number of the last event is in the store.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

from gateway.idempotency.stored_response import ResponseStore
from kit.background import Work
from kit.event_consumer import EventConsumer
from kit.http import ServiceClient
from kit.wire.events import Event, EventType

POLL_S = 5.0


def deletions(auth: ServiceClient, store: ResponseStore, service_key: Callable[[], str]) -> dict[str, Work]:
    """The background task, by its name; it begins after a pause, because services start together."""

    async def run() -> None:
        await asyncio.sleep(POLL_S)
        await (await deletion_consumer(auth, store, service_key())).run()

    return {"deletions": run}


async def deletion_consumer(auth: ServiceClient, store: ResponseStore, service_key: str) -> EventConsumer:
    """The consumer of auth's events from the last one that was applied to this store."""
    return EventConsumer(auth, service_key, await store.offset(), _forgetting(store), POLL_S)


def _forgetting(store: ResponseStore) -> Callable[[Sequence[Event], int], Awaitable[None]]:
    async def apply(events: Sequence[Event], after: int) -> None:
        for event in events:
            if event.kind is EventType.PERSON_DELETED:
                await store.forget(str(event.subject))
        await store.store_offset(after)

    return apply
