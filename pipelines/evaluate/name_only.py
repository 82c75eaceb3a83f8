"""The task without seeds: the tracks of a held-out playlist are to be found by what it is called.

Every track of the 5-core catalogue in the playlist is a target (protocol.continuation_task with positions "none");
popularity, which every list without seeds would otherwise be, is the peer.
"""

import numpy as np
import numpy.typing as npt

from pipelines.evaluate import metrics, protocol
from pipelines.evaluate.figure import DRAWS, Figure, Source
from pipelines.evaluate.protocol import EvaluationTask
from pipelines.models.interface import Scorer

MODELS = ("popularity", "reweighted_name", "reranked_name")
MEASURES = ("ndcg@100", "recall@10", "hit_rate@10")
NOTE = "no tracks shown, the name of the playlist alone"


def figures(
    name: str, scorer: Scorer, task: EvaluationTask, source: Source
) -> tuple[list[Figure], npt.NDArray[np.float64]]:
    """The figures of a model, and NDCG@100 by playlist (playlists, 1)."""
    results = protocol.evaluate_scorer(scorer, task)
    counts = metrics.resamples(results.playlists, DRAWS, source.seed)
    tables = {measure: results.by_playlist(measure) for measure in MEASURES}
    rows = [
        Figure("name only", name, measure, float(np.nanmean(table)), metrics.interval(table, counts), source, note=NOTE)
        for measure, table in tables.items()
    ]
    return rows, tables["ndcg@100"]
