"""PyTorch Geometric's GCNConv over a symmetric sparse matrix, normalised once instead of at every step.

x' = D^-1/2 (A + I) D^-1/2 x W + b with D the row sums of A + I (Kipf and Welling 2017). The normalised matrix is
symmetric, so it is its own gradient: torch would transpose it in the backward pass of every step.
"""

import warnings
from itertools import pairwise
from typing import Any

import numpy as np
import torch
from scipy import sparse
from torch import Tensor, nn

from pipelines.graph.playlist_graph import Matrix

with warnings.catch_warnings():  # torch_geometric 2.8 still compiles with torch.jit.script, which torch 2.13 deprecates
    warnings.filterwarnings("ignore", "`torch.jit", DeprecationWarning)
    from torch_geometric.nn import GCNConv


# columns at a time on a CPU: of 62,408 tracks 4 MB, which stay in cache; 64 at once take 1.1 to 2.4 times as long
COLUMNS = 16


def product(adjacency: Tensor, x: Tensor) -> Tensor:
    """The product A x; on a CPU a few columns at a time."""
    if x.device.type != "cpu":
        return adjacency @ x.contiguous()
    return torch.cat([adjacency @ columns.contiguous() for columns in torch.split(x, COLUMNS, dim=1)], dim=1)


class _Product(torch.autograd.Function):
    """A x for a symmetric A."""

    @staticmethod
    def forward(ctx: Any, adjacency: Tensor, x: Tensor) -> Tensor:
        ctx.adjacency = adjacency
        return product(adjacency, x)

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[None, Tensor]:
        return None, product(ctx.adjacency, gradients[0])


class SymmetricConvolution(GCNConv):  # type: ignore[misc]
    """GCNConv for what `normalised` gives."""

    def __init__(self, inputs: int, outputs: int) -> None:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", "`torch.jit", DeprecationWarning)
            super().__init__(inputs, outputs, normalize=False)

    def message_and_aggregate(self, adj_t: Tensor, x: Tensor) -> Tensor:
        product: Tensor = _Product.apply(adj_t, x)  # type: ignore[no-untyped-call]
        return product


class Convolutions(nn.Module):
    """Layers of graph convolution of the given widths, ReLU between them."""

    def __init__(self, *widths: int) -> None:
        super().__init__()
        self.layers = nn.ModuleList(SymmetricConvolution(a, b) for a, b in pairwise(widths))

    def forward(self, x: Tensor, adjacency: Tensor) -> Tensor:
        """(nodes, widths[-1]) from x (nodes, widths[0])."""
        for number, layer in enumerate(self.layers):
            x = layer(torch.relu(x) if number else x, adjacency)
        return x


def normalised(adjacency: Matrix) -> Tensor:
    """D^-1/2 (A + I) D^-1/2 of a symmetric (n, n) matrix of weights, as a sparse CSR tensor."""
    looped = sparse.csr_array(adjacency + sparse.eye_array(adjacency.shape[0], format="csr"))
    scale = sparse.diags_array(1 / np.sqrt(np.asarray(looped.sum(axis=1)).ravel()))
    even = sparse.csr_array(scale @ looped @ scale)
    even.sort_indices()
    pointers, columns = (torch.from_numpy(a) for a in (even.indptr, even.indices))
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Sparse CSR tensor support is in beta", UserWarning)
        values = torch.from_numpy(even.data.astype(np.float32))
        return torch.sparse_csr_tensor(pointers, columns, values, even.shape, check_invariants=True)
