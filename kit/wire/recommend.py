"""The requests that recommend takes (responses: kit/wire/recommend_response.py). Every limit is stated here, once."""

from typing import Self
from uuid import UUID

from pydantic import ConfigDict, Field, StrictBool, model_validator

from kit.wire.catalog import MAX_TEXTS, TrackId, TrackRef
from kit.wire.mutes import Mutes
from kit.wire.ranges import Finite, Strict, given
from kit.wire.recommend_options import (
    MAX_LIMIT,
    Days,
    Dials,
    Filters,
    Mode,
    Sound,
    Targets,
    WantedGenre,
    Whole,
    WishedValues,
    Words,
)

MAX_SEEDS = 500
MAX_SET = 20
MAX_REACH = 5000


class Seed(Strict):
    """What to start from: a track, a sound (features only), words to search for, an artist or a genre. Exactly one of
    them; but beside a track that is not known here, features place it by its sound."""

    model_config = ConfigDict(
        json_schema_extra={
            "oneOf": [
                given("track", "string"),
                given("features", "object") | {"not": given("track", "string")},
                given("text", "string"),
                given("artist", "string"),
                given("genre", "string"),
            ]
        }
    )

    track: TrackRef | None = None
    features: Sound | None = Field(
        None,
        description="Beside a track: used where the release has no vector of it and catalog no features.",
        json_schema_extra={"minProperties": 1},
    )
    text: Words | None = None
    artist: TrackId | None = Field(
        None, description="The id of an artist, as tracks name it: the middle of the artist's learned tracks."
    )
    genre: WantedGenre | None = Field(
        None,
        description="The middle of the genre's most popular learned tracks. Spelled freely, as in `filters.genres`.",
    )
    weight: Finite = Field(
        1.0, gt=0, le=100, description="Only proportions count: a seed of a thousandth of another's weight says little."
    )

    @model_validator(mode="after")
    def _exactly_one(self) -> Self:
        kinds = (self.track or self.features, self.text, self.artist, self.genre)
        if sum(kind is not None for kind in kinds) != 1:
            raise ValueError(
                "exactly one of track, features, text, artist or genre; only features may stand beside a track"
            )
        if self.features is not None and not any(value is not None for value in dict(self.features).values()):
            raise ValueError("a features seed names at least one feature")
        return self


class Avoid(Strict):
    """A track whose kind of music is not wanted: it and what stands near it sink."""

    track: TrackRef


class RecommendationOptions(Strict):
    """What may be asked of any list: how long, in which mode, within which limits. Alone it is what a person asks
    for by GET /v1/me/recommendations, where the seeds are the person's own taste."""

    limit: Whole = Field(20, ge=1, le=MAX_LIMIT)
    mode: Mode = Mode.BALANCED
    filters: Filters = Field(default_factory=Filters)
    targets: WishedValues = Field(
        default_factory=Targets, description="Wished values; nearer is better, nothing is cut, and each counts as much."
    )
    dials: Dials = Field(default_factory=Dials)
    exclude_known: StrictBool = Field(
        True,
        description="Leaves out what the signed-in person has liked or played; guests know nothing. "
        "What the person dislikes never comes.",
    )
    exclude_shown: StrictBool = Field(
        False,
        description="Leaves out what the signed-in person was shown in the last seven days, 5,000 tracks at most.",
    )
    only_new: StrictBool = Field(
        False,
        description="Leaves out whatever the signed-in person has ever played, liked, rated or put in a playlist, in "
        "any version, also where exclude_known is false.",
    )
    not_played_for_days: Days | None = Field(
        None,
        description="Leaves out what the signed-in person has played in so many days, in any version. With "
        "exclude_known false, 365 brings back what was not heard for a year.",
    )
    set: Whole = Field(1, ge=1, le=MAX_SET, description="2 = another set without repeats of set 1, and so on.")
    name: Words | None = Field(
        None,
        description="What the list is called, or a mood in words: tracks of lists with such names come first. It "
        "counts most beside few seeds; alone it is enough.",
    )

    mutes: Mutes | None = Field(
        None, description="Artists, genres and types of versions to leave out, beside those the person has muted."
    )

    @model_validator(mode="after")
    def _within_reach(self) -> Self:
        if self.limit * self.set > MAX_REACH:
            raise ValueError(f"limit x set is {self.limit * self.set}, above {MAX_REACH}: ask for fewer sets")
        return self


class RecommendationRequest(RecommendationOptions):
    """POST /v1/recommendations: seeds, a name, or both."""

    model_config = ConfigDict(
        json_schema_extra={
            "anyOf": [
                {"required": ["seeds"], "properties": {"seeds": {"type": "array", "minItems": 1}}},
                given("name", "string"),
            ]
        }
    )

    seeds: list[Seed] = Field([], max_length=MAX_SEEDS)
    avoid: list[Avoid] = Field([], max_length=MAX_SEEDS)

    @model_validator(mode="after")
    def _something_to_start_from(self) -> Self:
        if not self.seeds and self.name is None:
            raise ValueError("give seeds, the name of a list, or both")
        return self

    @model_validator(mode="after")
    def _few_texts(self) -> Self:
        if sum(seed.text is not None for seed in self.seeds) > MAX_TEXTS:
            raise ValueError(f"more than {MAX_TEXTS} seeds are text: search first and seed with the tracks' ids")
        return self


class Continuation(Strict):
    """POST /v1/playlists/continue: the tracks of a playlist or the id of one of yours, and what is wished of those
    after it."""

    model_config = ConfigDict(
        json_schema_extra={
            "oneOf": [
                {"required": ["tracks"], "properties": {"tracks": {"type": "array", "minItems": 1}}},
                given("playlist", "string"),
            ]
        }
    )

    tracks: list[TrackRef] = Field([], max_length=MAX_SEEDS)
    playlist: UUID | None = Field(
        None,
        description="A playlist of the signed-in person, in place of `tracks`: its last 500 tracks are the seeds, none "
        "of its tracks comes, and its name counts unless `name` is given.",
    )
    length: Whole = Field(20, ge=1, le=MAX_LIMIT, description="How many tracks to add.")
    ordered: StrictBool = Field(
        True,
        description="true: the tracks are in order, and what comes next is ranked, as mode sequence does. "
        "false: their order says nothing, as in mode balanced.",
    )
    name: Words | None = Field(None, description="What the playlist is called, if it has a name: one more seed.")
    filters: Filters = Field(default_factory=Filters)
    dials: Dials = Field(default_factory=Dials)
    exclude_known: StrictBool = Field(True, description="As in POST /v1/recommendations.")
    only_new: StrictBool = Field(False, description="As in POST /v1/recommendations.")
    not_played_for_days: Days | None = Field(None, description="As in POST /v1/recommendations.")
    mutes: Mutes | None = Field(None, description="As in POST /v1/recommendations.")

    @model_validator(mode="after")
    def _one_playlist(self) -> Self:
        if bool(self.tracks) == (self.playlist is not None):
            raise ValueError("continue either the tracks of a playlist or, signed in, one of your playlists by its id")
        return self

    def as_request(self) -> RecommendationRequest:
        """The same as a request with seeds."""
        return RecommendationRequest(
            seeds=[Seed(track=track) for track in self.tracks[-MAX_SEEDS:]],
            limit=self.length,
            mode=Mode.SEQUENCE if self.ordered else Mode.BALANCED,
            name=self.name,
            filters=self.filters,
            dials=self.dials,
            exclude_known=self.exclude_known,
            only_new=self.only_new,
            not_played_for_days=self.not_played_for_days,
            mutes=self.mutes,
        )
