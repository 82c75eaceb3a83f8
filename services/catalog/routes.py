"""Routes of catalog: tracks by id, search, artists; text resolution for other services under /internal."""

from functools import partial
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Query, Request, Response
from fastapi.responses import StreamingResponse

from kit import line_routes, paths
from kit.errors import NotFound
from kit.json_lines import MEDIA_TYPE
from kit.wire.catalog import (
    MAX_OFFSET,
    ArtistFound,
    QueryText,
    SearchBatch,
    SearchBatchFound,
    SearchPage,
    Track,
    TrackId,
    TrackPage,
    TrackRef,
    TracksBatch,
    TracksFound,
)
from kit.wire.interest import GenreList
from services.catalog import find, resolve, track_lines
from services.catalog.dependencies import Cursor, Limit, Looking, Store
from services.catalog.library.likes import add_ratings
from services.catalog.search import By

paths.register()
router = APIRouter(prefix="/v1", tags=["catalogue"])
internal = APIRouter(prefix="/internal", tags=["internal"])


Id = Annotated[TrackId, Path(alias="id")]
Ref = Annotated[
    TrackRef, Path(alias="id", description="A track id, older ones too, a Spotify URI or link, an MBID or an ISRC.")
]
Words = Annotated[QueryText, Query(description="Title, artist or both, in any spelling that comes near.")]
Reading = Annotated[By, Query(description="Which names are searched.")]
Offset = Annotated[int, Query(ge=0, le=MAX_OFFSET, description="Results to pass over, in place of a cursor.")]


@router.get("/tracks/{id:reference}", responses={404: {"description": "No such track"}})
async def track(track_id: Ref, store: Store, person: Looking) -> Track:
    """One track."""
    found = await store.tracks.find([track_id], person)
    if track_id not in found:
        raise NotFound(f"no track has the id {track_id!r}: search for it by name")
    await add_ratings(store, person, found.values())
    return found[track_id]


async def tracks_by_lines(request: Request, store: Store, person: Looking) -> Response:
    """As `tracks`, an id a line."""
    answers = track_lines.found(store, person, await line_routes.lines_of(request))
    return StreamingResponse(answers, media_type=MEDIA_TYPE)


router.add_api_route(
    "/tracks:batch",
    tracks_by_lines,
    methods=["POST"],
    include_in_schema=False,
    route_class_override=line_routes.TakesLines,
)


@router.post(
    "/tracks:batch",
    response_model=TracksFound,
    openapi_extra=line_routes.taken("TrackLookup"),
    responses=line_routes.results("TrackLine"),
)
async def tracks(batch: TracksBatch, store: Store, person: Looking, form: line_routes.Form) -> TracksFound | Response:
    """Many tracks at once, in the order asked for; an id asked for twice is answered twice. With `Accept:
    application/x-ndjson` an id a line."""
    if form.lines:
        answers = track_lines.of_ids(store, person, batch.ids)
        return StreamingResponse(answers, media_type=MEDIA_TYPE, headers=line_routes.VARY)
    found = await store.tracks.find(batch.ids, person)
    await add_ratings(store, person, found.values())
    return TracksFound(
        items=[found[reference] for reference in batch.ids if reference in found],
        unknown=[reference for reference in dict.fromkeys(batch.ids) if reference not in found],
    )


@router.get("/search", response_model=SearchPage, responses=line_routes.sent("Track"))
async def search(
    q: Words,
    store: Store,
    person: Looking,
    form: line_routes.Form,
    by: Reading = By.BOTH,
    limit: Limit = 20,
    cursor: Cursor = None,
    offset: Offset = 0,
) -> SearchPage | Response:
    """The tracks that a few words mean, best first; misspelt words find what they come near."""

    async def fetch(limit: int, after: str | None) -> SearchPage:
        page = await find.page(store, q, by, limit, after, offset if after == cursor else 0)
        await add_ratings(store, person, page.items)
        return page

    return await form.respond(fetch, limit, cursor)


@router.get("/artists/{id}", responses={404: {"description": "No such artist"}})
async def artist(artist_id: Id, store: Store, person: Looking) -> ArtistFound:
    """An artist and its most popular tracks."""
    if (found := await store.tracks.artist(artist_id)) is None:
        raise NotFound(f"no artist has the id {artist_id!r}: take it from the artists of a track")
    await add_ratings(store, person, found.top_tracks)
    return found


@router.get(
    "/artists/{id}/tracks",
    response_model=TrackPage,
    responses={404: {"description": "No such artist"}, **line_routes.sent("Track")},
)
async def artist_tracks(
    artist_id: Id, store: Store, person: Looking, form: line_routes.Form, limit: Limit = 20, cursor: Cursor = None
) -> TrackPage | Response:
    """All tracks of an artist, the most popular first."""
    return await form.respond(partial(_artist_page, store, person, artist_id), limit, cursor)


async def _artist_page(store: Store, person: UUID | None, artist_id: str, limit: int, cursor: str | None) -> TrackPage:
    page = await find.artist_page(store, artist_id, limit, cursor)
    await add_ratings(store, person, page.items)
    return page


@router.get("/genres", responses={503: {"description": "No release is published yet"}})
async def genres(request: Request, limit: Annotated[int, Query(ge=1, le=1_000)] = 200) -> GenreList:
    """Genres of the current release with their numbers of tracks, the most frequent first."""
    counts = (await request.app.state.current_release.opened()).genres.counts
    return GenreList(items=counts[:limit], total=len(counts))


@internal.post("/search:batch")
async def search_batch(batch: SearchBatch, store: Store) -> SearchBatchFound:
    """What each text means: the track that it names, only the artist, or null."""
    return SearchBatchFound(matches=await resolve.matches(store, batch.texts))
