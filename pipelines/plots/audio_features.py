"""Plots of audio features: their correlations with each other and with popularity, and genre profiles."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import polars as pl
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap

from pipelines.plots import eda
from pipelines.plots.card import BLUE, GREEN, INK, LINE, ORANGE, POINTS, PURPLE, TASK, Margins, card
from pipelines.plots.eda import Correlations, Genre

DIVERGING = LinearSegmentedColormap.from_list("falls, nothing, rises", [ORANGE, TASK, BLUE])
NOTHING = 0.005  # |r| that two decimals show as nothing
MARKERS = dict(zip(eda.PROFILED, ("o", "s", "^", "D"), strict=True))
COLOURS = dict(zip(eda.PROFILED, (ORANGE, BLUE, GREEN, PURPLE), strict=True))


def draw_sound(tracks: pl.DataFrame, out: Path, source: str) -> tuple[list[Path], str]:
    """Writes correlations.svg and, where any genre has enough tracks, genres.svg into `out`.

    `source` is the provenance of the canonical track table. Also returns the finding of `eda.sentence`.
    """
    found, genres = eda.correlations(tracks), eda.popular_genres(tracks)
    finding = eda.sentence(eda.links(found))
    paths = [heatmap(found, out / "correlations.svg", source)]
    if genres:
        paths.append(profiles(genres, out / "genres.svg", source))
    return paths, finding


def heatmap(found: Correlations, path: Path, source: str) -> Path:
    """Pearson's r of every two columns; the colour of half the scale is already strong."""
    size, at = len(eda.COLUMNS), eda.COLUMNS.index(eda.POPULARITY)
    known = found.tracks[at, :at]
    note = (
        f"n = {known.min():,} to {known.max():,} tracks for popularity, "
        f"up to {found.tracks.max():,} for two features.\n"
    )
    with card(
        path,
        "Which audio features go together, and which with popularity?",
        "Pearson's r over tracks that have both values; tracks matched by name only are left out",
        note + source,
        height=700,
        margins=Margins(left=130, bottom=136),
    ) as axes:
        axes.imshow(np.clip(found.r, -1, 1), cmap=DIVERGING, vmin=-1, vmax=1, aspect="auto")
        names = [name.replace("_", " ") for name in eda.COLUMNS]
        axes.set_xticks(range(size), names, rotation=40, ha="right", rotation_mode="anchor")
        axes.set_yticks(range(size), names)
        axes.tick_params(length=0)
        axes.spines[:].set_visible(False)
        axes.set_xticks(np.arange(size - 1) + 0.5, minor=True)
        axes.set_yticks(np.arange(size - 1) + 0.5, minor=True)
        axes.grid(which="minor", color=TASK, linewidth=1.5)
        axes.tick_params(which="minor", length=0)
        axes.axhline(at - 0.5, color=INK, linewidth=0.8)
        for row, column in np.ndindex(size, size):
            if not np.isnan(found.r[row, column]):
                _cell(axes, row, column, float(found.r[row, column]))
    return path


def _cell(axes: Axes, row: int, column: int, r: float) -> None:
    shown = "1" if row == column else f"{r:+.2f}".replace("0.", ".") if abs(r) >= NOTHING else "0"
    colour = TASK if abs(r) > 0.6 else INK
    axes.text(column, row, shown, ha="center", va="center", fontsize=10 * POINTS, color=colour)


def profiles(genres: Sequence[Genre], path: Path, source: str) -> Path:
    """A row a genre, most popular first, with its means on the 0..1 scale of the features."""
    note = f"Genres with at least {eda.GENRE_TRACKS} tracks that have popularity and sound, most popular first.\n"
    with card(
        path,
        "How do the most popular genres sound?",
        "Means over a genre's tracks; in brackets mean popularity (0 to 100) and number of tracks",
        note + source,
        height=210 + 30 * len(genres),
        margins=Margins(left=230, top=100),
    ) as axes:
        rows = range(len(genres))
        axes.hlines(rows, 0, 1, color=LINE, linewidth=0.6)
        for at, name in enumerate(eda.PROFILED):
            means = [genre.profile[at] for genre in genres]
            axes.plot(means, rows, MARKERS[name], color=COLOURS[name], label=name, markersize=6, linestyle="none")
        axes.set_yticks(rows, [f"{g.name} ({g.popularity:.0f}; {g.tracks:,})" for g in genres], color=INK)
        axes.set_ylim(len(genres) - 0.5, -0.5)
        axes.set_xlim(0, 1)
        axes.set_xlabel("mean of the feature (0 to 1)")
        axes.tick_params(axis="y", length=0)
        axes.spines["left"].set_visible(False)
        axes.legend(loc="lower left", bbox_to_anchor=(-0.02, 1.0), ncols=4, handletextpad=0.1, columnspacing=1.2)
    return path
