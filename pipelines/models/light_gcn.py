"""LightGCN with sampled softmax: neighbourhood averages over the playlist graph, trained to find a playlist's tracks.

Propagation (He et al. 2020): x' = Du^-1/2 A Di^-1/2 x both ways, a node's vector the mean over the layers. Loss: for a
query that is the mean of some tracks of a playlist, cross-entropy of its other tracks against random tracks, on cosines
over tau (Wu et al. 2024, "On the effectiveness of sampled softmax loss"). Queries are means of track vectors, so
serving needs no playlist nodes. Starts from the SVD; tracks outside its core are placed by one propagation from their
playlists. Runs where pipelines/models/device.py says. The same seed and number of threads give the same vectors on a
CPU.
"""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np
import torch

from pipelines.graph.playlist_graph import Graph, Matrix, Rows
from pipelines.models import data_parallel
from pipelines.models.interface import Artists, Progress, Vectors, silent
from pipelines.models.light_gcn_batches import Batch, draw, parts
from pipelines.models.light_gcn_network import Network, normalised
from pipelines.models.space import Part, SpaceScorer, compose, unit
from pipelines.models.spectral import Factors, Spectral

REPORT_EVERY = 20
SAME_PART = 5  # steps in a row that propagate over the same part of a large graph, at most
WARM_STEPS = 30  # steps of a network that starts from an earlier one
# standard deviation of an initial coordinate: Adam's steps of 0.01 then change it without swamping it
START_SPREAD = 0.1


@dataclass(frozen=True, slots=True)
class LightGcn:
    """steps of `playlists` queries with up to `seeds` tracks, `targets` each, against `negatives` shared tracks; a step
    propagates over about `entries` at most (light_gcn_batches.parts)."""

    dims: int = 64
    layers: int = 2
    steps: int = 120
    playlists: int = 512
    seeds: int = 25
    targets: int = 4
    negatives: int = 4096
    temperature: float = 0.1
    learning_rate: float = 0.01
    entries: int = 4_000_000
    seed: int = 1
    name: str = "light_gcn"

    def settings(self) -> dict[str, Any]:
        return asdict(self)

    def fit(self, graph: Graph, artists: Artists, progress: Progress) -> SpaceScorer:  # noqa: ARG002
        factors = Spectral(dims=self.dims, seed=self.seed).factorise(graph)
        return compose([self.part(graph, factors, progress)]).scorer()

    def part(self, graph: Graph, factors: Factors, progress: Progress, weight: float = 1.0, power: float = 0.0) -> Part:
        """The block: unit vectors, the same in the index and as queries."""
        core = Matrix(graph.matrix[:, factors.core])
        return self._part(graph, factors, core, _start(factors, self.dims), progress, weight, power)

    def warm(
        self, graph: Graph, factors: Factors, before: Vectors, progress: Progress, weight: float, power: float
    ) -> Part:
        """As `part` in WARM_STEPS steps, from the vectors (n, dims) of an earlier network; zeros where it had none."""
        core = Matrix(graph.matrix[:, factors.core])
        quick = replace(self, steps=min(self.steps, WARM_STEPS))
        return quick._part(graph, factors, core, _warm_start(core, before[factors.core]), progress, weight, power)

    def _part(
        self,
        graph: Graph,
        factors: Factors,
        core: Matrix,
        start: tuple[Vectors, Vectors],
        progress: Progress,
        weight: float,
        power: float,
    ) -> Part:
        network = self._network(core, *start)
        data_parallel.send((self, core, start[0].shape))
        self.descend(network, core, progress)
        playlists, tracks = network.embeddings()
        vectors = propagated(graph, playlists)
        vectors[factors.core] = tracks
        vectors = unit(vectors)
        return Part("gcn", vectors, vectors, weight=weight, power=power)

    def _network(self, core: Matrix, playlists: Vectors, tracks: Vectors) -> Network:
        divided = self._parts(core)
        return Network(core, playlists, tracks, self.layers, divided[0] if len(divided) > 1 else None)

    def descend(self, network: Network, core: Matrix, progress: Progress) -> None:
        """Trains the network of a core; in several processes on this one's share of each batch."""
        objective, share = data_parallel.wrapped(Objective(network, self.temperature)), data_parallel.share()
        optimiser = torch.optim.Adam(network.parameters(), lr=self.learning_rate)
        schedule = torch.optim.lr_scheduler.OneCycleLR(
            optimiser, self.learning_rate, total_steps=self.steps + 1, pct_start=0.1
        )
        divided = self._parts(core)
        for step, batch in enumerate(self._batches(core)):
            if step and self._part_at(step, divided) is not self._part_at(step - 1, divided):
                network.propagate_over(self._part_at(step, divided))
            loss = objective(batch.share(*share))
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            schedule.step()
            if step % REPORT_EVERY == 0:
                progress(f"light_gcn: step {step} of {self.steps}, loss {loss.item():.3f}")

    def _parts(self, core: Matrix) -> list[Rows]:
        return parts(core, self.entries, self.seed)

    def _part_at(self, step: int, divided: Sequence[Rows]) -> Rows:
        """What a step has of the parts: all have their turn, of SAME_PART steps or of as many as there are for each."""
        turn = min(SAME_PART, max(1, self.steps // len(divided)))
        return divided[step // turn % len(divided)]

    def _batches(self, core: Matrix) -> Iterator[Batch]:
        """Random playlists of the part of a step with at least one track more than the targets; none when a part has no
        such playlist."""
        rng = np.random.default_rng(self.seed)
        long_enough = np.diff(core.indptr) > self.targets
        eligible = [part[long_enough[part]] for part in self._parts(core)]
        for step in range(self.steps if all(map(len, eligible)) else 0):
            there = self._part_at(step, eligible)
            chosen = rng.choice(there, min(self.playlists, len(there)), replace=False)
            yield draw(core, chosen, self.targets, self.seeds, rng, rng.integers(0, core.shape[1], self.negatives))


class Objective(torch.nn.Module):
    """The loss of a network as a forward pass, which is what DistributedDataParallel averages the gradients of."""

    def __init__(self, network: Network, temperature: float) -> None:
        super().__init__()
        self.network, self.temperature = network, temperature

    def forward(self, batch: Batch) -> torch.Tensor:
        """The loss of a batch times its weight."""
        loss = self.network.loss(batch, self.temperature)
        return loss if batch.weight == 1 else loss * batch.weight


def train_share(task: data_parallel.Task) -> None:
    """Takes part in a training of another process; its own copy of the network is dropped afterwards."""
    model, core, shape = task
    start = np.zeros(shape, np.float32), np.zeros((core.shape[1], shape[1]), np.float32)
    model.descend(model._network(core, *start), core, silent)


def _start(factors: Factors, dims: int) -> tuple[Vectors, Vectors]:
    """Initial vectors of playlists and of the core's tracks from the first singular vectors, each side U or V
    sqrt(S)."""
    root = np.sqrt(factors.values[:dims])
    return _spread(factors.users[:, :dims] * root), _spread(factors.tracks[factors.core, :dims] * root)


def _warm_start(core: Matrix, tracks: Vectors) -> tuple[Vectors, Vectors]:
    """Initial vectors: playlists at the mean of their tracks' earlier vectors, new tracks at the mean of their
    playlists."""
    half = normalised(core)
    playlists = half @ tracks
    tracks = np.where(tracks.any(axis=1, keepdims=True), tracks, half.T @ playlists)
    return _spread(playlists), _spread(tracks)


def _spread(vectors: Vectors) -> Vectors:
    scaled: Vectors = (vectors * (START_SPREAD / max(float(vectors.std()), 1e-12))).astype(np.float32)
    return scaled


def propagated(graph: Graph, playlists: Vectors) -> Vectors:
    """(n, d) every track as the mean of its playlists."""
    vectors: Vectors = normalised(graph.matrix).T @ playlists
    return vectors
