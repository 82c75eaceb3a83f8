"""The track graph of system S2 as a PyTorch-Geometric Data object, and the file that keeps it.

Nodes are tracks with their 29 columns of sound; an edge's weight is the number of playlists that hold both. All pairs
of 21,556 tracks are about 20 million edges, so each track keeps its `kept` nearest by cosine (edges of either end
stay). Files are safetensors, which run no code when read; version and time of writing stand in their header.
"""

import warnings
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import torch
from safetensors import safe_open
from safetensors.torch import save_file
from scipy import sparse

from pipelines.graph.playlist_graph import Graph, Matrix, neighbours
from pipelines.models.playlist_sequences import AudioFeatures

with warnings.catch_warnings():  # torch_geometric 2.8 still compiles with torch.jit.script, which torch 2.13 deprecates
    warnings.filterwarnings("ignore", "`torch.jit", DeprecationWarning)
    from torch_geometric.data import Data

__all__ = ["KEPT", "VERSION", "Data", "load", "save", "track_data", "weights"]

VERSION = 1  # of the layout: x (n, 29) float32, edge_index (2, m) int64, edge_weight (m,) float32
KEPT = 20


def track_data(graph: Graph, sound: AudioFeatures, kept: int = KEPT) -> Data:
    """The weighted track-track graph; both directions of an edge are listed."""
    near = neighbours(graph, kept)
    lines, slots = np.nonzero(near.rows >= 0)
    tracks = len(graph.track_ids)
    one_way = Matrix(
        (near.together[lines, slots].astype(np.float32), (lines, near.rows[lines, slots])), (tracks, tracks)
    )
    both = sparse.coo_array(one_way.maximum(one_way.T))
    return Data(
        x=torch.from_numpy(sound.vectors),
        edge_index=torch.from_numpy(np.stack(both.coords).astype(np.int64)),
        edge_weight=torch.from_numpy(both.data.astype(np.float32)),
    )


def weights(data: Data) -> Matrix:
    """(n, n) the edge weights as a symmetric sparse matrix."""
    lines, columns = data.edge_index.numpy()
    return Matrix((data.edge_weight.numpy(), (lines, columns)), (data.num_nodes, data.num_nodes))


def save(data: Data, folder: Path, when: datetime) -> Path:
    """Writes tracks-v<version>-<time>.safetensors into the folder; `when` is aware of its time zone."""
    when = when.astimezone(UTC)
    path = folder / f"songs-v{VERSION}-{when:%Y%m%dT%H%M%SZ}.safetensors"
    tensors = {name: data[name].contiguous() for name in ("x", "edge_index", "edge_weight")}
    save_file(tensors, path, {"version": str(VERSION), "written_at": when.isoformat(timespec="seconds")})
    return path


def load(path: Path) -> Data:
    """Reads the object that `save` wrote, with `version` and `written_at`; ValueError for another version."""
    with safe_open(path, "pt") as file:
        about = file.metadata() or {}
        if about.get("version") != str(VERSION):
            raise ValueError(f"{str(path)!r} has version {about.get('version')!r}, expected {VERSION}: write it again")
        tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
    return Data(**tensors, version=VERSION, written_at=about["written_at"])
