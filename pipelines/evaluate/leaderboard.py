"""The continuation leaderboard: one row per model with intervals, and what is needed to reproduce them."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import orjson
from rich.table import Table

from pipelines.evaluate import metrics
from pipelines.evaluate.figure import DRAWS, Floats
from pipelines.evaluate.model_names import EQUAL_MEANS, PEERS, PUBLISHED
from pipelines.evaluate.protocol import Positions, TaskMetrics, View, averaged
from pipelines.models.interface import Model


@dataclass(frozen=True, slots=True, eq=False)
class EvaluatedModel:
    """A model, its metrics in each of its runs (one a training seed), and the CPU seconds its training took."""

    model: Model
    runs: Sequence[TaskMetrics]
    fit_cpu_s: float

    @property
    def results(self) -> TaskMetrics:
        """The mean over the runs."""
        return averaged(self.runs)


@dataclass(frozen=True, slots=True)
class Gain:
    """AVG over that of the peer `against` minus 1, with its paired interval."""

    against: str
    gain: float
    gain_interval: tuple[float, float]


@dataclass(frozen=True, slots=True)
class Row:
    """Figures of one model. `gain` is over the best peer; None for peers and when there is no peer.

    `over` holds further gains: `published`, over the best peer as published, and `equal_means`, over the peer that is
    given the same side information and ranker.
    """

    model: str
    average: float
    interval: tuple[float, float]
    gain: float | None
    gain_interval: tuple[float, float] | None
    over: Mapping[str, Gain]
    figures: Mapping[int, Mapping[str, float]]  # by k
    settings: Mapping[str, Any]
    fit_cpu_s: float


@dataclass(frozen=True, slots=True)
class Leaderboard:
    """All rows, with the seed, commit and data hash needed to reproduce them.

    held_part: "valid", or "test" for playlists that no choice was made by.
    """

    held_part: str
    view: View
    positions: Positions
    seed: int
    commit: str
    data_hash: str
    train_playlists: int
    held_playlists: int
    catalogue: int
    best_peer: str | None
    rows: Sequence[Row]

    def write(self, path: Path) -> None:
        """Writes the leaderboard as JSON."""
        path.write_bytes(orjson.dumps(asdict(self), option=orjson.OPT_INDENT_2 | orjson.OPT_NON_STR_KEYS))


def best_peer(evaluated: Mapping[str, EvaluatedModel], among: Sequence[str] = PEERS) -> str | None:
    """The peer with the highest AVG, None when no peer was evaluated."""
    peers = [name for name in evaluated if name in among]
    return max(peers, key=lambda name: evaluated[name].results.average, default=None)


@dataclass(frozen=True, slots=True, eq=False)
class _Drawn:
    """AVG of a model, and its AVG (DRAWS,) in each bootstrap draw of playlists and of a run."""

    average: float
    draws: Floats


def rows(evaluated: Mapping[str, EvaluatedModel], seed: int) -> list[Row]:
    """One row per model, in the order given."""
    if not evaluated:
        return []
    counts = metrics.resamples(next(iter(evaluated.values())).runs[0].playlists, DRAWS, seed)
    drawn = {name: _drawn(name, one, counts, seed) for name, one in evaluated.items()}
    best, published = best_peer(evaluated), best_peer(evaluated, PUBLISHED)
    return [_row(name, one, drawn, best, published) for name, one in evaluated.items()]


def _drawn(name: str, one: EvaluatedModel, counts: Floats, seed: int) -> _Drawn:
    draws = metrics.drawn_runs([run.by_playlist() for run in one.runs], counts, seed, name)
    return _Drawn(one.results.average, draws)


def _row(name: str, one: EvaluatedModel, drawn: Mapping[str, _Drawn], best: str | None, published: str | None) -> Row:
    results, ours = one.results, name not in PEERS
    gain = _gain(name, best, drawn) if ours else None
    peers = {"published": published, "equal_means": EQUAL_MEANS.get(name, EQUAL_MEANS["reranked"])} if ours else {}
    further = {about: _gain(name, peer, drawn) for about, peer in peers.items()}
    return Row(
        model=name,
        average=results.average,
        interval=metrics.interval_of(drawn[name].draws),
        gain=gain.gain if gain else None,
        gain_interval=gain.gain_interval if gain else None,
        over={about: found for about, found in further.items() if found},
        figures={k: results.means(k) for k in results.seed_counts()},
        settings=one.model.settings(),
        fit_cpu_s=one.fit_cpu_s,
    )


def _gain(name: str, peer: str | None, drawn: Mapping[str, _Drawn]) -> Gain | None:
    """The gain of AVG over a peer's; None when the peer was not evaluated or has an AVG of 0.

    A draw has the same playlists for both, and one run of each.
    """
    if peer is None or peer not in drawn or not drawn[peer].average:
        return None
    own, other = drawn[name], drawn[peer]
    low, high = metrics.interval_of(own.draws - other.draws)
    return Gain(peer, own.average / other.average - 1, (low / other.average, high / other.average))


def evaluate_table(board: Leaderboard) -> Table:
    """Renders the leaderboard as text for a terminal."""
    table = Table(
        title=f"continuation, {board.view} catalogue of {board.catalogue} tracks, {board.positions} seeds",
        caption=f"{board.train_playlists} training and {board.held_playlists} held-out playlists ({board.held_part}), "
        f"data {board.data_hash}, seed {board.seed}, commit {board.commit}; AVG is NDCG@100 over k = 1, 5, 25 with its "
        f"95 % interval, gain is over {board.best_peer} (paired); R@10, R@500 and HR@10 are at k = 5",
    )
    counts = sorted({k for row in board.rows for k in row.figures})
    for heading in ("model", "AVG", *(f"k={k}" for k in counts), "R@10", "R@500", "HR@10", "gain", "fit CPU s"):
        table.add_column(heading, justify="left" if heading == "model" else "right", no_wrap=True)
    for row in board.rows:
        table.add_row(*_cells(row, counts))
    return table


def _cells(row: Row, counts: Sequence[int]) -> list[str]:
    at_five = row.figures.get(5, row.figures[min(row.figures)])
    gain = "-"
    if row.gain is not None and row.gain_interval is not None:
        gain = f"{row.gain:+.1%} [{row.gain_interval[0]:+.1%}, {row.gain_interval[1]:+.1%}]"
    return [
        row.model,
        f"{row.average:.4f} [{row.interval[0]:.4f}, {row.interval[1]:.4f}]",
        *(f"{row.figures[k]['ndcg@100']:.4f}" if k in row.figures else "-" for k in counts),
        *(f"{at_five[name]:.4f}" for name in ("recall@10", "recall@500", "hit_rate@10")),
        gain,
        f"{row.fit_cpu_s:.1f}",
    ]
