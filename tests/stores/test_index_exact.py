"""Tests of the exact numpy index: when it is chosen, and agreement with the engine."""

from pathlib import Path

import numpy as np
import polars as pl
import pytest

from kit import ids
from kit.errors import IndexUnavailable
from kit.release import Block, Release
from kit.vectors import TrackQuery, open_index
from kit.vectors.choice import open_release_index
from kit.vectors.exact import BELOW, ExactIndex
from pipelines.release.release_content import ReleaseContent, SpaceContent
from pipelines.release.write import write_release
from pipelines.tables import TRACKS
from tests.stores.conftest import data_of

pytestmark = pytest.mark.anyio


def written(count: int, folder: Path) -> Release:
    """Tracks on a circle."""
    angles = np.linspace(0, 2 * np.pi, count, endpoint=False)
    vectors = np.stack([np.cos(angles), np.sin(angles)], axis=1)
    track_ids = [ids.derive(mbid=f"circle-{track}") for track in range(count)]
    tracks = pl.DataFrame({"track_id": track_ids}).with_columns(
        pl.lit("Invented").alias("title"),
        *(pl.lit(None).alias(name) for name in TRACKS if name not in ("track_id", "title")),
    )
    content = ReleaseContent(
        name="circle",
        tracks=tracks.select(list(TRACKS)).cast(dict(TRACKS)),
        playlists=pl.DataFrame({"track_id": track_ids, "playlists": np.full(count, 3, np.int32)}),
        learned=track_ids,
        spaces={"graph": SpaceContent("dot", [Block(name="all", start=0, stop=2)], track_ids, vectors, vectors)},
        data_hash=f"circle of {count}",
        invented=True,
    )
    return write_release(folder, content)


async def test_a_release_is_searched_exactly_below_the_bound_and_by_the_engine_from_it_on(tmp_path: Path) -> None:
    small, large = written(BELOW - 1, tmp_path), written(BELOW, tmp_path)
    index = open_release_index(tmp_path, small)
    assert isinstance(index, ExactIndex)
    (found,) = await index.search([TrackQuery("graph", np.array([1, 0], np.float32), 1)])
    assert found.scores.tolist() == [1.0]
    with pytest.raises(IndexUnavailable, match="publish the release again"):  # there is no directory of the engine's
        open_release_index(tmp_path, large)


async def test_a_closed_index_raises_and_can_be_closed_again(release: Release) -> None:
    index = open_release_index(data_of(release), release)
    await index.close()
    await index.close()
    with pytest.raises(IndexUnavailable, match="closed"):
        await index.ping()


@pytest.mark.parametrize(
    "wish",
    [
        {},
        {"ranges": {"energy": (0.3, 0.6), "year": (None, 2000)}},
        {"genres": ["amber", "even"]},
        {"explicit": False, "exclude": [3, 4, 5, 10_000]},
        {"explicit": True, "ranges": {"tempo": (None, None)}},
    ],
)
async def test_the_exact_index_and_the_engine_find_the_same_tracks(release: Release, wish: dict[str, object]) -> None:
    exact = open_release_index(data_of(release), release)
    engine = open_index(data_of(release), release.version, release.dims)
    assert isinstance(exact, ExactIndex)
    assert not isinstance(engine, ExactIndex)
    for space in ("graph", "audio"):
        vector = np.asarray(release.query_vectors(space)[:5], np.float32).sum(axis=0)
        query = TrackQuery(space, vector, 1000, **wish)  # type: ignore[arg-type]
        (ours,), (theirs,) = await exact.search([query]), await engine.search([query])
        assert set(ours.rows.tolist()) == set(theirs.rows.tolist())
        assert await exact.count(query) == await engine.count(query) == len(ours.rows) > 0
        np.testing.assert_allclose(ours.scores, theirs.scores, rtol=1e-4, atol=1e-6)
    await exact.close()
    await engine.close()


async def test_equal_scores_at_the_end_of_a_list_are_the_first_rows(release: Release) -> None:
    index = ExactIndex(release)
    nowhere = np.zeros(release.dims["graph"], np.float32)
    (everything,) = await index.search([TrackQuery("graph", nowhere, 1000)])
    (few,) = await index.search([TrackQuery("graph", nowhere, 7)])
    assert few.rows.tolist() == everything.rows[:7].tolist() == sorted(everything.rows.tolist())[:7]
