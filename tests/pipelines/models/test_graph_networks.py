"""The graph networks of systems S0 and S2 as published, on planted worlds."""

from datetime import UTC, datetime

import numpy as np
import pytest
from safetensors.numpy import save_file

from pipelines.graph.playlist_graph import build
from pipelines.models import track_graph_data
from pipelines.models.contrastive_gcn import ContrastiveGcn, Sampler, SecondOrder
from pipelines.models.interface import silent
from pipelines.models.playlist_sequences import COLUMNS, AudioFeatures, PlaylistSequences
from pipelines.models.track_mlp import TrackMlp
from tests.pipelines.models.audio import sounding
from tests.pipelines.models.test_published_models import CONTRASTIVE, fitted
from tests.pipelines.playlists import entries, islands, track


# -- S0 ------------------------------------------------------------------------------------------------------------
@pytest.mark.must("S0-53")
def test_the_second_order_matrix_marks_pairs_that_share_a_playlist():
    graph = build(entries(islands(30)))
    second = SecondOrder.of(graph.matrix)
    dense = (graph.matrix.T @ graph.matrix).toarray() > 0
    a, b = (side.ravel() for side in np.indices(dense.shape))
    assert (second.together(a, b) == dense[a, b]).all()


@pytest.mark.must("S0-55")
@pytest.mark.parametrize("p", [0.1, 0.5, 0.9])
def test_p_is_the_share_of_neighbours_in_a_batch(p):
    graph = build(entries(islands()))
    pairs = Sampler.of(graph.matrix).draw(4000, p, np.random.default_rng(1))
    dense = (graph.matrix.T @ graph.matrix).toarray() > 0
    assert (pairs.y == 2.0 * dense[pairs.a, pairs.b] - 1).all()
    assert (pairs.a != pairs.b).all()
    assert (pairs.y > 0).mean() == pytest.approx(p, abs=0.03)


@pytest.mark.must("S0-54", "S0-59")
def test_the_cosine_separates_neighbours_from_negatives_at_threshold_0():
    graph, scorer = fitted("contrastive_gcn", islands(), 60)
    cosines = scorer.index @ scorer.index.T
    home = np.arange(60) // 30
    numbers = np.array([int(np.flatnonzero(graph.track_ids == track(n).encode())[0]) for n in range(60)])
    assert ((cosines[np.ix_(numbers, numbers)] > 0) == (home[:, None] == home)).mean() > 0.95


def test_as_published_embeddings_have_64_dimensions_from_audio_features():
    """The settings nobody sets: 64 columns, and the audio features go in with the graph."""
    played = entries(islands())
    graph = build(played)
    sound = PlaylistSequences.of(graph, played, sounding(60, np.arange(60) / 60)).audio_features()
    sequences, otherwise = (
        ContrastiveGcn(steps=1, pairs=64, sound=AudioFeatures(vectors, sound.known)).part(graph, silent).index
        for vectors in (sound.vectors, sound.vectors[::-1].copy())
    )
    assert sequences.shape == otherwise.shape == (60, 64)
    assert np.abs(sequences - otherwise).max() > 0.01


@pytest.mark.must("S0-56")
def test_unseen_listeners_are_scored_from_tracks_alone():
    graph, scorer = fitted("contrastive_gcn", islands(), 60)
    assert len(scorer.index) == len(scorer.query) == len(graph.track_ids)
    liked = graph.rows([track(n) for n in range(0, 30, 3)])
    assert not (graph.matrix[:, liked].toarray().all(axis=1)).any()  # nobody has just these tracks
    scores = scorer.scores([liked])[0]
    other = graph.rows([track(n) for n in range(30, 60)])
    assert np.delete(scores, other).min() > scores[other].max()


@pytest.mark.parametrize("loss", ["squared", "embedding"])
def test_either_loss_of_the_contrastive_network_learns(loss):
    reported = []
    graph = build(entries(islands()))
    ContrastiveGcn(**CONTRASTIVE, loss=loss).fit(graph, [None] * 60, reported.append)
    losses = [float(line.rsplit(" ", 1)[1]) for line in reported]
    assert losses[-1] < 0.5 * losses[0]


# -- S2 ------------------------------------------------------------------------------------------------------------
def tracks_of(playlists, tracks):
    played = entries(playlists)
    graph = build(played)
    sound = PlaylistSequences.of(graph, played, sounding(tracks, np.zeros(tracks))).audio_features()
    return graph, track_graph_data.track_data(graph, sound, kept=tracks)


@pytest.mark.must("S2-01")
def test_an_edge_weighs_as_many_playlists_as_hold_both_tracks():
    graph, data = tracks_of(islands(60), 60)
    together = (graph.matrix.T @ graph.matrix).toarray()
    np.fill_diagonal(together, 0)
    assert (track_graph_data.weights(data).toarray() == together).all()


@pytest.mark.must("S2-03")
def test_the_data_object_is_kept_with_its_version_and_time_and_runs_no_code_when_read(tmp_path):
    _, data = tracks_of(islands(60), 60)
    when = datetime(2026, 1, 31, 12, 30, tzinfo=UTC)
    path = track_graph_data.save(data, tmp_path, when)
    assert path.name == "songs-v1-20260131T123000Z.safetensors"
    again = track_graph_data.load(path)
    assert (again.version, again.written_at) == (1, "2026-01-31T12:30:00+00:00")
    assert all((again[name] == data[name]).all() for name in ("x", "edge_index", "edge_weight"))


def test_a_data_object_of_another_version_is_refused(tmp_path):
    path = tmp_path / "old.safetensors"
    save_file({"x": np.zeros((1, COLUMNS), np.float32)}, path, {"version": "0"})
    with pytest.raises(ValueError, match=r"version '0', expected 1"):
        track_graph_data.load(path)


@pytest.mark.must("S2-05")
def test_an_embedding_of_the_track_network_has_ten_numbers():
    _, scorer = fitted("track_gcn", islands(), 60)
    assert scorer.index.shape == (60, 10)


@pytest.mark.must("S2-05", "S2-08")
def test_an_unknown_track_is_embedded_by_audio_features_from_plain_arrays(tmp_path):
    rng = np.random.default_rng(2)
    sound = AudioFeatures(rng.random((400, COLUMNS), np.float32), np.arange(400) < 380)
    embeddings = sound.vectors[:, :10] * 2 - 1
    network = TrackMlp.train(sound, embeddings, epochs=100)
    network.save(tmp_path / "mlp.npz")
    again = TrackMlp.load(tmp_path / "mlp.npz")
    unseen = again.embed(sound.vectors[380:])
    assert (unseen == network.embed(sound.vectors[380:])).all()
    assert np.corrcoef(unseen.ravel(), embeddings[380:].ravel())[0, 1] > 0.9


def test_training_the_mlp_without_audio_features_is_refused():
    with pytest.raises(ValueError, match="audio features"):
        TrackMlp.train(
            AudioFeatures(np.zeros((3, COLUMNS), np.float32), np.zeros(3, bool)), np.zeros((3, 10), np.float32)
        )
