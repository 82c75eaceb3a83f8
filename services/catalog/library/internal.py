"""Internal library endpoints of services: taste, impressions, all opinions, trending tracks, the event outbox."""

from typing import Annotated, TypeVar
from uuid import UUID

from fastapi import APIRouter, Path, Query, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ValidationError
from starlette.responses import Response

from kit.identity import FromService, Signed, from_service, maybe_signed, signed
from kit.wire.catalog import TracksBatch, TracksFound
from kit.wire.events import EventPage
from kit.wire.library import (
    MAX_LIKES,
    ImpressionBatch,
    LikeDates,
    Opinions,
    RecentImpressions,
    RecentTracks,
    Versions,
    VersionsWanted,
)
from kit.wire.playlists import PlaylistLookup
from services.catalog import cursor
from services.catalog.dependencies import Store
from services.catalog.library.likes import dates
from services.catalog.library.recent_count_cache import RecentCountCache
from services.catalog.playlists import collection
from services.catalog.store import Store as Stored

router = APIRouter(prefix="/internal", tags=["internal"])
Form = TypeVar("Form", bound=BaseModel)


class Kept(BaseModel):
    """How many lists are remembered now; the others belong to deleted people."""

    lists: int


async def user_feedback(request: Request) -> Response:
    """Returns the token owner's kit.wire.library.UserFeedback, or 304 when If-None-Match has its current version.

    Called for every personal recommendation, so it is a plain Starlette route without FastAPI's overhead
    (bench/library.py).
    """
    caller = await signed(await maybe_signed(request))
    store: Stored = request.app.state.store
    version = await store.people.version(caller.person)  # read first, so that a concurrent change is fetched next time
    etag = f'"{version}"'
    if request.headers.get("if-none-match") == etag:
        return Response(status_code=304, headers={"etag": etag})
    body = (await store.opinions.user_feedback(caller.person, version)).model_dump_json()
    return Response(body, headers={"etag": etag}, media_type="application/json")


router.add_route("/internal/taste", user_feedback, methods=["GET"])


async def versions(request: Request) -> Response:
    """The versions of several people's tastes, for requests that wait at the same time: kit.wire.library.Versions."""
    await from_service(request)
    wanted = await _read(VersionsWanted, request)
    store: Stored = request.app.state.store
    found = Versions(versions=await store.people.versions(wanted.people))
    return Response(found.model_dump_json(), media_type="application/json")


router.add_route("/internal/taste:versions", versions, methods=["POST"])


async def _read(form: type[Form], request: Request) -> Form:
    """The body, parsed and validated in one step."""
    try:
        return form.model_validate_json(await request.body())
    except ValidationError as invalid:
        raise RequestValidationError(invalid.errors(include_url=False)) from None


@router.post("/tracks:batch")
async def tracks_of_bearer(batch: TracksBatch, caller: Signed, store: Store) -> TracksFound:
    """Many tracks at once as the bearer sees them, those of their own included."""
    await store.people.version(caller.person)
    found = await store.tracks.find(batch.ids, caller.person)
    unknown = [reference for reference in dict.fromkeys(batch.ids) if reference not in found]
    return TracksFound(items=[found[one] for one in batch.ids if one in found], unknown=unknown)


@router.get("/likes")
async def like_dates(
    caller: Signed,
    store: Store,
    before: Annotated[int, Query(ge=1, le=cursor.LARGEST)] = cursor.LARGEST,
    limit: Annotated[int, Query(ge=1, le=MAX_LIKES)] = MAX_LIKES,
) -> LikeDates:
    """The bearer's likes by id with their dates, the latest first, before a number."""
    await store.people.version(caller.person)
    return await dates(store, caller.person, before, limit)


@router.get("/playlists/{id}")
async def stored_playlist(caller: Signed, store: Store, playlist: Annotated[UUID, Path(alias="id")]) -> PlaylistLookup:
    """One of the bearer's playlists, to continue; null when they have no such playlist."""
    await store.people.version(caller.person)
    return PlaylistLookup(playlist=await collection.stored(store, caller.person, playlist))


@router.get("/shown")
async def recent_impressions(
    caller: Signed, store: Store, limit: Annotated[int | None, Query(ge=1)] = None
) -> RecentImpressions:
    """Tracks the bearer was shown in the last seven days, the latest first: all that are kept, or `limit` of them."""
    await store.people.version(caller.person)
    return RecentImpressions(tracks=await store.impressions.recent_tracks(caller.person, limit))


async def impressions(request: Request) -> Response:
    """Remembers what people were shown, each list once: kit.wire.library.ImpressionBatch.

    100 lists of 20 tracks come for as many recommendations, so this is a plain Starlette route too.
    """
    await from_service(request)
    batch = await _read(ImpressionBatch, request)
    store: Stored = request.app.state.store
    return Response(
        Kept(lists=await store.impressions.add(batch.lists)).model_dump_json(), media_type="application/json"
    )


router.add_route("/internal/impressions", impressions, methods=["POST"])


@router.get("/events", dependencies=[FromService])
async def events(store: Store, after: Annotated[int, Query(ge=-1, le=2**63 - 1)]) -> EventPage:
    """Deleted people and changed tastes after a number; -1 = from now on."""
    return await store.events(after)


@router.get("/trending", dependencies=[FromService])
async def trending(request: Request) -> RecentTracks:
    """The tracks that most people liked or played lately, over all people; nothing of any one of them."""
    count: RecentCountCache = request.app.state.trending
    return await count.current()


@router.get("/opinions", dependencies=[FromService])
async def opinions(store: Store, after: Annotated[int, Query(ge=0, le=2**63 - 1)] = 0) -> Opinions:
    """What everybody likes and dislikes, for the next training; said after a number."""
    return await store.opinions.of_everybody(after)
