"""LightGCN with sampled softmax: neighbourhood averages over the playlist graph, trained to find a playlist's tracks.

Propagation (He et al. 2020): x' = Du^-1/2 A Di^-1/2 x both ways, a node's vector the mean over the layers. Loss: for a
query that is the mean of some tracks of a playlist, cross-entropy of its other tracks against random tracks, on cosines
over tau (Wu et al. 2024, "On the effectiveness of sampled softmax loss"). Queries are means of track vectors, so
serving needs no playlist nodes. Starts from the SVD; tracks outside its core are placed by one propagation from their
playlists. Runs where pipelines/models/device.py says. The same seed and number of threads give the same vectors on a
CPU.
"""

import warnings
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np
import torch
from scipy import sparse
from torch.nn import functional

from pipelines.graph.playlist_graph import Graph, Matrix
from pipelines.models import data_parallel
from pipelines.models.device import device
from pipelines.models.interface import Artists, Progress, Vectors, silent
from pipelines.models.light_gcn_batches import Batch, draw
from pipelines.models.space import Part, SpaceScorer, compose
from pipelines.models.spectral import Factors, Spectral

with warnings.catch_warnings():  # torch_geometric 2.8 still compiles with torch.jit.script, which torch 2.13 deprecates
    warnings.filterwarnings("ignore", "`torch.jit", DeprecationWarning)
    from torch_geometric.nn import LGConv

REPORT_EVERY = 20
WARM_STEPS = 30  # steps of a network that starts from an earlier one
# standard deviation of an initial coordinate: Adam's steps of 0.01 then change it without swamping it
START_SPREAD = 0.1


@dataclass(frozen=True, slots=True)
class LightGcn:
    """steps of `playlists` queries with up to `seeds` tracks, `targets` each, against `negatives` shared tracks."""

    dims: int = 64
    layers: int = 2
    steps: int = 120
    playlists: int = 512
    seeds: int = 25
    targets: int = 4
    negatives: int = 4096
    temperature: float = 0.1
    learning_rate: float = 0.01
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
        network = Network(core, *start, layers=self.layers)
        data_parallel.send((self, core, start[0].shape))
        self.descend(network, core, progress)
        playlists, tracks = network.embeddings()
        vectors = propagated(graph, playlists)
        vectors[factors.core] = tracks
        vectors = unit(vectors)
        return Part("gcn", vectors, vectors, weight=weight, power=power)

    def descend(self, network: "Network", core: Matrix, progress: Progress) -> None:
        """Trains the network of a core; in several processes on this one's share of each batch."""
        objective, share = data_parallel.wrapped(Objective(network, self.temperature)), data_parallel.share()
        optimiser = torch.optim.Adam(network.parameters(), lr=self.learning_rate)
        schedule = torch.optim.lr_scheduler.OneCycleLR(
            optimiser, self.learning_rate, total_steps=self.steps + 1, pct_start=0.1
        )
        for step, batch in enumerate(self._batches(core)):
            loss = objective(batch.share(*share))
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            schedule.step()
            if step % REPORT_EVERY == 0:
                progress(f"light_gcn: step {step} of {self.steps}, loss {loss.item():.3f}")

    def _batches(self, core: Matrix) -> Iterator[Batch]:
        """Random playlists with at least one track more than the targets; none when there is no such playlist."""
        rng = np.random.default_rng(self.seed)
        eligible = np.flatnonzero(np.diff(core.indptr) > self.targets)
        for _ in range(self.steps if len(eligible) else 0):
            chosen = rng.choice(eligible, min(self.playlists, len(eligible)), replace=False)
            yield draw(core, chosen, self.targets, self.seeds, rng, rng.integers(0, core.shape[1], self.negatives))


class _Symmetric(torch.autograd.Function):
    """One LGConv over a symmetric adjacency, which is its own gradient: torch would transpose it at every step."""

    @staticmethod
    def forward(ctx: Any, x: torch.Tensor, convolution: LGConv, adjacency: torch.Tensor) -> torch.Tensor:
        ctx.convolution, ctx.adjacency = convolution, adjacency
        result: torch.Tensor = convolution(x, adjacency)
        return result

    @staticmethod
    def backward(ctx: Any, *gradients: torch.Tensor) -> tuple[torch.Tensor, None, None]:
        return ctx.convolution(gradients[0].contiguous(), ctx.adjacency), None, None


class Network(torch.nn.Module):
    """Trainable vectors of playlists and tracks, and their averages over the graph."""

    def __init__(self, core: Matrix, playlists: Vectors, tracks: Vectors, layers: int) -> None:
        super().__init__()
        self.device = device()
        self.layers, self.split = layers, len(playlists)
        self.free = torch.nn.Parameter(self.device.put(np.vstack([playlists, tracks])))
        self.adjacency = _adjacency(core).to(self.device.where)
        self.convolution = LGConv(normalize=False)

    def forward(self) -> torch.Tensor:
        """(p + n, d) mean over the layers."""
        layer = total = self.free
        for _ in range(self.layers):
            layer = _Symmetric.apply(layer, self.convolution, self.adjacency)  # type: ignore[no-untyped-call]
            total = total + layer
        return total / (self.layers + 1)

    def loss(self, batch: Batch, temperature: float) -> torch.Tensor:
        """Mean cross-entropy of each target against the negatives."""
        seeds, queries, targets, negatives = (
            self.device.put(rows) for rows in (batch.seeds, batch.queries, batch.targets, batch.negatives)
        )
        tracks = functional.normalize(self()[self.split :], dim=1)
        pooled = torch.zeros(len(targets), tracks.shape[1], device=self.device.where)
        pooled = functional.normalize(pooled.index_add(0, queries, tracks.index_select(0, seeds)), dim=1)
        wanted = tracks.index_select(0, targets.flatten()).view(*targets.shape, -1)
        right = (pooled[:, None] * wanted).sum(-1) / temperature
        with self.device.half():
            strange = pooled @ tracks.index_select(0, negatives).T
        wrong = torch.logsumexp(strange.float() / temperature, dim=1)
        return (torch.logaddexp(wrong[:, None], right) - right).mean()

    def embeddings(self) -> tuple[Vectors, Vectors]:
        """Playlists (p, d) and tracks (n, d) after propagation."""
        with torch.no_grad():
            result: Vectors = self().cpu().numpy()
        return result[: self.split], result[self.split :]


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
    model.descend(Network(core, *start, layers=model.layers), core, silent)


def _normalised(matrix: Matrix) -> Matrix:
    """Du^-1/2 A Di^-1/2."""
    playlists = np.maximum(np.diff(matrix.indptr), 1).astype(np.float32) ** -0.5
    tracks = np.maximum(np.bincount(matrix.indices, minlength=matrix.shape[1]), 1).astype(np.float32) ** -0.5
    return Matrix(sparse.diags_array(playlists) @ matrix @ sparse.diags_array(tracks))


def _adjacency(core: Matrix) -> torch.Tensor:
    """The bipartite graph as a symmetric (p + n, p + n) sparse CSR tensor."""
    half = _normalised(core)
    both = sparse.csr_array(sparse.block_array([[None, half], [half.T, None]]))
    pointers, columns = (torch.from_numpy(a.astype(np.int64)) for a in (both.indptr, both.indices))
    values = torch.from_numpy(both.data.astype(np.float32))
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Sparse CSR tensor support is in beta", UserWarning)
        return torch.sparse_csr_tensor(pointers, columns, values, both.shape, check_invariants=True)


def _start(factors: Factors, dims: int) -> tuple[Vectors, Vectors]:
    """Initial vectors of playlists and of the core's tracks from the first singular vectors, each side U or V
    sqrt(S)."""
    root = np.sqrt(factors.values[:dims])
    return _spread(factors.users[:, :dims] * root), _spread(factors.tracks[factors.core, :dims] * root)


def _warm_start(core: Matrix, tracks: Vectors) -> tuple[Vectors, Vectors]:
    """Initial vectors: playlists at the mean of their tracks' earlier vectors, new tracks at the mean of their
    playlists."""
    half = _normalised(core)
    playlists = half @ tracks
    tracks = np.where(tracks.any(axis=1, keepdims=True), tracks, half.T @ playlists)
    return _spread(playlists), _spread(tracks)


def _spread(vectors: Vectors) -> Vectors:
    scaled: Vectors = (vectors * (START_SPREAD / max(float(vectors.std()), 1e-12))).astype(np.float32)
    return scaled


def propagated(graph: Graph, playlists: Vectors) -> Vectors:
    """(n, d) every track as the mean of its playlists."""
    vectors: Vectors = _normalised(graph.matrix).T @ playlists
    return vectors


def unit(vectors: Vectors) -> Vectors:
    unit: Vectors = (vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)).astype(np.float32)
    return unit
