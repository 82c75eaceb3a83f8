"""Aliases of a release's tracks: other ids, older ids, MBIDs and ISRCs.

They come from three sources, in order of precedence: the aliases that ingest found in the files, the ids of the
previously served release whose tracks have another id now, and the aliases of that release.

An id of the earlier release becomes that of a new track when both have one MBID or one ISRC and their names agree, or
when artist and title are the same and the durations, where both are known, lie within 10 s of each other; and when
neither has another candidate.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl

from kit import ids, references
from kit.names import identity_key
from kit.recordings.artist_names import names
from kit.release import Ints, Release, Rows
from kit.release_ids import CODE_BYTES
from pipelines.folders import Folder
from pipelines.recordings.groups import NEAR_MS, recording_title

FILE = "aliases.parquet"
MOST_PER_TRACK = 50
"""Maximum number of older ids of one track: one for each refresh that changed it, fifty times over."""
_SCHEMA = {"kind": pl.String, "value": pl.String, "track_id": pl.String}
_ID_KINDS = ("id", "spotify", "song")


@dataclass(frozen=True, slots=True)
class Aliases:
    """`ids`: other or older id -> id of a track of the release. `codes`: "isrc:..." or "mbid:..." -> id of a track.

    changed: how many of the ids belonged to tracks of the release before that have another id now; dropped: how many
    were too many for their track.
    """

    ids: Mapping[str, str] = field(default_factory=dict)
    codes: Mapping[str, str] = field(default_factory=dict)
    changed: int = 0
    dropped: int = 0

    def __len__(self) -> int:
        return len(self.ids) + len(self.codes)

    def counts(self) -> dict[str, int]:
        """Counts for the manifest; empty where there are none."""
        by_name = {"aliases": len(self), "ids_changed": self.changed, "aliases_dropped": self.dropped}
        return {name: count for name, count in by_name.items() if count}

    def write(self, folder: Folder, rows: Callable[[Sequence[str]], Rows]) -> None:
        """Writes sorted arrays of ids and codes, each with the row of its track; nothing where there are none."""
        for name, known, width in (("ids", self.ids, ids.LENGTH), ("codes", self.codes, CODE_BYTES)):
            if known:
                values = sorted(known)
                folder.array(f"aliases/{name}.npy", np.array([one.encode() for one in values], dtype=f"S{width}"))
                at = rows([known[one] for one in values])
                folder.array(f"aliases/{name}.rows.npy", at.astype(np.int32))


def read(ingested: Path) -> pl.DataFrame:
    """kind, value, track_id as ingest wrote them; empty where it wrote none."""
    path = ingested / FILE
    return pl.read_parquet(path, columns=list(_SCHEMA)) if path.exists() else pl.DataFrame(schema=_SCHEMA)


def gathered(tracks: pl.DataFrame, stated: pl.DataFrame, playlists: pl.DataFrame, earlier: Release | None) -> Aliases:
    """The aliases of a release of `tracks` (tables.TRACKS); `stated` are those of ingest, `earlier` is the current
    release.

    playlists: track_id and the number of playlists it is in. A code of several tracks is resolved to the most popular.
    """
    tracks = tracks.filter(pl.col("title").str.strip_chars().str.len_chars() > 0)
    popular: Mapping[str, int] = dict(playlists.select("track_id", "playlists").iter_rows())
    held = set(tracks["track_id"])
    stated_ids = ((own_id(kind, value), track) for kind, value, track in stated.iter_rows())
    known = {value: track for value, track in stated_ids if value and value not in held and track in held}
    codes = _codes(tracks, stated.filter(pl.col("track_id").is_in(held)), popular)
    if earlier is None:
        return _bounded(known, {}, codes, {}, 0)
    moved = became(described(earlier), tracks, held, known)
    older, older_codes = _carried(earlier, held, moved)
    return _bounded(
        known | moved, {one: track for one, track in older.items() if one not in held}, codes, older_codes, len(moved)
    )


def joined(first: Aliases, more: Aliases) -> Aliases:
    """Aliases of one list of tracks against two earlier releases; the first ones lead where they disagree."""
    return _bounded(first.ids, more.ids, first.codes, more.codes, more.changed)


def own_id(kind: str, value: str) -> str | None:
    """The 22 characters by which a file or a link would identify the track; None for a code."""
    if kind not in _ID_KINDS:
        return None
    if ids.is_track_id(value):
        return value
    return ids.derive(catalogue_id=value) if kind == "song" and value else None


def _codes(tracks: pl.DataFrame, stated: pl.DataFrame, popular: Mapping[str, int]) -> dict[str, str]:
    found: dict[str, set[str]] = defaultdict(set)
    own = [("isrc", *row) for row in tracks.select("isrc", "track_id").drop_nulls().iter_rows()]
    own += [("mbid", *row) for row in tracks.select("mbid", "track_id").drop_nulls().iter_rows()]
    for kind, value, track in [*own, *stated.iter_rows()]:
        if code := code_of(kind, value):
            found[code].add(track)
    return {code: min(whose, key=lambda track: (-popular.get(track, 0), track)) for code, whose in found.items()}


def code_of(kind: str, value: str) -> str | None:
    """ "isrc:..." or "mbid:..." in canonical spelling; None for an id or a malformed code."""
    read_as = {"isrc": references.isrc, "mbid": references.mbid}.get(kind)
    plain = read_as(value) if read_as else None
    return f"{kind}:{plain}" if plain else None


# -- the earlier release -----------------------------------------------------------------------------------------------
def described(release: Release) -> pl.DataFrame:
    """What identifies its tracks, in row order."""
    columns = ["track_id", "title", "artists", "duration_ms", "isrc", "mbid"]
    return pl.read_parquet(release.path / "tracks.parquet", columns=columns)


@dataclass(frozen=True, slots=True)
class _Named:
    track_id: str
    title: str
    artists: tuple[str, ...]
    duration_ms: int | None
    isrc: str | None
    mbid: str | None

    @property
    def identity(self) -> Hashable:
        return _key(" ".join(self.artists)), _key(self.title)

    @property
    def first_identity(self) -> Hashable:
        return _key(self.artists[0] if self.artists else ""), _key(self.title)

    def agrees(self, other: "_Named") -> bool:
        """True for the same track by names, ignoring edition labels."""
        ours, theirs = (set(names(one.artists[0])) if one.artists else set() for one in (self, other))
        return recording_title(self.title) == recording_title(other.title) and bool(ours & theirs)

    def close_in_length(self, other: "_Named") -> bool:
        both = self.duration_ms is not None and other.duration_ms is not None
        return not both or abs(self.duration_ms - other.duration_ms) <= NEAR_MS  # type: ignore[operator]


def _key(name: str) -> str:
    return identity_key(name) or name.strip().casefold()


def _named(tracks: pl.DataFrame) -> list[_Named]:
    shown = tracks.select("track_id", "title", "artists", "duration_ms", "isrc", "mbid")
    return [
        _Named(track, title, tuple(artists or ()), duration, references.isrc(isrc), references.mbid(mbid))
        for track, title, artists, duration, isrc, mbid in shown.iter_rows()
    ]


def became(before: pl.DataFrame, now: pl.DataFrame, held: Collection[str], known: Mapping[str, str]) -> dict[str, str]:
    """Lost id -> its track in the new release, where that is unambiguous.

    before: `described` of the earlier release; now: tables.TRACKS with titles, whose ids are `held`; known: ids whose
    tracks are known otherwise.
    """
    lost = _named(before.filter(~pl.col("track_id").is_in([*held, *known])))
    if not lost:
        return {}
    living = _named(now)
    found: dict[str, str] = {}
    for key, same in (
        (lambda one: one.mbid, _Named.agrees),
        (lambda one: one.isrc, _Named.agrees),
        (lambda one: one.identity if one.artists else None, _Named.close_in_length),
        (lambda one: one.first_identity if one.artists else None, _Named.close_in_length),
    ):
        left = [one for one in lost if one.track_id not in found]
        found |= _only_pairs(left, living, key, same)
    return found


def _only_pairs(
    lost: Iterable[_Named],
    living: Iterable[_Named],
    key: Callable[[_Named], Hashable | None],
    same: Callable[[_Named, _Named], bool],
) -> dict[str, str]:
    """Unambiguous pairs of one key: neither has another partner that is the same."""
    wanted = defaultdict(list)
    for one in lost:
        if (found_key := key(one)) is not None:
            wanted[found_key].append(one)
    there = defaultdict(list)
    for one in living:
        if (found_key := key(one)) in wanted:
            there[found_key].append(one)
    pairs = [(a, b) for found_key, ours in wanted.items() for a in ours for b in there[found_key] if same(a, b)]
    left, right = Counter(a.track_id for a, _ in pairs), Counter(b.track_id for _, b in pairs)
    return {a.track_id: b.track_id for a, b in pairs if left[a.track_id] == right[b.track_id] == 1}


def _carried(
    earlier: Release, held: Collection[str], became: Mapping[str, str]
) -> tuple[dict[str, str], dict[str, str]]:
    """Aliases of the earlier release, resolved to today's tracks."""
    return _led_on(earlier, *earlier.aliases(), held, became), _led_on(earlier, *earlier.codes(), held, became)


def _led_on(
    earlier: Release, values: npt.NDArray[np.bytes_], rows: Ints, held: Collection[str], became: Mapping[str, str]
) -> dict[str, str]:
    found = {}
    for value, row in zip(values.tolist(), rows.tolist(), strict=True):
        track = earlier.track_id(row)
        if today := track if track in held else became.get(track):
            found[value.decode()] = today
    return found


def _bounded(
    known: Mapping[str, str],
    older: Mapping[str, str],
    codes: Mapping[str, str],
    older_codes: Mapping[str, str],
    changed: int,
) -> Aliases:
    kept, dropped = _at_most(known, older)
    kept_codes, dropped_codes = _at_most(codes, older_codes)
    return Aliases(kept, kept_codes, changed, dropped + dropped_codes)


def _at_most(known: Mapping[str, str], older: Mapping[str, str]) -> tuple[dict[str, str], int]:
    """At most MOST_PER_TRACK aliases of a track, today's first, and the number that was dropped."""
    count: Counter[str] = Counter()
    kept: dict[str, str] = {}
    every = [*sorted(known.items()), *sorted(one for one in older.items() if one[0] not in known)]
    for value, track in every:
        count[track] += 1
        if count[track] <= MOST_PER_TRACK:
            kept[value] = track
    return kept, len(every) - len(kept)
