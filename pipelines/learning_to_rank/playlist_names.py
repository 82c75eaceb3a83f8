"""Learns the name model of kit.playlist_names: from the name of a playlist to its query vector, by ridge regression.

The target of a training playlist is the unit query vector of its tracks (up to `tracks` of those in at least `common`
playlists, pooled as serving pools them) minus the mean of all. Only playlists of the graph teach: the names of held-out
playlists are never read. Coordinates belong to one space, so the model is fitted anew in each space; whether it is used
is decided once, on playlists held out from the space (`gain`).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import sparse
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import Ridge

from kit.playlist_names import NameModel, ngrams, with_list_name
from kit.query import Pooled
from kit.release import Floats
from pipelines.evaluate import metrics
from pipelines.graph.playlist_graph import Graph, Rows
from pipelines.learning_to_rank.held_out_queries import BATCH, HeldOutQuery, Lookup, first_rows, lower_bound
from pipelines.learning_to_rank.view_scan import ViewScan
from pipelines.models.interface import Names, Vectors

CUT = 100  # of the NDCG by which names are judged
MOST = 100_000  # playlists that teach


@dataclass(frozen=True, slots=True)
class NameSettings:
    """ridge: weight of the squared length of W; n-grams in at least `playlists` names, the `grams` commonest."""

    ridge: float = 3.0
    playlists: int = 2
    grams: int = 10_000
    tracks: int = 50
    common: int = 5
    seed: int = 1


def fit(graph: Graph, names: Names, lookup: Lookup, settings: NameSettings) -> NameModel | None:
    """The model of the graph's playlists in the lookup's space; None when fewer than two of their names share n-grams.

    scikit-learn solves the ridge in the Gram form of playlists or of n-grams, whichever is smaller.
    """
    training_playlists = _playlists(graph, names, settings)
    vectorizer = TfidfVectorizer(
        analyzer=ngrams, sublinear_tf=True, min_df=settings.playlists, max_features=settings.grams, dtype=np.float32
    )
    try:
        t = sparse.csr_matrix(vectorizer.fit_transform([names[graph.playlist_ids[at]] for at, _ in training_playlists]))
    except ValueError:  # no n-gram is in enough names
        return None
    queries = _unit(np.stack([lookup.query_of(rows).vector for _, rows in training_playlists]))
    mean = queries.mean(axis=0)
    ridge = Ridge(alpha=settings.ridge, fit_intercept=False, solver="cholesky").fit(t, queries - mean)
    length = float(np.linalg.norm(t @ ridge.coef_.T, axis=1).mean())
    return NameModel(
        np.array(vectorizer.get_feature_names_out(), dtype=np.str_),
        vectorizer.idf_.astype(np.float32),
        (ridge.coef_.T / max(length, 1e-12)).astype(np.float16).astype(np.float32),
        mean.astype(np.float32),
    )


def _playlists(graph: Graph, names: Names, settings: NameSettings) -> list[tuple[int, Rows]]:
    """The playlists that teach: their numbers and the rows of up to `tracks` of their common tracks, drawn by seed."""
    common, rng = graph.item_degree >= settings.common, np.random.default_rng(settings.seed)
    training_playlists = []
    for at in _named(graph, names, settings):
        start, stop = graph.matrix.indptr[at : at + 2]
        rows = np.asarray(graph.matrix.indices[start:stop], np.int64)
        rows = rows[common[rows]]
        if len(rows):
            training_playlists.append((at, rng.permutation(rows)[: settings.tracks]))
    return training_playlists


def _named(graph: Graph, names: Names, settings: NameSettings) -> list[int]:
    """The numbers of the playlists with a name in order, MOST of more drawn by seed."""
    found = [at for at, playlist_id in enumerate(graph.playlist_ids.tolist()) if names.get(playlist_id)]
    if len(found) <= MOST:
        return found
    return sorted(np.random.default_rng(settings.seed).choice(found, MOST, replace=False).tolist())


def _unit(rows: Vectors) -> Vectors:
    unit: Vectors = rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-12)
    return unit


def gain(model: NameModel, lookup: Lookup, queries: Sequence[HeldOutQuery], names: Sequence[str | None]) -> float:
    """Lower bound of the mean gain in NDCG@100 by adding its playlist's name to each query: mean less standard error
    over the named queries, clustered by playlist; 0 when fewer than two playlists have a name. `names` are those of the
    held-out playlists, by number."""
    scan, gains = ViewScan(lookup.space.index), [np.empty(0)]
    named_queries = [query for query in queries if names[query.playlist]]
    for start in range(0, len(named_queries), BATCH):
        batch = named_queries[start : start + BATCH]
        before = [lookup.query_of(query.seeds) for query in batch]
        after = [_steered(model, pooled, names[query.playlist]) for query, pooled in zip(batch, before, strict=True)]
        gains.append(_ndcg(scan, batch, after) - _ndcg(scan, batch, before))
    return lower_bound(np.concatenate(gains), np.array([query.playlist for query in named_queries], np.int64))


def _steered(model: NameModel, pooled: Pooled, name: str | None) -> Pooled:
    vector = model.vector(name or "")
    return with_list_name(pooled, len(pooled.parts), vector) if vector.known else pooled


def _ndcg(scan: ViewScan, queries: Sequence[HeldOutQuery], pooled: Sequence[Pooled]) -> Floats:
    """(queries,) NDCG@100."""
    lists = zip(queries, first_rows(scan, queries, pooled, CUT), strict=True)
    return np.array([metrics.ndcg(np.isin(rows, query.targets), len(query.targets), CUT) for query, rows in lists])
