"""Trains the query reweighting of kit.query_reweighting: weights of bands of the embedding by statistics of the seeds.

Each block of the space is one band; blocks with a spectrum are cut into several. Training lists are those of playlists
held out from the space (pipelines/learning_to_rank/held_out_queries.py). A candidate's score is the sum over bands of
exp(a + B z) times its band's part of the inner product, so a list is given by its parts (DEPTH, bands) and z; the loss
is that of pipelines.learning_to_rank.ranker.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch

from kit.query_reweighting import CUT, QueryReweighting, seed_statistics
from kit.release import Block, Ints
from pipelines.learning_to_rank import held_out_queries, ranker
from pipelines.learning_to_rank.held_out_queries import HeldOutQuery, Lookup
from pipelines.learning_to_rank.view_scan import Mask
from pipelines.models.interface import Progress, Vectors


@dataclass(frozen=True, slots=True)
class ReweightingSettings:
    """Blocks with a spectrum are cut into `bands`; steps of `lists` lists."""

    bands: int = 8
    epochs: int = 8
    lists: int = 64
    learning_rate: float = 0.01
    weight_decay: float = 0.05
    seed: int = 1


@dataclass(frozen=True, slots=True, eq=False)
class Parts:
    """Training lists: seed statistics (l, f), candidates' scores by band (l, DEPTH, g), relevance (l, DEPTH), and
    playlist numbers (l,)."""

    seeds: Vectors
    scores: Vectors
    right: Mask
    playlists: Ints


def starts(blocks: Sequence[Block], bands: int) -> list[int]:
    """The first columns of the bands."""
    cut = [(block, bands if block.spectrum else 1) for block in blocks]
    return [block.start + (block.stop - block.start) * at // parts for block, parts in cut for at in range(parts)]


def carried(reweighting: QueryReweighting, blocks: Sequence[Block]) -> QueryReweighting | None:
    """The reweighting transferred to a space of the same recipe, whose blocks may be wider; None for other blocks.

    The dimensions shrink with the data, so the space of fewer playlists that the reweighting was trained on is often
    narrower.
    """
    whole = sum(not block.spectrum for block in blocks)
    bands = (len(reweighting.starts) - whole) // max(len(blocks) - whole, 1)
    found = replace(reweighting, starts=np.array(starts(blocks, bands), np.int64))
    return found if found.fits(blocks) else None


def parts(lookup: Lookup, queries: Sequence[HeldOutQuery], settings: ReweightingSettings) -> Parts:
    """The candidate lists of a lookup without reweighting, as training lists."""
    first, blocks = starts(lookup.space.blocks, settings.bands), lookup.space.blocks
    seeds, scores, right, playlists = [], [], [], []
    for answer in held_out_queries.candidate_lists(lookup, queries):
        query_pooled, rows = answer.query_pooled, answer.query.seeds
        seeds.append(
            seed_statistics(blocks, lookup.space.query[rows], query_pooled.parts, np.ones(len(rows), np.float32))
        )
        scores.append(np.add.reduceat(lookup.space.index[answer.rows] * query_pooled.vector, first, axis=1))
        right.append(answer.right)
        playlists.append(answer.query.playlist)
    return Parts(*(np.array(column) for column in (seeds, scores, right, playlists)))


def fit(
    training: Parts, blocks: Sequence[Block], settings: ReweightingSettings, progress: Progress
) -> QueryReweighting | None:
    """Trains the reweighting; None when there are fewer lists than one step needs."""
    if len(training.right) < settings.lists:
        return None
    mean, deviation = training.seeds.mean(axis=0), np.maximum(training.seeds.std(axis=0), 1e-3)
    z = np.clip((training.seeds - mean) / deviation, -CUT, CUT)
    base, slopes = _trained(replace(training, seeds=z), settings, progress)
    return QueryReweighting(np.array(starts(blocks, settings.bands), np.int64), mean, deviation, base, slopes)


def _trained(training: Parts, settings: ReweightingSettings, progress: Progress) -> tuple[Vectors, Vectors]:
    z, scores = torch.from_numpy(training.seeds), torch.from_numpy(training.scores)
    right = torch.from_numpy(training.right).float()
    base, slopes = torch.zeros(scores.shape[2], requires_grad=True), torch.zeros(scores.shape[2], z.shape[1])
    slopes.requires_grad_()
    log_inverse_temperature = torch.ones((), requires_grad=True)  # log inverse temperature of the softmax over a list
    optimiser = _optimiser(log_inverse_temperature, [base, slopes], settings)
    rng, steps = np.random.default_rng(settings.seed), len(z) // settings.lists
    rates = [group["lr"] for group in optimiser.param_groups]
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, rates, total_steps=settings.epochs * steps + 1)
    for epoch in range(settings.epochs):
        for lists in np.array_split(rng.permutation(len(z))[: steps * settings.lists], steps):
            bands = torch.exp(base + z[lists] @ slopes.T)
            loss = ranker.loss_of(
                torch.exp(log_inverse_temperature) * (scores[lists] @ bands[:, :, None]).squeeze(-1), right[lists]
            )
            optimiser.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            optimiser.step()
            schedule.step()
        progress(f"query reweighting: epoch {epoch + 1} of {settings.epochs}, loss {loss.item():.3f}")
    return base.detach().numpy().copy(), slopes.detach().numpy().copy()


def _optimiser(
    log_inverse_temperature: torch.Tensor, weights: list[torch.Tensor], settings: ReweightingSettings
) -> torch.optim.Optimizer:
    groups: list[dict[str, Any]] = [
        {"params": weights, "lr": settings.learning_rate, "weight_decay": settings.weight_decay},
        {"params": [log_inverse_temperature], "lr": 2 * settings.learning_rate, "weight_decay": 0.0},
    ]
    return torch.optim.AdamW(groups)


def gain(reweighting: QueryReweighting, validation: Parts) -> float:
    """Gain in NDCG@100 of the reweighted order over that of the lookup (held_out_queries.ndcg_gain)."""
    z = np.clip((validation.seeds - reweighting.mean) / reweighting.deviation, -CUT, CUT)
    bands = np.exp(reweighting.base + z @ reweighting.slopes.T)
    orders = np.argsort(-(validation.scores @ bands[:, :, None])[:, :, 0], axis=1, kind="stable")
    return held_out_queries.ndcg_gain(orders, validation.right, validation.playlists)
