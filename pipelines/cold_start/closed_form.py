"""Starts the cold-start network in closed form: ridge regression over random hidden units."""

import numpy as np
import torch
from torch.nn import functional

from kit.audio import COORDINATES
from kit.cold_start import units
from pipelines.cold_start.layers import HEADS, Network
from pipelines.cold_start.training_example import TrainingExample
from pipelines.graph.playlist_graph import Rows
from pipelines.models.device import device
from pipelines.models.interface import Vectors

CHUNK = 8192  # tracks at a time
MOST = 200_000  # tracks that are fitted: enough for 512 hidden units


def solve(network: Network, example: TrainingExample) -> None:
    """Fits gates and heads so that gate * artist + V h + c is nearest to the unit vectors of the learned tracks.

    Each track counts four times: with all inputs, with audio features alone, with its artist alone, and with a subset
    of its audio features.
    """
    fitted, gates = _fitted(example), _gates(example)
    units_of_h = network.hidden.out_features + 1
    square, product = np.zeros((units_of_h, units_of_h)), np.zeros((units_of_h, 2 * example.learned))
    for rows in _chunks(fitted):
        wanted = np.hstack([units(v[rows], example.blocks) for v in (example.space.index, example.space.query)])
        sequences, named = example.inputs_of(rows, artist=False), example.inputs_of(rows, audio=False)
        for page in (example.inputs_of(rows), sequences, named, example.audio_subset(rows)):
            hidden = _hidden(network, page.inputs)
            usable = page.inputs[:, len(COORDINATES) :].any(axis=1)
            rest = wanted - gates * np.hstack(page.artists)
            square += hidden[usable].T @ hidden[usable]
            product += hidden[usable].T @ rest[usable]
    solved = np.linalg.solve(square + example.settings.ridge * np.eye(units_of_h), product).astype(np.float32)
    _fill(network, solved, gates)


def _fitted(example: TrainingExample) -> Rows:
    """The rows of the training set in order, MOST of more drawn by seed."""
    if len(example.rows) <= MOST:
        return example.rows
    drawn = np.random.default_rng(example.settings.seed).choice(example.rows, MOST, replace=False)
    return np.asarray(np.sort(drawn), np.int64)


def _chunks(rows: Rows) -> list[Rows]:
    return [rows[at : at + CHUNK] for at in range(0, len(rows), CHUNK)]


def _hidden(network: Network, inputs: Vectors) -> Vectors:
    with torch.no_grad():
        hidden = functional.silu(network.hidden(device().put(inputs))).cpu().numpy()
    return np.hstack([hidden, np.ones((len(hidden), 1), np.float32)])


def _gates(example: TrainingExample) -> Vectors:
    """(2 * learned,) per head and block the least-squares factor of the artist's unit vector, fitted alone."""
    both, own = np.zeros(2 * example.learned), np.zeros(2 * example.learned)
    for rows in _chunks(example.rows):
        artists = np.hstack(example.inputs_of(rows).artists)
        wanted = np.hstack([units(v[rows], example.blocks) for v in (example.space.index, example.space.query)])
        both, own = both + (artists * wanted).sum(axis=0), own + (artists**2).sum(axis=0)
    widths = [block.stop - block.start for block in example.blocks] * len(HEADS)
    at = np.repeat(np.arange(len(widths)), widths)
    factors = np.bincount(at, both) / np.maximum(np.bincount(at, own), 1e-12)
    return factors[at].astype(np.float32)


def _fill(network: Network, solved: Vectors, gates: Vectors) -> None:
    with torch.no_grad():
        for name, head, gate in zip(HEADS, np.split(solved, 2, axis=1), np.split(gates, 2), strict=True):
            network.linear(name).weight.copy_(torch.from_numpy(np.ascontiguousarray(head[:-1].T)))
            network.linear(name).bias.copy_(torch.from_numpy(head[-1].copy()))
            network.gates[name].copy_(torch.from_numpy(gate.copy()))
