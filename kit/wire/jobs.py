"""Background jobs as a person sees them."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, Field

JobState = Literal["queued", "running", "done", "failed", "cancelled"]


class JobView(BaseModel):
    """GET /v1/me/jobs/{id}: a job of the person. Ask again until `status` is done, failed or cancelled."""

    id: UUID
    job_type: str = Field(description="What it does, for instance import.")
    status: JobState
    cancelling: bool = Field(description="It is to be cancelled: it ends after its current step.")
    progress: dict[str, Any] = Field(description="How far it is; its fields depend on job_type.")
    result: dict[str, Any] | None = Field(None, description="What came out, once it is done.")
    detail: str | None = Field(None, description="Why it failed or is tried again, and what to do.")
    attempts: int
    created_at: datetime
    changed_at: datetime


class JobList(BaseModel):
    """GET /v1/me/jobs: the newest first, those of the last 30 days."""

    items: list[JobView]
