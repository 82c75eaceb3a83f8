"""NCF: neural collaborative filtering (He et al. 2017), in the form that system S4 describes.

A listener's and a song's vector are concatenated and go through dense layers to a sigmoid, the chance that the listener
has the song; binary cross-entropy against random songs that the listener does not have, redrawn for each epoch. A list
of seeds becomes a listener by asking which of the trained listeners it could be: the mean of their vectors, weighted by
the chance that each has just these songs. Fitting a new vector with the layers frozen leaves the region where listeners
lie: on a planted chain it finds songs from anywhere. Runs on CUDA when there is one.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from pipelines.device import device
from pipelines.graph import Graph, Matrix, Rows
from pipelines.models.interface import Artists, Progress, Scores

SAMPLE = 512  # songs that say how likely a listener finds any song
PAIRS = 200_000  # of listeners and songs, through the layers at a time


@dataclass(frozen=True, slots=True)
class Ncf:
    """Vectors of `dims`, `layers` of dense units, `negatives` for each song that a listener has."""

    dims: int = 64
    layers: tuple[int, ...] = (128, 64)
    epochs: int = 12
    negatives: int = 4
    batch: int = 8192
    learning_rate: float = 0.005
    seed: int = 1
    name: str = "ncf"

    @classmethod
    def s4(cls, seed: int = 1) -> "Ncf":
        """Four epochs as system S4 trains; it does not state sizes: small vectors and Adam's own rate."""
        return cls(8, (64, 32), 4, 4, 1024, 0.001, seed, name="ncf_s4")

    def settings(self) -> dict[str, Any]:
        return asdict(self)

    def fit(self, graph: Graph, artists: Artists, progress: Progress) -> "NcfScorer":  # noqa: ARG002
        network = Network(graph, self.dims, self.layers, self.seed)
        optimiser = torch.optim.Adam(network.parameters(), self.learning_rate)
        rng = np.random.default_rng(self.seed)
        for epoch in range(self.epochs):
            total, batches = 0.0, 0
            for listeners, songs, liked in _epoch(graph.matrix, self.negatives, self.batch, rng):
                with network.device.half():
                    logits = network(listeners, songs)
                loss = functional.binary_cross_entropy_with_logits(logits.float(), liked.to(logits.device))
                optimiser.zero_grad()
                loss.backward()  # type: ignore[no-untyped-call]
                optimiser.step()
                total, batches = total + loss.item(), batches + 1
            progress(f"{self.name}: epoch {epoch + 1} of {self.epochs}, loss {total / max(batches, 1):.4f}")
        return NcfScorer(network, rng.integers(0, graph.matrix.shape[1], SAMPLE))


def _epoch(
    matrix: Matrix, negatives: int, batch: int, rng: np.random.Generator
) -> Iterator[tuple[torch.Tensor, torch.Tensor, torch.Tensor]]:
    """Batches of listeners, songs and 1 or 0, in random order: every entry and fresh negatives for each."""
    listeners = np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr))
    without = np.repeat(listeners, negatives)
    drawn = absent(matrix, without, rng)
    people, songs = np.concatenate([listeners, without]), np.concatenate([matrix.indices, drawn]).astype(np.int64)
    liked = np.repeat(np.array([1.0, 0.0], np.float32), [len(listeners), len(without)])
    order = rng.permutation(len(people))
    for start in range(0, len(order), batch):
        rows = order[start : start + batch]
        yield torch.from_numpy(people[rows]), torch.from_numpy(songs[rows]), torch.from_numpy(liked[rows])


def absent(matrix: Matrix, listeners: Rows, rng: np.random.Generator, tries: int = 20) -> Rows:
    """For each listener a random song that they do not have, or any song when `tries` draws find none."""
    size = matrix.shape[1]
    owned = np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr)) * size + matrix.indices
    songs = rng.integers(0, size, len(listeners))
    for _ in range(tries):
        codes = listeners * size + songs
        at = np.minimum(np.searchsorted(owned, codes), len(owned) - 1)
        clash = np.flatnonzero(owned[at] == codes)
        if not len(clash):
            break
        songs[clash] = rng.integers(0, size, len(clash))
    return songs


class Network(nn.Module):
    """The published network; the first dense layer is kept in two halves, one for each side of the concatenation."""

    def __init__(self, graph: Graph, dims: int, layers: Sequence[int], seed: int) -> None:
        super().__init__()
        listeners, songs = graph.matrix.shape
        with torch.random.fork_rng():
            torch.manual_seed(seed)
            self.listeners, self.songs = nn.Embedding(listeners, dims), nn.Embedding(songs, dims)
            self.from_listener, self.from_song = nn.Linear(dims, layers[0]), nn.Linear(dims, layers[0], bias=False)
            sizes = [*layers, 1]
            self.dense = nn.ModuleList(nn.Linear(a, b) for a, b in pairwise(sizes))
        self.device = device()
        for table in (self.listeners, self.songs):
            nn.init.normal_(table.weight, std=0.01, generator=torch.Generator().manual_seed(seed + len(table.weight)))
        self.to(self.device.where)

    def forward(self, listeners: torch.Tensor, songs: torch.Tensor) -> torch.Tensor:
        """(pairs,) logits of rows of listeners and songs."""
        listener, song = self.listeners(listeners.to(self.device.where)), self.songs(songs.to(self.device.where))
        return self.logits(self.from_listener(listener), self.from_song(song))

    def logits(self, listener: torch.Tensor, song: torch.Tensor) -> torch.Tensor:
        """(...) logits from the two halves of the first layer (..., units), which broadcast."""
        hidden = listener + song
        for layer in self.dense:
            hidden = layer(functional.relu(hidden))
        return hidden.squeeze(-1)


@dataclass(frozen=True, slots=True, eq=False)
class NcfScorer:
    """Scores are logits."""

    network: Network
    drawn: Rows  # (SAMPLE,)

    def scores(self, seeds: Sequence[Rows]) -> Scores:
        with torch.no_grad():
            vectors = self.network.listeners.weight
            chances = self._chances([np.sort(rows) for rows in seeds])
            return self._scores(chances @ vectors)

    def member_scores(self, listeners: Rows) -> Scores:
        """(len(listeners), n) for rows of the training graph, with the vectors that training gave them."""
        with torch.no_grad():
            return self._scores(self.network.listeners.weight[self.network.device.put(listeners)])

    def _scores(self, listeners: torch.Tensor) -> Scores:
        songs = self.network.from_song(self.network.songs.weight)
        found = [self.network.logits(half, songs).cpu().numpy() for half in self.network.from_listener(listeners)]
        return np.array(found, np.float32).reshape(len(listeners), len(songs))

    def _chances(self, seeds: Sequence[Rows]) -> torch.Tensor:
        """(len(seeds), p) the chance that each trained listener is the one who has just these seeds."""
        usual = torch.logsumexp(self._logits(self.drawn), dim=1) - math.log(len(self.drawn))
        songs = np.unique(np.concatenate([*seeds, np.empty(0, np.int64)]))
        each = self._logits(songs) - usual[:, None]
        rows = [self.network.device.put(np.searchsorted(songs, own)) for own in seeds]
        likelihood = torch.stack([each[:, row].sum(dim=1) for row in rows]) if rows else each.new_zeros(0, len(usual))
        return torch.softmax(likelihood, dim=1)

    def _logits(self, songs: Rows) -> torch.Tensor:
        """(p, len(songs)) of every trained listener."""
        network = self.network
        table = network.from_song(network.songs.weight[network.device.put(songs)])
        halves = network.from_listener(network.listeners.weight)
        parts = [network.logits(part[:, None], table) for part in halves.split(max(1, PAIRS // max(len(songs), 1)))]
        return torch.cat(parts)
