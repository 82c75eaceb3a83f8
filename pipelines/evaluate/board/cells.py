"""Markdown formatting of the board's figures: no leading zero, gains in per cent, the best of ours bold."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

Row = Mapping[str, Any]
Column = tuple[str, Callable[[Row], str]]
NONE = "-"
CATALOGUE = {"5-core": "tracks in 5 or more playlists", "full": "every track that training knows"}
SHOWN = {"random": "any tracks", "first": "the first tracks"}
CUTS = {"tail_recall@50": "recall@50", "ndcg@100": "NDCG@100"}


def share(value: float | None) -> str:
    """Formats a value to four decimals: .2964; numbers above 1 (clicks, bits, beats) get two."""
    if value is None:
        return NONE
    return f"{value:.2f}" if abs(value) > 1 else f"{value:.4f}".replace("0.", ".", 1)


def spread(value: float | None, interval: Sequence[float]) -> str:
    """Formats a value with its interval: .2964 [.2824, .3101]"""
    return NONE if value is None else f"{share(value)} [{share(interval[0])}, {share(interval[1])}]"


def gain(row: Row) -> str:
    """Formats a gain with its interval: +6.7 % [+5.3, +8.2], empty where nothing is compared."""
    if row["gain"] is None:
        return ""
    low, high = row["gain_interval"]
    return f"{100 * row['gain']:+.1f} % [{100 * low:+.1f}, {100 * high:+.1f}]"


def ranked(rows: Sequence[Row], figure: str) -> list[Row]:
    """Rows sorted by a figure, best first; those without it last."""
    return sorted(rows, key=lambda row: float("-inf") if row[figure] is None else row[figure], reverse=True)


def table(headings: Sequence[str], rows: Sequence[Sequence[str]], bold: int | None = None, words: int = 1) -> str:
    """A Markdown table: the first `words` columns to the left, the others to the right; one row may be bold."""
    lines = [headings, ["---" if at < words else "---:" for at in range(len(headings))]]
    lines += [[f"**{cell}**" if cell and at == bold else cell for cell in row] for at, row in enumerate(rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def of_models(rows: Sequence[Row], figure: str, ours: Callable[[str], bool], columns: Sequence[Column]) -> str:
    """A table of models, best first by a figure, the best of ours bold."""
    order = ranked(rows, figure)
    bold = next((at for at, row in enumerate(order) if ours(row["model"])), None)
    cells = [[row["model"], *(cell(row) for _, cell in columns)] for row in order]
    return table(["model", *(heading for heading, _ in columns)], cells, bold)
