"""What new playlists add to the release of a full refresh.

A track that is new, or was not listed, and stands in enough playlists, one of them with a trained track, gets a
learned vector by folding in (pipelines.models.folded_in) and neighbours; any other new track is placed by the
cold-start network. The co-occurrence table is counted anew from all playlists, so that it has what the new ones teach
about known tracks.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from kit.manifest import AUDIO, GRAPH
from kit.ranker import log_popularity
from kit.release import Release
from pipelines import tables
from pipelines.graph import ingested as graph_entries
from pipelines.graph import playlist_graph as graphs
from pipelines.graph.playlist_graph import Graph, Rows
from pipelines.ingest.training_input import likes_as_playlists
from pipelines.models import space as spaces
from pipelines.models.cooccurrence_knn import learned_table
from pipelines.models.folded_in import folded_in
from pipelines.models.train_settings import TrainSettings
from pipelines.release import aliases, continuation, place
from pipelines.release.continuation import COUNTED, Added, HasVectors, Vectors
from pipelines.release.release_content import Cooccurrence, Neighbours, ReleaseContent
from pipelines.stage import Built
from pipelines.update.same_tracks import as_listed, names_of_today, same_tracks


@dataclass(frozen=True, slots=True, eq=False)
class Additions:
    """The content of an updated release, aliases as ingest writes them, the vectors that it adds to the graph space,
    and counts of new tracks."""

    content: ReleaseContent
    aliases: pl.DataFrame
    vectors: Sequence[HasVectors]
    tracks: int
    learned: int


def additions(base: Release, trained: Built, ingested: Built, settings: TrainSettings, seed: int) -> Additions:
    """trained: the training stage of the full refresh that wrote the base; ingested: all tables of today."""
    found, before = _Today.of(base, ingested), graphs.load(trained.path)
    found = replace(found, unlisted=foldable(found.graph, found.unlisted, before))
    learned = _learned(found, before, trained, settings, seed)
    placed, audio = place.vectors_of(base, found.old, found.new, learned.track_ids)
    vectors: dict[str, list[HasVectors]] = {GRAPH: [learned, placed], AUDIO: [audio]}
    added = Added(
        tracks=found.new,
        vectors=vectors,
        aliases=found.aliases,
        source=ingested,
        playlists=found.counts(learned.track_ids),
        learned=learned.track_ids,
        log_popularity=log_popularity(found.graph.item_degree[found.unlisted], found.graph.matrix.shape[0]),
    )
    content = continuation.continued(base, added)
    table = learned_table(found.graph, settings.cooccurring)
    ids = found.ids()
    return Additions(
        content=replace(
            content,
            neighbours=_neighbours(content.neighbours, found),
            cooccurrence=Cooccurrence(ids, table) if table else None,
        ),
        aliases=found.aliases,
        vectors=vectors[GRAPH],
        tracks=found.new.height,
        learned=len(learned.track_ids),
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Today:
    """The tables of today in the ids of the base: its own tracks (old) and those that it lacks (new), the graph of all
    playlists, the rows of the graph that have a title and are not listed, aliases as ingest writes them, and the base's
    id of each track that has another one today."""

    source: Built
    old: pl.DataFrame
    new: pl.DataFrame
    graph: Graph
    unlisted: Rows
    aliases: pl.DataFrame
    same: Mapping[str, str]

    @classmethod
    def of(cls, base: Release, ingested: Built) -> "_Today":
        tracks = tables.read(ingested.path, "tracks")
        tracks = tracks.filter(pl.col("title").str.strip_chars().str.len_chars() > 0)
        stated, old = aliases.read(ingested.path), continuation.table(base)
        same = same_tracks(base, tracks, stated)
        new = tracks.filter(~pl.col("track_id").is_in([*old["track_id"], *same]))
        more = likes_as_playlists(tables.read(ingested.path, "listens"))
        graph = graphs.build(as_listed(graph_entries.entries(ingested.path, None, more), same))
        titled = np.concatenate([base.ids, new["track_id"].to_numpy().astype("S22")])
        unlisted = np.isin(graph.track_ids, titled) & ~np.isin(graph.track_ids, base.ids[: base.embedded])
        stated = stated.with_columns(pl.col("track_id").replace(list(same), list(same.values())))
        return cls(ingested, old, new, graph, np.flatnonzero(unlisted), pl.concat([stated, names_of_today(same)]), same)

    def ids(self) -> list[str]:
        """The ids of the graph's rows."""
        return [one.decode() for one in self.graph.track_ids.tolist()]

    def counts(self, learned: Sequence[str]) -> pl.DataFrame:
        """track_id and playlists of the new tracks, and of those that are learned."""
        wanted = pl.col("track_id").is_in([*self.new["track_id"], *learned])
        renamed = pl.col("track_id").replace(list(self.same), list(self.same.values()))
        counted = graph_entries.playlist_counts(self.source.path).with_columns(renamed).filter(wanted)
        return counted.group_by("track_id", maintain_order=True).agg(pl.col("playlists").sum()).cast(pl.Schema(COUNTED))


def foldable(graph: Graph, rows: Rows, before: Graph) -> Rows:
    """Those rows of the graph that share a playlist with a track of the earlier graph: nothing places the others."""
    known = before.rows([one.decode() for one in graph.track_ids.tolist()]) >= 0
    holds = graph.matrix @ known.astype(np.float32) > 0
    beside: Rows = np.flatnonzero(graph.matrix.T @ holds.astype(np.float32) > 0)
    return np.intersect1d(rows, beside)


def _learned(found: _Today, before: Graph, trained: Built, settings: TrainSettings, seed: int) -> Vectors:
    space = spaces.load(trained.path, mapped=True)
    artists = graphs.artists(found.graph, pl.concat([found.old, found.new]))
    ids = [one.decode() for one in found.graph.track_ids[found.unlisted].tolist()]
    vectors = folded_in(settings.spectral(seed), before, space, found.graph, found.unlisted, artists)
    return Vectors(ids, vectors.index.stored, vectors.query.stored)


def _neighbours(listed: Neighbours | None, found: _Today) -> Neighbours | None:
    """Those of the base as they are, and those of the tracks that are learned now."""
    if listed is None or not len(found.unlisted):
        return listed
    ids = [*listed.track_ids, *(one.decode() for one in found.graph.track_ids[found.unlisted].tolist())]
    at = {track_id: position for position, track_id in enumerate(ids)}
    position_of = np.array([at.get(track_id, -1) for track_id in found.ids()], np.int32)
    width = listed.positions.shape[1]
    theirs = graphs.neighbours_of(found.graph, found.unlisted, width)
    positions = np.append(position_of, np.int32(-1))[theirs.rows]
    return Neighbours(ids, np.vstack([listed.positions, positions]), np.vstack([listed.together, theirs.together]))
