"""segue-pipeline track-graph: the track graph of system S2 and its serving artefacts, as files."""

from pathlib import Path

import numpy as np
import polars as pl
import pytest

from kit.wire.catalog import FEATURES
from pipelines.graph.playlist_graph import build
from pipelines.models import track_graph_data
from pipelines.models.playlist_sequences import COLUMNS, ENCODER, AudioFeatures, AudioFeatureScale
from pipelines.models.track_mlp import ARRAYS, TrackMlp
from tests import worlds
from tests.pipelines.test_cli import Done, output_of, run_main
from tests.published import source_files


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Done]:
    """The folder, and what the command said."""
    folder = tmp_path_factory.mktemp("track-graph")
    sources = source_files(folder / "sources")
    return folder / "out", run_main("track-graph", *sources, "--out", folder / "out", "--data", folder / "data")


def features(i: int) -> tuple[np.ndarray, np.ndarray]:
    """Features (1, 12) and duration (1,) of a track of the world."""
    row = worlds.tracks().row(i, named=True)
    return np.array([[row[name] for name in FEATURES]], np.float32), np.array([row["duration_ms"]], np.float32)


@pytest.mark.must("S2-01", "S2-03")
def test_the_weighted_track_graph_is_saved_with_its_version_and_time(written: tuple[Path, Done]) -> None:
    folder, done = written
    assert done.returncode == 0, done.stderr
    path = Path(done.stdout.strip())
    assert path.parent == folder
    data = track_graph_data.load(path)
    graph = build(worlds.entries())
    assert (data.version, data.written_at[:2], data.num_nodes) == (track_graph_data.VERSION, "20", len(graph.track_ids))
    assert data.x.shape == (data.num_nodes, COLUMNS)
    assert np.load(folder / "track_ids.npy").tolist() == graph.track_ids.tolist()
    together = (graph.matrix.T @ graph.matrix).toarray()
    lines, columns = data.edge_index.numpy()
    assert np.array_equal(data.edge_weight.numpy(), together[lines, columns])
    assert f"{data.num_nodes} tracks, {data.num_edges:,} edges" in done.stderr


@pytest.mark.must("S2-06", "S2-08")
def test_the_exported_arrays_embed_an_unknown_track_in_its_scene(
    written: tuple[Path, Done],
) -> None:
    """Tracks 49, 99, ... are in no playlist: only their sound says which scene they are of."""
    folder, _ = written
    scale, network = AudioFeatureScale.load(folder), TrackMlp.load(folder / "mlp.npz")
    embeddings = np.load(folder / "embeddings.npy", allow_pickle=False)
    assert embeddings.shape == (188, 10)
    with np.load(folder / "mlp.npz", allow_pickle=False) as arrays:
        assert sorted(arrays) == sorted(ARRAYS)
    scenes = {worlds.track_id(i).encode(): i // worlds.PER_SCENE for i in range(worlds.SIZE)}
    home = np.array([scenes[track_id] for track_id in np.load(folder / "track_ids.npy").tolist()])
    units = embeddings / np.linalg.norm(embeddings, axis=1, keepdims=True)
    right = []
    for scene in range(4):
        placed = network.embed(scale.audio_features(*features(worlds.PER_SCENE * scene + 49)).vectors)[0]
        right += (home[np.argsort(-(units @ placed))[:10]] == scene).tolist()
    assert np.mean(right) > 0.6  # .25 by chance


def test_the_scale_of_a_track_does_not_depend_on_the_batch(written: tuple[Path, Done]) -> None:
    rows = [features(i) for i in (0, 7, 120)]
    every = np.concatenate([row[0] for row in rows]), np.concatenate([row[1] for row in rows])
    scale = AudioFeatureScale.fit(*every)
    alone = np.concatenate([scale.audio_features(*row).vectors for row in rows])
    assert np.array_equal(alone, AudioFeatures.of(*every).vectors)


def test_files_of_other_columns_are_refused(written: tuple[Path, Done], tmp_path: Path) -> None:
    AudioFeatureScale.load(written[0]).save(tmp_path)
    np.savez(tmp_path / ENCODER, names=np.array(["key"]), values=np.array([0]))
    with pytest.raises(ValueError, match="are of other columns: write them again"):
        AudioFeatureScale.load(tmp_path)


def test_missing_audio_features_are_one_sentence(tmp_path: Path) -> None:
    tracks, playlists = source_files(tmp_path / "sources")
    silent = [pl.lit(None, pl.Float32).alias(name) for name in FEATURES]
    pl.read_parquet(tracks).with_columns(silent).write_parquet(tracks)
    done = run_main("track-graph", tracks, playlists, "--out", tmp_path / "out", "--data", tmp_path / "data")
    assert "no track of two or more playlists has audio features: name a track table" in output_of(done)
    assert list((tmp_path / "out").iterdir()) == []
