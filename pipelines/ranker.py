"""Trains the ranker of kit.ranker: which of a lookup's candidates stand in the rest of the playlist.

A share of the training playlists is held out once more, the space is learned without them, and they ask it: some of
their songs are seeds, the first candidates are a list, and the loss is the cross-entropy of a softmax over the list
against the playlist's other songs (ListNet, Cao et al. 2007, top one). What it learns to weigh carries over to the
space learned from all playlists, because every feature is a score, a length or a count and none is a coordinate.
"""

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import torch

from kit.query import Pooled, Pooling
from kit.ranker import DEPTH, Ranker, Side, features, names
from pipelines.device import device
from pipelines.graph import Graph, Rows, top_rows
from pipelines.models.interface import Artists, Progress, Vectors
from pipelines.models.space import TrainedSpace
from pipelines.protocol import numbered

Mask = npt.NDArray[np.bool_]

SHORTEST = 6  # songs a playlist needs to be a lesson: one to ask with, five to find


@dataclass(frozen=True, slots=True)
class RankerSettings:
    """share of playlists held out, questions to each, at most `seeds` seeds; layers of `hidden` and half of it.

    Every other question is put to the catalogue of songs in `common` playlists, because lookups are filtered too.
    """

    share: float = 0.15
    common: int = 5
    questions: int = 10
    seeds: int = 25
    hidden: int = 64
    dropout: float = 0.1
    epochs: int = 8
    lists: int = 64
    learning_rate: float = 2e-3
    weight_decay: float = 0.1
    seed: int = 1

    def said(self) -> dict[str, Any]:
        """As plain values."""
        return asdict(self)


@dataclass(frozen=True, slots=True, eq=False)
class Lookup:
    """A space and what is known of its songs: asks it and describes the candidates."""

    space: TrainedSpace
    pooling: Pooling
    songs: Side
    playlists: int

    @classmethod
    def of(cls, graph: Graph, artists: Artists, space: TrainedSpace) -> "Lookup":
        """With the counts of the graph that the space was learned from."""
        stored = space.rounded()
        pooling = Pooling(stored.space(), dict(stored.spectra))
        playlists = graph.matrix.shape[0]
        known = Side(commonness(graph.occurrences, playlists), numbered(artists))
        return cls(stored, pooling, known, playlists)

    def asked(self, seeds: Rows) -> Pooled:
        """The query of equal seeds."""
        return self.pooling.pool(self.space.query[seeds], np.ones(len(seeds), np.float32))

    def features(self, asked: Pooled, seeds: Rows, rows: Rows) -> Vectors:
        """(c, f) of candidate rows, best first."""
        return features(self.space.blocks, asked, self._of(seeds), self.space.index[rows], self._of(rows))

    def _of(self, rows: Rows) -> Side:
        return Side(self.songs.commonness[rows], self.songs.artist[rows])


def commonness(occurrences: npt.NDArray[np.integer[Any]], playlists: int) -> Vectors:
    """(n,) log of the share of playlists that hold each song."""
    shares: Vectors = (np.maximum(occurrences, 1) / max(playlists, 1)).astype(np.float32)
    logs: Vectors = np.log(shares)
    return logs


@dataclass(frozen=True, slots=True, eq=False)
class Lessons:
    """Lists with at least one right answer: features (l, DEPTH, f), which candidates are in the playlist (l, DEPTH)."""

    features: Vectors
    right: Mask


def held_out(graph: Graph, settings: RankerSettings) -> tuple[Graph, list[Rows]]:
    """The graph without a seeded share of its playlists, over the same songs, and the songs of those playlists."""
    apart = np.random.default_rng(settings.seed).random(graph.matrix.shape[0]) < settings.share
    entries = np.repeat(~apart, graph.lengths)
    positions = None if graph.positions is None else graph.positions[entries]
    rest = Graph(graph.track_ids, graph.playlist_ids[~apart], graph.matrix[np.flatnonzero(~apart)], positions)
    held = [_songs(graph, int(playlist)) for playlist in np.flatnonzero(apart)]
    return rest, [rows for rows in held if len(rows) >= SHORTEST]


def _songs(graph: Graph, playlist: int) -> Rows:
    start, stop = graph.matrix.indptr[playlist : playlist + 2]
    return np.asarray(graph.matrix.indices[start:stop], np.int64)


def lessons(lookup: Lookup, held: list[Rows], settings: RankerSettings, progress: Progress) -> Lessons:
    """What the held-out playlists ask, from one seed to many, each number as likely as its double."""
    rng, taught = np.random.default_rng(settings.seed), []
    least = commonness(np.array([settings.common]), lookup.playlists)[0]
    views = [np.ones(len(lookup.songs.commonness), bool), lookup.songs.commonness >= least]
    for number, rows in enumerate(held):
        for question in range(settings.questions):
            view = views[question % 2]
            known = rows[view[rows]]
            if len(known) >= SHORTEST:
                most = min(settings.seeds, len(known) - SHORTEST + 1)
                k = int(np.exp(rng.uniform(0, np.log(most + 1))))
                shuffled = rng.permutation(known)
                taught.append(_lesson(lookup, view, shuffled[:k], shuffled[k:]))
        if number % 200 == 0:
            progress(f"ranker: {number} of {len(held)} playlists asked")
    shape = (-1, DEPTH, len(names(lookup.space.blocks)))
    kept = [(x, right) for x, right in taught if len(right) == DEPTH and right.any()]
    features, right = ([lesson[side] for lesson in kept] for side in (0, 1))
    return Lessons(np.array(features, np.float32).reshape(shape), np.array(right, bool).reshape(shape[:2]))


def _lesson(lookup: Lookup, view: Mask, seeds: Rows, targets: Rows) -> tuple[Vectors, Mask]:
    """Features of the first candidates (c, f), and which of them are targets (c,)."""
    asked = lookup.asked(seeds)
    scores = np.where(view, lookup.space.index @ asked.vector, np.float32(-np.inf))
    scores[seeds] = -np.inf
    rows = top_rows(scores, DEPTH)
    return lookup.features(asked, seeds, rows), np.isin(rows, targets)


class Network(torch.nn.Module):
    """The network of kit.ranker, with dropout after its first layer."""

    def __init__(self, columns: int, hidden: int, dropout: float) -> None:
        super().__init__()
        self.first, self.second = torch.nn.Linear(columns, hidden), torch.nn.Linear(hidden, hidden // 2)
        self.last, self.direct = torch.nn.Linear(hidden // 2, 1, bias=False), torch.nn.Linear(columns, 1, bias=False)
        self.dropout = torch.nn.Dropout(dropout)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """(..., f) scaled features to (...) scores."""
        hidden = self.dropout(torch.relu(self.first(x)))
        scores: torch.Tensor = (self.last(torch.relu(self.second(hidden))) + self.direct(x)).squeeze(-1)
        return scores


def fit(taught: Lessons, columns: list[str], settings: RankerSettings, progress: Progress) -> Ranker | None:
    """The trained ranker; None when there are fewer lists than one step needs."""
    if len(taught.right) < settings.lists:
        return None
    with torch.random.fork_rng():
        torch.manual_seed(settings.seed)
        network = Network(len(columns), settings.hidden, settings.dropout).to(device().where)
        flat = taught.features.reshape(-1, len(columns))
        mean, deviation = flat.mean(axis=0), np.maximum(flat.std(axis=0), 1e-6)
        _train(network, taught, mean, deviation, settings, progress)
    return exported(network.eval(), columns, mean, deviation)


def _train(
    network: Network, taught: Lessons, mean: Vectors, deviation: Vectors, settings: RankerSettings, progress: Progress
) -> None:
    on, rng, steps = device(), np.random.default_rng(settings.seed), len(taught.right) // settings.lists
    optimiser = torch.optim.AdamW(network.parameters(), settings.learning_rate, weight_decay=settings.weight_decay)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimiser, settings.learning_rate, total_steps=settings.epochs * steps + 1
    )
    for epoch in range(settings.epochs):
        order = rng.permutation(len(taught.right))
        for step in range(steps):
            chosen = order[step * settings.lists : (step + 1) * settings.lists]
            x, right = on.put((taught.features[chosen] - mean) / deviation), on.put(taught.right[chosen])
            with on.half():
                scores = network(x)
            loss = _loss(scores.float(), right.float())
            optimiser.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            optimiser.step()
            schedule.step()
        progress(f"ranker: epoch {epoch + 1} of {settings.epochs}, loss {loss.item():.3f}")


def _loss(scores: torch.Tensor, right: torch.Tensor) -> torch.Tensor:
    """Mean over lists of the cross-entropy, a list's right answers sharing a weight of one."""
    shares = right / right.sum(dim=1, keepdim=True)
    return -(torch.log_softmax(scores, dim=1) * shares).sum(dim=1).mean()


def exported(network: Network, columns: list[str], mean: Vectors, deviation: Vectors) -> Ranker:
    """The same network as plain arrays."""
    named = {name: array.detach().cpu().numpy().copy() for name, array in network.named_parameters()}
    return Ranker(
        names=np.array(columns),
        mean=mean,
        deviation=deviation,
        first=named["first.weight"],
        first_bias=named["first.bias"],
        second=named["second.weight"],
        second_bias=named["second.bias"],
        last=named["last.weight"][0],
        direct=named["direct.weight"][0],
    )
