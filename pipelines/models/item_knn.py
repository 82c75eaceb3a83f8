"""Item-kNN: similarity of tracks by shared playlists, from the library `implicit` (cosine, tf-idf or BM25 weights)."""

import warnings
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

from implicit.nearest_neighbours import (
    BM25Recommender,
    CosineRecommender,
    ItemItemRecommender,
    TFIDFRecommender,
)
from implicit.utils import ParameterWarning
from scipy import sparse

from pipelines.graph.playlist_graph import Graph, Matrix, Rows
from pipelines.models.interface import Artists, Progress, Scores, seed_matrix

KINDS: dict[str, type[ItemItemRecommender]] = {
    "cosine": CosineRecommender,
    "tfidf": TFIDFRecommender,
    "bm25": BM25Recommender,
}


@dataclass(frozen=True, slots=True)
class ItemKnn:
    """neighbours: how many each track keeps, itself included."""

    weighting: Literal["cosine", "tfidf", "bm25"] = "tfidf"
    neighbours: int = 1500
    name: str = "item_knn"

    def settings(self) -> dict[str, Any]:
        return asdict(self)

    def fit(self, graph: Graph, artists: Artists, progress: Progress) -> "ItemKnnScorer":  # noqa: ARG002
        progress(f"item_knn: {self.neighbours} {self.weighting} neighbours")
        found = KINDS[self.weighting](K=min(self.neighbours, graph.matrix.shape[1]))
        with warnings.catch_warnings():  # tf-idf and BM25 return their weights in another sparse format
            warnings.simplefilter("ignore", ParameterWarning)
            found.fit(sparse.csr_matrix(graph.matrix, dtype="float64"), show_progress=False)
        return ItemKnnScorer(Matrix(found.similarity).astype("float32"))


@dataclass(frozen=True, slots=True, eq=False)
class ItemKnnScorer:
    """Scores are sums of the seeds' similarities."""

    similarity: Matrix  # (n, n)

    def scores(self, seeds: Sequence[Rows]) -> Scores:
        scores: Scores = (seed_matrix(seeds, self.similarity.shape[0]) @ self.similarity).toarray()
        return scores
