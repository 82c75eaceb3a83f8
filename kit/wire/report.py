"""What report answers: the taste report (version 1), keyword chips and share links.

Shares are 0 to 1, a superiority is 0 to 100. `n` beside a statistic is the number of likes that it was computed from.
Every claim compares with the catalogue of the release being served, and is `insufficient` below 20 likes.
"""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, Field, StringConstraints

from kit.wire.report_sections import (
    Cluster,
    Decade,
    Diversity,
    Drift,
    Era,
    FeatureReport,
    Genres,
    KeyReport,
    Languages,
    Mainstream,
    Mood,
    Record,
    Tempo,
)

PERIOD = r"^(all|(19|20)[0-9]{2}(-(0[1-9]|1[0-2]))?)$"
Period = Annotated[str, StringConstraints(pattern=PERIOD, max_length=7)]


class Voice(StrEnum):
    """Wording of the headlines; both carry the figures behind them."""

    PLAIN = "plain"
    PLAYFUL = "playful"


class Headline(BaseModel):
    """A sentence about the likes, what it rests on, and how sure it is (1 - corrected p; null = compares nothing)."""

    code: str
    params: dict[str, Any]
    title: str
    text: str
    evidence: str = Field(description="JSON pointer into the report.")
    confidence: float | None = None
    figure: str | None = Field(None, description="The figure alone, for a card: 7 in 10.")
    caption: str | None = Field(None, description="What stands after the figure.")


class Averages(BaseModel):
    """Flat averages in the form of the first system's GET /report.

    Means of the features; `key` and `mode` are the most frequent ones (a mean pitch class means nothing), -1 = none.
    loudness in dBFS, -60 to 0. `release` is the share of likes by decade.
    """

    acousticness: float | None = None
    danceability: float | None = None
    energy: float | None = None
    instrumentalness: float | None = None
    liveness: float | None = None
    loudness: float | None = None
    speechiness: float | None = None
    valence: float | None = None
    key: int = -1
    mode: int | None = None
    release: dict[str, float] = {}
    message: Literal["fetch report data successfully"] = "fetch report data successfully"


class Report(BaseModel):
    """GET /v1/me/report."""

    version: Literal[1] = 1
    report_id: UUID
    period: str
    voice: Voice
    generated_at: datetime
    model_version: str = Field(description="Version of the rules that computed the report.")
    catalogue_version: str = Field(description="The release that the likes are compared with.")
    catalogue_size: int
    n_likes: int = Field(description="Likes of the period.")
    n_considered: int = Field(description="Likes read: the latest of all, at most SEGUE_REPORT_LIKES_MOST.")
    n_in_release: int
    n_with_features: int
    n_artists: int
    likes_needed: int = Field(description="Further likes until the report may compare; 0 = it does.")
    summary: str
    headlines: list[Headline]
    features: list[FeatureReport]
    era: Era
    decades: list[Decade]
    keys: list[KeyReport]
    tempo: Tempo
    mood: Mood
    diversity: Diversity
    mainstream: Mainstream
    genres: Genres
    languages: Languages
    clusters: list[Cluster]
    drift: Drift
    records: list[Record]
    averages: Averages
