"""Public routes of plays under /v1/me/plays: the history, plays that scrobblers send, what plays now."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from kit import line_routes
from kit.wire.catalog import MAX_BATCH
from kit.wire.moments import Moment
from kit.wire.plays import (
    NamedTrack,
    NewPlays,
    PlayCount,
    PlayingNow,
    PlayingNowFound,
    PlayOrder,
    PlayPage,
    PlayResults,
)
from services.catalog.dependencies import Cursor, Reader, Store, Writer
from services.catalog.plays import history, playing_now, scrobbles

router = APIRouter(prefix="/v1/me/plays", tags=["library"])


@router.get("", response_model=PlayPage, responses=line_routes.sent("PlayedTrack"))
async def play_history(
    store: Store,
    person: Reader,
    form: line_routes.Form,
    limit: Annotated[int, Query(ge=1, le=MAX_BATCH, description="Plays of a page.")] = 50,
    cursor: Cursor = None,
    since: Annotated[Moment | None, Query(description="Plays that began at this moment or later.")] = None,
    until: Annotated[Moment | None, Query(description="Plays that began before this moment.")] = None,
    order: PlayOrder = PlayOrder.LATEST,
) -> PlayPage | Response:
    """What was played, by when it was. Feedback of kind `play` adds to it, undo takes from it."""
    period = history.period_of(since, until, order)

    async def fetch(limit: int, after: str | None) -> PlayPage:
        return await history.page(store, person, limit, after, period)

    return await form.respond(fetch, limit, cursor)


@router.get("/count")
async def play_count(store: Store, person: Reader) -> PlayCount:
    """How many plays the history has."""
    return PlayCount(count=await store.plays.count(person))


@router.post("")
async def add_plays(body: NewPlays, store: Store, person: Writer) -> PlayResults:
    """Plays by the names or codes that a player knows, answered row by row; the same play twice adds nothing. Plays
    without a certain track are kept: GET /v1/me/imports/{id}/unmatched, with `unmatched_in` as the id, lists them."""
    return await scrobbles.record(store, person, body.plays)


@router.get("/current")
async def current_play(store: Store, person: Reader) -> PlayingNowFound:
    """What the person plays at this moment."""
    return PlayingNowFound(playing=await playing_now.of(store, person))


@router.put("/current")
async def report_current_play(body: NamedTrack, store: Store, person: Writer) -> PlayingNow:
    """Reports what plays now. It is forgotten when the track must be over, after an hour at most; it is no play."""
    return await playing_now.put(store, person, body)


@router.delete("/current", status_code=204)
async def stop_current_play(store: Store, person: Writer) -> None:
    """Reports that nothing plays."""
    await store.playing_now.delete(person)
