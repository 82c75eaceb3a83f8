"""Reranks the first candidates of a query vector, when the release has a ranker (kit/ranker.py).

Reranking permutes the tracks; the sequence of scores is unchanged. So dials, targets, variety and the merging of
several query vectors work on one scale, and beyond the ranker's depth the list continues in the order of the index.
"""

import numpy as np

from kit.manifest import GRAPH
from kit.ranker import DEPTH
from kit.ranker_features import ItemFeatures, Matrix
from kit.release import STATE_PLACED, Ints
from kit.vectors import Hits
from services.recommend.served.served_release import ServedRelease
from services.recommend.served.tables import Tables
from services.recommend.values import QueryVector, RerankedHits


def is_reranked(serving: ServedRelease, query_vector: QueryVector) -> bool:
    """Whether the first DEPTH tracks of a query vector are reranked: not in mode sequence, nor without seeds (a name
    alone), which the ranker needs."""
    steady = query_vector.space == GRAPH and not query_vector.in_order
    return serving.ranker is not None and steady and len(query_vector.rows) > 0


def rerank(serving: ServedRelease, query_vector: QueryVector, hits: Hits) -> RerankedHits:
    """The hits with the first DEPTH in the ranker's order."""
    first = hits.rows[:DEPTH]
    if not (serving.ranker and is_reranked(serving, query_vector) and len(first) > 1):
        return RerankedHits.of(hits)
    order = serving.ranker.order(
        serving.poolings[GRAPH].space.blocks,
        query_vector.vector,
        query_vector.once("seed features", lambda: _seed_features(serving.tables, query_vector.rows)),
        serving.vectors(GRAPH, first),
        _item_features(serving.tables, first),
        _sums(serving, query_vector, first),
    )
    positions = np.concatenate([order, np.arange(len(first), len(hits.rows))])
    return RerankedHits(hits.rows[positions], hits.scores, hits.scores[positions])


def _sums(serving: ServedRelease, query_vector: QueryVector, rows: Ints) -> Matrix | None:
    """(r,) sums of the co-occurrence table, for a ranker that reads them."""
    table = serving.cooccurrence
    if table is None or not (serving.ranker and serving.ranker.reads_cooccurrence):
        return None
    return query_vector.once("neighbour sums", lambda: table.neighbour_sums(query_vector.rows)).of(rows)


def _item_features(tables: Tables, rows: Ints) -> ItemFeatures:
    placed = tables.state.take(rows) == STATE_PLACED  # slower: state[rows]
    return ItemFeatures(tables.log_popularity.take(rows), tables.artist.take(rows), placed)


def _seed_features(tables: Tables, rows: Ints) -> ItemFeatures:
    """Features of seeds; row -1 (one given by audio features) has no artist and the lowest popularity."""
    found, unknown = _item_features(tables, rows), rows < 0
    if unknown.any():
        found.log_popularity[unknown], found.artist[unknown] = tables.rarest, -1
    return found
