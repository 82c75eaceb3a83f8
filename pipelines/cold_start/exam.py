"""How well songs are placed that no playlist has: hide a tenth of the learned songs, train without them, find them.

Playlists: some train, a part of those is set aside for validation, others are held out for the test. From each judged
playlist up to SEEDS songs that are not hidden, at most half of these, are shown; recall@50 is that of its hidden songs
among all hidden songs.

Validation decides which input kinds may place songs: those that beat popularity on hidden songs. It also decides how
long their vectors are, on the songs that a release really places: those that training saw once. Hidden songs are as
popular as learned ones; at the length that gives those their share, the rarer ones push better songs out.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from kit.cold_start import ARTIST, AUDIO, BOTH, KINDS, ColdStart, Kind, Placed
from pipelines.cold_start.mixed import Mixed, Question, pooled_queries
from pipelines.cold_start.network import Settings, train
from pipelines.cold_start.songs import ArtistMeans, Songs
from pipelines.evaluate import metrics, protocol
from pipelines.graph import Graph, Rows, build, top_rows
from pipelines.models.interface import Progress, Scores, Vectors
from pipelines.models.space import TrainedSpace

Fit = Callable[[Graph], TrainedSpace]

HIDDEN = 0.1
INNER_SPLIT = 7  # added to the seed: the same hash would choose the playlists that `protocol.split` has taken away
VALIDATION, FEWEST, MOST = 0.05, 100, 0.2  # share of the training playlists; more of few, so that FEWEST judge
SEEDS = 25
CUT = 50  # of the recall that judges, or a quarter of the hidden songs where they are few
JUDGED = 1000  # playlists at most, for validation and for the test
ENOUGH = 30  # targets of a kind, to choose its scale by
BATCH = 256
DRAWS = 1000


@dataclass(frozen=True, slots=True, eq=False)
class Verdict:
    """What validation decided for each input kind, and the figures of the test for metrics.json."""

    kinds: dict[str, Kind]
    figures: dict[str, Any]


@dataclass(frozen=True, slots=True, eq=False)
class Trial:
    """A space trained without the hidden songs, those of them whose sound is their own, and songs that it saw once."""

    graph: Graph
    space: TrainedSpace
    songs: Songs
    hidden: Songs
    rare: Songs

    def questions(self, playlists: Sequence[Sequence[str]], cold_songs: Songs, seed: int) -> list[Question]:
        """One for each playlist that has a seed and anything left to find."""
        hidden = {track_id: row for row, track_id in enumerate(cold_songs.track_ids)}
        found = []
        for number, songs in enumerate(playlists):
            known = self.graph.rows(songs)
            known = np.random.default_rng([seed, number]).permutation(known[known >= 0])
            cold = np.array([hidden[track_id] for track_id in songs if track_id in hidden], np.int64)
            shown = min(SEEDS, (len(known) + 1) // 2)
            if shown and len(known) - shown + len(cold):
                found.append(Question(known[:shown], known[shown:], cold))
        return found

    def inputs(self, cold_songs: Songs, kind: str = BOTH) -> tuple[Vectors, Vectors, Vectors]:
        """Features and artists' means of songs without vectors, as far as the kind allows."""
        index, query = ArtistMeans(self.songs.artists, self.space).of(cold_songs.artists)
        features = cold_songs.features if kind != ARTIST else np.full_like(cold_songs.features, np.nan)
        return (features, index, query) if kind != AUDIO else (features, np.zeros_like(index), np.zeros_like(query))


def evaluate_cold(
    entries: pl.DataFrame,
    playlists: pl.DataFrame,
    tracks: pl.DataFrame,
    fit: Fit,
    settings: Settings,
    progress: Progress,
    seed: int = 1,
) -> Verdict:
    """Trains twice with `fit`, without the hidden songs and (the warm oracle) with them, then judges."""
    training, test = protocol.split(playlists, seed)
    share = min(max(VALIDATION, FEWEST / max(len(training), 1)), MOST)
    training, validation = protocol.hold_out(training, seed + INNER_SPLIT, share)
    known = entries.filter(pl.col("playlist_id").is_in(training))
    full, songs = build(known), Songs.of(tracks)
    _, hidden = protocol.hold_out([track_id.decode() for track_id in full.track_ids], seed, HIDDEN)
    progress(f"cold start: training without {len(hidden)} of {len(full.track_ids)} songs")
    trial = _trial(known, songs, hidden, fit)
    network = train(trial.graph, trial.space, trial.songs, settings, progress)
    rivals = _rivals(trial, full, network)
    kinds = _decide(trial, network, protocol.ordered_songs(entries, validation[:JUDGED]), rivals["popularity"], seed)
    progress("cold start: training the warm oracle")
    rivals["warm oracle"] = _oracle(trial, full, fit(full))
    figures = _report(trial, _allowed(network, kinds), protocol.ordered_songs(entries, test[:JUDGED]), rivals, seed)
    return Verdict(kinds, figures | {"kinds": {name: kind.model_dump() for name, kind in kinds.items()}})


def _trial(known: pl.DataFrame, songs: Songs, hidden: Sequence[str], fit: Fit) -> Trial:
    left = known.filter(~pl.col("track_id").is_in(hidden))
    graph, asked = build(left), songs.find(hidden)
    learned = [track_id.decode() for track_id in graph.track_ids]
    rare = left.select("track_id").unique().filter(~pl.col("track_id").is_in(learned))["track_id"].sort()
    return Trial(
        graph,
        fit(graph).rounded(),
        songs.find(learned),
        asked.take(np.flatnonzero(asked.measured)),
        songs.find(rare.to_list()),
    )


def _allowed(network: ColdStart, kinds: Mapping[str, Kind]) -> ColdStart:
    return ColdStart(network.weights, network.about.model_copy(update={"kinds": dict(kinds)}))


# -- who competes ----------------------------------------------------------------------------------------------------
Rival = Callable[[Sequence[Question]], Scores]


def _rivals(trial: Trial, full: Graph, network: ColdStart) -> dict[str, Rival]:
    """Each gives (questions, hidden songs) scores."""
    counts = full.occurrences[full.rows(trial.hidden.track_ids)].astype(np.float32)
    rivals: dict[str, Rival] = {"popularity": lambda asked: np.tile(counts, (len(asked), 1))}
    heard, hidden = network.scale.vectors(trial.songs.features), network.scale.vectors(trial.hidden.features)
    rivals["audio kNN"] = lambda asked: np.stack([heard[q.seeds].mean(axis=0) for q in asked]) @ hidden.T
    queries = pooled_queries(trial.space)
    for kind in (AUDIO, ARTIST, BOTH):
        rivals[f"network, {kind}"] = _against(queries, network.place(*trial.inputs(trial.hidden, kind)))
    return rivals


def _against(queries: Callable[[Sequence[Rows]], Vectors], placed: Placed) -> Rival:
    """The scores of placed songs; those without a vector are never found."""
    return lambda asked: np.where(placed.kind >= 0, queries([q.seeds for q in asked]) @ placed.index.T, -np.inf)


def _oracle(trial: Trial, full: Graph, space: TrainedSpace) -> Rival:
    """The same questions asked of a space that has learned the hidden songs like any other."""
    space = space.rounded()
    queries, index = pooled_queries(space), space.index[full.rows(trial.hidden.track_ids)]
    row = full.rows(trial.songs.track_ids)
    return lambda asked: queries([row[q.seeds] for q in asked]) @ index.T


def _cut(hidden: Songs) -> int:
    return max(1, min(CUT, len(hidden) // 4))


def _recalls(rival: Rival, asked: Sequence[Question], cut: int) -> npt.NDArray[np.float64]:
    """(questions that have hidden songs,) recall at the cut among the hidden songs."""
    asked, found = [q for q in asked if len(q.cold)], []
    for batch in _batches(asked):
        for question, scores in zip(batch, rival(batch), strict=True):
            found.append(np.isin(question.cold, top_rows(scores, cut)).mean())
    return np.array(found, np.float64)


def _batches(asked: Sequence[Question]) -> Iterator[Sequence[Question]]:
    return (asked[at : at + BATCH] for at in range(0, len(asked), BATCH))


# -- what validation decides -----------------------------------------------------------------------------------------
def _decide(
    trial: Trial, network: ColdStart, playlists: Sequence[Sequence[str]], popularity: Rival, seed: int
) -> dict[str, Kind]:
    """Allowed kinds and their scales; a kind that no validation playlist can judge is not allowed."""
    asked = trial.questions(playlists, trial.hidden, seed)
    cut, queries = _cut(trial.hidden), pooled_queries(trial.space)
    bar = _recalls(popularity, asked, cut)
    kinds = {}
    for at, name in enumerate(KINDS):
        placed = network.place(*trial.inputs(trial.hidden, name))
        recalls = _recalls(_against(queries, placed), asked, cut)
        beats = bool(len(recalls)) and float(recalls.mean()) > float(bar.mean())
        kinds[name] = Kind(
            allowed=beats,
            scale=_best_scale(trial, network, playlists, at, seed) if beats else 1.0,
            recall=round(float(recalls.mean()), 4) if len(recalls) else None,
            popularity=round(float(bar.mean()), 4) if len(bar) else None,
        )
    return kinds


def _best_scale(trial: Trial, network: ColdStart, playlists: Sequence[Sequence[str]], kind: int, seed: int) -> float:
    """The scale with the best recall@100 over learned and placed songs together.

    Placed are the songs seen once that are placed by this kind, or the hidden ones where those give too few targets.
    """
    natural = network.place(*trial.inputs(trial.rare))
    population = trial.rare.take(np.flatnonzero(natural.kind == kind))
    asked = trial.questions(playlists, population, seed)
    if sum(len(question.cold) for question in asked) < ENOUGH:
        population = trial.hidden
        asked = trial.questions(playlists, population, seed)
    index = network.place(*trial.inputs(population, KINDS[kind])).index
    return Mixed(trial.space, asked).best_scale(index, network.about.copied)


# -- the report ------------------------------------------------------------------------------------------------------
def _report(
    trial: Trial, network: ColdStart, playlists: Sequence[Sequence[str]], rivals: Mapping[str, Rival], seed: int
) -> dict[str, Any]:
    asked = trial.questions(playlists, trial.hidden, seed)
    cut = _cut(trial.hidden)
    rows = {name: _recalls(rival, asked, cut) for name, rival in rivals.items()}
    count = len(rows["popularity"])
    figures: dict[str, Any] = {"hidden": len(trial.hidden), "playlists": count, "cut": cut, "seeds": SEEDS}
    if not count:
        return figures | {"recall": {}, "mixed": {}}
    draws = metrics.resamples(count, DRAWS, seed=1)
    recall = {"random": {"recall": round(min(1.0, cut / max(len(trial.hidden), 1)), 4)}}
    for name, values in rows.items():
        low, high = metrics.interval(values[:, None], draws)
        recall[name] = {"recall": round(float(values.mean()), 4), "low": round(low, 4), "high": round(high, 4)}
    populations = {"hidden songs": trial.hidden, "songs seen once": trial.rare}
    mixed = {name: _mixed(trial, network, playlists, songs, seed) for name, songs in populations.items()}
    return figures | {"recall": recall, "mixed": mixed}


def _mixed(
    trial: Trial, network: ColdStart, playlists: Sequence[Sequence[str]], cold_songs: Songs, seed: int
) -> dict[str, float]:
    asked = trial.questions(playlists, cold_songs, seed)
    return (
        Mixed(trial.space, asked).figures(network.place(*trial.inputs(cold_songs))) if len(cold_songs) and asked else {}
    )


def table(figures: Mapping[str, Any]) -> str:
    """The rows for docs/models.md."""
    lines = [f"| model | recall@{figures['cut']} among hidden songs | 95 % |", "|---|---|---|"]
    for name, row in figures["recall"].items():
        span = f"{row['low']:.4f} to {row['high']:.4f}" if "low" in row else "by definition"
        lines.append(f"| {name} | {row['recall']:.4f} | {span} |")
    return "\n".join(lines)
