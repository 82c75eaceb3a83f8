"""The export of a person's own data: a zip of JSON Lines that a job makes."""

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, Field

from kit.wire.jobs import JobState


class ExportProgress(BaseModel):
    """How far an export is."""

    files: int = Field(0, description="Files that are complete.")
    files_in_all: int = 0
    rows: int = Field(0, description="Lines that were written.")


class ExportView(BaseModel):
    """GET and POST /v1/me/export: the latest export. Ask again until `status` is done, failed or cancelled; once it is
    done, GET /v1/me/export/file gives the zip until `expires_at`."""

    id: UUID
    status: JobState
    progress: ExportProgress
    detail: str | None = Field(None, description="Why it failed or is tried again.")
    created_at: datetime
    bytes: int | None = Field(None, description="Size of the zip, once it is done.")
    expires_at: datetime | None = Field(None, description="When the zip is deleted, once it is done.")
