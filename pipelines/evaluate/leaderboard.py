"""The continuation leaderboard: one row per model with intervals, and what is needed to reproduce them."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import orjson
from rich.table import Table

from pipelines.evaluate import metrics
from pipelines.evaluate.figure import DRAWS
from pipelines.evaluate.model_names import PEERS
from pipelines.evaluate.protocol import Positions, TaskMetrics, View
from pipelines.models.interface import Model


@dataclass(frozen=True, slots=True, eq=False)
class EvaluatedModel:
    """A model, its metrics, and the CPU seconds its training took."""

    model: Model
    results: TaskMetrics
    fit_cpu_s: float


@dataclass(frozen=True, slots=True)
class Row:
    """Figures of one model. `gain` is AVG over the best peer's minus 1; None for peers and when there is no peer."""

    model: str
    average: float
    interval: tuple[float, float]
    gain: float | None
    gain_interval: tuple[float, float] | None
    figures: Mapping[int, Mapping[str, float]]  # by k
    settings: Mapping[str, Any]
    fit_cpu_s: float


@dataclass(frozen=True, slots=True)
class Leaderboard:
    """All rows, with the seed, commit and data hash needed to reproduce them."""

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


def best_peer(judged: Mapping[str, EvaluatedModel]) -> str | None:
    """The peer with the highest AVG, None when no peer was evaluated."""
    peers = [name for name in judged if name in PEERS]
    return max(peers, key=lambda name: judged[name].results.average, default=None)


def rows(judged: Mapping[str, EvaluatedModel], seed: int) -> list[Row]:
    """One row per model, in the order given."""
    best = best_peer(judged)
    peer = judged[best].results if best else None
    return [_row(name, one, None if name in PEERS else peer, seed) for name, one in judged.items()]


def _row(name: str, one: EvaluatedModel, peer: TaskMetrics | None, seed: int) -> Row:
    results = one.results
    counts = metrics.resamples(results.playlists, DRAWS, seed)
    values = results.by_playlist()
    gain = spread = None
    if peer and peer.average:
        gain = results.average / peer.average - 1
        low, high = metrics.interval(values - peer.by_playlist(), counts)
        spread = (low / peer.average, high / peer.average)
    figures = {k: results.means(k) for k in results.seed_counts()}
    spread_alone = metrics.interval(values, counts)
    return Row(name, results.average, spread_alone, gain, spread, figures, one.model.settings(), one.fit_cpu_s)


def evaluate_table(board: Leaderboard) -> Table:
    """Renders the leaderboard as text for a terminal."""
    table = Table(
        title=f"continuation, {board.view} catalogue of {board.catalogue} songs, {board.positions} seeds",
        caption=f"{board.train_playlists} training and {board.held_playlists} held-out playlists, data "
        f"{board.data_hash}, seed {board.seed}, commit {board.commit}; AVG is NDCG@100 over k = 1, 5, 25 with its 95 % "
        f"interval, gain is over {board.best_peer} (paired); R@10, R@500 and HR@10 are at k = 5",
    )
    asked = sorted({k for row in board.rows for k in row.figures})
    for heading in ("model", "AVG", *(f"k={k}" for k in asked), "R@10", "R@500", "HR@10", "gain", "fit CPU s"):
        table.add_column(heading, justify="left" if heading == "model" else "right", no_wrap=True)
    for row in board.rows:
        table.add_row(*_cells(row, asked))
    return table


def _cells(row: Row, asked: Sequence[int]) -> list[str]:
    at_five = row.figures.get(5, row.figures[min(row.figures)])
    gain = "-"
    if row.gain is not None and row.gain_interval is not None:
        gain = f"{row.gain:+.1%} [{row.gain_interval[0]:+.1%}, {row.gain_interval[1]:+.1%}]"
    return [
        row.model,
        f"{row.average:.4f} [{row.interval[0]:.4f}, {row.interval[1]:.4f}]",
        *(f"{row.figures[k]['ndcg@100']:.4f}" if k in row.figures else "-" for k in asked),
        *(f"{at_five[name]:.4f}" for name in ("recall@10", "recall@500", "hit_rate@10")),
        gain,
        f"{row.fit_cpu_s:.1f}",
    ]
