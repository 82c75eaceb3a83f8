"""Public routes of a person's added tracks under /v1/me/added-tracks."""

from typing import Annotated, Any

from fastapi import APIRouter, Path, Request

from kit.wire.added_tracks import AddedTrackPage, SameTrack
from kit.wire.catalog import TrackId
from services.catalog.added import listing
from services.catalog.dependencies import Cursor, Limit, Reader, Store, Writer

router = APIRouter(prefix="/v1/me/added-tracks", tags=["library"])
Id = Annotated[TrackId, Path(alias="id")]
NOT_OWN: dict[int | str, dict[str, Any]] = {404: {"description": "No such track of this person's own"}}
BOTH_OWN: dict[int | str, dict[str, Any]] = {409: {"description": "The other track is of the person's own too"}}


@router.get("")
async def added_tracks(
    request: Request, store: Store, person: Reader, limit: Limit = 20, cursor: Cursor = None
) -> AddedTrackPage:
    """Tracks that your files named and the catalogue lacked, the latest first, and by what each counts."""
    return await listing.page(store, request.app.state.current_release, person, limit, cursor)


@router.put("/{id}", status_code=204, responses=NOT_OWN | BOTH_OWN)
async def name_added_track(track: Id, same: SameTrack, store: Store, person: Writer) -> None:
    """Says which track of the catalogue a track of your own is: its plays, likes and places in playlists are that
    track's from now on."""
    await listing.name(store, person, track, same.track)


@router.delete("/{id}", status_code=204, responses=NOT_OWN)
async def remove_added_track(track: Id, store: Store, person: Writer) -> None:
    """Takes a track of your own out, with its plays, likes and places in playlists; rows of imports that are still
    listed are unmatched again."""
    await listing.remove(store, person, track)
