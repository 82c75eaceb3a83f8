"""A home page's rows, trending tracks, similar artists and versions of a track, as recommend returns them."""

from typing import Literal

from pydantic import BaseModel

from kit.wire.catalog import Artist, Track
from kit.wire.recommend_response import Recommended

RowKey = Literal["trending", "because_listened", "because_liked", "new_to_you", "genre"]


class HomeTracks(BaseModel):
    """One row: its title says why it is there, `seed` is the track that the title names."""

    key: RowKey
    title: str
    seed: Track | None = None
    tracks: list[Recommended]


class Home(BaseModel):
    """GET /v1/me/home: no track twice across rows; rows without a track are left out."""

    rows: list[HomeTracks]
    release: str
    degraded: str | None = None
    request_id: str | None = None


class SimilarArtistFound(BaseModel):
    """An artist, the summed similarity of its best tracks, and up to three of these."""

    artist: Artist
    score: float
    tracks: list[Track]


class SimilarArtists(BaseModel):
    """GET /v1/artists/{id}/similar: the most similar first."""

    items: list[SimilarArtistFound]
    release: str
    request_id: str | None = None


class TrackVersions(BaseModel):
    """GET /v1/tracks/{id}/versions: the other releases of its recording, the best known first."""

    items: list[Track]
    release: str
    request_id: str | None = None
