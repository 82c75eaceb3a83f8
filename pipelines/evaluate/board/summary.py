"""The first table of the leaderboard's page: each task, its winner, and the rank of the best of ours."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pipelines.evaluate.board.cells import CATALOGUE, CUTS, NONE, SHOWN, Row, gain, ranked, spread, table
from pipelines.evaluate.board.document import Board
from pipelines.evaluate.board.task_sections import DECIDES, ORACLE

CALLED = {
    "likes": "ten tracks for a known listener",
    "leave-one-out": "the latest track of a listener",
    "ordered": "the next track of a playlist",
    "neighbours": "two tracks in one list",
    "names": "a list by its name alone",
}
HEADINGS = (
    "task",
    "figure",
    "winner",
    "its figure [95 %]",
    "best of ours",
    "gain over best peer [95 %]",
    "ours is",
)


@dataclass(frozen=True, slots=True)
class Contest:
    """Rows of one figure; each holds `model`, `ours`, `level`, `interval` and the gain."""

    what: str
    figure: str
    rows: Sequence[Row]


def section(board: Board) -> str:
    """The table, one line a contest."""
    lines = [_line(contest) for contest in contests(board) if contest.rows]
    return f"## Who wins what\n\n{table(HEADINGS, lines, words=3)}"


def contests(board: Board) -> list[Contest]:
    """All tasks and segments, in the order of the page."""
    views = [
        Contest(
            f"continuation: {CATALOGUE[v['view']]}, {SHOWN[v['positions']]} shown",
            "AVG",
            _rows(board, v["rows"], "average"),
        )
        for v in board["views"]
    ]
    queries = [
        Contest(CALLED[name], measure.replace("mrr", "MRR"), _rows(board, _of(board, name, measure), "value"))
        for name, measures in DECIDES.items()
        for measure in measures
    ]
    return [*views, *_segments(board), *queries, *_cold(board["cold"])]


def _of(board: Board, query: str, measure: str) -> list[Row]:
    return [row for row in board["tasks"] if (row["task"], row["measure"]) == (query, measure)]


def _rows(board: Board, rows: Sequence[Row], level: str) -> list[Row]:
    return [
        {**row, "level": row[level], "ours": row["ours"] if "ours" in row else board["models"][row["model"]]["ours"]}
        for row in rows
    ]


def _segments(board: Board) -> list[Contest]:
    names = dict.fromkeys(row["segment"] for row in board["segments"])
    parts = [[row for row in board["segments"] if row["segment"] == name] for name in names]
    return [
        Contest(f"{rows[0]['segment']}: {rows[0]['says']}", CUTS[rows[0]["measure"]], _rows(board, rows, "value"))
        for rows in parts
    ]


def _cold(cold: Any) -> list[Contest]:
    """The cold-start task without the oracle; a value without an interval is its own interval."""
    if not cold or not cold["recall"]:
        return []
    rows = [
        {
            "model": name,
            "ours": name.startswith("network"),
            "level": row["recall"],
            "interval": [row.get("low", row["recall"]), row.get("high", row["recall"])],
            "gain": None,
        }
        for name, row in cold["recall"].items()
        if name != ORACLE
    ]
    return [Contest("tracks in no playlist", f"recall@{cold['cut']}", rows)]


def _line(contest: Contest) -> list[str]:
    order = ranked(contest.rows, "level")
    first, best = order[0], next((row for row in order if row["ours"]), None)
    winner = f"**{first['model']}**" if first["ours"] else first["model"]
    own = [best["model"], gain(best), comparison(best, order)] if best else [NONE, "", "not evaluated"]
    return [contest.what, contest.figure, winner, spread(first["level"], first["interval"]), *own]


def comparison(best: Row, rows: Sequence[Row]) -> str:
    """ "ahead", "behind" or "level" by the paired gain; without one, by intervals that do not overlap."""
    peer = next((row for row in ranked(rows, "level") if not row["ours"]), None)
    if peer is None:
        return "no peer evaluated"
    low, high = best["gain_interval"] if best["gain"] is not None else _apart(best, peer)
    return "ahead" if low > 0 else "behind" if high < 0 else "level"


def _apart(best: Row, peer: Row) -> tuple[float, float]:
    """The smallest and the largest difference that two intervals allow."""
    return best["interval"][0] - peer["interval"][1], best["interval"][1] - peer["interval"][0]
