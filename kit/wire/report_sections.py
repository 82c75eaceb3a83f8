"""The sections of the taste report (kit/wire/report.py): one model for each analysis.

Shares are 0 to 1, a superiority is 0 to 100. `n` beside a statistic is the number of likes that it was computed from.
Every claim compares with the catalogue of the release being served, and is `insufficient` below 20 likes.
"""

from enum import StrEnum
from typing import Literal

from pydantic import BaseModel, Field

from kit.wire.catalog import TrackId


class Claim(StrEnum):
    """What may be said of the likes against the catalogue; `insufficient` = too few likes to say anything."""

    HIGHER = "higher"
    LOWER = "lower"
    TYPICAL = "typical"
    INSUFFICIENT = "insufficient"


class Superiority(BaseModel):
    """The chance that a like has a larger value than a track drawn from the catalogue, in percent, half of ties
    counted; 50 for somebody who likes at random. `ci` is its 95 % interval."""

    superiority: float | None = None
    ci: tuple[float, float] | None = None
    claim: Claim = Claim.INSUFFICIENT


class FeatureReport(Superiority):
    """One audio feature: 20 bins of equal width from `low` to `high`; `hist` counts, `catalogue_hist` shares."""

    name: str
    unit: str
    n: int
    median: float | None = None
    iqr: tuple[float, float] | None = Field(None, description="Lower and upper quartile.")
    catalogue_median: float | None = None
    low: float
    high: float
    hist: list[int]
    catalogue_hist: list[float]


class Portion(BaseModel):
    """A category: how many likes are in it, their share, the catalogue's, and the ratio of the two."""

    n: int
    share: float
    catalogue_share: float
    lift: float | None = Field(None, description="share / catalogue_share; null where the catalogue has none.")
    claim: Claim = Claim.INSUFFICIENT


class Decade(Portion):
    """Likes released in the ten years from `decade` on."""

    decade: int


class Era(Superiority):
    """Release years: `older_than_25_years` is the share of likes, `superiority` above 50 = newer than the catalogue."""

    n: int
    median_year: int | None = None
    catalogue_median_year: int | None = None
    older_than_25_years: float | None = None
    catalogue_older_than_25_years: float | None = None


class KeyReport(Portion):
    """One of 24 keys. Only keys with at least 8 likes carry a claim."""

    key: int = Field(description="Pitch class, 0 = C.")
    mode: Literal[0, 1] = Field(description="1 major, 0 minor.")
    name: str


class TempoBin(BaseModel):
    """Likes whose tempo, folded to 70 to 140 beats per minute, is in this bin."""

    low: float
    high: float
    n: int
    share: float
    catalogue_share: float


class Tempo(BaseModel):
    """Tempo in beats per minute; halved or doubled until it is in 70 to 140, since detectors err by octaves."""

    n: int
    median: float | None = None
    band: tuple[float, float] | None = Field(None, description="The narrowest band with half of the likes.")
    bins: list[TempoBin]


class Quadrant(Portion):
    """A quarter of the plane of valence and energy, cut at the catalogue's medians."""

    name: Literal["bright_lively", "dark_intense", "dark_calm", "bright_calm"]


class Mood(BaseModel):
    """Valence and energy: `bins` (10 rows of energy, low first, by 10 columns of valence) counts likes."""

    n: int
    reference: dict[str, float] = Field(description="The catalogue's medians of valence and energy.")
    median: dict[str, float] | None = None
    shares: list[Quadrant]
    bins: list[list[int]]


class Diversity(BaseModel):
    """How far the likes spread, against sets of as many tracks drawn at random from the catalogue."""

    n: int
    artists: int
    evenness: float | None = Field(None, description="Shannon entropy of the artists / log(n): 1 = each like another.")
    n_with_vector: int
    mean_cosine: float | None = Field(None, description="Mean cosine of all pairs of likes.")
    random_mean: float | None = None
    random_sd: float | None = None
    claim: Claim = Field(Claim.INSUFFICIENT, description="higher = spread wider than random sets, lower = narrower.")


class Mainstream(Superiority):
    """Popularity of the likes; `bottom_half` is the share below the catalogue's median popularity."""

    n: int
    bottom_half: float | None = None


class Coverage(BaseModel):
    """For how many of the likes something is known."""

    known: int
    of: int
    share: float


class GenreItem(Portion):
    """A genre; a like may have several, so shares may sum to more than 1."""

    name: str


class Genres(BaseModel):
    """The most frequent genres among the likes that have any."""

    coverage: Coverage
    items: list[GenreItem]


class LanguageItem(BaseModel):
    """A language (ISO 639-1) and its share of the likes whose language is known."""

    language: str
    name: str
    n: int
    share: float


class Languages(BaseModel):
    """Languages of titles, guessed from their words; only sure guesses count. `stated`: known for at least 60 %."""

    coverage: Coverage
    stated: bool
    items: list[LanguageItem]


class ReportTrack(BaseModel):
    """A track as the report names it."""

    id: TrackId
    title: str
    artists: list[str]
    year: int | None = None
    genres: list[str] = []


class Cluster(BaseModel):
    """One side of a taste: likes near each other, named by their most over-represented genre or feature."""

    label: str
    by: Literal["genre", "feature", "none"]
    n: int
    share: float
    tracks: list[ReportTrack] = Field(description="The likes nearest to its centre, at most 4.")


class DriftMonth(BaseModel):
    """Mean valence and energy of the likes of a month that has at least 20."""

    month: str
    n: int
    valence: float
    energy: float


class Drift(BaseModel):
    """Whether the mood of new likes changed between months: permutation test over months with 20 likes or more."""

    months: list[DriftMonth]
    p: float | None = None
    claim: Literal["changed", "steady", "insufficient"] = "insufficient"
    direction: str | None = None


class Record(BaseModel):
    """A like that stands out."""

    kind: Literal["oldest", "newest", "rarest", "longest", "outlier"]
    value: float | None = None
    track: ReportTrack
