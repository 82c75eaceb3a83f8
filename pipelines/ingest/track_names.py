"""Normalised track names as keys, and when two names identify one track."""

import re
from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

import polars as pl

from kit.names import fold_latin, folded_key, identity_key
from pipelines.recordings.groups import recording_title

_GUESTS = re.compile(r"\s+(?:feat|ft|featuring|with|and|x|vs)\b\.?|[,;&/+]", re.IGNORECASE)
NAMELESS = 3  # of Names.unknown


class Names(NamedTuple):
    """The names of a track as keys. `exact` is (artist, title) letter by letter, "" where unknown."""

    exact: tuple[str, str]
    title: str
    artists: frozenset[str]
    duration_ms: int | None

    @property
    def unknown(self) -> int:
        """Completeness: 0 with title and artist, 1 with the title, 2 with the artist, 3 with neither."""
        return 2 * (not self.title) + (not self.artists)

    @property
    def folded(self) -> tuple[str, str]:
        """Without Latin accents."""
        return fold_latin(self.exact[0]), fold_latin(self.exact[1])


def of_tracks(tracks: pl.DataFrame) -> dict[str, Names]:
    """The names of each track; columns track_id, title, artists, duration_ms."""
    wanted = tracks.select("track_id", "title", "artists", "duration_ms")
    return {track_id: names_of_track(title, artists or [], ms) for track_id, title, artists, ms in wanted.iter_rows()}


def names_of_track(title: str | None, artists: list[str], duration_ms: int | None = None) -> Names:
    """The keys of a title and its artists, each also without the guests named beside it."""
    first = artists[0] if artists else ""
    keys = {folded_key(part) for name in artists for part in (_GUESTS.split(name)[0], name)}
    exact = (identity_key(first) or first, identity_key(title or "") or title or "")
    return Names(exact, fold_latin(recording_title(title)) if title else "", frozenset(keys - {""}), duration_ms)


def agree(one: Names, other: Names, *, both: bool) -> bool:
    """True when titles are equal without edition labels and (`both`) or else or an artist is the same. Unknown values
    agree with anything."""
    artists = bool(one.artists & other.artists) or not one.artists or not other.artists
    titles = one.title == other.title or not one.title or not other.title
    return (titles and artists) if both else (titles or artists)


def with_several_names(known: Sequence[pl.DataFrame]) -> int:
    """The number of track ids with rows (of tables.TRACKS) whose titles and artists both differ."""
    rows = pl.concat([frame.select("track_id", "title", "artists") for frame in known])
    rows = rows.filter(pl.col("track_id").is_duplicated() & pl.col("title").is_not_null()).unique(maintain_order=True)
    called: dict[str, list[Names]] = defaultdict(list)
    for track_id, title, artists in rows.filter(pl.col("track_id").is_duplicated()).iter_rows():
        called[track_id].append(names_of_track(title, artists or []))
    return sum(any(not agree(names[0], other, both=False) for other in names[1:]) for names in called.values())
