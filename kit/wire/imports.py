"""Imports of a person's own files: uploads, their progress and counts, and rows that were not matched."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from kit.wire.catalog import Track, TrackId, TrackRef
from kit.wire.jobs import JobState

MAX_NAME = 200
WITHOUT_NUL = r"^[^\x00]*$"
FileName = Annotated[str, StringConstraints(max_length=MAX_NAME, pattern=WITHOUT_NUL)]


class NewUpload(BaseModel):
    """POST /v1/me/imports:upload: begins an upload in parts."""

    model_config = ConfigDict(extra="forbid")

    name: FileName = ""
    size: int = Field(ge=1, le=2**40, description="Bytes of the whole file.")
    add_unknown: bool = Field(
        False, description="Tracks that the catalogue lacks and nothing comes near are added for this person alone."
    )


class SkippedExample(BaseModel):
    """A row that gave nothing; `line` is its line, in JSON the number of its entry, 0 = the whole file."""

    file: str
    line: int
    excerpt: str = ""


class SkippedReason(BaseModel):
    """How many rows gave nothing for one reason, and the first of them."""

    reason: str
    count: int
    examples: list[SkippedExample]


class ImportedFile(BaseModel):
    """A file of the upload: its format (null = unknown, not read) and the rows that were read."""

    name: str
    format: str | None
    read: int


class ImportCounts(BaseModel):
    """What became of the rows: each that was read is in matched, added, unmatched or skipped; each of a known track is
    new, repeated (it was there already) or skipped. Rows that the person named or kept since count as they now are."""

    read: int = 0
    matched: int = Field(0, description="Rows whose track the catalogue has.")
    added: int = Field(
        0, description="Rows whose track was unknown and was added: by its public code, or for the person alone."
    )
    unmatched: int = Field(0, description="Rows without a track: GET .../unmatched lists them.")
    left_out: int = Field(0, description="Unmatched rows that the person left out of that list.")
    new: int = Field(0, description="Plays, likes and tracks of playlists that were recorded.")
    repeated: int = Field(0, description="Plays, likes and tracks of playlists that were there already.")
    skipped: int = 0
    tracks_added: int = 0
    playlists: int = Field(0, description="Playlists that were found; GET /v1/me/playlists lists them.")
    matched_by: dict[str, int] = Field({}, description="Rows by the rule that found their track.")
    reasons: list[SkippedReason] = []
    files: list[ImportedFile] = []


class ImportView(BaseModel):
    """An import: while it uploads, `received` of `size` bytes have come; then `status` is that of its job, which
    GET /v1/me/jobs/{id} has by the same id; "undoing" while it is taken back, then it is gone."""

    id: UUID
    name: str
    status: Literal["uploading", "undoing"] | JobState
    size: int | None
    received: int
    created_at: datetime
    counts: ImportCounts = ImportCounts()
    detail: str | None = None


class ImportList(BaseModel):
    """GET /v1/me/imports: the newest first, those of the last 30 days."""

    items: list[ImportView]


class UnmatchedRow(BaseModel):
    """Rows of a file with the same names, and tracks that come near. `track` is the one that the person named."""

    number: int
    title: str
    artist: str
    album: str
    reason: str
    count: int
    candidates: list[Track]
    track: TrackId | None = None
    own: bool = Field(False, description="The track was added for this row, for the person alone.")


class UnmatchedPage(BaseModel):
    """GET /v1/me/imports/{id}/unmatched."""

    items: list[UnmatchedRow]
    total: int
    left_out: int = Field(0, description="Rows that the person left out: `left_out=true` lists them.")
    not_kept: int = Field(0, description="Rows of the file that are not kept for a correction: there were too many.")
    next_cursor: str | None = None


class Correction(BaseModel):
    """PUT /v1/me/imports/{id}/unmatched/{number}: the track that these rows mean."""

    model_config = ConfigDict(extra="forbid")

    track: TrackRef


class Corrected(BaseModel):
    """The track that was named; its plays and likes of the file are recorded: how many are new."""

    track: TrackId
    new: int
    repeated: int
