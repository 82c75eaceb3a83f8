"""Public library endpoints under /v1/me: likes, feedback and what was recommended."""

from functools import partial
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Header, Path, Query, Request, Response
from pydantic import StringConstraints

from kit import json_lines, line_routes, paths
from kit.wire.catalog import MAX_BATCH, TrackRef
from kit.wire.library import (
    CurrentOpinion,
    FeedbackBatch,
    FeedbackResults,
    LikedPage,
    ListedOpinion,
    Opinion,
    RecommendationHistory,
)
from services.catalog.dependencies import Cursor, Reader, Store, Writer
from services.catalog.library import feedback_lines, feedback_recording, history, likes

paths.register()
LIKES = ListedOpinion.LIKE
router = APIRouter(prefix="/v1/me", tags=["library"])

NO_TRACK: dict[int | str, dict[str, Any]] = {
    404: {"description": "No such track"},
    409: {"description": "The key was used for something else"},
}
Key = Annotated[
    Annotated[str, StringConstraints(min_length=1, max_length=120, pattern=r"^[!-~]+$")] | None,
    Header(alias="Idempotency-Key", description="A retry with the same key changes nothing."),
]
Which = Annotated[
    TrackRef, Path(alias="track", description="A track id, older ones too, a Spotify URI or link, an MBID or an ISRC.")
]


@router.put("/likes/{track:reference}", responses=NO_TRACK)
async def like(track_id: Which, store: Store, person: Writer, key: Key = None) -> CurrentOpinion:
    """Likes a track; once liked, nothing changes."""
    return await feedback_recording.set_opinion(store, person, track_id, Opinion.LIKE, key)


@router.delete("/likes/{track:reference}", responses=NO_TRACK)
async def unlike(track_id: Which, store: Store, person: Writer, key: Key = None) -> CurrentOpinion:
    """Takes a like back. A dislike or a never stays, and the answer says that it holds: undo it, or send `neutral`
    as feedback."""
    return await feedback_recording.set_opinion(store, person, track_id, Opinion.NEUTRAL, key, only_over=Opinion.LIKE)


@router.get("/likes", response_model=LikedPage, responses=line_routes.sent("LikedTrack"))
async def liked(
    store: Store,
    person: Reader,
    form: line_routes.Form,
    limit: Annotated[int, Query(ge=1, le=MAX_BATCH, description="Tracks of a page.")] = 20,
    cursor: Cursor = None,
    opinion: Annotated[ListedOpinion, Query(description="dislike: what is disliked or never wanted.")] = LIKES,
) -> LikedPage | Response:
    """Liked tracks, or disliked ones, the latest first."""
    return await form.respond(partial(likes.page, store, person, opinion=opinion), limit, cursor)


@router.get("/recommendations/history")
async def recommendation_history(
    store: Store,
    person: Reader,
    limit: Annotated[int, Query(ge=1, le=20, description="Lists of a page.")] = 10,
    cursor: Cursor = None,
) -> RecommendationHistory:
    """What was recommended in the last seven days, list by list, the latest first, each with the seeds and the request
    that it came from."""
    return await history.page(store, person, limit, cursor)


async def feedback_by_lines(request: Request, store: Store, person: Writer, key: Key = None) -> Response:
    """As `feedback`, an event a line."""
    answers = await feedback_lines.record(store, person, await line_routes.lines_of(request), key)
    return Response(json_lines.written(answers), media_type=json_lines.MEDIA_TYPE)


router.add_api_route(
    "/feedback",
    feedback_by_lines,
    methods=["POST"],
    include_in_schema=False,
    route_class_override=line_routes.TakesLines,
)


@router.post("/feedback", openapi_extra=line_routes.taken("Feedback"), responses=line_routes.results("FeedbackLine"))
async def feedback(batch: FeedbackBatch, store: Store, person: Writer, key: Key = None) -> FeedbackResults:
    """Likes, dislikes, plays, skips and impressions, answered row by row; a refused row loses no other."""
    return await feedback_recording.record(store, person, batch.events, key)


@router.post("/feedback/{id}/undo", responses={404: {"description": "No such feedback of this person"}})
async def undo_feedback(event: Annotated[UUID, Path(alias="id")], store: Store, person: Writer) -> CurrentOpinion:
    """Takes one piece of feedback back: what held before it holds again, a play counts no longer."""
    return await feedback_recording.undo(store, person, event)
