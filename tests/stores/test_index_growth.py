"""The embedded index of a release that continues another one: a copy of that one's, with the new tracks added."""

from pathlib import Path

import numpy as np
import polars as pl
import pytest

from kit import ids
from kit.release import Release
from kit.vectors import TrackQuery, edge_build
from kit.vectors.edge import EdgeIndex
from kit.vectors.points import INDEXING_KB
from pipelines.index.check import check
from pipelines.index.growth import LINKED, continues, worth_growing
from pipelines.release.release_content import ReleaseContent, SpaceContent
from pipelines.release.write import write_release
from pipelines.tables import TRACKS
from tests.copies import cloned
from tests.stores.conftest import large_release

pytestmark = pytest.mark.anyio

DIM = 24


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Release:
    return large_release(tmp_path_factory.mktemp("large"), DIM)


@pytest.fixture(scope="module")
def linked(large: Release, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Its index, which has a graph."""
    directory = tmp_path_factory.mktemp("linked")
    edge_build.build(large, directory, lambda *_: None)
    return directory


@pytest.fixture
def growing(linked: Path, tmp_path: Path) -> Path:
    return cloned(linked, tmp_path / "growing")


@pytest.fixture(scope="module")
def larger(large: Release) -> Release:
    """Ten more tracks below those of the large release."""
    return with_more(large, 10)


def with_more(large: Release, count: int) -> Release:
    """Tracks below those of a release, each as one of its first with longer vectors."""
    before = [large.track_id(row) for row in range(large.size)]
    added = [ids.derive(mbid=f"added-{track}") for track in range(count)]
    tracks = pl.read_parquet(large.path / "tracks.parquet", columns=list(TRACKS)).cast(pl.Schema(TRACKS))
    vectors, queries = (np.asarray(side("graph"), np.float32) for side in (large.index_vectors, large.query_vectors))
    content = ReleaseContent(
        name="large",
        tracks=pl.concat([tracks, tracks.head(count).with_columns(pl.Series("track_id", added))]),
        playlists=pl.DataFrame({"track_id": before, "playlists": np.full(len(before), 3, np.int32)}),
        learned=before,
        spaces={
            "graph": SpaceContent(
                "dot",
                large.manifest.spaces["graph"].blocks,
                [*before, *added],
                np.vstack([vectors, 10 * vectors[:count]]),
                np.vstack([queries, queries[:count]]),
            )
        },
        data_hash=f"larger by {count}",
        invented=True,
        base=large,
    )
    return write_release(large.path.parent, content)


async def test_an_index_that_grew_finds_old_tracks_by_its_graph_and_new_ones_by_a_scan(
    large: Release, larger: Release, growing: Path
) -> None:
    assert continues(larger, large)
    assert not continues(large, larger)
    reported: list[tuple[int, int, str]] = []
    edge_build.extend(larger, growing, large.embedded, lambda *report: reported.append(report))
    assert reported == [(large.embedded + 10, large.embedded + 10, "indexing")]
    index = EdgeIndex.open(growing, larger.dims)
    assert min((await check(index, larger)).values()) >= 0.95
    assert await index.linked() == large.embedded
    vectors = np.asarray(larger.index_vectors("graph"), np.float32)
    for vector in vectors[-10:]:
        (found,) = await index.search([TrackQuery("graph", vector, 1)])
        assert found.rows.tolist() == [int(np.argmax(vectors @ vector))]
        assert found.rows[0] >= large.embedded
    await index.close()


async def test_many_new_tracks_are_linked_to_the_graph_that_is_there(large: Release, growing: Path) -> None:
    count = INDEXING_KB * 1024 // (4 * DIM) + 500  # the engine links no fewer
    many = with_more(large, count)
    reported: list[str] = []
    edge_build.extend(
        many, growing, large.embedded, lambda _done, _total, step: reported.append(step), unlinked=count - 1
    )
    assert reported[-1] == "linking"
    index = EdgeIndex.open(growing, many.dims)
    assert await index.linked() == many.embedded
    assert min((await check(index, many)).values()) >= 0.95
    await index.close()


def test_a_graph_is_kept_that_holds_most_of_the_vectors(larger: Release) -> None:
    least = int(np.ceil(LINKED * larger.embedded))
    assert worth_growing(larger, least)
    assert not worth_growing(larger, least - 1)
