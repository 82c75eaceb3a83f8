"""Evaluates cold-start embeddings: a tenth of the learned tracks is hidden from training and must be recommended.

Playlists: most are for training, those held out from the space validate (pipelines/models/held_out_split.py), others
are the test set. From each evaluated playlist up to SEEDS tracks that are not hidden, at most half of these, are seeds;
recall@50 is that of its hidden tracks among all hidden tracks.

Validation decides which input types may place tracks: those that beat popularity on hidden tracks. It also decides the
length of their vectors, on the tracks that a release really places: those that training saw once. Hidden tracks are as
popular as learned ones; at the length that gives those their share, the rarer ones displace better tracks.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from kit.cold_start import COMBINATIONS, ColdStart, InputCombination
from pipelines.cold_start.compared_methods import SEEDS, Method, Trial, compared_methods, recall_method, warm_oracle
from pipelines.cold_start.mixed import Mixed, MixedQuery, pooled_queries
from pipelines.cold_start.network import train
from pipelines.cold_start.network_settings import Settings
from pipelines.cold_start.track_attributes import ArtistMeans, TrackAttributes
from pipelines.evaluate import metrics, protocol, splits
from pipelines.graph.entry_codes import EntryCodes
from pipelines.graph.playlist_graph import Graph, top_rows
from pipelines.models.held_out_split import HeldOutSplit
from pipelines.models.interface import Progress
from pipelines.models.space import TrainedSpace

Oracle = Callable[[], tuple[Graph, TrainedSpace]]

CUT = 50  # recall cut-off, or a quarter of the hidden tracks where they are few
MAX_PLAYLISTS = 1000  # playlists at most, for validation and for the test
ENOUGH = 30  # targets of an input type that are enough to choose its scale
BATCH = 256
DRAWS = 1000


@dataclass(frozen=True, slots=True, eq=False)
class ColdStartResult:
    """Validation results by input type, and the test figures for metrics.json."""

    input_types: dict[str, InputCombination]
    figures: dict[str, Any]


def evaluate_cold(
    entries: pl.DataFrame | EntryCodes,
    playlists: pl.DataFrame,
    tracks: pl.DataFrame,
    trained: tuple[HeldOutSplit, TrainedSpace],
    oracle: Oracle,
    settings: Settings,
    progress: Progress,
    seed: int = 1,
) -> ColdStartResult:
    """Trains the network in a space without the hidden tracks, then validates and tests.

    trained: what was left out of the training playlists, and the space of the rest. oracle: the graph and the space of
    all training playlists, which hold the hidden tracks; the validation playlists are among them, and only the test
    reads it.
    """
    split, space = trained
    coded = entries if isinstance(entries, EntryCodes) else EntryCodes.of(entries)
    _, test = splits.split(playlists, seed)
    progress(f"cold start: {len(split.hidden_ids)} of {len(split.graph.track_ids)} tracks were hidden")
    known = split.known
    trial = _trial(coded.tracks_of(known.playlist_ids.tolist()), TrackAttributes.of(tracks), split, space)
    network = train(trial.graph, trial.space, trial.tracks, settings, progress)
    progress("cold start: placing hidden tracks")
    methods = compared_methods(trial, known, network)
    del known
    playlists_only = set(coded.playlist_ids)  # the graph also has one of the likes of each person
    validation = [playlist_id for playlist_id in split.held_out if playlist_id in playlists_only]
    input_types = _decide(trial, network, _ordered(coded, validation), methods["popularity"], seed)
    methods["warm oracle"] = warm_oracle(trial, *oracle())
    figures = _report(trial, _allowed(network, input_types), _ordered(coded, test), methods, seed)
    kept = {name: input_type.model_dump() for name, input_type in input_types.items()}
    return ColdStartResult(input_types, figures | {"kinds": kept})


def _ordered(coded: EntryCodes, playlist_ids: Sequence[str]) -> list[list[str]]:
    """The tracks of the first MAX_PLAYLISTS of these playlists, in order."""
    chosen = playlist_ids[:MAX_PLAYLISTS]
    return protocol.ordered_tracks(coded.of_playlists(chosen).frame(), chosen)


def _trial(seen_ids: pl.Series, attributes: TrackAttributes, split: HeldOutSplit, space: TrainedSpace) -> Trial:
    """The trial of a space; `seen_ids` are those of the tracks of the playlists that it was trained on."""
    (graph, learned), cold_tracks = split.learned(space), attributes.find(split.hidden_ids)
    tracks = attributes.find([track_id.decode() for track_id in graph.track_ids])
    known = np.concatenate([graph.track_ids, split.graph.track_ids[split.hidden]]).astype(np.str_)
    return Trial(
        graph,
        learned,
        tracks,
        ArtistMeans(tracks.artists, learned),
        cold_tracks.take(np.flatnonzero(cold_tracks.measured)),
        attributes.find(seen_ids.filter(~seen_ids.is_in(known.tolist())).to_list()),
    )


def _allowed(network: ColdStart, input_types: Mapping[str, InputCombination]) -> ColdStart:
    return ColdStart(network.weights, network.about.model_copy(update={"input_types": dict(input_types)}))


# -- scored methods ----------------------------------------------------------------------------------------------------


def _cut(hidden: TrackAttributes) -> int:
    return max(1, min(CUT, len(hidden) // 4))


def _recalls(method: Method, queries: Sequence[MixedQuery], cut: int) -> npt.NDArray[np.float64]:
    """(queries that have hidden tracks,) recall at the cut among the hidden tracks."""
    queries, found = [q for q in queries if len(q.cold)], []
    for batch in _batches(queries):
        for query, scores in zip(batch, method(batch), strict=True):
            found.append(np.isin(query.cold, top_rows(scores, cut)).mean())
    return np.array(found, np.float64)


def _batches(queries: Sequence[MixedQuery]) -> Iterator[Sequence[MixedQuery]]:
    return (queries[at : at + BATCH] for at in range(0, len(queries), BATCH))


# -- validation --------------------------------------------------------------------------------------------------------
def _decide(
    trial: Trial, network: ColdStart, playlists: Sequence[Sequence[str]], popularity: Method, seed: int
) -> dict[str, InputCombination]:
    """Whether each input type is allowed, and its scale; a type without validation targets is not allowed."""
    queries = trial.queries(playlists, trial.hidden, seed)
    cut, pool = _cut(trial.hidden), pooled_queries(trial.space)
    bar = _recalls(popularity, queries, cut)
    natural = trial.input_types(network, trial.rare)
    input_types = {}
    for at, name in enumerate(COMBINATIONS):
        recalls = _recalls(recall_method(pool, *trial.embed(network, trial.hidden, name)), queries, cut)
        beats = bool(len(recalls)) and float(recalls.mean()) > float(bar.mean())
        input_types[name] = InputCombination(
            allowed=beats,
            scale=_best_scale(trial, network, playlists, natural == at, name, seed) if beats else 1.0,
            recall=round(float(recalls.mean()), 4) if len(recalls) else None,
            popularity=round(float(bar.mean()), 4) if len(bar) else None,
        )
    return input_types


def _best_scale(
    trial: Trial,
    network: ColdStart,
    playlists: Sequence[Sequence[str]],
    own: npt.NDArray[np.bool_],
    input_type: str,
    seed: int,
) -> float:
    """The scale with the best recall@100 over learned and placed tracks together.

    The placed tracks are those seen once that this input type places (`own`), or the hidden ones where those give too
    few targets.
    """
    population = trial.rare.take(np.flatnonzero(own))
    queries = trial.queries(playlists, population, seed)
    if sum(len(query.cold) for query in queries) < ENOUGH:
        population = trial.hidden
        queries = trial.queries(playlists, population, seed)
    index, _ = trial.embed(network, population, input_type)
    return Mixed(trial.space, queries).best_scale(index, network.about.copied)


# -- report ------------------------------------------------------------------------------------------------------------
def _report(
    trial: Trial, network: ColdStart, playlists: Sequence[Sequence[str]], methods: Mapping[str, Method], seed: int
) -> dict[str, Any]:
    queries = trial.queries(playlists, trial.hidden, seed)
    cut = _cut(trial.hidden)
    rows = {name: _recalls(method, queries, cut) for name, method in methods.items()}
    count = len(rows["popularity"])
    figures: dict[str, Any] = {"hidden": len(trial.hidden), "playlists": count, "cut": cut, "seeds": SEEDS}
    if not count:
        return figures | {"recall": {}, "mixed": {}}
    draws = metrics.resamples(count, DRAWS, seed=1)
    recall = {"random": {"recall": round(min(1.0, cut / max(len(trial.hidden), 1)), 4)}}
    for name, values in rows.items():
        low, high = metrics.interval(values[:, None], draws)
        recall[name] = {"recall": round(float(values.mean()), 4), "low": round(low, 4), "high": round(high, 4)}
    populations = {"hidden songs": trial.hidden, "songs seen once": trial.rare}  # names of the release format
    mixed = {name: _mixed(trial, network, playlists, attributes, seed) for name, attributes in populations.items()}
    return figures | {"recall": recall, "mixed": mixed}


def _mixed(
    trial: Trial, network: ColdStart, playlists: Sequence[Sequence[str]], cold_tracks: TrackAttributes, seed: int
) -> dict[str, float]:
    queries = trial.queries(playlists, cold_tracks, seed)
    if not len(cold_tracks) or not queries:
        return {}
    index, input_types = trial.embed(network, cold_tracks)
    return Mixed(trial.space, queries).figures(index, input_types >= 0)


def table(figures: Mapping[str, Any]) -> str:
    """The test figures as Markdown rows for docs/models.md."""
    lines = [f"| model | recall@{figures['cut']} among hidden tracks | 95 % |", "|---|---|---|"]
    for name, row in figures["recall"].items():
        span = f"{row['low']:.4f} to {row['high']:.4f}" if "low" in row else "by definition"
        lines.append(f"| {name} | {row['recall']:.4f} | {span} |")
    return "\n".join(lines)
