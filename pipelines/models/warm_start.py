"""Warm start: vectors of an earlier release as the initial vectors of the graph network.

Tracks and playlists then need a quarter of the steps (docs/experiments.md, "Starting from the release before").
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kit.release import STATE_LEARNED, Release
from pipelines.graph.playlist_graph import Graph
from pipelines.models.interface import Vectors

SPACE, BLOCK = "graph", "gcn"


@dataclass(frozen=True, slots=True, eq=False)
class EarlierEmbeddings:
    """The network's vectors (n, d) of the learned tracks track_ids (n,) S22 of a release."""

    version: str
    track_ids: npt.NDArray[np.bytes_]
    vectors: Vectors

    @classmethod
    def of(cls, release: Release) -> "EarlierEmbeddings | None":
        """The vectors of a release; None when it has no such block."""
        blocks = release.manifest.spaces[SPACE].blocks if SPACE in release.manifest.spaces else []
        found = next((block for block in blocks if block.name == BLOCK), None)
        if found is None:
            return None
        learned = np.flatnonzero(release.column("state")[: release.embedded] == STATE_LEARNED)
        vectors = release.index_vectors(SPACE)[learned, found.start : found.stop].astype(np.float32)
        return cls(release.version, np.asarray(release.ids)[learned], vectors)

    def carried(self, graph: Graph) -> Vectors:
        """(n, d) the vectors by row of a graph, zeros for tracks that the release had not learned."""
        carried = np.zeros((len(graph.track_ids), self.vectors.shape[1]), np.float32)
        rows = graph.rows([track_id.decode() for track_id in self.track_ids.tolist()])
        carried[rows[rows >= 0]] = self.vectors[rows >= 0]
        return carried
