"""Exports the track graph, embeddings and networks of system S2 as files that numpy can read.

tracks-v1-TIME.safetensors    the PyTorch-Geometric Data object: x (n, 29), edge_index (2, m), edge_weight (m,)
track_ids.npy                (n,) S22, the track id of each node
embeddings.npy               (n, 10) float32 of the graph network
min_max_scaler.npz, one_hot_encoder.npz    features to the 29 columns (pipelines/models/playlist_sequences.py)
mlp.npz                      W1, b1, W2, b2: the 29 columns to an embedding, for tracks that the graph has not seen
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import polars as pl

from pipelines import tables
from pipelines.graph import playlist_graph as graphs
from pipelines.ingest.training_input import likes_as_playlists
from pipelines.models.interface import Progress
from pipelines.models.playlist_sequences import AudioFeatureScale, PlaylistSequences
from pipelines.models.track_gcn import TrackGcn
from pipelines.models.track_graph_data import save, track_data
from pipelines.models.track_mlp import TrackMlp


class NoSound(Exception):
    """No track has audio features; the message says what is needed."""


@dataclass(frozen=True, slots=True)
class Written:
    """The file of the Data object and the size of the graph; every edge is listed in both directions."""

    path: Path
    tracks: int
    edges: int


def write(ingested: Path, out: Path, seed: int, progress: Progress) -> Written:
    """Writes every file for the tracks in two or more playlists of an ingested folder; NoSound without features."""
    tracks, entries, listens = (tables.read(ingested, name) for name in ("tracks", "entries", "listens"))
    played = pl.concat([entries, likes_as_playlists(listens)])
    graph = graphs.build(played)
    sequences = PlaylistSequences.of(graph, played, tracks)
    scale = AudioFeatureScale.fit(sequences.features, sequences.durations)
    sound = scale.audio_features(sequences.features, sequences.durations)
    if not sound.known.any():
        raise NoSound("no track of two or more playlists has audio features: name a track table that holds some")
    data = track_data(graph, sound)
    embeddings = TrackGcn(sound, seed=seed).embeddings(data, progress)
    TrackMlp.train(sound, embeddings, seed=seed).save(out / "mlp.npz")
    scale.save(out)
    np.save(out / "embeddings.npy", embeddings)
    np.save(out / "track_ids.npy", graph.track_ids)
    return Written(save(data, out, datetime.now(UTC)), len(graph.track_ids), data.num_edges)
