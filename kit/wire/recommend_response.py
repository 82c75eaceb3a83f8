"""The responses of recommend: tracks with reasons, what became of the seeds, and the published releases."""

from typing import Literal

from pydantic import (
    BaseModel,
    Field,
)

from kit.wire.catalog import Artist, MatchedBy, Track, TrackId, TrackRef


class SeedShare(BaseModel):
    """How much of what speaks for the track this seed brought: 0 to 1, the shares of all the request's seeds sum to 1.
    A seed that speaks against the track has none."""

    track: TrackId | None = None
    features: bool = False
    title: str | None = Field(None, description="Of the track, or the name of the artist.")
    artist: TrackId | None = Field(
        None, description="Where the seed is an artist, or a text that names one and no track that is known."
    )
    genre: str | None = Field(None, description="Where the seed is a genre, as the request writes it.")
    name: str | None = Field(None, description="The name of the list, where it is what brought the share.")
    share: float


class Reason(BaseModel):
    """Why this track: a sentence and the evidence behind it."""

    text: str
    seeds: list[SeedShare] = Field([], description="The five seeds that brought most, largest share first.")
    together_in: int | None = Field(None, description="Training playlists that hold it with the first seed.")
    near_in: list[str] = []
    space: Literal["graph", "audio", "popular", "sequence", "history"] = Field(
        "graph",
        description="Where it comes from: listening data, sound, what is popular, what you liked and played yourself "
        "(history, in the weekly list Rediscover), or (in mode sequence) its place "
        "beside a seed in playlists. Where nothing stands beside the seeds, mode sequence goes on with graph.",
    )


class Recommended(BaseModel):
    """One track of the answer. `score` is the final ranking score and never rises down the list."""

    track: Track
    score: float
    match: int | None = Field(
        None,
        ge=0,
        le=100,
        description="The chance in percent that it stands in the same playlist as the seeds, measured on held-out "
        "playlists: comparable between lists, and never rising down one. Null in lists without seeds (popular, "
        "trending) and for releases without the measurement.",
    )
    similarity: float | None = None
    reason: Reason


class Pool(BaseModel):
    """What the ranking chose from: tracks in the release with a vector, and candidates after filters."""

    release: int
    candidates: int


class TextSeed(BaseModel):
    """What a text among the seeds was taken for, and how surely (0 to 1).

    `artist` in place of a track means that only the artist is known: the seed is what the release knows of their
    tracks.
    """

    text: str
    track: TrackId | None = None
    title: str | None = None
    artist: Artist | None = Field(None, description="The first artist of the track, or the artist that is the seed.")
    confidence: float
    by: MatchedBy


class ListName(BaseModel):
    """What is known of the name that was asked for. One of which nothing is known changes nothing, nor does any beside
    seeds that are known by their sound alone (`known` is then false). Without seeds the answer is then the popular
    list, whose reasons say so (`space` is popular)."""

    text: str
    known: bool
    confidence: float = Field(description="0 to 1: near 1 for names that playlists have; 0 where nothing is known.")


class Recommendations(BaseModel):
    """Tracks, best first."""

    tracks: list[Recommended]
    release: str
    pool: Pool
    resolved: list[TextSeed] = Field([], description="The seeds that were texts, each once, in the order asked.")
    name: ListName | None = Field(None, description="Of the name that was asked for; null when none was.")
    unknown: list[TrackRef] = []
    unknown_texts: list[str] = Field([], description="Texts that name no track and no artist for sure: not used.")
    unknown_genres: list[str] = Field(
        [], description="Genres of the filter that no track of the release has, and of seeds that no learned track has."
    )
    unknown_artists: list[TrackId] = Field([], description="Artists among the seeds without a learned track: not used.")
    degraded: str | None = Field(
        None,
        description="What was missing when this answer was made: index_unavailable, taste_unavailable, taste_stale, "
        "shown_unavailable, texts_unfinished, catalog_unavailable, or sequence_unavailable where the release knows no "
        "order of tracks; null when nothing was.",
    )
    request_id: str | None = None


class ReleaseSummary(BaseModel):
    """One published release."""

    version: str
    current: bool
    created_at: str
    counts: dict[str, int]
    metrics: dict[str, object] = {}


class FeatureDistribution(BaseModel):
    """How one audio feature is distributed over the tracks of a release that have a value of it."""

    name: str
    low: float = Field(description="Lower end of the first bin; values below it are counted there.")
    high: float = Field(description="Upper end of the last bin; values above it are counted there.")
    tracks: int = Field(description="Tracks with a value.")
    shares: list[float] = Field(description="Share of these tracks in each bin; the bins are equally wide.")
    percentiles: list[float] = Field(description="101 values: 0 the lowest, 50 the median, 100 the highest.")


class FeatureDistributions(BaseModel):
    """GET /v1/releases/current/features."""

    release: str
    items: list[FeatureDistribution]


class Releases(BaseModel):
    """Newest first."""

    items: list[ReleaseSummary]
