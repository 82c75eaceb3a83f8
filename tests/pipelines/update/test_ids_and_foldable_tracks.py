"""Updates: which new tracks playlists teach, and ids of an earlier update that are other ids now."""

from pathlib import Path

import numpy as np
import polars as pl

from kit.release import Release
from pipelines.graph import playlist_graph as graphs
from pipelines.update.additions import foldable
from pipelines.update.refresh import update
from tests import worlds
from tests.pipelines import playlists as planted
from tests.pipelines.update.test_update import NEW, PLAYLISTS, chain, files

LATER, GIVEN = 200, "4uLU6hMCjMI75M1A2tKUQC"


def test_new_tracks_are_taught_by_playlists_with_a_trained_track_alone() -> None:
    old = [[1, 2, 3], [1, 2, 3]]
    before = graphs.build(planted.entries(old))
    graph = graphs.build(planted.entries([*old, [3, 7, 8], [7, 8], [20, 21], [20, 21]]))
    rows = graph.rows([planted.track(number) for number in (7, 8, 20, 21)])
    assert foldable(graph, np.sort(rows), before).tolist() == sorted(rows[:2].tolist())
    assert foldable(graph, rows[2:], before).tolist() == []


def write(folder: Path, later: str | None) -> Path:
    """The world before, and where `later` is an id two playlists more, which hold a new track under it."""
    folder.mkdir()
    ids = {planted.track(LATER): later} if later else {}
    known = planted.tracks(NEW + 1)
    more = planted.tracks(LATER + 1).tail(1).with_columns(pl.col("track_id").replace(ids)) if later else known.head(0)
    pl.concat([known, more]).write_parquet(folder / "tracks.parquet")
    added = [[1, 2, 3, LATER], [4, 5, 6, LATER]] if later else []
    entries = planted.entries([*PLAYLISTS, *added]).with_columns(pl.col("track_id").replace(ids))
    late = pl.col("playlist_id") >= f"p{len(PLAYLISTS):05}"
    entries.filter(~late).write_parquet(folder / "playlists-a.parquet")
    if later:
        entries.filter(late).write_parquet(folder / "playlists-b.parquet")
    return folder


def updated(world: Path, name: str, later: str) -> Release:
    release = update(files(write(world / name, later), world / "work"), world / "releases", "planted")
    assert release is not None
    return release


def test_an_id_that_an_earlier_update_served_leads_to_the_track_of_today(tmp_path: Path) -> None:
    chain(write(tmp_path / "before", None), tmp_path / "work").release(tmp_path / "releases", "planted")
    first = updated(tmp_path, "first", planted.track(LATER))
    worlds.set_current(tmp_path / "releases", first)
    second = updated(tmp_path, "second", GIVEN)
    [row] = second.rows([GIVEN]).tolist()
    assert row >= 0
    assert second.rows([planted.track(LATER)]).tolist() == [row]
