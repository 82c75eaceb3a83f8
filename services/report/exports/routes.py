"""Public routes of the export of a person's own data under /v1/me/export; no API key may use them."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Request
from fastapi.responses import Response, StreamingResponse

from kit.errors import Conflict, NotFound, RangeNotSatisfiable
from kit.identity import may
from kit.jobs import Job
from kit.tokens import ACCOUNT, Caller
from kit.wire.exports import ExportProgress, ExportView
from services.report import store as stores
from services.report.exports.byte_range import byte_range
from services.report.store.exports import Export

router = APIRouter(prefix="/v1/me/export", tags=["account"])
NO_EXPORT: dict[int | str, dict[str, Any]] = {404: {"description": "There is no export of this person"}}
FILE: dict[int | str, dict[str, Any]] = {
    200: {"description": "The zip", "content": {"application/zip": {"schema": {"type": "string", "format": "binary"}}}},
    206: {"description": "The bytes that Range asks for"},
    409: {"description": "It is not complete yet"},
    416: {"description": "The zip has no such bytes"},
}
HEADERS = {"cache-control": "private, no-store", "accept-ranges": "bytes", "x-content-type-options": "nosniff"}


async def _store(request: Request) -> stores.Store:
    store: stores.Store = request.app.state.store
    return store


Owner = Annotated[Caller, Depends(may(ACCOUNT))]
Store = Annotated[stores.Store, Depends(_store)]
Range = Annotated[
    str | None, Header(alias="range", max_length=200, description="One range of bytes, to go on with a download.")
]
IfRange = Annotated[str | None, Header(max_length=200, description="The ETag that the zip must still have.")]


@router.post("", status_code=202)
async def make_export(request: Request, response: Response, caller: Owner, store: Store) -> ExportView:
    """Makes an export of everything that is kept about the person, in place of an earlier one, as a job; while one is
    being made, that one. The zip holds JSON Lines and README.txt, which says what every field means."""
    if await store.exports.begin(caller.person):
        request.app.state.jobs.wake()
    response.headers["location"] = router.prefix
    return _view(*await _found(store, caller))


@router.get("", responses=NO_EXPORT)
async def my_export(caller: Owner, store: Store) -> ExportView:
    """How far the person's export is."""
    return _view(*await _found(store, caller))


@router.delete("", status_code=204, responses=NO_EXPORT)
async def delete_export(caller: Owner, store: Store) -> None:
    """Deletes the zip, and stops the job if it runs."""
    if not await store.exports.delete(caller.person):
        raise _missing()


@router.get("/file", response_class=Response, responses=NO_EXPORT | FILE)
async def export_file(caller: Owner, store: Store, wanted: Range = None, if_range: IfRange = None) -> Response:
    """The zip, or the bytes of it that Range asks for."""
    export, _ = await _found(store, caller)
    if export.size is None:
        raise Conflict("the export is not complete yet: GET /v1/me/export tells when it is")
    etag = f'"{export.id}"'
    part = byte_range(wanted if if_range in (None, etag) else None, export.size)
    if part is None:
        raise RangeNotSatisfiable(f"the zip has {export.size} bytes: ask for those from 0 to {export.size - 1}")
    headers = HEADERS | {
        "etag": etag,
        "content-length": str(part.end - part.start),
        "content-disposition": f'attachment; filename="segue-export-{export.created_at:%Y-%m-%d}.zip"',
    }
    if part.partial:
        headers["content-range"] = f"bytes {part.start}-{part.end - 1}/{export.size}"
    content = store.exports.content(export.id, part.start, part.end)
    return StreamingResponse(content, 206 if part.partial else 200, headers, "application/zip")


async def _found(store: stores.Store, caller: Caller) -> tuple[Export, Job]:
    await store.people.check(caller.person)
    if (found := await store.exports.of(caller.person)) is None:
        raise _missing()
    return found


def _missing() -> NotFound:
    return NotFound("there is no export of yours, or it has expired: POST /v1/me/export makes one")


def _view(export: Export, job: Job) -> ExportView:
    return ExportView(
        id=export.id,
        status=job.status.value,
        progress=ExportProgress.model_validate(job.progress),
        detail=job.detail,
        created_at=export.created_at,
        bytes=export.size,
        expires_at=export.expires_at,
    )
