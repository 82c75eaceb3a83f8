"""The first candidates of a question in a better order, when the release brings a ranker (kit/ranker.py).

Places keep their scores and songs change places. So all that follows - dials, targets, variety, the merging of several
questions - works on the scale of one lookup, and beyond the ranker's depth a list goes on where the lookup left it.
"""

from typing import NamedTuple

import numpy as np

from kit.ranker import DEPTH, SPACE, Side
from kit.release import STATE_PLACED, Floats, Ints, Rows
from kit.vectors import Hits
from services.recommend.store import Serving
from services.recommend.tables import Tables
from services.recommend.taste import Taste


class Ranked(NamedTuple):
    """The songs that answer one question, best first."""

    rows: Rows  # (c,)
    scores: Floats  # (c,) falling, of the places
    similarity: Floats  # (c,) of the songs

    @classmethod
    def of(cls, hits: Hits) -> "Ranked":
        """The order of the lookup."""
        return cls(hits.rows, hits.scores, hits.scores)


def reordering(serving: Serving, question: Taste) -> bool:
    """Whether the first DEPTH songs of a question are put in another order."""
    return serving.ranker is not None and question.space == SPACE


def ranked(serving: Serving, question: Taste, hits: Hits) -> Ranked:
    """The hits in the ranker's order as far as it goes."""
    first = hits.rows[:DEPTH]
    if not (serving.ranker and reordering(serving, question) and len(first) > 1):
        return Ranked.of(hits)
    order = serving.ranker.order(
        serving.poolings[SPACE].space.blocks,
        question.vector,
        _side(serving.tables, question.rows),
        serving.vectors(SPACE, first),
        _side(serving.tables, first),
    )
    places = np.concatenate([order, np.arange(len(first), len(hits.rows))])
    return Ranked(hits.rows[places], hits.scores, hits.scores[places])


def _side(tables: Tables, rows: Ints) -> Side:
    """What is known of songs; a sound that is no song (-1) has no artist and is as rare as can be."""
    known = rows >= 0
    commonness = np.where(known, tables.commonness[rows], tables.rarest)
    placed = tables.state[rows] == STATE_PLACED
    return Side(commonness, np.where(known, tables.artist[rows], -1), placed)
