"""Trains the reranker of kit.ranker: which candidates of a lookup are in the rest of the playlist.

Training lists are those of playlists held out from the space (pipelines/learning_to_rank/held_out_queries.py); the loss
is the cross-entropy of a softmax over the list against the playlist's other tracks (ListNet, Cao et al. 2007, top one).
Every feature is a score, a length or a count and none is a coordinate, so a trained ranker is valid for any space of
the same blocks.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch

from kit.ranker import DEPTH, Ranker
from kit.release import Ints
from pipelines.learning_to_rank import held_out_queries
from pipelines.learning_to_rank.held_out_queries import HeldOutQuery, Lookup
from pipelines.learning_to_rank.view_scan import Mask
from pipelines.models.device import device
from pipelines.models.interface import Progress, Vectors


@dataclass(frozen=True, slots=True)
class RankerSettings:
    """Layers of `hidden` and half of it; steps of `lists` lists."""

    hidden: int = 64
    dropout: float = 0.1
    epochs: int = 8
    lists: int = 64
    learning_rate: float = 2e-3
    weight_decay: float = 0.1
    seed: int = 1


@dataclass(frozen=True, slots=True, eq=False)
class RankerTrainingSet:
    """Lists with at least one relevant track: features (l, DEPTH, f), relevance (l, DEPTH), playlist numbers (l,)."""

    features: Vectors
    right: Mask
    playlists: Ints


def training_set(lookup: Lookup, queries: Sequence[HeldOutQuery]) -> RankerTrainingSet:
    """The candidate lists of a lookup as a training set."""
    found = [
        (
            lookup.features(answer.query_pooled.vector, answer.query.seeds, answer.rows),
            answer.right,
            answer.query.playlist,
        )
        for answer in held_out_queries.candidate_lists(lookup, queries)
    ]
    features, right, playlists = ([example[side] for example in found] for side in range(3))
    shape = (-1, DEPTH, len(lookup.feature_names()))
    return RankerTrainingSet(
        np.array(features, np.float32).reshape(shape),
        np.array(right, bool).reshape(shape[:2]),
        np.array(playlists, np.int64),
    )


def gain(ranker: Ranker, validation: RankerTrainingSet) -> float:
    """Gain in NDCG@100 of the ranker's order over that of the lookup (held_out_queries.ndcg_gain)."""
    orders = [np.argsort(-ranker.scores(features), kind="stable") for features in validation.features]
    return held_out_queries.ndcg_gain(orders, validation.right, validation.playlists)


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


def fit(training: RankerTrainingSet, columns: list[str], settings: RankerSettings, progress: Progress) -> Ranker | None:
    """Trains the ranker; None when there are fewer lists than one step needs."""
    if len(training.right) < settings.lists:
        return None
    with torch.random.fork_rng():
        torch.manual_seed(settings.seed)
        network = Network(len(columns), settings.hidden, settings.dropout).to(device().where)
        flat = training.features.reshape(-1, len(columns))
        mean, deviation = flat.mean(axis=0), np.maximum(flat.std(axis=0), 1e-6)
        _train(network, training, mean, deviation, settings, progress)
    return exported(network.eval(), columns, mean, deviation)


def _train(
    network: Network,
    training: RankerTrainingSet,
    mean: Vectors,
    deviation: Vectors,
    settings: RankerSettings,
    progress: Progress,
) -> None:
    on, rng, steps = device(), np.random.default_rng(settings.seed), len(training.right) // settings.lists
    optimiser = torch.optim.AdamW(network.parameters(), settings.learning_rate, weight_decay=settings.weight_decay)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimiser, settings.learning_rate, total_steps=settings.epochs * steps + 1
    )
    for epoch in range(settings.epochs):
        order = rng.permutation(len(training.right))
        for step in range(steps):
            chosen = order[step * settings.lists : (step + 1) * settings.lists]
            x, right = on.put((training.features[chosen] - mean) / deviation), on.put(training.right[chosen])
            with on.half():
                scores = network(x)
            loss = loss_of(scores.float(), right.float())
            optimiser.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            optimiser.step()
            schedule.step()
        progress(f"ranker: epoch {epoch + 1} of {settings.epochs}, loss {loss.item():.3f}")


def loss_of(scores: torch.Tensor, right: torch.Tensor) -> torch.Tensor:
    """Mean over lists of the cross-entropy; the relevant tracks of a list share a weight of one."""
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
