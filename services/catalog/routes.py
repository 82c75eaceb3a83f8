"""What catalog answers: tracks by id and by words, artists; under /internal what only other services may ask."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Request

from kit.errors import NotFound
from kit.wire.catalog import (
    ArtistFound,
    QueryText,
    SearchBatch,
    SearchBatchFound,
    Track,
    TrackId,
    TrackPage,
    TracksBatch,
    TracksFound,
)
from services.catalog import find
from services.catalog import store as stores
from services.catalog.search import By

router = APIRouter(prefix="/v1", tags=["catalogue"])
internal = APIRouter(prefix="/internal", tags=["internal"])


def _store(request: Request) -> stores.Store:
    store: stores.Store = request.app.state.store
    return store


Store = Annotated[stores.Store, Depends(_store)]
Id = Annotated[TrackId, Path(alias="id")]
Words = Annotated[QueryText, Query(description="Title, artist or both, in any spelling that comes near.")]
Reading = Annotated[By, Query(description="Which names are searched.")]
Limit = Annotated[int, Query(ge=1, le=50)]
Cursor = Annotated[str | None, Query(max_length=100, description="next_cursor of the page before.")]


@router.get("/tracks/{id}", responses={404: {"description": "No such track"}})
async def track(track_id: Id, store: Store) -> Track:
    """One track."""
    found = await store.tracks.find([track_id])
    if track_id not in found:
        raise NotFound(f"no track has the id {track_id!r}: search for it by name")
    return found[track_id]


@router.post("/tracks:batch")
async def tracks(batch: TracksBatch, store: Store) -> TracksFound:
    """Many tracks at once, in the order asked for; an id asked for twice is answered twice."""
    found = await store.tracks.find(batch.ids)
    return TracksFound(
        items=[found[one] for one in batch.ids if one in found],
        unknown=[one for one in dict.fromkeys(batch.ids) if one not in found],
    )


@router.get("/search")
async def search(q: Words, store: Store, by: Reading = By.BOTH, limit: Limit = 20, cursor: Cursor = None) -> TrackPage:
    """The tracks that a few words mean, best first; misspelt words find what they come near."""
    return await find.page(store, q, by, limit, cursor)


@router.get("/artists/{id}", responses={404: {"description": "No such artist"}})
async def artist(artist_id: Id, store: Store) -> ArtistFound:
    """An artist and its most popular tracks."""
    if (found := await store.tracks.artist(artist_id)) is None:
        raise NotFound(f"no artist has the id {artist_id!r}: take it from the artists of a track")
    return found


@internal.post("/search:batch")
async def search_batch(batch: SearchBatch, store: Store) -> SearchBatchFound:
    """The best track for each text, or null where nothing comes near enough."""
    return SearchBatchFound(tracks=await find.best_of(store, batch.texts))
