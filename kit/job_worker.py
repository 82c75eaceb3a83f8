"""Worker of durable jobs (kit.jobs): claims, renews the lease, runs the handler, retries with backoff.

A handler is an async function of a `Run`; it returns the result (a JSON object) and calls `await run.report(progress)`
between steps, which raises `Cancelled` when the person cancelled the job and `Stopping` when the process stops. It
raises `JobFailed` with a sentence for the person where another attempt cannot help; any other exception is retried.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from datetime import timedelta
from typing import Any
from uuid import uuid4

from kit import log
from kit.errors import Unauthorized
from kit.jobs import Job, JobStatus, JobTable, LeaseLost, pause_s

LEASE_S = 30.0
KEPT = timedelta(days=30)
PRUNE_EVERY_S = 3600.0
IDLE = 5
"""Polls between two looks of a worker that found nothing for long. A job added in this process wakes it; a retry, and
what another process left or cannot begin yet, waits so long at most."""
RETRIED = "this did not work and is tried again later"
GAVE_UP = "this did not work, also when tried again: look at the server's log for this job's id"


class JobFailed(Exception):
    """The job cannot be done; the message is shown to the person and says what to do."""


class Cancelled(Exception):
    """The person cancelled the job: what was done stays."""


class Stopping(Exception):
    """The process stops: the job goes back to the queue."""


class Run:
    """One attempt of a job, as its handler sees it."""

    def __init__(self, job: Job, table: JobTable, stopped: asyncio.Event, lease_s: float) -> None:
        self.job = job
        self._table, self._stopped, self._lease_s = table, stopped, lease_s

    async def report(self, progress: dict[str, Any]) -> None:
        """Stores the progress; raises Cancelled, Stopping or LeaseLost when the handler must end."""
        if await self._table.report(self.job, progress, self._lease_s):
            raise Cancelled
        if self._stopped.is_set():
            raise Stopping


Handler = Callable[[Run], Awaitable[dict[str, Any]]]
Sweep = Callable[[], Awaitable[None]]


async def nothing_to_sweep() -> None:
    """The sweep of jobs that hold no data of their own."""


class JobWorker:
    """Runs the jobs of these types, one at a time. Several workers may share a database. `sweep` deletes the data of
    jobs that have ended, whichever way: it is called after every attempt and once an hour."""

    def __init__(
        self,
        table: JobTable,
        handlers: Mapping[str, Handler],
        poll_s: float,
        *,
        lease_s: float = LEASE_S,
        sweep: Sweep = nothing_to_sweep,
    ) -> None:
        self._table, self._handlers, self._sweep = table, handlers, sweep
        self._poll_s, self._lease_s = poll_s, lease_s
        self._stopped, self._woken = asyncio.Event(), asyncio.Event()
        self._log = log.get("jobs")
        self._prune_at = 0.0

    def wake(self) -> None:
        """Looks for a job at once: one was added in this process."""
        self._woken.set()

    def stop(self) -> None:
        """Ends `run` after the current step of the current job."""
        self._stopped.set()
        self._woken.set()

    async def run(self) -> None:
        """Works until stopped; a failing handler does not end it."""
        idle = 0
        while not self._stopped.is_set():
            self._woken.clear()
            await self._prune()
            if await self.work():
                idle = 0
                continue
            idle = min(idle + 1, IDLE)
            with suppress(TimeoutError):
                async with asyncio.timeout(idle * self._poll_s):
                    await self._woken.wait()
                    idle = 0

    async def _prune(self) -> None:
        """Deletes jobs that ended more than KEPT ago and data of ended jobs, once an hour."""
        if time.monotonic() >= self._prune_at:
            self._prune_at = time.monotonic() + PRUNE_EVERY_S
            await self._table.prune(KEPT)
            await self._swept()

    async def _swept(self) -> None:
        try:
            await self._sweep()
        except Exception as error:  # the job has its state: the next sweep deletes what this one left
            self._log.warning("data of ended jobs not deleted", reason=str(error))

    async def work(self) -> bool:
        """Runs one job that is due; False when none is."""
        job = await self._table.claim(uuid4(), list(self._handlers), self._lease_s)
        if job is None:
            return False
        try:
            await self._attempt(job)
        except LeaseLost:
            self._log.warning("job left to another worker, or deleted", job=str(job.id), type=job.job_type)
        await self._swept()
        return True

    async def _attempt(self, job: Job) -> None:
        run = Run(job, self._table, self._stopped, self._lease_s)
        renewing = asyncio.create_task(self._renew(job))
        try:
            result = await self._handlers[job.job_type](run)
            await self._table.finish(job, JobStatus.DONE, result=result)
        except (JobFailed, Unauthorized) as error:
            await self._table.finish(job, JobStatus.FAILED, detail=str(error))
        except Cancelled:
            await self._table.finish(job, JobStatus.CANCELLED)
        except Stopping:
            await self._table.give_back(job)
        except LeaseLost:
            raise
        except Exception as error:
            await self._again(job, error)
        finally:
            renewing.cancel()
            with suppress(asyncio.CancelledError):
                await renewing

    async def _again(self, job: Job, error: Exception) -> None:
        last = job.attempts >= job.most_attempts
        self._log.error("job failed", job=str(job.id), type=job.job_type, attempt=job.attempts, exc_info=error)
        if last:
            await self._table.finish(job, JobStatus.FAILED, detail=GAVE_UP)
        else:
            await self._table.retry(job, RETRIED, pause_s(job.attempts))

    async def _renew(self, job: Job) -> None:
        """Prolongs the lease while a step takes long; a lost lease ends the job at its next write."""
        while True:
            await asyncio.sleep(self._lease_s / 3)
            try:
                await self._table.renew(job, self._lease_s)
            except LeaseLost:
                return
            except Exception as error:  # the database is away for a moment: the next step will tell
                self._log.warning("lease not renewed", job=str(job.id), reason=str(error))
