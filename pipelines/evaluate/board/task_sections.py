"""The sections of the leaderboard's page for the tasks other than continuation, and for tracks in no playlist."""

from collections.abc import Sequence
from functools import partial
from typing import Any

from pipelines.evaluate.board.cells import NONE, Column, Row, gain, of_models, share, spread, table
from pipelines.evaluate.board.document import Board
from pipelines.evaluate.leave_one_out import HITS, SAMPLED_HITS
from pipelines.evaluate.neighbour_scores import AGAINST

TITLES = {
    "likes": "Ten tracks for a known listener (`pipelines/evaluate/likes.py`)",
    "leave-one-out": "The latest track of a listener (`pipelines/evaluate/leave_one_out.py`)",
    "ordered": "The next track of a playlist in its order (`pipelines/evaluate/ordered.py`)",
    "neighbours": "Two tracks: may they stand in one list? (`pipelines/evaluate/neighbours.py`)",
    "names": "No tracks shown: a list by its name (`pipelines/evaluate/name_only.py`)",
}
DECIDES = {
    "likes": ("P@10",),
    "leave-one-out": (SAMPLED_HITS, HITS),
    "ordered": ("mrr",),
    "neighbours": tuple(f"AUC{against}" for against in AGAINST.values()),
    "names": ("ndcg@100",),
}
"""The measures that are shown with their interval."""
ORACLE = "warm oracle"


def sections(board: Board) -> list[str]:
    """One section for each task that was evaluated."""
    by_task = {name: [row for row in board["tasks"] if row["task"] == name] for name in TITLES}
    found = [f"## {TITLES[name]}\n\n{_measured(name, rows)}" for name, rows in by_task.items() if rows]
    return [*found, *_cold(board["cold"])]


def _measured(query: str, rows: Sequence[Row]) -> str:
    """A table with a row per model and a column per measure, sorted by the first measure."""
    lines: dict[str, dict[str, Any]] = {}
    for row in rows:
        line = lines.setdefault(row["model"], {"model": row["model"], "of": {}, "value": row["value"]})
        line["of"][row["measure"]] = row
    ours = {row["model"] for row in rows if row["ours"]}
    note = f"{rows[0]['note'][0].upper()}{rows[0]['note'][1:]}."
    return f"{note}\n\n{of_models(list(lines.values()), 'value', ours.__contains__, _columns(query, rows))}"


def _columns(query: str, rows: Sequence[Row]) -> list[Column]:
    found: list[Column] = []
    for measure in dict.fromkeys(row["measure"] for row in rows):
        heading = "MRR" if measure == "mrr" else measure
        found.append((heading, partial(_value, measure=measure, decides=measure in DECIDES[query])))
        against = next((row["against"] for row in rows if row["measure"] == measure and row["against"]), None)
        if against:
            found.append((f"gain over {against} [95 %]", partial(_gained, measure=measure)))
    return found


def _value(line: Row, measure: str, decides: bool) -> str:
    row = line["of"].get(measure)
    return NONE if row is None else spread(row["value"], row["interval"]) if decides else share(row["value"])


def _gained(line: Row, measure: str) -> str:
    return gain(line["of"][measure]) if measure in line["of"] else ""


def _cold(cold: Any) -> list[str]:
    """The cold-start section; empty where the playlists were too few to evaluate by."""
    if not cold or not cold["recall"]:
        return []
    rows = [[name, share(row["recall"]), _between(row)] for name, row in cold["recall"].items()]
    shown = table(["model", f"recall@{cold['cut']} among the hidden tracks", "95 %"], rows)
    return [
        f"""## Tracks in no playlist (`pipelines/cold_start/evaluation.py`)

{cold["hidden"]:,} tracks are hidden from training and are targets of {cold["playlists"]:,} held-out playlists. The
{ORACLE} is the same space trained with them; popularity knows their true counts, which a new track does not have.

{shown}"""
    ]


def _between(row: Row) -> str:
    return f"[{share(row['low'])}, {share(row['high'])}]" if "low" in row else "by definition"
