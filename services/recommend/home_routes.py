"""Routes of the home page: its rows, trending tracks, similar artists; and versions of a track."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Request
from fastapi.responses import Response

from kit.identity import may, maybe_signed
from kit.problem_responses import request_id_of
from kit.tokens import Caller
from kit.wire.catalog import TrackId
from kit.wire.home import Home, SimilarArtists, TrackVersions
from kit.wire.interest import MAX_GENRES
from kit.wire.recommend_options import WantedGenre
from kit.wire.recommend_response import Recommendations
from services.recommend.home_pipeline import HomePipeline, trending_request

router = APIRouter(prefix="/v1", tags=["recommendations"])
_allowed = may("recommend:read")
JSON = "application/json"


async def _caller(request: Request) -> Caller | None:
    caller = await maybe_signed(request)
    return await _allowed(caller) if caller else None


async def _home(request: Request) -> HomePipeline:
    pipeline: HomePipeline = request.app.state.home
    return pipeline


MaybeAllowed = Annotated[Caller | None, Depends(_caller)]
Pipeline = Annotated[HomePipeline, Depends(_home)]
PerRow = Annotated[int, Query(ge=1, le=50, description="Tracks of a row.")]
Few = Annotated[int, Query(ge=1, le=50)]


@router.get("/me/home", response_model=Home)
async def home(request: Request, caller: MaybeAllowed, pipeline: Pipeline, limit: PerRow = 10) -> Response:
    """Rows for the signed-in person: because you listened to, because you liked, new to you, trending now. For a
    guest: trending now and what is popular by genre."""
    return Response(await pipeline.home(caller, limit, request_id_of(request)), media_type=JSON)


@router.get("/trending", response_model=Recommendations)
async def trending(
    request: Request,
    caller: MaybeAllowed,
    pipeline: Pipeline,
    limit: Few = 9,
    genres: Annotated[list[WantedGenre] | None, Query(max_length=MAX_GENRES)] = None,
) -> Response:
    """A track of each of the most popular artists: by playlists, and by what people here liked and played lately."""
    wishes = trending_request(limit, genres or [])
    return Response(await pipeline.trending(wishes, caller, request_id_of(request)), media_type=JSON)


@router.get("/artists/{id}/similar", response_model=SimilarArtists, responses={404: {"description": "No such artist"}})
async def similar_artists(
    request: Request,
    artist_id: Annotated[TrackId, Path(alias="id")],
    caller: MaybeAllowed,
    pipeline: Pipeline,
    limit: Few = 10,
) -> Response:
    """Artists whose tracks are near those of an artist."""
    return Response(await pipeline.similar_artists(artist_id, caller, limit, request_id_of(request)), media_type=JSON)


@router.get(
    "/tracks/{id}/versions", response_model=TrackVersions, responses={404: {"description": "No such track here"}}
)
async def track_versions(
    request: Request, track_id: Annotated[TrackId, Path(alias="id")], pipeline: Pipeline, limit: Few = 20
) -> Response:
    """Other versions of the same recording in this release (remasters, other editions), the most popular first. A live
    take or a remix is a recording of its own. Lists hold one version of a recording."""
    return Response(await pipeline.versions(track_id, limit, request_id_of(request)), media_type=JSON)
