"""The public routes of recommend."""

import asyncio
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Request
from fastapi.responses import Response

from kit import paths
from kit.identity import MaybeSigned, Signed, may, maybe_signed, signed
from kit.problem_responses import request_id_of
from kit.release_listing import published_releases, summary
from kit.tokens import Caller
from kit.wire.catalog import TrackRef
from kit.wire.recommend import MAX_SET, Continuation, RecommendationRequest
from kit.wire.recommend_options import MAX_LIMIT
from kit.wire.recommend_response import FeatureDistributions, Recommendations, Releases, ReleaseSummary
from services.recommend.pipeline import RecommendationPipeline
from services.recommend.request import parsing
from services.recommend.request.unvalidated_route import UnvalidatedRoute, reads
from services.recommend.served.release_store import ReleaseStore

paths.register()
router = APIRouter(prefix="/v1", tags=["releases"])
hot = APIRouter(prefix="/v1", tags=["recommendations"], route_class=UnvalidatedRoute)

Limit = Annotated[int, Query(ge=1, le=MAX_LIMIT)]
Page = Annotated[int, Query(ge=1, le=MAX_SET)]
_allowed = may("recommend:read")


def _store(request: Request) -> ReleaseStore:
    store: ReleaseStore = request.app.state.store
    return store


def _pipeline(request: Request) -> RecommendationPipeline:
    pipeline: RecommendationPipeline = request.app.state.pipeline
    return pipeline


async def _caller(request: Request) -> Caller | None:
    """A guest, or a person whose token allows this."""
    caller = await maybe_signed(request)
    return await _allowed(caller) if caller else None


async def _read_request(request: Request) -> dict[str, Any]:
    return {"seeded": await parsing.posted_request(request), "caller": await _caller(request), "request": request}


async def _read_continuation(request: Request) -> dict[str, Any]:
    wanted = await parsing.posted_continuation(request)
    return {"continuation": wanted, "caller": await _caller(request), "request": request}


async def _read_similar(request: Request) -> dict[str, Any]:
    track, query = request.path_params["id"], request.scope["query_string"]
    limit, number = parsing.parameter(query, "limit", 20), parsing.parameter(query, "set", 1)
    return {"track": track, "limit": limit, "set": number, "caller": await _caller(request), "request": request}


async def _read_wishes(request: Request) -> dict[str, Any]:
    caller = await _allowed(await signed(await maybe_signed(request)))
    return {"caller": caller, "request": request}


@hot.post("/recommendations", response_model=Recommendations)
@reads(_read_request)
async def recommendations(seeded: RecommendationRequest, caller: MaybeSigned, request: Request) -> Response:
    """Tracks near the seeds, best first, each with its score, its raw similarity and the reason it was chosen.

    For a signed-in person what they know is left out, and what they dislike never comes.
    """
    body = await _pipeline(request).from_seeds(seeded, caller, "seeds", request_id_of(request))
    return Response(body, media_type="application/json")


@hot.post("/playlists/continue", response_model=Recommendations)
@reads(_read_continuation)
async def continue_playlist(continuation: Continuation, caller: MaybeSigned, request: Request) -> Response:
    """Tracks to go on with after a playlist: what comes next in its order, or more of the same without one."""
    body = await _pipeline(request).continued(continuation, caller, request_id_of(request))
    return Response(body, media_type="application/json")


@hot.get("/me/recommendations", response_model=Recommendations, openapi_extra={"parameters": parsing.parameters()})
@reads(_read_wishes)
async def my_recommendations(caller: Signed, request: Request) -> Response:
    """Tracks for the signed-in person's own taste, from likes, dislikes and plays as they are at this moment.

    A range is min_<field>, max_<field> or both; genres is given once for each genre, any of which will do.
    """
    wishes = parsing.wishes_of(request.scope["query_string"])
    body = await _pipeline(request).for_user(wishes, caller, request_id_of(request))
    return Response(body, media_type="application/json")


@hot.get("/tracks/{id:reference}/similar", response_model=Recommendations)
@reads(_read_similar)
async def similar_tracks(
    track: Annotated[TrackRef, Path(alias="id", description="A track id, a Spotify URI or link, an MBID or an ISRC.")],
    caller: MaybeSigned,
    request: Request,
    limit: Limit = 20,
    set: Page = 1,
) -> Response:
    """The tracks most similar to one track: the pure ranking, without caps or mixing."""
    seeded = parsing.similar_request(track, limit, set)
    body = await _pipeline(request).from_seeds(seeded, caller, "similar", request_id_of(request))
    return Response(body, media_type="application/json")


@router.get("/releases")
async def list_releases(store: Annotated[ReleaseStore, Depends(_store)]) -> Releases:
    """The published releases, newest first."""
    return Releases(items=await asyncio.to_thread(published_releases, store.folder, store.version))


@router.get("/releases/current")
async def current_release(store: Annotated[ReleaseStore, Depends(_store)]) -> ReleaseSummary:
    """The release being served: its version, counts and offline metrics."""
    async with store.lease() as serving:
        return summary(serving.release.manifest, current=True)


@router.get("/releases/current/features")
async def release_features(store: Annotated[ReleaseStore, Depends(_store)]) -> FeatureDistributions:
    """How each audio feature is distributed over the release being served: histogram and percentiles."""
    async with store.lease() as serving:
        version, items = serving.release.version, await asyncio.to_thread(lambda: serving.feature_distributions)
    return FeatureDistributions(release=version, items=items)
