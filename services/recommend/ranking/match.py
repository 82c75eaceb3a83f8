"""The `match` of each track of a list: its calibrated chance (kit/calibration.py) as a whole percentage."""

from collections.abc import Sequence

import numpy as np

from kit.calibration import Calibration, Kind, percentages
from kit.manifest import AUDIO
from kit.release import Floats, Rows
from services.recommend.values import QueryVector


def match_percentages(
    calibration: Calibration | None, query_vectors: Sequence[QueryVector], scores: Floats, which: Rows
) -> list[int | None]:
    """(n,) percentages, never rising, of scores (n,) down a list that the query vectors `which` (n,) gave; None for all
    where the release has no table for such a list.

    scores are those of the merged candidates, before dials, targets and variety, which have no unit between lists.
    """
    chances = np.zeros(len(scores))
    for number in set(which.tolist()):
        own = which == number if len(query_vectors) > 1 else slice(None)
        found = calibration.of_scores(*ranked_by(query_vectors[number]), scores[own]) if calibration else None
        if found is None:
            return [None] * len(scores)
        chances[own] = found
    return [*percentages(chances)]


def ranked_by(query_vector: QueryVector) -> tuple[Kind, float]:
    """The kind of ranking of a query vector, and its number of seeds, the name of a list not counted."""
    count = query_vector.effective_seeds
    if query_vector.in_order:
        return "sequence", len(query_vector.seeds_but_name)
    if query_vector.space == AUDIO:
        return "audio", count
    if len(query_vector.seeds_but_name) == len(query_vector.seeds):
        return "seeds", count
    return ("named" if query_vector.seeds_but_name else "name"), count
