"""Whether profiles are still current, asked of catalog for several people in one call (dynamic batching).

Requests that reach the question within a few turns of the event loop (kit/loop_turns.py) are asked about together; one
that is alone asks by itself, with the ETag of its profile. Under load that is one call where there were several.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from uuid import UUID

from kit import log
from kit.errors import NeighbourSilent, NeighbourUnavailable
from kit.loop_turns import after_turns
from kit.wire.library import MAX_VERSIONS

Versions = Callable[[Sequence[UUID]], Awaitable[Sequence[int | None]]]
"""The version of each person's profile, None of one that has to be asked about alone; NeighbourUnavailable."""


class Revalidation:
    """Collects the questions of a few turns; one a process."""

    def __init__(self, versions: Versions) -> None:
        self._versions = versions
        self._waiting: dict[asyncio.Future[bool], tuple[UUID, int]] = {}
        self._calls: set[asyncio.Task[None]] = set()
        self._log = log.get("profiles")

    async def still(self, person: UUID, version: int) -> bool:
        """Whether catalog has no newer version now. False also where nothing is known of it: nobody else asks, or
        catalog's answer is of no use; the caller then asks for the profile itself. NeighbourSilent when catalog did not
        answer: the caller's own call might wait as long again."""
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[bool] = loop.create_future()
        self._waiting = {one: of for one, of in self._waiting.items() if one.get_loop() is loop}  # else it has ended
        if not self._waiting:
            after_turns(self._run)
        self._waiting[answer] = person, version
        return await answer

    def _run(self) -> None:
        waiting, self._waiting = self._waiting, {}
        left = {answer: of for answer, of in waiting.items() if not answer.done()}  # else the request was cancelled
        together = dict(list(left.items())[:MAX_VERSIONS]) if len(left) > 1 else {}
        _answer({answer: False for answer in left if answer not in together})
        if together:
            task = asyncio.get_running_loop().create_task(self._call(together))
            self._calls.add(task)
            task.add_done_callback(self._calls.discard)

    async def _call(self, together: dict[asyncio.Future[bool], tuple[UUID, int]]) -> None:
        try:
            found = await self._versions([person for person, _ in together.values()])
            same = [now == version for now, (_, version) in zip(found, together.values(), strict=True)]
            _answer(dict(zip(together, same, strict=True)))
        except NeighbourSilent as silent:
            _fail(together, silent.detail)
        except NeighbourUnavailable:
            pass  # each asks by itself, and hears why
        except Exception as error:
            self._log.error("profiles are asked about one by one", exc_info=error)
        finally:
            _answer(dict.fromkeys(together, False))  # those that have no answer yet, whatever happened


def _answer(answers: dict[asyncio.Future[bool], bool]) -> None:
    for one, same in answers.items():
        if not one.done():
            one.set_result(same)


def _fail(answers: dict[asyncio.Future[bool], tuple[UUID, int]], reason: str) -> None:
    for one in answers:
        if not one.done():
            one.set_exception(NeighbourSilent(reason))
