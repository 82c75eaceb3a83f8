"""The contrastive graph network of system S0, as published: a GCN over users and tracks, trained on pairs of tracks.

Users (here playlists) and tracks are nodes, a like is an edge. Tracks are neighbours when one user likes both; B holds
that for every pair. For tracks a, b: y = 2 B[a, b] - 1, E = G(A, X), and a loss f pulls cos(E_a, E_b) towards y; p is
the share of neighbours in a batch. Serving needs only tracks' vectors: the query is the mean of the likes, compared by
cosine.

What S0 leaves open is a setting here: f (squared error, or the cosine embedding loss), X (free vectors, or the tracks'
audio features with zeros for users), layers, batch and p. B is kept for the tracks of the core (in at least 5
playlists): one bit a pair, 58 MB for 21,556 tracks.
"""

from dataclasses import dataclass, field, fields
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import torch
from scipy import sparse
from torch import Tensor, nn
from torch.nn import functional

from pipelines.graph.playlist_graph import Graph, Matrix, Rows, blocks, cooccurrence_block
from pipelines.models.device import device
from pipelines.models.graph_convolution import Convolutions, normalised
from pipelines.models.interface import Artists, Progress, Vectors
from pipelines.models.playlist_sequences import AudioFeatures
from pipelines.models.space import Part, SpaceScorer, compose
from pipelines.models.spectral import CORE, core_rows

Loss = Literal["squared", "embedding"]
REPORT_EVERY = 20
REDRAWS = 4  # random pairs drawn for each wanted negative: of 21,556 tracks one pair in 20 are neighbours


@dataclass(frozen=True, slots=True, eq=False)
class SecondOrder:
    """B: which pairs of tracks share a playlist, as bits (n, ceil(n / 8)); a pair is looked up in O(1)."""

    bits: npt.NDArray[np.uint8]

    @classmethod
    def of(cls, matrix: Matrix) -> "SecondOrder":
        """B of an incidence matrix (playlists, n)."""
        transposed = Matrix(matrix.T)
        rows = [
            np.packbits(cooccurrence_block(a, b, matrix, transposed).toarray() > 0, axis=1) for a, b in blocks(matrix)
        ]
        return cls(np.concatenate(rows))

    def together(self, a: Rows, b: Rows) -> npt.NDArray[np.int64]:
        """B[a, b] in {0, 1} for arrays of equal length."""
        byte = self.bits[a, b >> 3].astype(np.int64)
        return np.asarray(byte >> (7 - (b & 7)) & 1)


@dataclass(frozen=True, slots=True, eq=False)
class Pairs:
    """Tracks a and b (m,) and y = 2 B[a, b] - 1."""

    a: Rows
    b: Rows
    y: npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class Sampler:
    """Draws pairs of tracks of a matrix (playlists, n), a share p of them positives."""

    matrix: Matrix
    transposed: Matrix
    second: SecondOrder

    @classmethod
    def of(cls, matrix: Matrix) -> "Sampler":
        return cls(matrix, Matrix(matrix.T), SecondOrder.of(matrix))

    def draw(self, pairs: int, p: float, rng: np.random.Generator) -> Pairs:
        """About `pairs` pairs; fewer when there are too few positives or negatives."""
        near = round(p * pairs)
        a, b = (np.concatenate(side) for side in zip(self._near(near, rng), self._far(pairs - near, rng), strict=True))
        return Pairs(a, b, (2 * self.second.together(a, b) - 1).astype(np.float32))

    def _near(self, wanted: int, rng: np.random.Generator) -> tuple[Rows, Rows]:
        """Positive pairs: a track, one of its playlists, another track of that."""
        a = rng.integers(0, self.matrix.shape[1], wanted)
        b = _one_of(self.matrix, _one_of(self.transposed, a, rng), rng)
        return a[a != b], b[a != b]

    def _far(self, wanted: int, rng: np.random.Generator) -> tuple[Rows, Rows]:
        a, b = rng.integers(0, self.matrix.shape[1], (2, REDRAWS * wanted))
        negatives = np.flatnonzero(self.second.together(a, b) == 0)[:wanted]
        return a[negatives], b[negatives]


def _one_of(matrix: Matrix, lines: Rows, rng: np.random.Generator) -> Rows:
    """A random entry of each row; every row has one."""
    start, stop = matrix.indptr[lines], matrix.indptr[lines + 1]
    return np.asarray(matrix.indices[rng.integers(start, stop)], np.int64)


@dataclass(frozen=True, slots=True)
class ContrastiveGcn:
    """`steps` batches of `pairs` (BS), a share `positives` (p) of them neighbours; margin is the embedding loss's."""

    dims: int = 64
    layers: int = 2
    steps: int = 300
    pairs: int = 16384
    positives: float = 0.15
    loss: Loss = "squared"
    margin: float = 0.0
    learning_rate: float = 0.01
    seed: int = 1
    sound: AudioFeatures | None = field(default=None, repr=False)
    name: str = "contrastive_gcn"

    def settings(self) -> dict[str, Any]:
        described = {one.name: getattr(self, one.name) for one in fields(self) if one.name != "sound"}
        return described | {"inputs": "sound" if self.sound else "free"}

    def fit(self, graph: Graph, artists: Artists, progress: Progress) -> SpaceScorer:  # noqa: ARG002
        return compose([self.part(graph, progress)]).scorer()

    def part(self, graph: Graph, progress: Progress) -> Part:
        """The block: unit vectors, the same in the index and as queries."""
        core = core_rows(graph, CORE, 2 * self.dims)
        sampler = Sampler.of(Matrix(graph.matrix[:, core]))
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(self.seed)
            network = Network(graph.matrix, self.sound, [self.dims] * (self.layers + 1))
        self._train(network, sampler, network.device.put(core), progress)
        vectors = network.tracks()
        return Part("contrastive", vectors, vectors)

    def _train(self, network: "Network", sampler: Sampler, core: Tensor, progress: Progress) -> None:
        optimiser = torch.optim.Adam(network.parameters(), lr=self.learning_rate)
        schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, self.learning_rate, total_steps=self.steps + 1)
        rng = np.random.default_rng(self.seed)
        for step in range(self.steps):
            drawn = sampler.draw(self.pairs, self.positives, rng)
            a, b, y = (network.device.put(each) for each in (drawn.a, drawn.b, drawn.y))
            tracks = network()[network.playlists :].index_select(0, core)
            loss = self._loss(tracks.index_select(0, a), tracks.index_select(0, b), y)
            optimiser.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            optimiser.step()
            schedule.step()
            if step % REPORT_EVERY == 0:
                progress(f"{self.name}: step {step} of {self.steps}, loss {loss.item():.3f}")

    def _loss(self, a: Tensor, b: Tensor, y: Tensor) -> Tensor:
        """Mean of f(cos(a, b), y)."""
        if self.loss == "embedding":
            return functional.cosine_embedding_loss(a, b, y, margin=self.margin)
        return functional.mse_loss(functional.cosine_similarity(a, b), y)


class Network(nn.Module):
    """G(A, X): the bipartite graph, its input vectors and the convolutions."""

    def __init__(self, matrix: Matrix, sound: AudioFeatures | None, widths: list[int]) -> None:
        super().__init__()
        self.playlists, tracks = matrix.shape
        self.device = device()
        both = sparse.csr_array(sparse.block_array([[None, matrix], [matrix.T, None]]))
        self.adjacency = normalised(both).to(self.device.where)
        if sound is None:
            self.inputs: Tensor = nn.Parameter(torch.randn(self.playlists + tracks, widths[0]))
        else:
            self.inputs = self.device.put(np.pad(sound.vectors, ((self.playlists, 0), (0, 0))))
            widths = [sound.vectors.shape[1], *widths[1:]]
        self.convolutions = Convolutions(*widths)
        self.to(self.device.where)

    def forward(self) -> Tensor:
        """(p + n, d) E."""
        found: Tensor = self.convolutions(self.inputs, self.adjacency)
        return found

    def tracks(self) -> Vectors:
        """(n, d) unit vectors."""
        with torch.no_grad():
            found: Vectors = functional.normalize(self()[self.playlists :], dim=1).cpu().numpy()
        return found
