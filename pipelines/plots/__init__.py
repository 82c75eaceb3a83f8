"""Plots of the leaderboard and the track table as deterministic SVG. The only package that imports matplotlib."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pipelines import tables
from pipelines.plots.audio_features import draw_sound
from pipelines.plots.standing import draw_standing

__all__ = ["draw", "draw_sound", "draw_standing"]


def draw(board: Mapping[str, Any], data: Path, out: Path) -> list[Path]:
    """Every plot of a leaderboard (the JSON of `evaluate --all`) and of the ingested folder that it was made from."""
    sound, _ = draw_sound(tables.read(data, "tracks"), out, f"data {board['data_hash']}, commit {board['commit']}")
    return [*draw_standing(board, out), *sound]
