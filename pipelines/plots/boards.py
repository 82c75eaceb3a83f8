"""Accessors of the leaderboard's JSON for plots, as `evaluate --all` writes it."""

from collections.abc import Mapping
from typing import Any

Board = Mapping[str, Any]
View = Mapping[str, Any]
Row = Mapping[str, Any]


def seeds_shown(view: View, wished: int) -> int:
    """The wished number of seeds, or the smallest where no playlist is long enough."""
    ks = sorted({int(k) for row in view["rows"] for k in row["figures"]})
    return wished if wished in ks else ks[0]


def figures(row: Row, k: int) -> Mapping[str, Any]:
    """The figures of one number of seeds; none where no playlist is long enough."""
    found: Mapping[str, Any] = row["figures"].get(str(k), {})
    return found


def note(board: Board, view: View | None = None) -> str:
    """Provenance of the figures in two lines."""
    shown = f"{view['view']} catalogue of {view['catalogue']:,} tracks, {view['positions']} seeds, " if view else ""
    evaluated_rows = f"{board['train_playlists']:,} training and {board['held_playlists']:,} held-out playlists"
    return f"{shown}{evaluated_rows}\ndata {board['data_hash']}, seed {board['seed']}, commit {board['commit']}"
