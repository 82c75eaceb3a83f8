"""The interest test: a few tracks to rate, chosen one after the other, from which a new listener's profile begins."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

from kit.wire.catalog import Track, TrackRef

MOST_ANSWERS = 12
"""Tracks of one test."""
MAX_GENRES = 20
GenreName = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)]


def _number(value: Any) -> Any:
    """Booleans are refused: pydantic would take them for 1 and 0."""
    if isinstance(value, bool):
        raise ValueError("expected 1, 0 or -1, not true or false")
    return value


class InterestAnswer(BaseModel):
    """1 = like, 0 = neutral, -1 = dislike."""

    model_config = ConfigDict(extra="forbid")

    track: TrackRef
    value: Annotated[Literal[1, 0, -1], BeforeValidator(_number)]


class InterestAnswers(BaseModel):
    """POST /v1/me/interest-test."""

    model_config = ConfigDict(extra="forbid")

    answers: list[InterestAnswer] = Field(min_length=1, max_length=50)


class RefusedAnswer(BaseModel):
    """An answer that was not recorded, and why."""

    track: TrackRef
    detail: str


class InterestTest(BaseModel):
    """The next tracks to rate, the most informative first; none when `done`."""

    tracks: list[Track]
    answered: int = Field(description="Tracks rated in this test.")
    likes: int = Field(description="Tracks liked in this test.")
    most: int = MOST_ANSWERS
    done: bool = Field(description="Enough is known, all 12 tracks are rated, or no track of these genres is left.")
    candidates: int = Field(description="Tracks that the next ones are chosen from.")
    unknown_genres: list[str] = Field([], description="Requested genres that no track of the catalogue has.")
    refused: list[RefusedAnswer] = Field([], description="Answers that were not recorded.")


class GenreCount(BaseModel):
    """A genre in its most frequent spelling; other spellings of it are accepted wherever a genre is."""

    name: str
    tracks: int


class GenreList(BaseModel):
    """GET /v1/genres: genres of the current release, the most frequent first."""

    items: list[GenreCount]
    total: int
