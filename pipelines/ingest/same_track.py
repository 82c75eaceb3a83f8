"""Entity resolution: merges the ids of one track over all files, and builds the alias table of ids and codes.

    codes       rows with one track id, MBID or ISRC are one track when their names agree; where they do not, the code
                identifies nothing and each track is identified by its names. Names agree when the titles are equal
                without the labels of an edition, and an artist is the same; for an MBID or track id, which name a
                recording, either suffices. Rows that lack a name join the one track of the code they agree with, and
                none when there are several.
    known twice a track known only by a code joins the one track that states this code beside another id, names
                agreeing
    by name     a track known only by its names joins the one track that bears exactly these names, and one spelled
                without accents joins the one track that is spelled with them. Two candidates join nothing, nor do
                durations more than 10 s apart.

Everything that is made one is counted in the report.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import pairwise

import polars as pl

from kit import ids
from pipelines import tables
from pipelines.ingest.identity import CATALOGUE, COLUMNS, ISRC, MBID, NAME, SPOTIFY, code_id
from pipelines.ingest.report import Faults
from pipelines.ingest.track_names import NAMELESS, Names, agree, of_tracks
from pipelines.recordings.groups import NEAR_MS

CALLED = {CATALOGUE: "song id", MBID: "MBID", ISRC: "ISRC"}
MOST_NAMES = 500
"""Maximum number of names beside one code that are compared with each other; a code with more identifies no track."""
_STATES_A_CODE = pl.any_horizontal(pl.col(column).is_not_null() for column in COLUMNS.values())


@dataclass
class SameTrack:
    """The final track of every id of this ingest, and the aliases; `of` holds only ids that were merged into another,
    `respelled` those of them whose names are spelled without accents."""

    of: dict[str, str] = field(default_factory=dict)
    respelled: set[str] = field(default_factory=set)
    aliases: dict[tuple[str, str], set[str]] = field(default_factory=lambda: defaultdict(set))

    def final(self, track_id: str) -> str:
        """The id that this id was merged into."""
        while track_id in self.of:
            track_id = self.of[track_id]
        return track_id

    def table(self, faults: Faults) -> pl.DataFrame:
        """tables.ALIASES; an alias of two tracks is left out and counted."""
        found: list[tuple[str, str, str]] = []
        for (kind, value), leads_to in sorted(self.aliases.items()):
            final = {self.final(track_id) for track_id in leads_to}
            if len(final) > 1:
                faults.note(f"{CALLED.get(kind, kind)} beside several tracks: no alias")
            elif (track_id := final.pop()) != value:
                found.append((kind, value, track_id))
        return pl.DataFrame(found, schema=tables.ALIASES, orient="row")


def same_track(stated: pl.DataFrame, tracks: pl.DataFrame, faults: Faults) -> SameTrack:
    """Merges ids. `stated` has the columns of identity.STATED over all files, `tracks` one row per id of them."""
    found = SameTrack()
    if not states_codes(stated):
        return found
    names = of_tracks(tracks.join(stated.select("track_id").unique(), on="track_id", how="semi"))
    known_by = dict(stated.select("track_id", "known_by").iter_rows())
    for kind in (CATALOGUE, MBID, ISRC):
        holders = _holders(stated, COLUMNS[kind])
        for code, track_ids in holders.items():
            _one_code(kind, code, sorted(track_ids), known_by, names, found, faults)
    _by_name(known_by, names, found, faults)
    _collect(stated, known_by, names, found)
    return found


def states_codes(stated: pl.DataFrame) -> bool:
    """Whether any row (identity.STATED) has a code, or no Spotify id; else every id is a track of its own."""
    return not stated.filter(_STATES_A_CODE | (pl.col("known_by") != SPOTIFY)).is_empty()


def _holders(stated: pl.DataFrame, column: str) -> dict[str, set[str]]:
    """Code -> the ids of the rows that have it."""
    holders: dict[str, set[str]] = defaultdict(set)
    for code, track_id in stated.select(column, "track_id").drop_nulls().iter_rows():
        holders[code].add(track_id)
    return holders


def _one_code(
    kind: str,
    code: str,
    holders: list[str],
    known_by: Mapping[str, str],
    names: Mapping[str, Names],
    found: SameTrack,
    faults: Faults,
) -> None:
    """Merges the ids that only this code identifies, and these with the one other track that has it."""
    own = [track_id for track_id in holders if known_by[track_id] == kind]
    others = [track_id for track_id in holders if known_by[track_id] != kind]
    if len(holders) == 1 and names[holders[0]].unknown == NAMELESS:
        return
    clusters = _clusters(own, names, kind)
    for cluster in clusters:
        track_id = code_id(kind, code) if len(clusters) == 1 else _named_id(cluster[0], names)
        found.of |= {one: track_id for one in cluster if one != track_id}
        best = names[cluster[0]]
        agreeing = {found.final(one) for one in others if agree(names[one], best, both=kind == ISRC)} - {track_id}
        if len(agreeing) == 1 and found.final(track_id) == track_id:
            found.of[track_id] = agreeing.pop()
            faults.note(f"track known by {CALLED[kind]} and by another id: one track")
    if len(clusters) > 1:
        faults.note(f"{CALLED[kind]} with different titles or artists: no identity")


def _named_id(track_id: str, names: Mapping[str, Names]) -> str:
    """The id of these names; without an artist and a title, the id of code and names combined."""
    artist, title = names[track_id].exact
    return ids.derive(artist=artist, title=title) if artist and title else track_id


def _clusters(own: list[str], names: Mapping[str, Names], kind: str) -> list[list[str]]:
    """Ids whose names agree, those with most names first in each. Ids that lack a name join no others together."""
    clusters: list[list[str]] = []
    if len(own) > MOST_NAMES:
        return [[track_id] for track_id in own]
    for track_id in sorted(own, key=lambda one: (names[one].unknown, one)):
        name = names[track_id]
        near = [known for known in clusters if any(agree(names[one], name, both=kind == ISRC) for one in known)]
        if near and not name.unknown:
            near[0] += [one for cluster in near[1:] for one in cluster] + [track_id]
            clusters = [cluster for cluster in clusters if cluster is near[0] or cluster not in near]
        elif len(near) == 1:
            near[0].append(track_id)
        else:
            clusters.append([track_id])
    return clusters


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
            into = spelled.pop()
            _join(track_id, accented[key], into, names, found, faults, "spelled without accents: one track")
            if track_id in found.of:
                found.respelled.add(track_id)


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


def _collect(stated: pl.DataFrame, known_by: Mapping[str, str], names: Mapping[str, Names], found: SameTrack) -> None:
    """Collects every id and code of a track; ids that are valid within this ingest only are excluded."""
    for kind, column in COLUMNS.items():
        for code, track_ids in _holders(stated, column).items():
            found.aliases[kind, code] |= track_ids
    for older, newer in found.of.items():
        if known_by.get(older) not in COLUMNS or names[older].unknown == NAMELESS:
            found.aliases["id", older].add(newer)
