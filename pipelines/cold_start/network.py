"""Trains the cold-start network: audio features and artist to vectors (kit.cold_start has its formula and numpy
forward).

It starts in closed form: over random hidden units, ridge regression towards the direction of each learned track's own
vectors, as a residual to the mean of its artist's other tracks. Then a playlist softmax trains all weights
(softmax.py). Features and artists are randomly masked meanwhile, so that every input type is trained.
"""

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from kit.audio import COORDINATES, AudioScale
from kit.cold_start import COMBINATIONS, About, ColdStart, InputCombination, LearnedBlock, units
from pipelines.cold_start.softmax import Plan, Scores, batches
from pipelines.cold_start.track_attributes import ArtistMeans, TrackAttributes
from pipelines.graph.playlist_graph import Graph, Rows
from pipelines.models.device import device
from pipelines.models.interface import Progress, Vectors
from pipelines.models.space import TrainedSpace

COPIED = ("artist", "artist_graph")
HEADS = ("index", "query")
NO_AUDIO, SOME_AUDIO, NO_ARTIST = 0.15, 0.4, 0.25  # shares of tracks that train with this input masked
FEATURE_SPREAD = 0.4  # standard deviation of a random unit's weight for a scaled feature, a quarter more or less best
START_LOGIT_SD = 1.0  # standard deviation of the softmax's logits: likelihood is best near 1, recall falls above 2
TEMPERATURE_RATE = 3.0  # its learning rate over the network's
CHUNK = 8192  # tracks at a time in the closed form
REPORT_EVERY = 20


@dataclass(frozen=True, slots=True)
class Settings(Plan):
    """The plan of the softmax, hidden units, and the ridge of the closed form per hidden unit."""

    hidden: int = 512
    ridge: float = 30.0
    seed: int = 1

    def cache_key(self) -> dict[str, Any]:
        """Everything the result depends on besides the data."""
        return asdict(self)


class Network(nn.Module):
    """The hidden layer and two heads; forward gives the heads' raw columns, before blocks become unit vectors."""

    def __init__(self, learned: int, hidden: int) -> None:
        super().__init__()
        self.hidden = nn.Linear(2 * len(COORDINATES) + 1, hidden)
        self.heads = nn.ModuleDict({name: nn.Linear(hidden, learned) for name in HEADS})
        self.gates = nn.ParameterDict({name: nn.Parameter(torch.ones(learned)) for name in HEADS})
        with torch.no_grad():
            self.hidden.weight.normal_(std=FEATURE_SPREAD)
            self.hidden.bias.normal_()

    def forward(self, inputs: Tensor, *artists: Tensor) -> list[Tensor]:
        """Raw index and query columns (n, learned) for inputs (n, 27) and the artists' unit index and query blocks."""
        hidden = functional.silu(self.hidden(inputs))
        return [self.heads[name](hidden) + self.gates[name] * a for name, a in zip(HEADS, artists, strict=True)]

    def linear(self, name: str) -> nn.Linear:
        """The linear layer of a head."""
        layer = self.heads[name]
        assert isinstance(layer, nn.Linear)
        return layer

    def weights(self) -> Mapping[str, Vectors]:
        """The arrays under the names that kit.cold_start reads."""
        arrays = {f"{name}.gate": gate for name, gate in self.gates.items()}
        for name, layer in [("hidden", self.hidden), *self.heads.items()]:
            arrays |= {f"{name}.weight": layer.weight, f"{name}.bias": layer.bias}
        return {name: array.detach().cpu().numpy().copy() for name, array in arrays.items()}


@dataclass(frozen=True, slots=True, eq=False)
class NetworkInputs:
    """Network inputs of learned tracks: inputs (n, 27), artists' unit blocks, and their index means (n, D)."""

    inputs: Vectors
    artists: tuple[Vectors, Vectors]
    means: Vectors

    def forward(self, network: Network) -> list[Tensor]:
        """The network's raw index and query columns for these inputs."""
        on = device()
        with on.half():
            raw: list[Tensor] = network(on.put(self.inputs), *(on.put(a) for a in self.artists))
        return [columns.float() for columns in raw]


class TrainingExample:
    """The training set: learned tracks with the network's inputs and their learned vectors as targets."""

    def __init__(self, graph: Graph, space: TrainedSpace, tracks: TrackAttributes, settings: Settings) -> None:
        self.graph, self.space, self.settings, self.features = graph, space, settings, tracks.features
        self.means = ArtistMeans(tracks.artists, space)
        self.scale = AudioScale.fit(tracks.features)
        self.blocks = [_block(space, b.name, b.start, b.stop) for b in space.blocks if b.name not in COPIED]
        self.copied = [(b.start, b.stop) for b in space.blocks if b.name in COPIED]
        self.reader = ColdStart({}, self.about())
        sequences = self.scale.scaled(tracks.features)[1].any(axis=1)
        self.rows = np.flatnonzero(sequences | self.means.others(np.arange(len(tracks))))
        self.rng = np.random.default_rng(settings.seed)

    @property
    def learned(self) -> int:
        """The number of columns that the network predicts."""
        return sum(block.stop - block.start for block in self.blocks)

    def about(self) -> About:
        """The metadata of a network for this space; every input type is allowed until validation."""
        return About(
            dim=self.space.index.shape[1],
            learned=self.blocks,
            copied=self.copied,
            mean=self.scale.mean.tolist(),
            sd=self.scale.sd.tolist(),
            kinds={name: InputCombination() for name in COMBINATIONS},
        )

    def inputs_of(self, rows: Rows, *, audio: bool = True, artist: bool = True) -> NetworkInputs:
        """Inputs of these tracks, with audio features, artist, or both."""
        features = self.features[rows] if audio else np.full((len(rows), self.features.shape[1]), np.nan, np.float32)
        return self._inputs(rows, features, np.full((len(rows), 1), artist))

    def audio_subset(self, rows: Rows) -> NetworkInputs:
        """Inputs of these tracks with a random subset of their audio features and no artist."""
        return self._inputs(rows, self._part(self.features[rows]), np.zeros((len(rows), 1), bool))

    def masked_inputs(self, rows: Rows) -> NetworkInputs:
        """Inputs with random masking: no audio features or a subset of them for some tracks, no artist for others."""
        chance = self.rng.random((len(rows), 1))
        some = np.where(chance < NO_AUDIO + SOME_AUDIO, self._part(self.features[rows]), self.features[rows])
        features = np.where(chance < NO_AUDIO, np.float32(np.nan), some)
        return self._inputs(rows, features, self.rng.random((len(rows), 1)) >= NO_ARTIST)

    def _part(self, features: Vectors) -> Vectors:
        """Masks a random share of the features of each track, drawn per track."""
        kept = self.rng.random(features.shape) < self.rng.random((len(features), 1))
        return np.where(kept, features, np.float32(np.nan))

    def _inputs(self, rows: Rows, features: Vectors, shown: Any) -> NetworkInputs:
        index, query = (mean * shown for mean in self.means.without(rows))
        inputs = self.reader.inputs(features, index.any(axis=1, keepdims=True))
        return NetworkInputs(inputs, (units(index, self.blocks), units(query, self.blocks)), index)


def _block(space: TrainedSpace, name: str, start: int, stop: int) -> LearnedBlock:
    lengths = [_median_length(vectors[:, start:stop]) for vectors in (space.index, space.query)]
    return LearnedBlock(name=name, start=start, stop=stop, index_length=lengths[0], query_length=lengths[1])


def _median_length(vectors: Vectors) -> float:
    lengths = np.linalg.norm(vectors, axis=1)
    return float(np.median(lengths[lengths > 0])) if lengths.any() else 1.0


def train(
    graph: Graph, space: TrainedSpace, tracks: TrackAttributes, settings: Settings, progress: Progress
) -> ColdStart:
    """Trains the network of a space; tracks are those of the graph, row by row. Deterministic for a seed."""
    example = TrainingExample(graph, space, tracks, settings)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(settings.seed)
        network = Network(example.learned, settings.hidden).to(device().where)
    if len(example.rows):
        progress(f"cold start: solving for {len(example.rows)} songs")
        _solve(network, example)
        _train_softmax(network, example, progress)
    return export(network, example.about())


def export(network: Network, about: About) -> ColdStart:
    """The network as numpy arrays for kit.cold_start."""
    return ColdStart(network.weights(), about)


# -- initialisation: ridge regression ----------------------------------------------------------------------------------
def _solve(network: Network, example: TrainingExample) -> None:
    """Fits gates and heads so that gate * artist + V h + c is nearest to the unit vectors of the learned tracks.

    Each track counts four times: with all inputs, with audio features alone, with its artist alone, and with a subset
    of its audio features.
    """
    gates = _gates(example)
    units_of_h = network.hidden.out_features + 1
    square, product = np.zeros((units_of_h, units_of_h)), np.zeros((units_of_h, 2 * example.learned))
    for rows in _chunks(example.rows):
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


# -- training: playlist softmax ----------------------------------------------------------------------------------------
def _train_softmax(network: Network, example: TrainingExample, progress: Progress) -> None:
    plan = example.settings
    log_inverse_temperatures = nn.Parameter(torch.full((2,), math.log(START_LOGIT_SD), device=device().where))
    groups = [{"params": list(network.parameters())}, {"params": [log_inverse_temperatures]}]
    optimiser = torch.optim.Adam(groups, lr=plan.rate)
    rates = [plan.rate, plan.rate * TEMPERATURE_RATE]
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, rates, total_steps=plan.steps + 1, pct_start=0.1)
    scores = Scores(example.graph, example.space, example.blocks, example.copied)
    for step, draw in enumerate(batches(example.graph, example.space, example.rows, plan, example.rng)):
        page = example.masked_inputs(draw.rows)
        index, query = page.forward(network)
        loss = scores.tracks_found(index, page.means, draw, log_inverse_temperatures[0]) + scores.playlists_found(
            query, draw, log_inverse_temperatures[1]
        )
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimiser.step()
        schedule.step()
        if step % REPORT_EVERY == REPORT_EVERY - 1:
            progress(f"cold start: step {step + 1} of {plan.steps}, loss {loss.item():.3f}")
