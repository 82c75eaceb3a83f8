"""The torch device is chosen in one place. No GPU is needed: half precision is tested on the CPU."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
import torch

from kit.ranker import DEPTH
from kit.ranker_features import names
from kit.release import Block
from pipelines.cold_start.network import train as train_cold
from pipelines.cold_start.network_settings import Settings as ColdSettings
from pipelines.cold_start.track_attributes import TrackAttributes
from pipelines.graph.playlist_graph import Graph, artists, build
from pipelines.learning_to_rank import ranker
from pipelines.models import train
from pipelines.models.device import Device, NoSuchDevice, device, of, using
from pipelines.models.interface import Vectors, silent
from pipelines.models.ncf import Ncf
from pipelines.models.train_settings import TrainSettings
from tests.pipelines import playlists as planted

ROOT = Path(__file__).parents[2]
SMALL = TrainSettings(spectral_dims=8, artist_dims=8, gcn_dims=8, gcn_steps=30)
HALVES = Device(torch.device("cpu"), halves=True)


@dataclass(frozen=True)
class World:
    """Two islands of 30 tracks."""

    graph: Graph
    attributes: TrackAttributes
    artists: list[str | None]


@pytest.fixture(scope="module")
def world() -> World:
    graph, tracks = build(planted.entries(planted.islands())), planted.tracks(60)
    attributes = TrackAttributes.of(tracks).find([track_id.decode() for track_id in graph.track_ids])
    return World(graph, attributes, artists(graph, tracks))


def own_island(world: World, vectors: Vectors) -> float:
    """Share of each track's ten nearest tracks that are of its island."""
    numbers = {planted.track(n): n for n in range(60)}
    island = np.array([numbers[track_id.decode()] // 30 for track_id in world.graph.track_ids])
    scores = vectors @ vectors.T
    np.fill_diagonal(scores, -np.inf)
    nearest = np.argsort(-scores, axis=1)[:, :10]
    return float((island[nearest] == island[:, None]).mean())


def test_without_a_gpu_the_cpu_trains_in_float32() -> None:
    if torch.cuda.is_available():
        pytest.skip("torch sees a GPU here")
    for name in ("auto", "cpu"):
        assert of(name) == Device(torch.device("cpu"), halves=False)
    assert of("cpu").cache_key() == {}
    with pytest.raises(NoSuchDevice, match="SEGUE_PIPELINES_DEVICE is cuda and torch sees no GPU: unset it"):
        of("cuda")


def test_the_device_is_configurable_and_part_of_the_stage_key() -> None:
    assert of("cpu").where.type == "cpu"
    assert Device(torch.device("cuda"), halves=True).cache_key() == {"device": "cuda"}
    with using(HALVES):
        assert device() is HALVES
    assert device() is not HALVES


def test_half_precision_on_a_cpu_is_off_unless_asked_for() -> None:
    a = torch.ones(2, 2)
    with of("cpu").half():
        assert (a @ a).dtype is torch.float32
    with HALVES.half():
        assert (a @ a).dtype is torch.bfloat16


def test_every_block_is_learned_in_half_precision_as_in_full(world: World) -> None:
    """The islands are found again, by other bits."""
    full = train.train(world.graph, planted.tracks(60), SMALL)
    with using(HALVES):
        half = train.train(world.graph, planted.tracks(60), SMALL)
    gcn = next(block for block in full.blocks if block.name == "gcn")
    vectors = [space.index[:, gcn.start : gcn.stop] for space in (full, half)]
    assert not np.array_equal(*vectors)
    assert [own_island(world, one) for one in vectors] == pytest.approx([1, 1], abs=0.02)
    assert np.array_equal(full.index[:, : gcn.start], half.index[:, : gcn.start])  # no dense product of torch in there


def test_the_cold_start_network_learns_in_half_precision(world: World) -> None:
    space = train.train(world.graph, planted.tracks(60), SMALL)
    settings = ColdSettings(hidden=32, steps=10)
    full = train_cold(world.graph, space, world.attributes, settings, silent)
    with using(HALVES):
        half = train_cold(world.graph, space, world.attributes, settings, silent)
    assert all(weights.dtype == np.float32 for weights in half.weights.values())
    assert not np.array_equal(half.weights["index.weight"], full.weights["index.weight"])
    for name, weights in full.weights.items():
        assert np.allclose(half.weights[name], weights, atol=0.02), name


def test_the_ranker_and_the_peer_learn_in_half_precision(world: World) -> None:
    columns = names([Block(name="graph", start=0, stop=4)])
    rng = np.random.default_rng(5)
    features = rng.standard_normal((128, DEPTH, len(columns))).astype(np.float32)
    right = features[..., 0] > 1.5  # the first column tells
    right |= np.arange(DEPTH) == features[..., 0].argmax(axis=1)[:, None]
    trained = ranker.RankerTrainingSet(features, right, np.arange(128))
    settings = ranker.RankerSettings(lists=8, epochs=2)
    full = ranker.fit(trained, columns, settings, silent)
    with using(HALVES):
        half = ranker.fit(trained, columns, settings, silent)
        scores = Ncf(dims=8, layers=(16, 8), epochs=6).fit(world.graph, world.artists, silent).scores([np.arange(3)])
    assert full is not None
    assert half is not None
    assert half.first.dtype == np.float32
    assert not np.array_equal(half.first, full.first)
    assert np.allclose(half.first, full.first, atol=0.02)
    assert np.isfinite(scores).all()


def test_only_device_py_chooses_a_device() -> None:
    negatives = [
        str(path.relative_to(ROOT))
        for path in (ROOT / "pipelines").rglob("*.py")
        if path.name != "device.py" and ("cuda" in path.read_text() and path.name != "settings.py")
    ]
    assert negatives == []
