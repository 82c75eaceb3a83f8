"""The public routes of recommend."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Request
from fastapi.responses import Response

from kit.app import request_id_of
from kit.published import published, summary
from kit.wire.catalog import TrackId
from kit.wire.recommend import MAX_LIMIT, MAX_SET, Ask, Recommendations, Releases, ReleaseSummary
from services.recommend.answer import recommend, similar_ask
from services.recommend.catalog import Catalog
from services.recommend.store import ReleaseStore

router = APIRouter(prefix="/v1")


def _store(request: Request) -> ReleaseStore:
    store: ReleaseStore = request.app.state.store
    return store


def _catalog(request: Request) -> Catalog:
    catalog: Catalog = request.app.state.catalog
    return catalog


Store = Annotated[ReleaseStore, Depends(_store)]
Neighbour = Annotated[Catalog, Depends(_catalog)]
Limit = Annotated[int, Query(ge=1, le=MAX_LIMIT)]
Page = Annotated[int, Query(ge=1, le=MAX_SET)]


@router.post("/recommendations", response_model=Recommendations, tags=["recommendations"])
async def recommendations(ask: Ask, store: Store, catalog: Neighbour, request: Request) -> Response:
    """Songs near the seeds, best first, each with its score, its raw similarity and the reason it was chosen."""
    async with store.lease() as serving:
        body = await recommend(ask, serving, catalog, request_id_of(request))
    return Response(body, media_type="application/json")


@router.get("/tracks/{id}/similar", response_model=Recommendations, tags=["recommendations"])
async def similar_tracks(
    track: Annotated[TrackId, Path(alias="id")],
    store: Store,
    catalog: Neighbour,
    request: Request,
    limit: Limit = 20,
    set: Page = 1,
) -> Response:
    """The songs most similar to one song: the pure ranking, without caps or mixing."""
    async with store.lease() as serving:
        body = await recommend(similar_ask(track, limit, set), serving, catalog, request_id_of(request))
    return Response(body, media_type="application/json")


@router.get("/releases", tags=["releases"])
async def list_releases(store: Store) -> Releases:
    """The published releases, newest first."""
    return Releases(items=await asyncio.to_thread(published, store.folder, store.version))


@router.get("/releases/current", tags=["releases"])
async def current_release(store: Store) -> ReleaseSummary:
    """The release being served: its version, counts and offline metrics."""
    async with store.lease() as serving:
        return summary(serving.release.manifest, current=True)
