"""A leaderboard as `evaluate --all` writes it, with invented figures."""

from collections.abc import Mapping
from typing import Any

Figures = Mapping[str, tuple[bool, float, float, float]]

MODELS: Figures = {
    "popularity": (False, 0.05, 0.0, 0.999),
    "als": (False, 0.29, 40.0, 0.98),
    "item_knn": (False, 0.27, 1.2, 0.93),
    "fused": (True, 0.31, 18.0, 0.97),
    "cooccurrence_knn": (True, 0.12, 2.0, 0.85),
}
"""Name -> (ours, AVG, CPU seconds, popularity percentile)."""
GROWTH = {"1": 0.7, "5": 1.0, "10": 1.1, "25": 1.3}


def board(models: Figures = MODELS, ks: tuple[str, ...] = tuple(GROWTH)) -> dict[str, Any]:
    """Four views of these models."""
    return {
        "seed": 1,
        "commit": "abc1234",
        "data_hash": "0123456789abcdef",
        "train_playlists": 6358,
        "held_playlists": 700,
        "models": {name: {"ours": ours, "fit_cpu_s": cpu} for name, (ours, _, cpu, _) in models.items()},
        "views": [_view(models, ks, view, p) for view in ("5-core", "full") for p in ("random", "first")],
    }


def _view(models: Figures, ks: tuple[str, ...], view: str, positions: str) -> dict[str, Any]:
    peers = [name for name, (ours, *_) in models.items() if not ours]
    best = max(peers, key=lambda name: models[name][1], default=None)
    rows = [_row(name, figures, models[best][1] if best else None, ks) for name, figures in models.items()]
    return {"view": view, "positions": positions, "catalogue": 21556, "best_peer": best, "rows": rows}


def _row(
    name: str, figures: tuple[bool, float, float, float], peer: float | None, ks: tuple[str, ...]
) -> dict[str, Any]:
    ours, average, _, percentile = figures
    gain = average / peer - 1 if ours and peer else None
    by_k = {k: average * GROWTH[k] for k in ks}
    return {
        "model": name,
        "average": average,
        "interval": [average - 0.01, average + 0.01],
        "gain": gain,
        "gain_interval": None if gain is None else [gain - 0.02, gain + 0.02],
        "figures": {k: {"ndcg@100": value, "popularity_percentile": percentile} for k, value in by_k.items()},
        "by_k": {k: [value - 0.01, value + 0.01] for k, value in by_k.items()},
    }
