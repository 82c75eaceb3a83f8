"""A catalogue that stands in for catalog's /internal/likes, and simulated listeners of the demo release."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import httpx2
import numpy as np

from kit.release import Rows
from kit.release_current import open_current, open_release
from services.report.catalogue import Catalogue
from services.report.findings import Findings
from services.report.liked_tracks import LikedTracks
from services.report.reference import CatalogueTables
from services.report.taste_report import findings

ROOT = Path(__file__).parents[3]
TODAY = datetime(2026, 11, 28, 12, tzinfo=UTC)


class LikesOfCatalog:
    """Answers GET /internal/likes for every person as catalog does, from a list; counts what it was asked."""

    def __init__(self) -> None:
        self.likes: list[tuple[str, datetime]] = []  # newest first
        self.queried: list[httpx2.Request] = []
        self.status = 200

    def like(self, track_ids: Sequence[str], latest: datetime = TODAY, apart: timedelta = timedelta(hours=1)) -> None:
        """Likes the tracks, the first one at `latest`, each other one earlier by `apart`."""
        self.likes = [(track, latest - apart * at) for at, track in enumerate(track_ids)]

    @property
    def transport(self) -> httpx2.MockTransport:
        def answer(request: httpx2.Request) -> httpx2.Response:
            self.queried.append(request)
            if self.status != 200:
                return httpx2.Response(self.status, json={"detail": "not now"})
            query = request.url.params
            start = len(self.likes) + 1 - int(query["before"]) if "before" in query else 0
            stop = start + int(query["limit"])
            items = [{"track": track, "liked_at": at.isoformat()} for track, at in self.likes[start:stop]]
            following = len(self.likes) + 1 - stop if stop < len(self.likes) else None
            return httpx2.Response(200, json={"items": items, "total": len(self.likes), "next": following})

        return httpx2.MockTransport(answer)


@cache
def demo() -> CatalogueTables:
    """The statistics of the committed demo release, made once."""
    [folder] = [path for path in (ROOT / "releases").iterdir() if path.name.startswith("demo-")]
    return CatalogueTables.of(Catalogue.of(open_release(folder.parent, folder.name)))


def current(data: Path) -> CatalogueTables:
    """The statistics of the release that a data folder serves."""
    release = open_current(data / "releases")
    assert release
    return CatalogueTables.of(Catalogue.of(release))


def likes(rows: Rows | Sequence[int], months: Sequence[str] | None = None) -> LikedTracks:
    """Likes of these rows, all of one month unless months are given."""
    rows = np.asarray(rows, np.int64)
    return LikedTracks(rows, list(months or ["2026-11"] * len(rows)), len(rows), len(rows))


def no_language(titles: Sequence[str]) -> list[str | None]:
    """Knows no language."""
    return [None] * len(titles)


def found(liked: LikedTracks, tables: CatalogueTables | None = None, **more: Any) -> Findings:
    """What the analyses find in the likes, without languages unless `guess` is given."""
    return findings(liked, tables or demo(), more.pop("guess", no_language), more.pop("today", TODAY))


def of_genre(name: str) -> Rows:
    """The rows of the demo release that have a genre."""
    genres = demo().catalogue.genres
    number = genres.names.index(name)
    return np.flatnonzero([number in numbers for numbers in genres.of_rows(np.arange(demo().catalogue.size))])
