"""Two lists for the same seeds, side by side: what a release recommends, and what another service does.

There is no right answer in it: neither list is evaluated, only how far they agree and what each is made of.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import orjson

from kit.names import folded_key
from kit.release import Floats, Release, Rows
from kit.wire.catalog import Track
from pipelines.evaluate import track_list
from pipelines.evaluate.track_list import NamedTrack, TrackList
from pipelines.graph.playlist_graph import top_rows
from pipelines.models import reranked_scorer
from pipelines.models.interface import Restrictable

SPACE = "graph"
PERSISTENCE = 0.9
"""p of rank-biased overlap: the first ten places carry 86 % of the weight (Webber, Moffat and Zobel 2010)."""
TOP = 10


class CannotCompare(Exception):
    """There is nothing to compare; the message says what to give."""


@dataclass(frozen=True, slots=True)
class ListedTrack:
    """A track of one list. other: its place in the other list; in_release: false for a track that nobody could find."""

    rank: int
    track_id: str
    title: str | None
    artist: str | None
    other: int | None
    in_release: bool = True


@dataclass(frozen=True, slots=True)
class Agreement:
    """overlap: shares of places in both; rbo: rank-biased overlap, 0 to 1; popularity: median percentile, 0 to 100, of
    the tracks that have one. Artists are first artists."""

    overlap_10: float
    overlap: float
    rbo: float
    shared_artists: int
    artists_ours: int
    artists_theirs: int
    popularity_ours: float | None
    popularity_theirs: float | None
    not_in_release: int


@dataclass(frozen=True, slots=True)
class Comparison:
    """Both lists, equally long, their agreement, and how many seeds the release knows."""

    release: str
    seeds: int
    unknown_seeds: list[str]
    ours: list[ListedTrack]
    theirs: list[ListedTrack]
    agreement: Agreement

    def write(self, path: Path) -> None:
        """As JSON."""
        path.write_bytes(orjson.dumps(asdict(self), option=orjson.OPT_INDENT_2))


def compare(release: Release, seeds: TrackList, theirs: TrackList) -> Comparison:
    """The release's pure ranking (mode `similar`) for the seeds beside the other list, without the seeds in either."""
    seed_rows = track_list.found(release, seeds.tracks)
    usable = np.unique(seed_rows[_askable(release, seed_rows)])
    if not len(usable):
        raise CannotCompare(
            f"none of the {len(seeds.tracks)} seeds was learned by {release.version}: give tracks of its own, by id, "
            "or by artist and title, or name another release with --release"
        )
    listed, at = _without(release, theirs, seeds, usable)
    ours = ranked(release, usable, len(listed))
    unknown = [_label(track) for track, row in zip(seeds.tracks, seed_rows.tolist(), strict=True) if row not in usable]
    our_tracks, their_tracks = _our_tracks(release, ours, at), _their_tracks(release, listed, at, ours)
    agreed = agreement(release, ours, at, *(_artists(places) for places in (our_tracks, their_tracks)))
    return Comparison(release.version, len(usable), unknown, our_tracks, their_tracks, agreed)


def _askable(release: Release, rows: Rows) -> Any:
    known = (rows >= 0) & (rows < release.embedded)
    vectors = np.asarray(release.query_vectors(SPACE))[np.where(known, rows, 0)]
    return known & vectors.any(axis=1)


def ranked(release: Release, seeds: Rows, length: int) -> Rows:
    """(length,) rows of the tracks that serve for these seeds, best first; fewer where the release has no more."""
    allowed = np.asarray(np.asarray(release.index_vectors(SPACE)).any(axis=1), bool)
    scorer = reranked_scorer.of_release(release)
    scorer = scorer.within(allowed) if isinstance(scorer, Restrictable) else scorer
    scores = scorer.scores([seeds])[0]
    scores[~allowed] = scores[seeds] = -np.inf
    return top_rows(scores, length)


def _without(release: Release, theirs: TrackList, seeds: TrackList, rows: Rows) -> tuple[list[NamedTrack], Rows]:
    """The tracks of the other list that are no seeds, and their rows in the release."""
    given, at = {track.track_id for track in seeds.tracks}, track_list.found(release, theirs.tracks)
    new = [
        position
        for position, track in enumerate(theirs.tracks)
        if not (track.track_id in given or at[position] in rows)
    ]
    if not new:
        raise CannotCompare("the other list holds nothing but the seeds: give what the service recommended for them")
    return [theirs.tracks[position] for position in new], at[new]


def _our_tracks(release: Release, ours: Rows, theirs: Rows) -> list[ListedTrack]:
    tracks = [(_named(release, row), _rank_of(row, theirs)) for row in ours.tolist()]
    return [
        ListedTrack(rank, track.track_id, track.title, track.artist, at) for rank, (track, at) in enumerate(tracks, 1)
    ]


def _their_tracks(release: Release, listed: Sequence[NamedTrack], at: Rows, ours: Rows) -> list[ListedTrack]:
    listed_tracks = []
    for rank, (track, row) in enumerate(zip(listed, at.tolist(), strict=True), 1):
        shown = _named(release, row) if row >= 0 and not track.title else track  # a link says no name, the release does
        listed_tracks.append(
            ListedTrack(rank, track.track_id, shown.title, shown.artist, _rank_of(row, ours), row >= 0)
        )
    return listed_tracks


def _named(release: Release, row: int) -> NamedTrack:
    track = Track.model_validate_json(release.card(row))
    return NamedTrack(track.id, track.title, track.artists[0].name if track.artists else None)


def _rank_of(row: int, rows: Rows) -> int | None:
    """The first place of a track in a list, counted from 1."""
    at = np.flatnonzero(rows == row)
    return int(at[0]) + 1 if row >= 0 and len(at) else None


def _artists(tracks: Sequence[ListedTrack]) -> set[str]:
    return {folded_key(listed.artist) or listed.artist for listed in tracks if listed.artist}


def _label(track: NamedTrack) -> str:
    return f"{track.title} by {track.artist}" if track.title and track.artist else track.title or track.track_id


# -- how far they agree ------------------------------------------------------------------------------------------------
def agreement(release: Release, ours: Rows, theirs: Rows, our_artists: set[str], their_artists: set[str]) -> Agreement:
    """Of rows (theirs: -1 for a track that the release does not hold, which agrees with nothing)."""
    popularity = np.asarray(release.column("popularity"))
    return Agreement(
        overlap_10=overlap(ours, theirs, TOP),
        overlap=overlap(ours, theirs, len(theirs)),
        rbo=rank_biased_overlap(ours, theirs),
        shared_artists=len(our_artists & their_artists),
        artists_ours=len(our_artists),
        artists_theirs=len(their_artists),
        popularity_ours=_median(popularity[ours]),
        popularity_theirs=_median(popularity[theirs[theirs >= 0]]),
        not_in_release=int((theirs < 0).sum()),
    )


def overlap(ours: Rows, theirs: Rows, cut: int) -> float:
    """Tracks among the first `cut` places of both, over that many places (of shorter lists: over theirs)."""
    depth = min(cut, len(theirs))
    return len(_common(ours[:depth], theirs[:depth])) / depth


def rank_biased_overlap(ours: Rows, theirs: Rows, p: float = PERSISTENCE) -> float:
    """Extrapolated RBO of two lists of one length k (Webber, Moffat and Zobel 2010, "A similarity measure for
    indefinite rankings"): X_k / k p^k + (1 - p) / p sum_{d=1..k} X_d / d p^d, X_d being the overlap of the
    first d places. 1 for the same list, 0 for lists without a common track.
    """
    depths = np.arange(1, len(theirs) + 1)
    shares = np.array([len(_common(ours[:d], theirs[:d])) / d for d in depths])
    weights = p**depths
    return float(shares[-1] * weights[-1] + (1 - p) / p * (shares * weights).sum())


def _common(ours: Rows, theirs: Rows) -> set[int]:
    return {row for row in set(ours.tolist()) & set(theirs.tolist()) if row >= 0}


def _median(values: Floats) -> float | None:
    known = values[~np.isnan(values)]
    return round(float(np.median(known)), 1) if len(known) else None
