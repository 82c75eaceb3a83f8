"""One list of candidates from the answers to several questions of one person: each song's best score counts.

Scores of questions are comparable as they are: the blocks of every pooled query have the same lengths, up to a small
power of the number of likes. So the greatest of a song's scores ranks it, and no scaling has to be guessed from the
hits. For people of five joined playlists that brings +.036 NDCG@100 over one question (.419), taking turns in
proportion to the likes +.013, dividing by the score of each question's 50th song -.017 (bench/broad_taste.py).
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from kit.release import Floats, Rows
from kit.vectors import Hits
from services.recommend.taste import Taste


class Blended(NamedTuple):
    """Candidates, best first; equal scores in row order."""

    rows: Rows  # (c,) no song twice
    similarity: Floats  # (c,) falling, on one scale
    which: Rows  # (c,) number of the question that scored it so; the first of several


def blend(hits: Sequence[Hits], questions: Sequence[Taste]) -> Blended:
    """As many of the songs found as the longest answer holds, hits[i] being the answer to questions[i].

    Asked with the same limit each, their first `limit` songs together are exact: a song among them stands no lower in
    the answer that gives it its score. So a longer list begins with the shorter one.
    """
    if len(hits) != len(questions) or not hits:
        raise ValueError(f"{len(hits)} answers to {len(questions)} questions: give one to each, at least one")
    if len(hits) == 1:
        return Blended(hits[0].rows, hits[0].scores, np.zeros(len(hits[0].rows), np.int64))
    rows = np.concatenate([found.rows for found in hits])
    scores = np.concatenate([found.scores for found in hits])
    which = np.repeat(np.arange(len(hits)), [len(found.rows) for found in hits])
    order = np.lexsort((rows, -scores))
    best = np.sort(np.unique(rows[order], return_index=True)[1])
    kept = order[best[: max(len(found.rows) for found in hits)]]
    return Blended(rows[kept], scores[kept], which[kept])
