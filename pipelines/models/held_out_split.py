"""What one training leaves out of a graph: a share of its playlists and a tenth of its tracks.

Two stages need a space that has not seen what they ask it for: the query model learns from playlists that were held
out, the cold-start evaluation places tracks that were hidden. One space serves both, so a refresh trains once less.
"""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from pipelines.evaluate import splits
from pipelines.graph.playlist_graph import MINIMUM_DEGREE, Graph, of_tracks
from pipelines.learning_to_rank.held_out_queries import HeldOutSettings, held_out_ids, hold_out_playlists
from pipelines.learning_to_rank.view_scan import Mask
from pipelines.models.space import TrainedSpace

HIDDEN = 0.1  # share of the tracks


@dataclass(frozen=True, eq=False)
class HeldOutSplit:
    """A graph of playlists and tracks, and which of its tracks (n,) are hidden; the playlists are chosen by
    `settings`. Graphs are made when they are asked for and not kept: each has 12 bytes an entry."""

    graph: Graph
    hidden: Mask
    settings: HeldOutSettings

    @classmethod
    def of(cls, graph: Graph, settings: HeldOutSettings) -> "HeldOutSplit":
        """Hides a tenth of the tracks by a hash of their ids with the seed of the settings."""
        ids = [track_id.decode() for track_id in graph.track_ids.tolist()]
        _, hidden = splits.hold_out(ids, settings.seed, HIDDEN)
        return cls(graph, np.isin(graph.track_ids, np.array(hidden, "S22")), settings)

    @cached_property
    def hidden_ids(self) -> list[str]:
        """Ids of the hidden tracks."""
        return [track_id.decode() for track_id in self.graph.track_ids[self.hidden].tolist()]

    @property
    def visible(self) -> Graph:
        """All playlists, over the tracks that are not hidden: the graph that the query model divides again."""
        return of_tracks(self.graph, np.flatnonzero(~self.hidden))

    @property
    def trained_on(self) -> Graph:
        """What the space is trained on: neither held-out playlists nor hidden tracks."""
        return hold_out_playlists(self.visible, self.settings)[0]

    @property
    def known(self) -> Graph:
        """The playlists of `trained_on`, with the hidden tracks."""
        return hold_out_playlists(self.graph, self.settings)[0]

    @property
    def held_out(self) -> list[str]:
        """Ids of the held-out playlists that are long enough for queries."""
        return held_out_ids(self.visible, self.settings)

    def learned(self, space: TrainedSpace) -> tuple[Graph, TrainedSpace]:
        """The graph and the space of the tracks in MINIMUM_DEGREE playlists of `trained_on`: those that a training of
        these playlists alone would have learned. The others of its tracks are in held-out playlists."""
        graph = self.trained_on
        rows = np.flatnonzero(graph.item_degree >= MINIMUM_DEGREE)
        return of_tracks(graph, rows), replace(space, index=space.index.take(rows), query=space.query.take(rows))
