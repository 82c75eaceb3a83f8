"""The network of LightGCN: trainable vectors of playlists and tracks, averaged over the graph between them."""

import warnings
from typing import Any

import numpy as np
import torch
from scipy import sparse
from torch.nn import functional

from pipelines.graph.playlist_graph import Matrix, Rows, scaled
from pipelines.models.device import device
from pipelines.models.interface import Vectors
from pipelines.models.light_gcn_batches import Batch

with warnings.catch_warnings():  # torch_geometric 2.8 still compiles with torch.jit.script, which torch 2.13 deprecates
    warnings.filterwarnings("ignore", "`torch.jit", DeprecationWarning)
    from torch_geometric.nn import LGConv


class _Symmetric(torch.autograd.Function):
    """One LGConv over a symmetric adjacency, which is its own gradient: torch would transpose it at every step."""

    @staticmethod
    def forward(ctx: Any, x: torch.Tensor, convolution: LGConv, adjacency: torch.Tensor) -> torch.Tensor:
        ctx.convolution, ctx.adjacency = convolution, adjacency
        result: torch.Tensor = convolution(x, adjacency)
        return result

    @staticmethod
    def backward(ctx: Any, *gradients: torch.Tensor) -> tuple[torch.Tensor, None, None]:
        return ctx.convolution(gradients[0].contiguous(), ctx.adjacency), None, None


class Network(torch.nn.Module):
    """Trainable vectors of playlists and tracks, and their averages over the graph."""

    nodes: torch.Tensor | None  # of a part: the rows of `free` that are propagated over
    at: torch.Tensor | None  # of a part: (n,) where each track stands in it, -1 where it does not
    split: int
    adjacency: torch.Tensor

    def __init__(
        self, core: Matrix, playlists: Vectors, tracks: Vectors, layers: int, part: Rows | None = None
    ) -> None:
        super().__init__()
        self.device = device()
        self.core, self.layers = core, layers
        self.free = torch.nn.Parameter(self.device.put(np.vstack([playlists, tracks])))
        self.convolution = LGConv(normalize=False)
        self.propagate_over(part)

    def propagate_over(self, part: Rows | None) -> None:
        """Restricts the graph to the playlists of a part, by ascending rows, and their tracks; None: no restriction."""
        core, self.nodes, self.at = self.core, None, None
        if part is not None:
            core, tracks, at = _only(core, part)
            self.nodes, self.at = self.device.put(np.append(part, self.core.shape[0] + tracks)), self.device.put(at)
        self.split, self.adjacency = core.shape[0], _adjacency(core).to(self.device.where)

    def forward(self) -> torch.Tensor:
        """(p + n, d) mean over the layers, of the playlists and tracks that are propagated over."""
        layer = total = self.free if self.nodes is None else self.free.index_select(0, self.nodes)
        for _ in range(self.layers):
            layer = _Symmetric.apply(layer, self.convolution, self.adjacency)  # type: ignore[no-untyped-call]
            total = total + layer
        return total / (self.layers + 1)

    def loss(self, batch: Batch, temperature: float) -> torch.Tensor:
        """Mean cross-entropy of each target against the negatives."""
        seeds, queries, targets, negatives = (
            self.device.put(rows) for rows in (batch.seeds, batch.queries, batch.targets, batch.negatives)
        )
        tracks = self()[self.split :]
        pooled = torch.zeros(len(targets), tracks.shape[1], device=self.device.where)
        pooled = functional.normalize(pooled.index_add(0, queries, self._units(tracks, seeds)), dim=1)
        wanted = self._units(tracks, targets.flatten()).view(*targets.shape, -1)
        right = (pooled[:, None] * wanted).sum(-1) / temperature
        with self.device.half():
            strange = pooled @ self._units(tracks, negatives).T
        wrong = torch.logsumexp(strange.float() / temperature, dim=1)
        return (torch.logaddexp(wrong[:, None], right) - right).mean()

    def _units(self, tracks: torch.Tensor, rows: torch.Tensor) -> torch.Tensor:
        """(r, d) unit vectors of tracks by their rows in the core; `tracks` are those that are propagated over. A track
        outside the part has no neighbours there, so that its mean points where its trained vector does."""
        if self.at is None:
            return functional.normalize(tracks.index_select(0, rows), dim=1)
        at = self.at.index_select(0, rows)
        found, outside = tracks.index_select(0, at.clamp(min=0)), at < 0
        if outside.any():
            alone = self.free.index_select(0, self.core.shape[0] + rows)
            found = torch.where(outside[:, None], alone, found)
        return functional.normalize(found, dim=1)

    def embeddings(self) -> tuple[Vectors, Vectors]:
        """All playlists (p, d) and tracks (n, d) after propagation."""
        if self.nodes is not None:
            return averaged(self.core, self.free.detach().cpu().numpy(), self.layers)
        with torch.no_grad():
            result: Vectors = self().cpu().numpy()
        return result[: self.split], result[self.split :]


def _only(core: Matrix, part: Rows) -> tuple[Matrix, Rows, Rows]:
    """Some playlists over their tracks alone, the rows of these, and (n,) where each track stands among them."""
    some = Matrix(core[part])
    tracks = np.flatnonzero(np.bincount(some.indices, minlength=core.shape[1]))
    at = np.full(core.shape[1], -1, np.int64)
    at[tracks] = np.arange(len(tracks))
    return Matrix((some.data, at[some.indices], some.indptr), shape=(len(part), len(tracks))), tracks, at


def averaged(core: Matrix, free: Vectors, layers: int) -> tuple[Vectors, Vectors]:
    """The vectors (p, d) and (n, d) of `Network.embeddings` from the trained ones (p + n, d), without the adjacency of
    both sides, which holds every entry twice and is made from copies of it."""
    half = normalised(core)
    playlists, tracks = free[: core.shape[0]], free[core.shape[0] :]
    totals = [playlists.copy(), tracks.copy()]
    for _ in range(layers):
        playlists, tracks = half @ tracks, half.T @ playlists
        for total, layer in zip(totals, (playlists, tracks), strict=True):
            total += layer
    of_playlists, of_tracks = (total / np.float32(layers + 1) for total in totals)
    return of_playlists, of_tracks


def normalised(matrix: Matrix) -> Matrix:
    """Du^-1/2 A Di^-1/2."""
    playlists = np.maximum(np.diff(matrix.indptr), 1).astype(np.float32) ** -0.5
    tracks = np.maximum(np.bincount(matrix.indices, minlength=matrix.shape[1]), 1).astype(np.float32) ** -0.5
    return scaled(matrix, playlists, tracks)


def _adjacency(core: Matrix) -> torch.Tensor:
    """The bipartite graph as a symmetric (p + n, p + n) sparse CSR tensor."""
    half = normalised(core)
    both = sparse.csr_array(sparse.block_array([[None, half], [half.T, None]]))
    pointers, columns = (torch.from_numpy(a.astype(np.int64)) for a in (both.indptr, both.indices))
    values = torch.from_numpy(both.data.astype(np.float32))
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Sparse CSR tensor support is in beta", UserWarning)
        return torch.sparse_csr_tensor(pointers, columns, values, both.shape, check_invariants=True)
