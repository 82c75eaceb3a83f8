"""The columns that answers read."""

from dataclasses import replace
from pathlib import Path

import numpy as np

from services.recommend.served.tables import Tables
from tests import worlds


def test_playlists_together_are_read_from_either_tracks_neighbours(tmp_path: Path) -> None:
    tables = Tables.of(worlds.write_small_release(tmp_path))
    few = replace(
        tables, neighbours=np.array([[1, -1], [2, -1], [-1, -1]]), together=np.array([[5, 0], [3, 0], [0, 0]])
    )
    pairs = [(0, 1, 5), (1, 0, 5), (2, 1, 3), (0, 2, 0), (-1, 0, 0), (0, -1, 0), (9, 1, 0), (1, 9, 0)]
    seeds, rows, counts = (np.array(column) for column in zip(*pairs, strict=True))
    assert few.in_playlists_together(seeds, rows).tolist() == counts.tolist()


def test_tracks_by_popularity_are_those_with_a_vector_and_a_popularity(tmp_path: Path) -> None:
    release = worlds.write_small_release(tmp_path)
    tables = Tables.of(release)
    popularity = tables.popularity[tables.by_popularity]
    assert np.array_equal(popularity, np.sort(popularity)[::-1])
    assert len(tables.by_popularity) == int((~np.isnan(tables.popularity[: release.embedded])).sum()) < release.size


def test_a_title_is_the_cards(tmp_path: Path) -> None:
    release = worlds.write_small_release(tmp_path)
    row = int(release.rows([worlds.track_id(7)])[0])
    assert Tables.of(release).title(row) == "Amber Song 7"
