"""Content-based model of system S4: tracks nearest to the mean of the seeds by audio features.

Features are scaled to mean 0 and standard deviation 1, seeds are averaged, and tracks are ranked by the cosine to that
mean; S4 shows the ten closest. K-means in 20 clusters and their projection on two principal components are for
inspection. `weighted` scales as our own audio space does (kit.audio) instead of treating all twelve features alike, as
S4 does.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.cluster import KMeans
from sklearn.decomposition import PCA

from kit.audio import WEIGHTS, AudioScale
from pipelines.cold_start.track_attributes import TrackAttributes
from pipelines.graph.playlist_graph import Graph, Rows, top_rows
from pipelines.models.interface import Artists, Progress, Scores, Vectors

CLOSEST = 10
CLUSTERS = 20
UNHEARD = -2.0  # score of a track without audio features: below every cosine


@dataclass(frozen=True, slots=True)
class Content:
    """`tracks` holds the audio features; tracks without features rank last."""

    tracks: TrackAttributes = field(repr=False)
    weighted: bool = True
    seed: int = 1
    name: str = "content"

    def settings(self) -> dict[str, Any]:
        return {"weighted": self.weighted, "seed": self.seed, "name": self.name}

    def fit(self, graph: Graph, artists: Artists, progress: Progress) -> "ContentScorer":  # noqa: ARG002
        progress(f"{self.name}: scaling features")
        features = self.tracks.find([track_id.decode() for track_id in graph.track_ids]).features
        known = np.asarray(np.isfinite(features).any(axis=1))
        values = _weighted(features) if self.weighted else _standardised(features)
        return ContentScorer(np.where(known[:, None], values, np.float32(0)), known)


@dataclass(frozen=True, slots=True, eq=False)
class ContentScorer:
    """Scores are cosines to the mean of the seeds with audio features."""

    audio_features: Vectors  # (n, coordinates) scaled, 0 where unknown
    known: npt.NDArray[np.bool_]  # (n,)

    def scores(self, seeds: Sequence[Rows]) -> Scores:
        features, known = self.audio_features, [rows[self.known[rows]] for rows in seeds]
        means = [features[rows].mean(axis=0) if len(rows) else np.zeros(features.shape[1]) for rows in known]
        queries = np.array(means, np.float32).reshape(len(seeds), -1)
        scores: Scores = _unit(queries) @ _unit(features).T
        scores[:, ~self.known] = UNHEARD
        return scores

    def closest(self, seeds: Rows, top: int = CLOSEST) -> Rows:
        """The rows that S4 would show: nearest first, without seeds and tracks without features."""
        scores = self.scores([seeds])[0]
        scores[seeds] = -np.inf
        scores[~self.known] = -np.inf
        return top_rows(scores, top)

    def view(self, clusters: int = CLUSTERS, seed: int = 1) -> "View":
        """The tracks with features, clustered and projected on a plane."""
        rows = np.flatnonzero(self.known)
        sound = self.audio_features[rows].astype(np.float64)
        found = KMeans(min(clusters, len(rows)), n_init=4, random_state=seed).fit(sound)
        plane = PCA(2, svd_solver="full").fit(sound)
        return View(rows, found.labels_.astype(np.int64), plane.transform(sound), plane.explained_variance_ratio_)


@dataclass(frozen=True, slots=True, eq=False)
class View:
    """rows (m,) of tracks, cluster (m,), position on two principal components (m, 2), and their shares of the variance
    (2,)."""

    rows: Rows
    clusters: Rows
    positions: npt.NDArray[np.float64]
    explained: npt.NDArray[np.float64]


def _standardised(features: Vectors) -> Vectors:
    """(n, 12) standard scores over the tracks with a known feature, 0 where unknown."""
    known = np.isfinite(features)
    counts = np.maximum(known.sum(axis=0), 1)
    centred = np.where(known, features - np.where(known, features, 0).sum(axis=0, dtype=np.float64) / counts, 0)
    spread = np.sqrt((centred**2).sum(axis=0) / counts)
    return (centred / np.where(spread > 0, spread, 1)).astype(np.float32)


def _weighted(features: Vectors) -> Vectors:
    scaled: Vectors = AudioScale.fit(features).scaled(features)[0] * WEIGHTS
    return scaled


def _unit(vectors: Vectors) -> Vectors:
    unit: Vectors = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)
    return unit
