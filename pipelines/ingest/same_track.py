"""Which ids of all files are one track, and the alias table that leads from every id and code to it.

    codes       rows with one MBID or ISRC are one track when their names agree; where they do not, the code
                identifies nothing and each track is known by its names. Names agree when the titles are equal without
                the labels of an edition, and an artist is the same; for an MBID, which names a recording, either
                suffices.
    known twice a track known only by a code joins the one track that states this code beside another id
    by name     a track known only by its names joins the one track that bears exactly these names, and one spelled
                without accents joins the one track that is spelled with them. Two candidates join nothing, nor do
                durations more than 10 s apart.

Everything that is made one is counted in the report.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import NamedTuple

import polars as pl

from kit import ids
from kit.names import fold_latin, folded_key, identity_key
from pipelines import tables
from pipelines.ingest.identity import ISRC, MBID, NAME, SONG, SPOTIFY
from pipelines.ingest.report import Faults
from pipelines.recordings import NEAR_MS, recording_title

MOST_NAMES = 500
"""Names beside one code that are compared with each other; a code with more is nobody's."""
_NAMED_BY = ("track_id", "title", "artists", "duration_ms")
_GUESTS = re.compile(r"\s+(?:feat|ft|featuring|with|and|x|vs)\b\.?|[,;&/+]", re.IGNORECASE)


class Names(NamedTuple):
    """What a track is called, as keys. `exact` is (artist, title) letter by letter, "" where unknown."""

    exact: tuple[str, str]
    title: str
    artists: frozenset[str]
    duration_ms: int | None

    @property
    def folded(self) -> tuple[str, str]:
        """Without Latin accents."""
        return fold_latin(self.exact[0]), fold_latin(self.exact[1])


@dataclass
class SameTrack:
    """The track of every id of this ingest, and the aliases; `of` holds only ids that are another track's."""

    of: dict[str, str] = field(default_factory=dict)
    aliases: dict[tuple[str, str], set[str]] = field(default_factory=lambda: defaultdict(set))

    def final(self, track_id: str) -> str:
        """The id that stays."""
        while track_id in self.of:
            track_id = self.of[track_id]
        return track_id

    def table(self, faults: Faults) -> pl.DataFrame:
        """tables.ALIASES; a value that leads to two tracks is left out and counted."""
        found: list[tuple[str, str, str]] = []
        for (kind, value), leads_to in sorted(self.aliases.items()):
            final = {self.final(track_id) for track_id in leads_to}
            if len(final) > 1:
                faults.note(f"{kind} that stands beside several tracks: no alias")
            elif (track_id := final.pop()) != value:
                found.append((kind, value, track_id))
        return pl.DataFrame(found, schema=tables.ALIASES, orient="row")


def same_track(stated: pl.DataFrame, tracks: pl.DataFrame, faults: Faults) -> SameTrack:
    """Decides it. `stated` has the columns of identity.STATED over all files, `tracks` one row per id of them."""
    found = SameTrack()
    if stated.filter(
        ~((pl.col("known_by") == SPOTIFY) & pl.col("mbid").is_null() & pl.col("isrc").is_null())
    ).is_empty():
        return found
    names = _names(stated, tracks)
    known_by = dict(stated.select("track_id", "known_by").iter_rows())
    beside: dict[str, dict[str, set[str]]] = {MBID: defaultdict(set), ISRC: defaultdict(set)}
    for row in stated.iter_rows(named=True):
        for kind, codes in beside.items():
            if row[kind]:
                codes[row[kind]].add(row["track_id"])
    for kind in (MBID, ISRC):
        for code, holders in beside[kind].items():
            _one_code(kind, code, sorted(holders), known_by, names, found, faults)
    _by_name(known_by, names, found, faults)
    _collect(stated, known_by, found)
    return found


def _names(stated: pl.DataFrame, tracks: pl.DataFrame) -> dict[str, Names]:
    wanted = tracks.join(stated.select("track_id").unique(), on="track_id", how="semi")
    return {
        track_id: _named(title, artists or [], duration)
        for track_id, title, artists, duration in wanted.select(
            "track_id", "title", "artists", "duration_ms"
        ).iter_rows()
    }


def _named(title: str | None, artists: list[str], duration_ms: int | None) -> Names:
    first = artists[0] if artists else ""
    keys = {folded_key(part) for name in artists for part in (_GUESTS.split(name)[0], name)}
    exact = (identity_key(first) or first, identity_key(title or "") or title or "")
    return Names(exact, fold_latin(recording_title(title)) if title else "", frozenset(keys - {""}), duration_ms)


def _agree(one: Names, other: Names, kind: str) -> bool:
    artists = bool(one.artists & other.artists) or not one.artists or not other.artists
    titles = one.title == other.title or not one.title or not other.title
    return (titles or artists) if kind == MBID else (titles and artists)


def _one_code(
    kind: str,
    code: str,
    holders: list[str],
    known_by: Mapping[str, str],
    names: Mapping[str, Names],
    found: SameTrack,
    faults: Faults,
) -> None:
    """Joins the ids that only this code identifies, and them with the one other track that states it."""
    own = [track_id for track_id in holders if known_by[track_id] == kind]
    whole = ids.derive(mbid=code) if kind == MBID else ids.derive(isrc=code)
    clusters = list(_clusters(own, names, kind))
    for cluster in clusters:
        artist, title = names[cluster[0]].exact
        known_by_name = len(clusters) > 1 and artist and title
        track_id = ids.derive(artist=artist, title=title) if known_by_name else whole
        found.of |= dict.fromkeys(cluster, track_id)
    if len(clusters) > 1:
        faults.note(f"{kind.upper()} with different titles or artists: no identity")
    elif clusters:
        agreeing = {one for one in holders if one not in own and _agree(names[one], names[own[0]], kind)}
        if len(agreeing) == 1:
            found.of[whole] = agreeing.pop()
            faults.note(f"track known by {kind.upper()} and by another id: one track")


def _clusters(own: list[str], names: Mapping[str, Names], kind: str) -> Iterator[list[str]]:
    """Ids whose names agree, each with some other of its cluster."""
    if len(own) > MOST_NAMES:
        yield from ([track_id] for track_id in own)
        return
    left = sorted(own, key=lambda track_id: (not names[track_id].title, track_id))  # the nameless last
    while left:
        cluster = [left.pop(0)]
        for member in cluster:
            joined = [track_id for track_id in left if _agree(names[member], names[track_id], kind)]
            cluster += joined
            left = [track_id for track_id in left if track_id not in joined]
        yield cluster


def _by_name(known_by: Mapping[str, str], names: Mapping[str, Names], found: SameTrack, faults: Faults) -> None:
    if NAME not in known_by.values():
        return
    exact: dict[tuple[str, str], set[str]] = defaultdict(set)
    accented: dict[tuple[str, str], set[str]] = defaultdict(set)
    for track_id, name in names.items():
        if all(name.exact):
            exact[name.exact].add(track_id)
            if name.folded != name.exact:
                accented[name.folded].add(track_id)
    for track_id in (one for one, by in known_by.items() if by == NAME and one in names):
        if found.final(track_id) != track_id:
            continue
        key = names[track_id].exact
        same = {found.final(one) for one in exact[key]} - {track_id}
        spelled = {found.final(one) for one in accented[key]} - {track_id}
        if len(same) == 1:
            _join(track_id, exact[key], same.pop(), names, found, faults, "track known by name and by an id: one track")
        elif not same and len(spelled) == 1:
            _join(track_id, accented[key], spelled.pop(), names, found, faults, "spelled without accents: one track")


def _join(
    track_id: str,
    holders: Iterable[str],
    into: str,
    names: Mapping[str, Names],
    found: SameTrack,
    faults: Faults,
    note: str,
) -> None:
    durations = [names[one].duration_ms for one in {track_id, *holders}]
    known = sorted(ms for ms in durations if ms)
    if all(later - earlier <= NEAR_MS for earlier, later in pairwise(known)):
        found.of[track_id] = into
        faults.note(note)


def _collect(stated: pl.DataFrame, known_by: Mapping[str, str], found: SameTrack) -> None:
    """Every id and code by which a row knew a track; ids that count within this ingest only are none."""
    for row in stated.iter_rows(named=True):
        for kind, value in ((SONG, row["song_id"]), (MBID, row[MBID]), (ISRC, row[ISRC])):
            if value:
                found.aliases[kind, value].add(row["track_id"])
    for older, newer in found.of.items():
        if known_by.get(older) not in (MBID, ISRC):
            found.aliases["id", older].add(newer)
