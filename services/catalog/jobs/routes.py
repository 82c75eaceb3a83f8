"""Public routes of background jobs under /v1/me/jobs."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Path

from kit.errors import NotFound
from kit.jobs import ACTIVE, Job
from kit.wire.jobs import JobList, JobView
from services.catalog.dependencies import Reader, Store, Writer
from services.catalog.jobs.views import view

router = APIRouter(prefix="/v1/me/jobs", tags=["library"])
MOST_SHOWN = 100
NO_JOB: dict[int | str, dict[str, Any]] = {404: {"description": "No such job of this person"}}
Id = Annotated[UUID, Path(alias="id")]


@router.get("")
async def my_jobs(store: Store, person: Reader) -> JobList:
    """Background jobs of the last 30 days, the newest first, at most 100."""
    return JobList(items=[view(job) for job in await store.jobs.of_person(person, MOST_SHOWN)])


@router.get("/{id}", responses=NO_JOB)
async def my_job(job_id: Id, store: Store, person: Reader) -> JobView:
    """How far a job is, and what came out."""
    return view(_found(await store.jobs.find(job_id, person)))


@router.post("/{id}/cancel", responses=NO_JOB)
async def cancel_job(job_id: Id, store: Store, person: Writer) -> JobView:
    """Cancels a job: one that runs ends after its current step, and what it did so far stays. Ended jobs stay ended."""
    job = _found(await store.jobs.cancel(job_id, person))
    if job.status not in ACTIVE:
        await store.uploads.sweep()
    return view(job)


def _found(job: Job | None) -> Job:
    if job is None:
        raise NotFound("no job of yours has this id: GET /v1/me/jobs lists them")
    return job
