"""Routes of the interest test under /v1/me."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response

from kit.wire.interest import MAX_GENRES, MOST_ANSWERS, GenreName, InterestAnswers, InterestTest
from services.catalog.current_release import OpenedRelease
from services.catalog.dependencies import Reader, Store, Writer
from services.catalog.interest_test import adaptive_test

router = APIRouter(prefix="/v1/me/interest-test", tags=["library"])
NO_RELEASE: dict[int | str, dict[str, Any]] = {503: {"description": "No release is published yet"}}


async def _opened(request: Request) -> OpenedRelease:
    opened: OpenedRelease = await request.app.state.current_release.opened()
    return opened


Opened = Annotated[OpenedRelease, Depends(_opened)]
Genres = Annotated[list[GenreName], Query(max_length=MAX_GENRES, description="Only tracks of one of these genres.")]
Count = Annotated[int, Query(ge=1, le=MOST_ANSWERS, description="How many tracks to return at once.")]


@router.get("", responses=NO_RELEASE)
async def interest_test(
    store: Store,
    opened: Opened,
    person: Reader,
    genres: Genres = [],  # noqa: B006 - FastAPI copies it
    limit: Count = 4,
) -> InterestTest:
    """The next tracks to rate: at most 12, chosen by what the ratings so far leave open."""
    return await adaptive_test.proceed(store, opened, person, genres, limit)


@router.post("", responses=NO_RELEASE)
async def answer_interest_test(
    body: InterestAnswers,
    store: Store,
    opened: Opened,
    person: Writer,
    genres: Genres = [],  # noqa: B006 - FastAPI copies
    limit: Count = 4,
) -> InterestTest:
    """Records ratings, which count in the very next list, and returns the next tracks to rate."""
    refused = await adaptive_test.record(store, person, body.answers)
    following = await adaptive_test.proceed(store, opened, person, genres, limit)
    return following.model_copy(update={"refused": refused})


@router.delete("", status_code=204)
async def restart_interest_test(store: Store, person: Writer) -> Response:
    """Starts the test anew. Likes and dislikes stay; neutral answers are forgotten."""
    await store.interest.clear(person)
    return Response(status_code=204)
