"""NCF: neural collaborative filtering (He et al. 2017), in the form that system S4 describes.

A listener's and a track's vector are concatenated and go through dense layers to a sigmoid, the probability that the
listener has the track; binary cross-entropy against random tracks that the listener does not have, redrawn for each
epoch. A list of seeds becomes a listener as the mean of the trained listeners' vectors, weighted by the posterior
probability that each has just these tracks. Fitting a new vector with the layers frozen leaves the region where
listeners lie: on a planted chain it finds tracks from anywhere. Runs on CUDA when there is one.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field, replace
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import nn
from torch.nn import functional

from pipelines.graph.playlist_graph import Graph, Matrix, Rows
from pipelines.models.device import device
from pipelines.models.interface import Artists, Progress, Scores

SAMPLE = 512  # tracks sampled to estimate a listener's mean logit
PAIRS = 2048  # pairs per forward pass: their units, 1 MB at 128, stay in cache, twice as fast as in memory
KEPT = 1 << 30  # bytes of cached logits of trained listeners


@dataclass(frozen=True, slots=True)
class Ncf:
    """Vectors of `dims`, `layers` of dense units, `negatives` for each track that a listener has."""

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
            for listeners, tracks, liked in _epoch(graph.matrix, self.negatives, self.batch, rng):
                with network.device.half():
                    logits = network(listeners, tracks)
                loss = functional.binary_cross_entropy_with_logits(logits.float(), liked.to(logits.device))
                optimiser.zero_grad()
                loss.backward()  # type: ignore[no-untyped-call]
                optimiser.step()
                total, batches = total + loss.item(), batches + 1
            progress(f"{self.name}: epoch {epoch + 1} of {self.epochs}, loss {total / max(batches, 1):.4f}")
        tracks = graph.matrix.shape[1]
        return NcfScorer(TrainedUsers(network, rng.integers(0, tracks, SAMPLE)), np.arange(tracks))


def _epoch(
    matrix: Matrix, negatives: int, batch: int, rng: np.random.Generator
) -> Iterator[tuple[torch.Tensor, torch.Tensor, torch.Tensor]]:
    """Batches of listeners, tracks and 1 or 0, in random order: every entry and fresh negatives for each."""
    listeners = np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr))
    without = np.repeat(listeners, negatives)
    drawn = absent(matrix, without, rng)
    people, tracks = np.concatenate([listeners, without]), np.concatenate([matrix.indices, drawn]).astype(np.int64)
    liked = np.repeat(np.array([1.0, 0.0], np.float32), [len(listeners), len(without)])
    order = rng.permutation(len(people))
    for start in range(0, len(order), batch):
        rows = order[start : start + batch]
        yield torch.from_numpy(people[rows]), torch.from_numpy(tracks[rows]), torch.from_numpy(liked[rows])


def absent(matrix: Matrix, listeners: Rows, rng: np.random.Generator, tries: int = 20) -> Rows:
    """For each listener a random track that they do not have, or any track when `tries` draws find none."""
    size = matrix.shape[1]
    owned = np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr)) * size + matrix.indices
    tracks = rng.integers(0, size, len(listeners))
    for _ in range(tries):
        codes = listeners * size + tracks
        at = np.minimum(np.searchsorted(owned, codes), len(owned) - 1)
        clash = np.flatnonzero(owned[at] == codes)
        if not len(clash):
            break
        tracks[clash] = rng.integers(0, size, len(clash))
    return tracks


class Network(nn.Module):
    """The published network; the first dense layer is kept in two halves, one for each side of the concatenation."""

    def __init__(self, graph: Graph, dims: int, layers: Sequence[int], seed: int) -> None:
        super().__init__()
        listeners, tracks = graph.matrix.shape
        with torch.random.fork_rng():
            torch.manual_seed(seed)
            self.listeners, self.tracks = nn.Embedding(listeners, dims), nn.Embedding(tracks, dims)
            self.from_listener, self.from_track = nn.Linear(dims, layers[0]), nn.Linear(dims, layers[0], bias=False)
            sizes = [*layers, 1]
            self.dense = nn.ModuleList(nn.Linear(a, b) for a, b in pairwise(sizes))
        self.device = device()
        for table in (self.listeners, self.tracks):
            nn.init.normal_(table.weight, std=0.01, generator=torch.Generator().manual_seed(seed + len(table.weight)))
        self.to(self.device.where)

    def forward(self, listeners: torch.Tensor, tracks: torch.Tensor) -> torch.Tensor:
        """(pairs,) logits of rows of listeners and tracks."""
        listener, track = self.listeners(listeners.to(self.device.where)), self.tracks(tracks.to(self.device.where))
        return self.logits(self.from_listener(listener), self.from_track(track))

    def logits(self, listener: torch.Tensor, track: torch.Tensor) -> torch.Tensor:
        """(...) logits from the two halves of the first layer (..., units), which broadcast."""
        hidden = listener + track
        for layer in self.dense:
            hidden = layer(functional.relu(hidden, inplace=True))
        return hidden.squeeze(-1)

    def track_halves(self, tracks: Rows) -> torch.Tensor:
        """(len(tracks), units) their half of the first layer."""
        halves: torch.Tensor = self.from_track(self.tracks.weight[self.device.put(tracks)])
        return halves

    def against(self, half: torch.Tensor, others: torch.Tensor) -> torch.Tensor:
        """(m,) logits of one half (units,) with each of the other side's (m, units)."""
        return torch.cat([self.logits(half, part) for part in torch.split(others, PAIRS)])


@dataclass(frozen=True, slots=True, eq=False)
class TrainedUsers:
    """The trained listeners, for the posterior given seeds; the logits of each track are computed once and cached."""

    network: Network
    drawn: Rows  # (SAMPLE,)
    kept: dict[int, torch.Tensor] = field(default_factory=dict)  # (p,) logits of tracks

    def posterior(self, seeds: Sequence[Rows]) -> torch.Tensor:
        """(len(seeds), p) the posterior probability of each trained listener given exactly these seeds."""
        self._compute(np.unique(np.concatenate([self.drawn, *seeds])))
        baseline = torch.logsumexp(self._cached(self.drawn), dim=0) - math.log(len(self.drawn))
        likelihood = baseline.new_zeros(len(seeds), len(baseline))
        for row, own in zip(likelihood, seeds, strict=True):
            if len(own):
                row += (self._cached(own) - baseline).sum(dim=0)
        return torch.softmax(likelihood, dim=1)

    def _cached(self, tracks: Rows) -> torch.Tensor:
        """(len(tracks), p) cached logits of tracks."""
        return torch.stack([self.kept[track] for track in tracks.tolist()])

    def _compute(self, tracks: Rows) -> None:
        """Caches the logits of these tracks; evicts all others first when there would be too many."""
        network = self.network
        everyone = network.from_listener(network.listeners.weight)
        if len(self.kept) + len(tracks) > KEPT // (everyone[:, 0].nbytes or 1):
            self.kept.clear()
        new = np.array([track for track in tracks.tolist() if track not in self.kept], np.int64)
        for track, half in zip(new.tolist(), network.track_halves(new), strict=True):
            self.kept[track] = network.against(half, everyone)


@dataclass(frozen=True, slots=True, eq=False)
class NcfScorer:
    """Scores are logits, -inf for a track that is not in the catalogue."""

    listeners: TrainedUsers
    catalogue: Rows  # of the tracks that may be recommended

    def within(self, allowed: npt.NDArray[np.bool_]) -> "NcfScorer":
        """The scorer of fewer tracks: each costs a pass through the layers for every list of seeds."""
        return replace(self, catalogue=np.flatnonzero(allowed))

    def scores(self, seeds: Sequence[Rows]) -> Scores:
        with torch.inference_mode():
            vectors = self.listeners.network.listeners.weight
            return self._scores(self.listeners.posterior([np.sort(rows) for rows in seeds]) @ vectors)

    def member_scores(self, listeners: Rows) -> Scores:
        """(len(listeners), n) for rows of the training graph, with their trained vectors."""
        with torch.inference_mode():
            network = self.listeners.network
            return self._scores(network.listeners.weight[network.device.put(listeners)])

    def _scores(self, listeners: torch.Tensor) -> Scores:
        network = self.listeners.network
        tracks = network.track_halves(self.catalogue)
        scores = np.full((len(listeners), len(network.tracks.weight)), -np.inf, np.float32)
        for row, half in zip(scores, network.from_listener(listeners), strict=True):
            row[self.catalogue] = network.against(half, tracks).cpu().numpy()
        return scores
