"""The leaderboard as a Markdown page: the table of winners first, then every table, from the board alone."""

import textwrap
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

from kit.durable_files import replace_text
from pipelines.evaluate.board import equal_means, task_sections
from pipelines.evaluate.board import summary as board_summary
from pipelines.evaluate.board.cells import (
    CATALOGUE,
    CUTS,
    NONE,
    SHOWN,
    Column,
    Row,
    gain,
    of_models,
    share,
    spread,
    table,
)
from pipelines.evaluate.board.document import Board
from pipelines.evaluate.segments import SEEDS

ACCURACY = {
    "NDCG@10": "ndcg@10",
    "R-precision": "r_precision",
    "R@10": "recall@10",
    "R@50": "recall@50",
    "R@500": "recall@500",
    "MAP@10": "map@10",
    "HR@10": "hit_rate@10",
    "clicks": "clicks",
}
BEYOND = {
    "coverage@10": "coverage@10",
    "popularity": "popularity_percentile",
    "same artists": "same_artist",
    "artist variety": "artist_variety",
    "novelty, bits": "novelty",
}


def write(board: Board, path: Path, plots: Sequence[Path]) -> None:
    """Writes the page; it shows the plots, which are in `plots/` beside it."""
    replace_text(path, page(board, plots))


def page(board: Board, plots: Sequence[Path] = ()) -> str:
    """The whole page as Markdown."""
    parts = [_head(board), board_summary.section(board), equal_means.section(board), _plots(plots)]
    parts += [_view(board, view) for view in board["views"]]
    parts += [_between_seeds(board), _more(board), _segments(board), *task_sections.sections(board), _models(board)]
    return "\n\n".join(part for part in parts if part) + "\n"


def _head(board: Board) -> str:
    models, train, held = len(board["models"]), board["train_playlists"], board["held_playlists"]
    return f"""# Leaderboard

{models} models were trained on the same {train:,} playlists and evaluated on the same queries from {held:,} others.
Data {board["data_hash"]}, seed {board["seed"]}, commit {board["commit"]}. To make this page again:

    segue-pipeline evaluate FILES --all --seed {board["seed"]}{_further(board)}

The JSON beside it holds every figure. AVG is NDCG@100 averaged over k = 1, 5, 25 tracks shown.
{_intervals(board)}

A gain is over the strongest peer of its table, paired: both models answer the same queries. Peers are methods as
published, and ALS given the artist blocks and the ranker of ours (`als_side`, `als_side_reranked`). Ahead and behind
are said only where the interval of the gain does not hold 0. Bold is the best of ours, picked by the figures shown; a
release serves `reranked`, whose one lookup is `reweighted`."""


def _further(board: Board) -> str:
    """The options of further training seeds, if there were any."""
    if len(board["seeds"]) == 1:
        return ""
    models = "" if _all_repeated(board) else f" \\\n        --seed-models {','.join(board['repeated'])}"
    return f" --seeds {','.join(map(str, board['seeds']))}{models}"


def _all_repeated(board: Board) -> bool:
    return len(board["repeated"]) == len(board["models"])


def _intervals(board: Board) -> str:
    """What the brackets are, lines of at most 120 characters."""
    text = f"Brackets are 95 % intervals from {board['draws']:,} bootstrap draws of playlists or people{_seeds(board)}."
    return textwrap.fill(text, 120, break_long_words=False, break_on_hyphens=False)


def _seeds(board: Board) -> str:
    """What training with several seeds adds to the intervals."""
    if len(board["seeds"]) == 1:
        return ", without the variance between training seeds"
    which = "all models" if _all_repeated(board) else ", ".join(f"`{name}`" for name in board["repeated"])
    rest = "" if _all_repeated(board) else f" The others were trained with seed {board['seed']} alone."
    return (
        f". In continuation and its segments the intervals of {which} hold the variance between training seeds: a "
        f"figure is the mean over the seeds {', '.join(map(str, board['seeds']))}, and a draw takes one of them for "
        f"each model, its distance from their mean times sqrt(S / (S - 1)), S the number of seeds.{rest} Other tasks "
        f"are of seed {board['seed']} alone"
    )


def _plots(plots: Sequence[Path]) -> str:
    return "\n\n".join(f"![{path.stem.replace('-', ' ').replace('_', ' ')}](plots/{path.name})" for path in plots)


def _ours(board: Board, model: str) -> bool:
    return bool(board["models"][model]["ours"])


# -- continuation ------------------------------------------------------------------------------------------------------
def _view(board: Board, view: Row) -> str:
    seed_counts = sorted({int(k) for row in view["rows"] for k in row["figures"]})
    columns: list[Column] = [("AVG [95 %]", lambda row: spread(row["average"], row["interval"]))]
    columns += [(f"k = {k}", partial(_with_seeds, k=k)) for k in seed_counts]
    columns.append((f"gain over {view['best_peer'] or 'the best peer'} [95 %]", gain))
    if view["best_published"] != view["best_peer"]:
        columns.append((f"over {view['best_published']}, the best as published [95 %]", _over_published))
    columns.append(("CPU s to fit", lambda row: f"{board['models'][row['model']]['fit_cpu_s']:.0f}"))
    heading = f"## Continuation, {view['view']} catalogue, {view['positions']} seeds"
    text = (
        f"{view['catalogue']:,} tracks, {CATALOGUE[view['view']]}; of a playlist {SHOWN[view['positions']]} are shown."
    )
    return f"{heading}\n\n{text}\n\n{of_models(view['rows'], 'average', partial(_ours, board), columns)}"


def _over_published(row: Row) -> str:
    return gain(row["over"]["published"]) if "published" in row["over"] else ""


def _with_seeds(row: Row, k: int) -> str:
    return share(row["figures"][str(k)]["ndcg@100"]) if str(k) in row["figures"] else NONE


def _between_seeds(board: Board) -> str:
    """The table of seeds; empty where the models were trained with one seed only."""
    rows = board["between_seeds"]
    if not rows:
        return ""
    views = [f"{view['view']} {view['positions']}" for view in board["views"]]
    lines: dict[str, list[str]] = {row["model"]: [] for row in rows}
    for row in rows:
        lines[row["model"]].append(f"{share(row['mean'])} +- {share(row['deviation'])}")
    shown = table(["model", *views], [[name, *cells] for name, cells in lines.items()])
    seeds = ", ".join(map(str, rows[0]["seeds"]))
    return f"""## Between seeds

AVG of the models that draw at random, learned with seeds {seeds} and evaluated on the same queries: mean and standard
deviation.

{shown}"""


def _more(board: Board) -> str:
    rows = board["views"][0]["rows"]
    seed_counts = {int(k) for row in rows for k in row["figures"]}
    k = SEEDS if SEEDS in seed_counts else min(seed_counts)
    accuracy, beyond = (_figures(board, rows, k, columns) for columns in (ACCURACY, BEYOND))
    return f"""## Accuracy and beyond, {k} tracks shown

Closed catalogue, random seeds. Clicks are pages of ten turned before the first hit: fewer is better.

{accuracy}

What the first ten are like. Popularity is the mean percentile (1: most common), same artists the share by an artist of
the tracks shown, artist variety distinct artists over ten, novelty the mean of -log2 of the share of training playlists
that hold the track (Zhou et al. 2010). None of them is good or bad alone.

{beyond}"""


def _figures(board: Board, rows: Sequence[Row], k: int, columns: dict[str, str]) -> str:
    cells: list[Column] = [(heading, partial(_figure, k=k, name=name)) for heading, name in columns.items()]
    return of_models(rows, "average", partial(_ours, board), cells)


def _figure(row: Row, k: int, name: str) -> str:
    value = row["figures"][str(k)][name]
    return f"{value:.2f}" if name in ("clicks", "novelty") and value is not None else share(value)


# -- segments and models -----------------------------------------------------------------------------------------------
def _segments(board: Board) -> str:
    names = dict.fromkeys(row["segment"] for row in board["segments"])
    parts = [_segment(board, [row for row in board["segments"] if row["segment"] == name]) for name in names]
    return "\n\n".join(["## Accuracy by segment", *parts]) if parts else ""


def _segment(board: Board, rows: Sequence[Row]) -> str:
    about, against = rows[0], next((row["against"] for row in rows if row["against"]), "the best peer")
    columns: list[Column] = [
        (f"{CUTS[about['measure']]} [95 %]", lambda row: spread(row["value"], row["interval"])),
        (f"gain over {against} [95 %]", gain),
    ]
    text = f"{about['says'].capitalize()}: {about['playlists']:,} playlists, {about['k']} tracks shown."
    heading = f"### {about['segment'].capitalize()}"
    return f"{heading}\n\n{text}\n\n{of_models(rows, 'value', partial(_ours, board), columns)}"


def _models(board: Board) -> str:
    rows = [[name, *_about(about)] for name, about in board["models"].items()]
    return f"""## The models, and which playlists chose their settings

The held-out playlists chose nothing. The settings themselves stand in the JSON.

{table(["model", "whose", "settings chosen on", "CPU s to fit"], rows, words=3)}"""


def _about(about: dict[str, Any]) -> list[str]:
    return ["ours" if about["ours"] else "peer", about["chosen"], f"{about['fit_cpu_s']:.1f}"]
