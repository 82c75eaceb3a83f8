"""Takes one import back, as a job: its plays, likes and tracks of playlists that no other import holds."""

from typing import Any
from uuid import UUID, uuid5

from kit.errors import Conflict
from kit.job_worker import Run
from kit.jobs import ACTIVE, Job
from services.catalog.store import Store

UNDO = "undo_import"
OF_SCROBBLERS = "these are plays that scrobblers sent, no file: exclude them with POST /v1/me/exclusions"
UNDER_WAY = "this import is being taken back: nothing more is recorded for it"


def job_of(import_id: UUID) -> UUID:
    """The id of the job that takes an import back."""
    return uuid5(import_id, UNDO)


async def begin(store: Store, person: UUID, import_id: UUID) -> None:
    """Ends the import if it runs, and adds the job; one that failed is begun again. NotFound, Conflict."""
    upload = await store.uploads.find(import_id, person)
    if import_id == store.uploads.scrobbles_of(person):
        raise Conflict(OF_SCROBBLERS)
    if not upload.complete:
        raise Conflict("this file is not sent yet, so nothing is recorded: DELETE it")
    await store.jobs.cancel(import_id, person)
    await store.uploads.begin_undo(import_id, person, UNDO, job_of(import_id))


async def refuse_during_undo(store: Store, import_id: UUID) -> None:
    """Conflict while an import is being taken back."""
    if is_active(await store.jobs.find(job_of(import_id))):
        raise Conflict(UNDER_WAY)


def is_active(job: Job | None) -> bool:
    """Whether the job waits or runs."""
    return job is not None and job.status in ACTIVE


class ImportUndo:
    """Runs these jobs."""

    def __init__(self, store: Store) -> None:
        self._undo = store.undo

    async def run(self, run: Run) -> dict[str, Any]:
        """The handler of the job: returns how many events and tracks of playlists were taken back."""
        person, import_id = run.job.person, UUID(run.job.arguments["import"])
        assert person is not None
        done: dict[str, Any] = {name: int(run.job.progress.get(name, 0)) for name in ("events", "entries")}
        done["import"] = str(import_id)
        after, more = 0, True
        while more:
            after, more = await self._undo.pass_on(import_id, person, after)
            await run.report(done)
        after, count = 0, 1
        while count:
            after, count = await self._undo.delete_events(import_id, person, after)
            done["events"] += count
            await run.report(done)
        for playlist in await self._undo.playlists(import_id):
            done["entries"] += await self._undo.delete_entries(import_id, person, playlist)
            await run.report(done)
        await self._undo.finish(import_id, person)
        return done
