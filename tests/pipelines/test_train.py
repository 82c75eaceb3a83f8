"""The training stage: its outputs, its caching, and that training improves accuracy."""

import numpy as np
import pytest

from pipelines.graph.playlist_graph import build
from pipelines.models.train import NothingToLearn, TrainingInputs, load, train, train_stage
from pipelines.models.train_settings import TrainSettings
from pipelines.models.warm_start import EarlierEmbeddings
from tests.pipelines.playlists import entries, islands, tracks

QUICK = TrainSettings(gcn_steps=5)


@pytest.fixture
def world():
    return build(entries(islands()))


def test_the_blocks_stand_side_by_side_and_fill_the_space(world):
    trained = train(world, tracks(60), QUICK)
    assert [block.name for block in trained.blocks] == ["spectral", "artist", "gcn", "artist_graph"]
    assert [block.start for block in trained.blocks[1:]] == [block.stop for block in trained.blocks[:-1]]
    assert trained.index.shape == trained.query.shape == (60, trained.blocks[-1].stop)
    assert trained.index.stored.dtype == trained.query.stored.dtype == np.float16
    spectral = trained.blocks[0]
    assert trained.spectra["spectral"].shape == (spectral.stop - spectral.start,)


def test_dims_shrink_with_the_data(world):
    assert train(world, tracks(60), QUICK).blocks[0].stop < 60


def test_every_track_of_the_graph_gets_a_vector(world):
    assert train(world, tracks(60), QUICK).index.stored.any(axis=1).all()


def test_the_seed_decides_the_result(world):
    once, again, other = (train(world, tracks(60), QUICK, seed=seed).index.stored for seed in (1, 1, 2))
    assert (once == again).all()
    assert (once != other).any()


def test_the_order_of_the_input_does_not(world):
    shuffled = build(entries(islands()).sample(fraction=1.0, shuffle=True, seed=9))
    assert (train(shuffled, tracks(60), QUICK).index.stored == train(world, tracks(60), QUICK).index.stored).all()


def test_training_reports_progress(world):
    reported = []
    train(world, tracks(60), QUICK, reported.append)
    assert any("step 0 of 5" in line for line in reported)


@pytest.mark.parametrize("playlists", [[], [[1], [2], [3]], [[1], [1]]])
def test_playlists_without_shared_tracks_are_refused(playlists):
    with pytest.raises(NothingToLearn, match="ingest more playlists"):
        train(build(entries(playlists)), tracks(5), QUICK)


def test_a_finished_stage_is_not_done_again(world, tmp_path):
    first = train_stage(tmp_path, TrainingInputs(world, tracks(60), {"ingest": "a"}, QUICK))
    second = train_stage(tmp_path, TrainingInputs(world, tracks(60), {"ingest": "a"}, QUICK))
    other = train_stage(tmp_path, TrainingInputs(world, tracks(60), {"ingest": "b"}, QUICK))
    assert (first.reused, second.reused, other.reused) == (False, True, False)
    assert first.path == second.path != other.path
    assert first.report()["figures"]["tracks"] == 60


def test_a_stage_leaves_the_graph_and_the_space(world, tmp_path):
    graph, trained = load(train_stage(tmp_path, TrainingInputs(world, tracks(60), {"ingest": "a"}, QUICK)).path)
    assert (graph.track_ids == world.track_ids).all()
    assert (trained.index.stored == train(world, tracks(60), QUICK).index.stored).all()


def test_an_interrupted_stage_leaves_nothing(world, tmp_path):
    def stop(line):
        if "step" in line:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        train_stage(tmp_path, TrainingInputs(world, tracks(60), {"ingest": "a"}, QUICK), progress=stop)
    assert list((tmp_path / "train").iterdir()) == []
    assert not train_stage(tmp_path, TrainingInputs(world, tracks(60), {"ingest": "a"}, QUICK)).reused


def after(trained):
    """The warm-start embeddings of a release of a trained space."""
    block = next(block for block in trained.blocks if block.name == "gcn")
    return trained.index[:, block.start : block.stop]


def first_loss(world, earlier=None):
    reported = []
    train(world, tracks(60), QUICK, reported.append, earlier=earlier)
    return next(float(line.rpartition(" ")[2]) for line in reported if "step 0 of" in line)


def test_a_warm_started_network_is_more_accurate_from_the_first_step(world):
    learned = after(train(world, tracks(60), TrainSettings()))
    assert first_loss(world, EarlierEmbeddings("before", world.track_ids, learned)) < first_loss(world)


def test_an_earlier_network_gives_zeros_for_unknown_tracks(world):
    vectors = np.ones((58, 2), np.float32)
    carried = EarlierEmbeddings("before", world.track_ids[:1:-1], vectors).carried(world)
    assert (carried[:2] == 0).all()
    assert (carried[2:] == 1).all()
    nothing = EarlierEmbeddings("before", world.track_ids[:0], vectors[:0]).carried(world)
    assert not nothing.any()
    assert np.isfinite(
        train(world, tracks(60), QUICK, earlier=EarlierEmbeddings("b", world.track_ids[2:], vectors)).index.stored
    ).all()


def test_a_network_of_another_width_is_not_used_for_a_warm_start(world):
    narrow = EarlierEmbeddings("before", world.track_ids, np.ones((60, 3), np.float32))
    assert (
        train(world, tracks(60), QUICK, earlier=narrow).index.stored == train(world, tracks(60), QUICK).index.stored
    ).all()
