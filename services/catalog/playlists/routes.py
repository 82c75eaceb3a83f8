"""Public routes of playlists under /v1/me/playlists. Answers carry the version as ETag; If-Match guards a change."""

from typing import Annotated, Any
from urllib.parse import quote
from uuid import UUID

from fastapi import APIRouter, Depends, Header, Path, Query, Response

from kit.wire.catalog import MAX_BATCH
from kit.wire.playlists import (
    AddedTracks,
    ExportFormat,
    MovedTracks,
    NewPlaylist,
    Playlist,
    PlaylistChange,
    PlaylistDetails,
    PlaylistPage,
    RemovedTracks,
)
from services.catalog.dependencies import Cursor, Reader, Store, Writer
from services.catalog.library.routes import Key
from services.catalog.playlists import collection, export
from services.catalog.playlists.formats import MEDIA_TYPES

router = APIRouter(prefix="/v1/me/playlists", tags=["playlists"])
FULL: dict[int | str, dict[str, Any]] = {409: {"description": "As many are kept as may be"}}
CHANGED: dict[int | str, dict[str, Any]] = {
    404: {"description": "No such playlist of this person"},
    412: {"description": "The playlist has changed since the version of If-Match"},
}
# The version, and after it what kit/etags.py adds to the tag of an answer to GET.
ETAG = r'^(\*|(W/)?"[0-9]{1,18}(-[0-9a-f]{1,32})?")$'


async def _expected(
    if_match: Annotated[
        str, Header(pattern=ETAG, max_length=60, description="The ETag that the playlist must still have, or *.")
    ] = "*",
) -> int | None:
    return None if if_match == "*" else int(if_match.removeprefix("W/").strip('"').partition("-")[0])


Expected = Annotated[int | None, Depends(_expected)]
Id = Annotated[UUID, Path(alias="id")]


def _tagged(found: PlaylistChange, response: Response) -> PlaylistChange:
    response.headers["etag"] = f'"{found.playlist.version}"'
    return found


@router.get("")
async def playlists(
    store: Store,
    person: Reader,
    limit: Annotated[int, Query(ge=1, le=100, description="Playlists of a page.")] = 50,
    cursor: Cursor = None,
) -> PlaylistPage:
    """The person's playlists, the latest created first."""
    return await collection.page(store, person, limit, cursor)


@router.post("", status_code=201, responses=FULL)
async def create_playlist(
    body: NewPlaylist, store: Store, person: Writer, response: Response, key: Key = None
) -> PlaylistChange:
    """Creates a playlist. Tracks that are not known are left out, and the answer lists them."""
    return _tagged(await collection.create(store, person, body, key), response)


@router.get("/{id}")
async def playlist(
    playlist: Id,
    store: Store,
    person: Reader,
    response: Response,
    limit: Annotated[int, Query(ge=1, le=MAX_BATCH, description="Tracks of a page.")] = 100,
    cursor: Cursor = None,
) -> Playlist:
    """A playlist and its tracks in order, in pages; a cursor holds until the playlist changes."""
    found = await collection.read(store, person, playlist, limit, cursor)
    response.headers["etag"] = f'"{found.version}"'
    return found


@router.put("/{id}", responses=FULL | CHANGED)
async def replace_playlist(
    playlist: Id, body: NewPlaylist, store: Store, person: Writer, response: Response, expected: Expected
) -> PlaylistChange:
    """Replaces name, description and tracks, whose order is that of the body."""
    return _tagged(await collection.replace(store, person, playlist, body, expected), response)


@router.patch("/{id}", responses=CHANGED)
async def describe_playlist(
    playlist: Id, body: PlaylistDetails, store: Store, person: Writer, response: Response, expected: Expected
) -> PlaylistChange:
    """Renames a playlist or changes what it is for."""
    return _tagged(await collection.describe(store, person, playlist, body, expected), response)


@router.delete("/{id}", status_code=204, responses=CHANGED)
async def delete_playlist(playlist: Id, store: Store, person: Writer, expected: Expected) -> Response:
    """Deletes a playlist; an exclusion of it goes too."""
    await collection.delete(store, person, playlist, expected)
    return Response(status_code=204)


@router.post("/{id}/tracks", responses=FULL | CHANGED)
async def add_tracks(
    playlist: Id, body: AddedTracks, store: Store, person: Writer, response: Response, expected: Expected
) -> PlaylistChange:
    """Adds tracks, answered row by row; those that are there already are skipped unless `allow_repeats`."""
    return _tagged(await collection.add(store, person, playlist, body, expected), response)


@router.post("/{id}/tracks:remove", responses=CHANGED)
async def remove_tracks(
    playlist: Id, body: RemovedTracks, store: Store, person: Writer, response: Response, expected: Expected
) -> PlaylistChange:
    """Removes tracks wherever they stand, answered row by row."""
    return _tagged(await collection.remove(store, person, playlist, body, expected), response)


@router.post("/{id}/tracks:move", responses=CHANGED | {400: {"description": "Outside of the playlist"}})
async def move_tracks(
    playlist: Id, body: MovedTracks, store: Store, person: Writer, response: Response, expected: Expected
) -> PlaylistChange:
    """Moves tracks to another position."""
    return _tagged(await collection.move(store, person, playlist, body, expected), response)


@router.get("/{id}/export", response_class=Response)
async def export_playlist(
    playlist: Id,
    store: Store,
    person: Reader,
    form: Annotated[ExportFormat, Query(alias="format")] = ExportFormat.JSPF,
) -> Response:
    """The playlist as a file: JSPF, M3U8, CSV or JSON."""
    return as_download(await export.as_file(store, person, playlist, form), form)


def as_download(file: export.ExportedFile, form: ExportFormat) -> Response:
    """A file that browsers save under its name (RFC 6266)."""
    plain = file.name.encode("ascii", "replace").decode().replace("?", "_")
    named = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(file.name)}"
    return Response(file.content, media_type=MEDIA_TYPES[form], headers={"content-disposition": named})
