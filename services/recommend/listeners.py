"""People whose taste this process remembers, so that asking catalog whether it still holds is all a request costs.

Bounded by songs, the least recently heard of leaves first. Nothing here is durable: any of several processes may
remember a person or not, and asks catalog in every request all the same.
"""

from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple
from uuid import UUID

from kit.errors import NeighbourUnavailable, Unauthorized
from kit.tokens import Caller
from kit.wire.library import Taste
from services.recommend.catalog import Catalog
from services.recommend.prepared import Prepared

MOST_SONGS = 100_000
"""About 200 MB when every one of them is a liked song with its part of a query (384 float32)."""
GONE = 10_000


@dataclass
class Listener:
    """A person's taste, the version that catalog gave it, and what was worked out of it for one release."""

    person: UUID
    etag: str | None
    taste: Taste
    prepared: Prepared | None = field(default=None, repr=False)

    @property
    def songs(self) -> int:
        """What it takes of the memory."""
        taste = self.taste
        return 1 + len(taste.likes) + len(taste.dislikes) + len(taste.never) + len(taste.played) + len(taste.heard)


class Heard(NamedTuple):
    """A listener, None when nothing is known of the caller, and what was missing."""

    listener: Listener | None
    degraded: str | None


class Listeners:
    """The memory; one a process."""

    def __init__(self, catalog: Catalog, most_songs: int = MOST_SONGS) -> None:
        self._catalog = catalog
        self._most = most_songs
        self._known: OrderedDict[UUID, Listener] = OrderedDict()
        self._gone: OrderedDict[UUID, None] = OrderedDict()
        self._songs = 0

    async def of(self, caller: Caller) -> Heard:
        """The caller as catalog knows them now; as we last knew them while catalog is away."""
        known = self._known.get(caller.person)
        try:
            taste, etag = await self._catalog.taste(caller, known.etag if known else None)
        except NeighbourUnavailable:
            return Heard(known, "taste_stale" if known else "taste_unavailable")
        except Unauthorized:
            self._drop(caller.person)
            raise
        if taste is None:
            if known is None:
                return Heard(None, "taste_unavailable")
            if caller.person in self._known:
                self._known.move_to_end(caller.person)
            return Heard(known, None)
        return Heard(self._remember(Listener(caller.person, etag, taste)), None)

    def forget(self, people: Iterable[UUID]) -> None:
        """Drops everything known of deleted people; an answer still under way brings nothing of them back."""
        for person in people:
            self._drop(person)
            self._gone[person] = None
        while len(self._gone) > GONE:
            self._gone.popitem(last=False)

    def __contains__(self, person: UUID) -> bool:
        return person in self._known

    def _remember(self, listener: Listener) -> Listener:
        known = self._known.get(listener.person)
        if listener.person in self._gone or (known and known.taste.version > listener.taste.version):
            return listener  # two requests crossed: the newer taste stays
        self._drop(listener.person)
        self._known[listener.person] = listener
        self._songs += listener.songs
        while self._songs > self._most and len(self._known) > 1:
            self._drop(next(iter(self._known)))
        return listener

    def _drop(self, person: UUID) -> None:
        if known := self._known.pop(person, None):
            self._songs -= known.songs
