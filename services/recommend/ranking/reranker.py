"""The first candidates of a question in a better order, when the release brings a ranker (kit/ranker.py).

Places keep their scores and tracks change places. So all that follows - dials, targets, variety, the merging of several
questions - works on the scale of one lookup, and beyond the ranker's depth a list goes on where the lookup left it.
"""

import numpy as np

from kit.ranker import DEPTH, SPACE, ItemFeatures
from kit.release import STATE_PLACED, Ints
from kit.vectors import Hits
from services.recommend.served.served_release import ServedRelease
from services.recommend.served.tables import Tables
from services.recommend.values import QueryVector, RerankedHits


def is_reranked(serving: ServedRelease, query_vector: QueryVector) -> bool:
    """Whether the first DEPTH tracks of a question are put in another order."""
    return serving.ranker is not None and query_vector.space == SPACE


def rerank(serving: ServedRelease, query_vector: QueryVector, hits: Hits) -> RerankedHits:
    """The hits in the ranker's order as far as it goes."""
    first = hits.rows[:DEPTH]
    if not (serving.ranker and is_reranked(serving, query_vector) and len(first) > 1):
        return RerankedHits.of(hits)
    order = serving.ranker.order(
        serving.poolings[SPACE].space.blocks,
        query_vector.vector,
        _side(serving.tables, query_vector.rows),
        serving.vectors(SPACE, first),
        _side(serving.tables, first),
    )
    places = np.concatenate([order, np.arange(len(first), len(hits.rows))])
    return RerankedHits(hits.rows[places], hits.scores, hits.scores[places])


def _side(tables: Tables, rows: Ints) -> ItemFeatures:
    """What is known of tracks; a sound that is no track (-1) has no artist and is as rare as can be."""
    known = rows >= 0
    log_popularity = np.where(known, tables.log_popularity[rows], tables.rarest)
    placed = tables.state[rows] == STATE_PLACED
    return ItemFeatures(log_popularity, np.where(known, tables.artist[rows], -1), placed)
