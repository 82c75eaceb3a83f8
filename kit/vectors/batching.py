"""Searches of requests that are under way at the same time, answered by one call of the index (dynamic batching).

A scan reads the codes once for all queries of a call: four at once cost half of what four alone do (`python -m
bench.batching --data DIR`). A search waits for a few turns of the event loop (kit/loop_turns.py), and for requests that
fetch what they need for theirs (Arrivals) at most PATIENCE_S: under load others have reached their searches by then.
"""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from kit.loop_turns import after_turns
from kit.vectors import Hits, TrackQuery

TOGETHER = 8
"""Queries from which a call takes no further search: all wait for the last."""

PATIENCE_S = 0.005
"""As long as reading the profiles of a few people from catalog takes on a busy machine."""

Search = Callable[[Sequence[TrackQuery]], list[Hits]]
"""The hits of each query, the same whatever else is asked with it."""


class Arrivals:
    """The requests of this process that fetch what they need for a search, such as somebody's profile."""

    def __init__(self) -> None:
        self._count = 0
        self._then: set[Callable[[], object]] = set()

    @contextmanager
    def coming(self) -> Iterator[None]:
        """Around what is awaited before a search. What follows it reaches the search without waiting again, mostly."""
        self._count += 1
        try:
            yield
        finally:
            self._count -= 1
            if not self._count:
                then, self._then = self._then, set()
                for call in then:
                    call()

    def wait(self, then: Callable[[], object]) -> bool:
        """Whether any is coming; if so, `then` is called once when none is any more, however often it was given."""
        if self._count:
            self._then.add(then)
        return self._count > 0


@dataclass(frozen=True, slots=True, eq=False)
class _Waiting:
    """One search and where its answer goes."""

    queries: Sequence[TrackQuery]
    answer: "asyncio.Future[list[Hits]]"

    def settle(self, search: Search) -> None:
        """Answers it alone, with the failure where there is one: nobody else would see it."""
        try:
            self.give(search(self.queries))
        except Exception as error:
            if not self.answer.done():
                self.answer.set_exception(error)

    def give(self, hits: list[Hits]) -> None:
        if not self.answer.done():  # else the request was cancelled
            self.answer.set_result(hits)


class SearchBatcher:
    """Collects searches and hands them to `search` in the order in which they came."""

    def __init__(self, search: Search, arrivals: Arrivals | None = None) -> None:
        self._search, self._arrivals = search, arrivals or Arrivals()
        self._waiting: list[_Waiting] = []
        self._patience: asyncio.TimerHandle | None = None

    async def search(self, queries: Sequence[TrackQuery]) -> list[Hits]:
        """The hits of each query; what `search` raises of this search's own queries alone."""
        loop = asyncio.get_running_loop()
        one = _Waiting(queries, loop.create_future())
        self._waiting = [other for other in self._waiting if other.answer.get_loop() is loop]  # else its loop has ended
        first = not self._waiting
        self._waiting.append(one)
        if sum(len(other.queries) for other in self._waiting) >= TOGETHER:
            loop.call_soon(self._run, loop)
        elif first and self._arrivals.wait(self._soon):
            self._patience = loop.call_later(PATIENCE_S, self._run, loop)
        elif first:
            self._soon()
        return await one.answer

    def _soon(self) -> None:
        loop = asyncio.get_running_loop()
        after_turns(lambda: self._run(loop))

    def _run(self, loop: asyncio.AbstractEventLoop) -> None:
        if self._patience:
            self._patience.cancel()
            self._patience = None
        together = self._next()
        self._answer(together)
        if self._waiting:
            loop.call_soon(self._run, loop)  # after the requests that are answered now

    def _answer(self, together: Sequence[_Waiting]) -> None:
        if len(together) <= 1:
            for one in together:
                one.settle(self._search)
            return
        try:
            hits = self._search([query for one in together for query in one.queries])
        except Exception:
            for one in together:
                one.settle(self._search)
            return
        at = 0
        for one in together:
            one.give(hits[at : at + len(one.queries)])
            at += len(one.queries)

    def _next(self) -> list[_Waiting]:
        """The first that wait, TOGETHER queries of them or a little more; the others go on waiting. Those whose request
        was cancelled are not answered."""
        self._waiting = [one for one in self._waiting if not one.answer.done()]
        count, queries = 0, 0
        for one in self._waiting:
            if queries >= TOGETHER:
                break
            count, queries = count + 1, queries + len(one.queries)
        together, self._waiting = self._waiting[:count], self._waiting[count:]
        return together
