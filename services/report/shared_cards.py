"""Cards of shared reports, which anybody with the link may ask for: threads of their own, and a cache in memory.

So link previews of strangers take neither a thread nor a place in the queue from people's own reports, and a card that
is asked for again costs nothing but the look-up of its link.
"""

from collections import OrderedDict
from collections.abc import Callable
from uuid import UUID

from services.report import shared_schema
from services.report.bounded_threads import BoundedThreads
from services.report.card import rasteriser
from services.report.card.facts import content
from services.report.card.layout import Ground, Size, svg
from services.report.store.shares import Snapshot

Key = tuple[UUID, str, Size, Ground]


class CardCache:
    """The cards used last, at most `most_bytes` of them; a card larger than that is not kept."""

    def __init__(self, most_bytes: int) -> None:
        self._most, self.bytes = most_bytes, 0
        self._cards: OrderedDict[Key, bytes] = OrderedDict()

    def get(self, key: Key) -> bytes | None:
        """A card, which then counts as used last."""
        if (card := self._cards.get(key)) is not None:
            self._cards.move_to_end(key)
        return card

    def put(self, key: Key, card: bytes) -> None:
        """Keeps a card, and drops those used longest ago."""
        self._drop(key)
        if len(card) > self._most:
            return
        self._cards[key] = card
        self.bytes += len(card)
        while self.bytes > self._most:
            self._drop(next(iter(self._cards)))

    def clear(self) -> None:
        """Drops every card."""
        self._cards.clear()
        self.bytes = 0

    def __contains__(self, key: Key) -> bool:
        return key in self._cards

    def _drop(self, key: Key) -> None:
        self.bytes -= len(self._cards.pop(key, b""))


class SharedCards:
    """Draws the cards of snapshots; Overloaded, Gone."""

    def __init__(self, threads: BoundedThreads, cache: CardCache) -> None:
        self._threads, self._cache = threads, cache

    async def svg(self, shared: Snapshot, size: Size, ground: Ground) -> bytes:
        """The card as SVG."""
        return await self._once(shared, "svg", size, ground, _svg)

    async def png(self, shared: Snapshot, size: Size, ground: Ground) -> bytes:
        """The card as PNG."""
        return await self._once(shared, "png", size, ground, _png)

    async def _once(
        self, shared: Snapshot, form: str, size: Size, ground: Ground, draw: Callable[[Snapshot, Size, Ground], bytes]
    ) -> bytes:
        key = (shared.id, form, size, ground)
        if (card := self._cache.get(key)) is None:
            card = await self._threads.run(draw, shared, size, ground)
            self._cache.put(key, card)
        return card


def _svg(shared: Snapshot, size: Size, ground: Ground) -> bytes:
    report = shared_schema.opened(shared.report, shared.schema_version)
    return svg(content(report, shared.name), size, ground).encode()


def _png(shared: Snapshot, size: Size, ground: Ground) -> bytes:
    return rasteriser.png(_svg(shared, size, ground).decode())
