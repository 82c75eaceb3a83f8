"""The values that the stages of one request hand to each other; pipeline.py carries them from stage to stage.

A stage imports this module and served/, never another stage.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal, NamedTuple, TypeVar

import numpy as np

from kit.next_track import Weights, weights_in_order
from kit.query import Pooled, effective_number, relative
from kit.release import Floats, Ints, Rows
from kit.vectors import Hits
from kit.wire.catalog import Artist, Features
from kit.wire.mutes import Mutes
from kit.wire.recommend_response import ListName, TextSeed

Computed = TypeVar("Computed")
SeedOrigin = Literal["asked", "liked", "played", "named"]
"""`named` is the name of a list, which is in a query as a seed and is no track."""


@dataclass(frozen=True, slots=True)
class SeedRef:
    """A seed before it has a vector: a track, a sound, an artist or a genre, how much it counts, and where it comes
    from."""

    track: str | None = None
    features: Features | None = None
    weight: float = 1.0
    because: SeedOrigin = "asked"
    artist: Artist | None = None
    genre: str | None = None


@dataclass(frozen=True)
class SeedVectors:
    """A seed that can be used: its query vector in each space it has one in."""

    weight: float
    query: dict[str, Floats]  # space -> (dim,)
    features: Floats  # (12,), NaN where unknown
    row: int = -1
    track_id: str | None = None
    title: str | None = None
    because: SeedOrigin = "asked"
    artist_id: str | None = None  # of a seed that stands for an artist; `title` is the name
    genre: str | None = None  # of a seed that stands for a genre, as the request writes it

    @property
    def key(self) -> str | int:
        """Identity of the seed: seeds with the same one are merged."""
        return self.track_id or self.artist_id or self.genre or id(self)

    @cached_property
    def as_json(self) -> dict[str, Any]:
        """What it is, in the form of kit.wire.recommend_response.SeedShare without the share."""
        if self.because == "named":
            return {"track": None, "features": False, "title": None, "name": self.title}
        if self.genre:
            return {"track": None, "features": False, "title": None, "genre": self.genre}
        if self.artist_id:
            return {"track": None, "features": False, "title": self.title, "artist": self.artist_id}
        return {"track": self.track_id, "features": self.track_id is None, "title": self.title}


MIN_RELATIVE_WEIGHT = 0.01
"""A seed of less than this share of the heaviest one's weight is pooled with the others and decides nothing beside:
what is counted by seeds, such as their artists, is counted without it."""


@dataclass(frozen=True)
class QueryVector:
    """A query vector for the index, its seeds, and how to split a score among them.

    Query vectors of one person are in the same space and their scores are comparable: each is a pooled query of the
    same scale, and all have the same negative query subtracted. They live as long as a version of the profile, and so
    does what is computed of their seeds.
    """

    space: str
    vector: Floats  # (dim,)
    seeds: list[SeedVectors]
    liked: Pooled
    weight: float = 1.0  # its seeds' share of the weight of all seeds
    in_order: bool = False  # the seeds are a sequence: ranked by the next-track model (kit/next_track.py), not reranked

    @property
    def sequence(self) -> tuple[Ints, Weights]:
        """(n,) rows of all seeds in order, -1 for a sound, and their weights by kit.next_track; 0 for a name, which has
        no position in the order and stands last."""
        ordered = self.seeds_but_name
        weights = weights_in_order(np.array([seed.weight for seed in ordered]))
        names = len(self.seeds) - len(ordered)
        return np.array([seed.row for seed in self.seeds]), np.pad(weights, (0, names))

    @cached_property
    def seeds_but_name(self) -> list[SeedVectors]:
        """Its seeds without the name of a list."""
        return [seed for seed in self.seeds if seed.because != "named"]

    @cached_property
    def effective_seeds(self) -> float:
        """How many seeds of equal weight would count as much (kit.query.effective_number); 0 without any."""
        seeds = self.seeds_but_name
        return effective_number(np.array([seed.weight for seed in seeds])) if seeds else 0.0

    @cached_property
    def rows(self) -> Ints:
        """Rows of its seeds, -1 for a sound, without the name and without those of next to no weight."""
        seeds = self.seeds_but_name
        weights = relative(np.array([seed.weight for seed in seeds]))
        return np.array([seed.row for seed in seeds], np.int64)[weights >= MIN_RELATIVE_WEIGHT]

    def once(self, name: str, compute: Callable[[], Computed]) -> Computed:
        """What `compute` returns of its seeds and its release, computed once."""
        if name not in self._memo:
            self._memo[name] = compute()
        found: Computed = self._memo[name]
        return found

    @cached_property
    def _memo(self) -> dict[str, Any]:
        return {}

    def shares(self, hits: Floats, brought: Floats | None = None) -> Floats:
        """(hits, seeds) each seed's part of the positive score of hits (hits, dim) and of what it `brought`."""
        return self.liked.shares(hits, brought)


class RerankedHits(NamedTuple):
    """The tracks found for one query vector, best first."""

    rows: Rows  # (c,)
    scores: Floats  # (c,) falling, by position
    similarity: Floats  # (c,) of the tracks

    @classmethod
    def of(cls, hits: Hits) -> "RerankedHits":
        """The order of the lookup."""
        return cls(hits.rows, hits.scores, hits.scores)


class MergedCandidates(NamedTuple):
    """Candidates, best first; equal scores in row order."""

    rows: Rows  # (c,) no track twice
    scores: Floats  # (c,) falling, on one scale
    similarity: Floats  # (c,) to the query vector that counts
    which: Rows  # (c,) number of the query vector with that score; the first of several

    def first(self, count: int) -> "MergedCandidates":
        """The first `count` of them, or all."""
        rows, scores, similarity, which = self
        return MergedCandidates(rows[:count], scores[:count], similarity[:count], which[:count])


Reason = dict[str, Any]
"""In the form of kit.wire.recommend_response.Reason. 20 with ten seeds each cost 700 us as models, 20 as plain
values."""


@dataclass(frozen=True, slots=True)
class RankedList:
    """The tracks of an answer, best first, row-aligned."""

    rows: list[int]
    scores: list[float]
    similarity: list[float | None]
    reasons: list[Reason]
    candidates: int
    match: list[int | None]


@dataclass(frozen=True, slots=True)
class HomeRow:
    """A row of a home page: its type (kit.wire.home.RowKey), its title, its tracks, and the row of the release that it
    starts from."""

    key: str
    title: str
    tracks: RankedList
    seed: int | None = None


@dataclass(frozen=True, slots=True)
class SimilarArtist:
    """An artist by its best tracks (rows of the release, best first) and their summed scores."""

    rows: list[int]
    score: float


@dataclass
class RecommendationContext:
    """The state of one request: query vectors, excluded rows, and what the response reports beside the tracks."""

    query_vectors: list[QueryVector]
    excluded: frozenset[int]
    avoid: list[SeedVectors] = field(default_factory=list)
    opinions: Mapping[int, int] = field(default_factory=dict)  # row -> the person's `like` of it
    unknown: list[str] = field(default_factory=list)
    unknown_texts: list[str] = field(default_factory=list)
    unknown_genres: list[str] = field(default_factory=list)
    unknown_artists: list[str] = field(default_factory=list)
    texts: list[TextSeed] = field(default_factory=list)
    name: ListName | None = None
    degraded: str | None = None
    mutes: Mutes | None = None  # the person's; those of the request stand in its options
    popular_because: str = "Popular here: the index is being restored"
