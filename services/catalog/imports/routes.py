"""Public routes of imports under /v1/me/imports."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Path, Query, Request, Response

from kit.errors import Malformed
from kit.wire.added_tracks import AddRows, RowsAdded
from kit.wire.imports import (
    Corrected,
    Correction,
    FileName,
    ImportList,
    ImportView,
    NewUpload,
    UnmatchedPage,
)
from services.catalog.dependencies import Cursor, Limit, Reader, Store, Writer
from services.catalog.imports import body, undoing, views
from services.catalog.imports.corrections import correct
from services.catalog.store.uploads import PART_BYTES

router = APIRouter(prefix="/v1/me/imports", tags=["library"])
MOST_SHOWN = 50
FILE: dict[str, Any] = {"type": "string", "format": "binary", "minLength": 1}
FORM: dict[str, Any] = {"type": "object", "required": ["file"], "properties": {"file": FILE}}
BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {"application/octet-stream": {"schema": FILE}, "multipart/form-data": {"schema": FORM}},
    }
}
PART: dict[str, Any] = {"requestBody": {"required": True, "content": {"application/octet-stream": {"schema": FILE}}}}
NO_IMPORT: dict[int | str, dict[str, Any]] = {404: {"description": "No such import of this person"}}
CONFLICT: dict[int | str, dict[str, Any]] = {
    409: {"description": "Other imports are not finished, or other bytes come"}
}
CORRECTED: dict[int | str, dict[str, Any]] = {409: {"description": "The row was corrected to another track"}}
NO_TRACK: dict[int | str, dict[str, Any]] = {409: {"description": "The row names no track, or there is no room"}}
NOT_UNDONE: dict[int | str, dict[str, Any]] = {409: {"description": "It is not sent yet, or not of a file"}}
TOO_LARGE: dict[int | str, dict[str, Any]] = {413: {"description": "The file is too large"}}
Id = Annotated[UUID, Path(alias="id")]
Number = Annotated[int, Path(ge=1, le=2**53 - 1)]
LeftOut = Annotated[bool, Query(description="The rows that the person left out, in place of the others.")]
ADD_UNKNOWN = "Tracks that the catalogue lacks and nothing comes near are added for this person alone."
AddUnknown = Annotated[bool, Query(description=ADD_UNKNOWN)]
Name = Annotated[FileName, Query(description="The file's name; a form names its file itself.")]


@router.post("", status_code=202, openapi_extra=BODY, responses=CONFLICT | TOO_LARGE)
async def import_file(
    request: Request,
    response: Response,
    store: Store,
    person: Writer,
    name: Name = "",
    add_unknown: AddUnknown = False,
) -> ImportView:
    """Imports a file of a person's own listening: the zip that a service sent, or one file of it. The body is the file,
    or a form with it. The answer comes before the work is done: ask for the import by its id."""
    form = body.form_of(request.headers.get("content-type", ""))
    upload_id = await store.uploads.begin(person, name, None, add_unknown=add_unknown)
    received = 0
    try:
        async for part in body.parts(request.stream(), form, PART_BYTES, request.app.state.import_most_bytes):
            received = await store.uploads.append(upload_id, person, received, part)
        if not received:
            raise Malformed("body: String should have at least 1 character: send the file, or a form with it")
    except BaseException:
        await store.uploads.delete(upload_id, person)
        raise
    await store.uploads.complete(upload_id, person, form.name if form else name)
    request.app.state.jobs.wake()
    response.headers["location"] = f"/v1/me/imports/{upload_id}"
    return await views.one(store, person, upload_id)


@router.post(":upload", status_code=201, responses=CONFLICT | TOO_LARGE)
async def begin_upload(upload: NewUpload, request: Request, store: Store, person: Writer) -> ImportView:
    """Begins an upload in parts, for large files and bad connections: PATCH sends the bytes, and says from where to go
    on after an interruption. Uploads that are not finished within a day are deleted."""
    body.check_size(upload.size, request.app.state.import_most_bytes)
    begun = await store.uploads.begin(person, upload.name, upload.size, add_unknown=upload.add_unknown)
    return await views.one(store, person, begun)


@router.patch("/{id}", openapi_extra=PART, responses=NO_IMPORT | CONFLICT | TOO_LARGE)
async def continue_upload(
    upload_id: Id,
    request: Request,
    store: Store,
    person: Writer,
    offset: Annotated[int, Query(ge=0, le=2**40, description="Position of the body's first byte in the file.")],
) -> ImportView:
    """Sends the next bytes of an upload; with the last ones the import begins. 409 carries
    `received`, the position to go on from."""
    upload = await store.uploads.find(upload_id, person)
    left = max((upload.size or 0) - offset, 0)
    async for part in body.parts(request.stream(), None, PART_BYTES, left):
        offset = await store.uploads.append(upload_id, person, offset, part)
    if offset == upload.size:
        await store.uploads.complete(upload_id, person)
        request.app.state.jobs.wake()
    return await views.one(store, person, upload_id)


@router.get("")
async def my_imports(store: Store, person: Reader) -> ImportList:
    """Imports of the last 30 days, the newest first, at most 50."""
    return ImportList(items=await views.newest(store, person, MOST_SHOWN))


@router.get("/{id}", responses=NO_IMPORT)
async def my_import(upload_id: Id, store: Store, person: Reader) -> ImportView:
    """How far an import is, and what became of its rows."""
    return await views.one(store, person, upload_id)


@router.delete("/{id}", status_code=204, responses=NO_IMPORT)
async def delete_import(upload_id: Id, store: Store, person: Writer) -> None:
    """Deletes an import, its file and its unmatched rows, and stops it if it runs. What it recorded stays."""
    await store.uploads.delete(upload_id, person)


@router.post("/{id}/undo", status_code=202, responses=NO_IMPORT | NOT_UNDONE)
async def undo_import(upload_id: Id, request: Request, store: Store, person: Writer) -> ImportView:
    """Takes an import back: the plays, likes and tracks of playlists that it recorded, unless another import or a
    scrobbler brought them too. A job does it; then the import is gone (404). It is stopped if it runs."""
    before = await views.one(store, person, upload_id)  # after `begin` it may be gone already
    await undoing.begin(store, person, upload_id)
    request.app.state.jobs.wake()
    return before.model_copy(update={"status": "undoing", "detail": None})


@router.get("/{id}/unmatched", responses=NO_IMPORT)
async def unmatched_rows(
    upload_id: Id, store: Store, person: Reader, limit: Limit = 20, cursor: Cursor = None, left_out: LeftOut = False
) -> UnmatchedPage:
    """Rows without a certain track, in the order of the file, with tracks that come near."""
    return await views.unmatched(store, person, upload_id, limit, cursor, left_out=left_out)


@router.post("/{id}/unmatched/added", responses=NO_IMPORT | NO_TRACK)
async def add_unmatched(upload_id: Id, rows: AddRows, store: Store, person: Writer) -> RowsAdded:
    """Adds tracks that the catalogue lacks for this person alone and records their rows: the next ones that no track
    comes near, or one row that the person names."""
    return await views.add_rows(store, person, upload_id, rows)


@router.put("/{id}/unmatched/{number:int}", responses=NO_IMPORT | CORRECTED)
async def correct_unmatched(
    upload_id: Id, number: Number, correction: Correction, store: Store, person: Writer
) -> Corrected:
    """Names the track of an unmatched row: its plays and likes are recorded, and later imports know it."""
    return await correct(store, person, upload_id, number, correction.track)


@router.put("/{id}/unmatched/{number:int}/left-out", status_code=204, responses=NO_IMPORT)
async def leave_out(upload_id: Id, number: Number, store: Store, person: Writer) -> None:
    """Leaves an unmatched row out: it is listed no more. What it holds is kept, and a later import lists it anew."""
    await store.unmatched.leave_out(upload_id, person, number, left_out=True)


@router.delete("/{id}/unmatched/{number:int}/left-out", status_code=204, responses=NO_IMPORT)
async def bring_back(upload_id: Id, number: Number, store: Store, person: Writer) -> None:
    """Brings a row back that was left out."""
    await store.unmatched.leave_out(upload_id, person, number, left_out=False)
