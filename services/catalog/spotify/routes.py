"""Public routes of what is read from Spotify, and of saving playlists there, under /v1/spotify."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

from kit.errors import Conflict, NotFound
from kit.wire.jobs import JobView
from kit.wire.spotify import SpotifyId, SpotifyLibrary, SpotifySave, SpotifyTracks
from services.catalog.dependencies import Cursor, Limit, Reader, Store, Writer
from services.catalog.jobs.views import view
from services.catalog.spotify import views
from services.catalog.spotify.account import section_of
from services.catalog.spotify.sync import due_in

router = APIRouter(prefix="/v1/spotify", tags=["spotify"])
CONFLICT: dict[int | str, dict[str, Any]] = {409: {"description": "Spotify is not connected"}}
NO_PLAYLIST: dict[int | str, dict[str, Any]] = {404: {"description": "No such playlist of this person"}}
Section = Annotated[Literal["liked", "top", "recent"], Query(description="What to list.")]
Playlist = Annotated[SpotifyId | None, Query(description="A playlist of GET /v1/spotify/library, not a section.")]


@router.get("/library")
async def spotify_library(request: Request, store: Store, person: Reader) -> SpotifyLibrary:
    """What was read from the person's Spotify account. It is shown and leads to tracks of the catalogue; it counts for
    recommendations and reports only where counts_for_taste is true."""
    state = request.app.state
    return await views.library(store, person, timedelta(days=state.spotify_keep_days), counts=state.spotify_counts)


@router.get("/tracks")
async def spotify_tracks(
    store: Store,
    person: Reader,
    section: Section = "liked",
    playlist: Playlist = None,
    limit: Limit = 20,
    cursor: Cursor = None,
) -> SpotifyTracks:
    """Liked, top or recently played tracks at Spotify, or those of a playlist, in Spotify's order."""
    return await views.tracks(store, person, section_of(playlist) if playlist else section, limit, cursor)


@router.post("/sync", status_code=202, responses=CONFLICT)
async def sync_spotify(request: Request, response: Response, store: Store, person: Writer) -> JobView:
    """Reads the account again now, in a job; without this it is read once a day."""
    due = due_in(request.app.state.spotify_every_s)
    job_id = await _linked(request, lambda: store.spotify.request(person, due))
    return await _job(request, response, store, person, job_id)


@router.post("/playlists", status_code=202, responses=CONFLICT | NO_PLAYLIST)
async def save_at_spotify(
    body: SpotifySave, request: Request, response: Response, store: Store, person: Writer
) -> JobView:
    """Saves one of the person's playlists at Spotify as a private one, in a job; saving it again brings the same one up
    to date. Needs that saving was allowed: GET /v1/spotify/start?purpose=save."""
    if await store.playlists.find(person, body.playlist) is None:
        raise NotFound("no playlist of yours has this id: GET /v1/me/playlists lists them")
    job_id = await _linked(request, lambda: store.spotify.request_save(person, body.playlist))
    return await _job(request, response, store, person, job_id)


async def _linked(request: Request, enqueue: Callable[[], Awaitable[UUID]]) -> UUID:
    """Enqueues; where no link is known, once more after auth's latest events: it may have been made this second."""
    try:
        return await enqueue()
    except Conflict:
        await request.app.state.auth_events.catch_up()
        return await enqueue()


async def _job(request: Request, response: Response, store: Any, person: UUID, job_id: UUID) -> JobView:
    request.app.state.jobs.wake()
    response.headers["location"] = f"/v1/me/jobs/{job_id}"
    job = await store.jobs.find(job_id, person)
    if job is None:
        raise NotFound("the link to Spotify was ended meanwhile")
    return view(job)
