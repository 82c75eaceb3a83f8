"""Training in several processes: shares of a batch make up the batch, and two processes of torchrun train as one."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch

from pipelines.graph.playlist_graph import build
from pipelines.models.light_gcn import LightGcn, Objective
from pipelines.models.light_gcn_batches import Batch
from pipelines.models.light_gcn_network import Network
from pipelines.models.train import load, train
from pipelines.models.train_settings import TrainSettings
from tests.pipelines.playlists import entries, islands, tracks

ROOT = Path(__file__).parents[2]


def drawn(playlists: int) -> tuple[Network, Batch]:
    """A network of the islands, and a batch of so many queries."""
    matrix = build(entries(islands())).matrix
    rng = np.random.default_rng(1)
    start = (rng.standard_normal((size, 8)).astype(np.float32) for size in matrix.shape)
    return Network(matrix, *start, layers=2), next(LightGcn(playlists=playlists, negatives=64)._batches(matrix))


@pytest.mark.parametrize(("playlists", "size"), [(16, 2), (17, 2), (7, 3)])
def test_the_mean_over_the_shares_is_the_gradient_of_the_batch(playlists: int, size: int) -> None:
    network, batch = drawn(playlists)
    objective = Objective(network, 0.1)
    (whole,) = torch.autograd.grad(objective(batch), network.free)
    shares = [torch.autograd.grad(objective(batch.share(rank, size)), network.free)[0] for rank in range(size)]
    assert whole.abs().max() > 1e-4
    assert torch.allclose(sum(shares) / size, whole, atol=1e-6)


def test_a_share_has_its_own_queries_and_all_negatives() -> None:
    _, batch = drawn(16)
    shares = [batch.share(rank, 2) for rank in range(2)]
    assert [len(share.targets) for share in shares] == [8, 8]
    assert sum(len(share.seeds) for share in shares) == len(batch.seeds)
    assert (np.stack([share.targets for share in shares], axis=1).reshape(batch.targets.shape) == batch.targets).all()
    assert batch.share(0, 1) is batch
    assert batch.share(1, 17) is batch  # too few queries to divide


def gcn_block(space) -> np.ndarray:
    block = next(block for block in space.blocks if block.name == "gcn")
    vectors = space.index[:, block.start : block.stop]
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


@pytest.mark.slow
def test_two_processes_of_torchrun_train_the_space_of_one(tmp_path: Path) -> None:
    table = entries(islands())
    table.select("playlist_id", "position", "track_id").write_csv(tmp_path / "playlists.csv")
    own = {name: value for name, value in os.environ.items() if not name.startswith("SEGUE_")}
    torchrun = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2"]
    command = [*torchrun, "-m", "pipelines.distributed", "train", str(tmp_path / "playlists.csv"), "--data"]
    done = subprocess.run([*command, str(tmp_path / "data")], cwd=ROOT, env=own, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    folders = done.stdout.split()
    assert len(folders) == 1, "rank 0 alone prints and writes"
    graph, together = load(Path(folders[0]))
    alone, other = (train(graph, tracks(60), TrainSettings(), seed=seed) for seed in (1, 2))
    near = (gcn_block(together) * gcn_block(alone)).sum(axis=1)
    seeds = (gcn_block(other) * gcn_block(alone)).sum(axis=1)
    assert near.min() > seeds.max()
    assert near.min() > 0.99
