"""Makes the weekly lists of everybody in the background, a few people at a time.

Catalog hands each person to one worker: several processes and replicas share the work. Between people the task rests as
long as it worked, so that it takes at most half of a core from requests.
"""

import asyncio
import time
from uuid import UUID

from kit import log
from kit.errors import NeighbourUnavailable, Problem
from kit.http import ServiceClient
from kit.tokens import Caller
from kit.wire.people import DelegatedToken
from services.recommend.weekly.pipeline import WeeklyPipeline

CLAIMED = 5
WARN_AFTER = 3
"""Failed claims in a row before a warning: while all services start, catalog may be the later one."""


class WeeklySchedule:
    """The task; one a process. `every_s` seconds between looks for people whose lists are due."""

    def __init__(self, weekly: WeeklyPipeline, auth: ServiceClient, service_key: str, every_s: float) -> None:
        self._weekly, self._auth, self._every_s = weekly, auth, every_s
        self._service = f"Segue-Service {service_key}"
        self._failed = 0
        self._log = log.get("weekly")

    async def run(self) -> None:
        """Works until cancelled; the first look comes after one pause, when the other services are there too."""
        claimed = 0
        while True:
            if claimed < CLAIMED:
                await asyncio.sleep(self._every_s)
            claimed = await self.look()

    async def look(self) -> int:
        """Makes the lists of the next people; returns how many were claimed."""
        try:
            people = await self._weekly.catalog.claim_weekly(self._weekly.week, CLAIMED)
            self._failed = 0
        except Problem as error:
            self._failed += 1
            if self._failed == WARN_AFTER:
                self._log.warning("weekly lists wait", reason=str(error))
            return 0
        for person in people:
            started = time.monotonic()
            await self._make(person)
            await asyncio.sleep(time.monotonic() - started)
        return len(people)

    async def _make(self, person: UUID) -> None:
        try:
            await self._weekly.make(await self._reader(person))
        except Problem as error:  # the claim ends, and the person comes again
            self._log.warning("weekly lists not made", person=str(person), reason=error.code)
        except Exception as error:  # one person's data must not stop the lists of the others
            self._log.error("weekly lists not made", person=str(person), exc_info=error)

    async def _reader(self, person: UUID) -> Caller:
        """A caller who reads what the person likes, for two minutes; NeighbourUnavailable."""
        wanted = {"person": str(person), "purpose": "weekly"}
        answer = await self._auth.post("/internal/tokens:delegate", wanted, self._service)
        try:
            token = DelegatedToken.model_validate(answer)
        except ValueError:
            raise NeighbourUnavailable("auth's answer is not understood") from None
        return Caller(person, frozenset(), time.time() + token.expires_in, token.access_token)
