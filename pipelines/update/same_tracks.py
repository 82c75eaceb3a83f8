"""Finds the tracks of a full refresh that later files give another id, so that an update does not add them again.

A file with Spotify ids, for one, gives its tracks these ids where earlier files gave their names only. An update keeps
the id that the full refresh lists, and the new one leads to it; the next full refresh takes the new one over.
"""

from collections.abc import Mapping

import numpy as np
import polars as pl

from kit.release import Release
from pipelines.graph.entry_codes import EntryCodes
from pipelines.release import aliases


def same_tracks(base: Release, tracks: pl.DataFrame, stated: pl.DataFrame) -> dict[str, str]:
    """Id of today -> id in the base, where they differ. tracks: titled tables.TRACKS; stated: aliases of their
    ingest."""
    ids, listed = tracks["track_id"], pl.Series([one.decode() for one in base.ids.tolist()], dtype=pl.String)
    unlisted = ids.filter(~ids.is_in(listed.implode())).to_list()
    rows = base.rows(unlisted).tolist()
    aliased = {one: base.track_id(row) for one, row in zip(unlisted, rows, strict=True) if row >= 0}
    held, lost = set(ids), set(listed.filter(~listed.is_in(ids.implode())))
    given = ((aliases.own_id(kind, value), track) for kind, value, track in stated.iter_rows())
    known = {value: track for value, track in given if value and value in lost and track in held}
    moved = known | aliases.became(aliases.described(base), tracks, held, known) if lost else {}
    fresh = set(unlisted)
    return {today: earlier for earlier, today in sorted(moved.items()) if today in fresh} | aliased


def as_listed(entries: pl.DataFrame | EntryCodes, same: Mapping[str, str]) -> EntryCodes:
    """The entries, with the ids of the base."""
    coded = entries if isinstance(entries, EntryCodes) else EntryCodes.of(entries)
    if not same:
        return coded
    names = coded.track_ids.replace(list(same), list(same.values()))
    ids = names.unique().sort()
    number = names.cast(pl.Enum(ids)).to_physical().to_numpy().astype(np.int64)
    return EntryCodes(coded.playlist_ids, ids, coded.playlist, number[coded.track], coded.position)


def names_of_today(same: Mapping[str, str]) -> pl.DataFrame:
    """The ids of today as aliases, as ingest writes them."""
    columns = {"kind": ["id"] * len(same), "value": list(same), "track_id": list(same.values())}
    return pl.DataFrame(columns, dict.fromkeys(columns, pl.String))
