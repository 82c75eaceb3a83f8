"""The bundled demo release equals what the pipeline builds: complete, small, labelled as invented, reproducible."""

from pathlib import Path

import numpy as np
import numpy.typing as npt
import orjson
import pytest

from kit.query import Pooling
from kit.release import STATE_PLACED, Release
from kit.wire.catalog import Track
from pipelines.demo.world import SEED, _recorded
from pipelines.demo_release import demo_release

COMMITTED = Path(__file__).parents[2] / "releases"
MEGABYTE = 1 << 20
SEEDS, DEPTH = 50, 20


@pytest.fixture(scope="module")
def committed() -> Release:
    found = sorted(COMMITTED.glob("demo-*/manifest.json"))
    if not found:
        pytest.skip("releases/ holds no demo release: make demo")
    assert len(found) == 1, f"one demo release ships, not {[path.parent.name for path in found]}"
    return Release(found[0].parent)


@pytest.fixture(scope="module")
def built(committed: Release, tmp_path_factory: pytest.TempPathFactory) -> Release:
    folder = tmp_path_factory.mktemp("demo")
    return demo_release(folder / "releases", folder / "work")


# -- what ships ------------------------------------------------------------------------------------------------------
def test_every_file_of_the_demo_release_is_whole(committed: Release) -> None:
    committed.verify()
    listed = {*committed.manifest.files, "manifest.json"}
    assert {str(path.relative_to(committed.path)) for path in committed.path.rglob("*") if path.is_file()} == listed


def test_the_manifest_is_written_with_the_keys_that_it_was_read_from(committed: Release) -> None:
    document = orjson.loads((committed.path / "manifest.json").read_bytes())
    assert committed.manifest.model_dump(mode="json") == document
    assert committed.manifest.training_playlists == document["taught_by"]
    assert committed.manifest.spaces["graph"].reweighting == document["spaces"]["graph"]["emphasis"]


def test_the_demo_release_is_small_enough_to_ship(committed: Release) -> None:
    size = sum(path.stat().st_size for path in committed.path.rglob("*"))
    assert size <= 14 * MEGABYTE, f"{size:,} bytes"


def test_the_demo_release_says_that_it_is_invented(committed: Release) -> None:
    assert committed.manifest.invented is True
    assert committed.manifest.provenance == {"invented": committed.size}
    assert committed.version.startswith("demo-")


def test_its_vectors_are_float16_and_finite(committed: Release) -> None:
    for name, dim in committed.dims.items():
        for vectors in (committed.index_vectors(name), committed.query_vectors(name)):
            assert vectors.dtype == np.float16
            assert vectors.shape == (committed.embedded, dim)
            assert np.isfinite(vectors).all()


def test_every_card_is_a_track_of_the_contract(committed: Release) -> None:
    for row in range(committed.size):
        track = Track.model_validate_json(committed.card(row), strict=True)
        assert track.id == committed.track_id(row)


def test_its_tracks_are_those_of_the_invented_world(committed: Release) -> None:
    """Titles are compared too: no track of a real catalogue is in it."""
    _, recorded, _, _ = _recorded(np.random.default_rng(SEED))
    assert titles(committed) == {track.track_id: track.title for track in recorded}


def test_most_tracks_in_no_playlist_have_cold_start_vectors(committed: Release) -> None:
    """Sixty new tracks are in no playlist; all have an artist, forty audio features."""
    playlists, state = np.asarray(committed.column("playlists")), np.asarray(committed.column("state"))
    new = playlists == 0
    assert new.sum() == 60
    assert (state[new] == STATE_PLACED).sum() >= 40


# -- built again -----------------------------------------------------------------------------------------------------
def titles(release: Release) -> dict[str, str]:
    cards = (Track.model_validate_json(release.card(row)) for row in range(release.size))
    return {track.id: track.title for track in cards}


@pytest.mark.slow
def test_the_demo_built_again_holds_the_same_tracks(committed: Release, built: Release) -> None:
    assert titles(built) == titles(committed)
    assert built.manifest.data_hash == committed.manifest.data_hash
    assert built.dims == committed.dims
    assert built.manifest.counts == committed.manifest.counts
    for name in ("state", "playlists", "year", "duration_ms"):
        ours, theirs = (aligned(one, committed, np.asarray(one.column(name))) for one in (built, committed))
        np.testing.assert_array_equal(ours, theirs)


def aligned(release: Release, other: Release, column: npt.NDArray[np.generic]) -> npt.NDArray[np.generic]:
    """A column of one release in the order of another."""
    return column[release.rows([other.track_id(row) for row in range(other.size)])]


@pytest.mark.slow
def test_the_rebuilt_demo_is_as_accurate_as_the_bundled_one(committed: Release, built: Release) -> None:
    low, high = committed.manifest.metrics["interval_95"]
    assert low <= built.manifest.metrics["average_ndcg_100"] <= high


@pytest.mark.slow
def test_the_demo_built_again_gives_nearly_the_same_lists(committed: Release, built: Release) -> None:
    """Another number of threads sums in another order, so single ranks may differ."""
    learned = np.flatnonzero(np.asarray(committed.column("playlists"))[: committed.embedded] >= 5)
    chosen = np.random.default_rng(11).choice(learned, SEEDS, replace=False)
    seeds = [committed.track_id(int(row)) for row in chosen]
    shared = [len(set(nearest(committed, seed)) & set(nearest(built, seed))) / DEPTH for seed in seeds]
    assert np.mean(shared) >= 0.8


def nearest(release: Release, seed: str) -> list[str]:
    """The ids of the tracks that serving would find for a seed, by an exact search."""
    row = release.rows([seed])
    query = np.asarray(release.query_vectors("graph")[row], np.float32)
    pooled = Pooling.of(release, "graph").pool(query, np.ones(1, np.float32)).vector
    scores = np.asarray(release.index_vectors("graph"), np.float32) @ pooled
    scores[row] = -np.inf
    return [release.track_id(int(near)) for near in np.argsort(-scores)[:DEPTH]]
