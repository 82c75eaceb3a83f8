"""The board's rows of the tasks other than continuation: each figure, and the gain of ours over the best peer.

A gain is relative and paired over the queries that both models ran: playlists for the next track, people for likes and
leave-one-out, bootstrap draws for pairs of tracks.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from pipelines.evaluate import metrics, neighbour_scores
from pipelines.evaluate.figure import DRAWS, quotient
from pipelines.evaluate.model_names import ENTRIES
from pipelines.evaluate.run_results import RunResult
from pipelines.evaluate.runs import Answers

Floats = npt.NDArray[np.float64]
Row = dict[str, Any]
Gain = dict[str, Any]


def rows(results: Answers, seed: int) -> Iterator[Row]:
    """Task by task, measure by measure, in the order of the models; all of the first training seed."""
    first = {name: answer for (query, name), answer in results.items() if query == "continuation"}
    yield from _ordered({name: answer for name, answer in first.items() if "ordered" in answer.figures}, seed)
    for query in ("likes", "leave-one-out"):
        yield from _people(query, {name: a for (of, name), a in results.items() if of == query}, seed)
    yield from _pairs(results["neighbours", ""])
    yield from _name_only({name: answer for name, answer in first.items() if "names" in answer.figures}, seed)


def _ordered(results: Mapping[str, RunResult], seed: int) -> Iterator[Row]:
    """Rows of the ordered task; the gain is that of the mean reciprocal rank."""
    ranks = {name: answer.values["ordered"] for name, answer in results.items()}
    best = _best({name: _level(table) for name, table in ranks.items()})
    for name, answer in results.items():
        for row in answer.figures["ordered"]:
            peer = best if row["measure"] == "mrr" and ENTRIES[name].ours else None
            yield _row("ordered", name, row, best, _difference(ranks[name], ranks[peer], seed) if peer else {})


def _name_only(results: Mapping[str, RunResult], seed: int) -> Iterator[Row]:
    """Rows of the task without seeds; the gain is that of NDCG@100."""
    tables = {name: answer.values["names"] for name, answer in results.items()}
    best = _best({name: _level(table) for name, table in tables.items()})
    for name, answer in results.items():
        for row in answer.figures["names"]:
            peer = best if row["measure"] == "ndcg@100" and ENTRIES[name].ours else None
            yield _row("names", name, row, best, _difference(tables[name], tables[peer], seed) if peer else {})


def _people(query: str, results: Mapping[str, RunResult], seed: int) -> Iterator[Row]:
    """Rows of likes or leave-one-out."""
    figures = [
        (name, row, answer.values[row["measure"]]) for name, answer in results.items() for row in answer.figures["rows"]
    ]
    for measure in dict.fromkeys(row["measure"] for _, row, _ in figures):
        hits = {name: values for name, row, values in figures if row["measure"] == measure}
        best = _best({name: float(values.sum()) for name, values in hits.items()})
        for name, row, values in figures:
            if row["measure"] == measure:
                peer = best if ENTRIES[name].ours else None
                yield _row(query, name, row, best, _ratio(values, hits[peer], seed) if peer else {})


def _pairs(answer: RunResult) -> Iterator[Row]:
    """Rows of the neighbours protocol; the gain is that of AUC."""
    for measure in dict.fromkeys(row["measure"] for row in answer.figures["rows"]):
        by_model = {row["model"]: row for row in answer.figures["rows"] if row["measure"] == measure}
        drawn = {name: answer.values[f"{measure}/{name}"] for name in by_model if f"{measure}/{name}" in answer.values}
        peers = [name for name in by_model if name in neighbour_scores.PEERS]
        best = max(peers, key=lambda name: float(by_model[name]["value"]))
        for name, row in by_model.items():
            compared = name in drawn and name not in peers
            gain = _drawn(row, by_model[best], drawn[name], drawn[best]) if compared else {}
            yield _row("neighbours", name, row, best, gain)


def _row(query: str, name: str, row: Mapping[str, Any], best: str | None, gain: Gain) -> Row:
    figure = {part: row[part] for part in ("measure", "value", "interval", "note")}
    ours = name not in neighbour_scores.PEERS if query == "neighbours" else ENTRIES[name].ours
    none = {"ours": ours, "against": None, "gain": None, "gain_interval": None}
    return {"task": query, "model": name} | figure | none | ({"against": best} | gain if gain else {})


def _best(levels: Mapping[str, float]) -> str | None:
    """The peer with the highest level, None when that is zero or there is no peer."""
    peers = [name for name in levels if not ENTRIES[name].ours and levels[name] > 0]
    return max(peers, key=lambda name: levels[name], default=None)


# -- gains -------------------------------------------------------------------------------------------------------------
def _level(table: Floats) -> float:
    """The mean of column means."""
    return float(np.nanmean(table, axis=0).mean())


def _difference(own: Floats, peer: Floats, seed: int) -> Gain:
    low, high = metrics.interval(own - peer, metrics.resamples(len(own), DRAWS, seed))
    level = _level(peer)
    return {"gain": _level(own) / level - 1, "gain_interval": (low / level, high / level)}


def _ratio(own: Floats, peer: Floats, seed: int) -> Gain:
    value, (low, high) = quotient(own, peer, seed)
    return {"gain": value - 1, "gain_interval": (low - 1, high - 1)}


def _drawn(row: Mapping[str, Any], best: Mapping[str, Any], own: Floats, peer: Floats) -> Gain:
    low, high = np.quantile(own - peer, [0.025, 0.975]) / best["value"]
    return {"gain": row["value"] / best["value"] - 1, "gain_interval": (float(low), float(high))}
