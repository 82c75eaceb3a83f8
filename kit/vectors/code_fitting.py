"""Product-quantisation codes of vectors: fitted where the long vectors are, and what they lose.

4 bits for every COLUMNS columns (Jégou et al. 2011), in the layout that faiss scans with SIMD look-up tables (André et
al. 2017).
"""

import math
from typing import Any

import faiss
import numpy as np

from kit.float16 import to_float32
from kit.release import Floats

COLUMNS = 4
"""Columns of a 4-bit code (decision 0016)."""
TRAINED_ON, MEASURED_ON = 8_192, 2_048
"""Vectors that a code is fitted to, of which faiss takes half, and those of which it is measured what codes lose."""


def fit(vectors: Floats) -> tuple[faiss.Index, Floats]:
    """An empty index of codes fitted to vectors (n, dim), zeros in what the last code has beyond their columns; and
    what these codes lose of the vectors, for `error_of`."""
    dim = vectors.shape[1]
    width = -(-dim // COLUMNS) * COLUMNS
    codes = faiss.IndexPQFastScan(width, width // COLUMNS, 4, faiss.METRIC_INNER_PRODUCT)
    wider: Any = faiss.RemapDimensionsTransform  # its stub knows the form with a map alone
    found = faiss.IndexPreTransform(wider(dim, width, False), codes)
    found.train(training_set(vectors))
    return found, _lost(codes.pq, vectors, width)


def _lost(quantizer: Any, vectors: Floats, width: int) -> Floats:
    """(codes, COLUMNS, COLUMNS) second moments of the differences between vectors and their codes."""
    some = to_float32(vectors[:: -(-len(vectors) // MEASURED_ON)])
    whole = np.zeros((len(some), width), np.float32)
    whole[:, : some.shape[1]] = some
    off = (whole - quantizer.decode(quantizer.compute_codes(whole))).reshape(len(some), -1, COLUMNS)
    moments: Floats = np.matmul(off.transpose(1, 2, 0), off.transpose(1, 0, 2)) / len(some)
    return moments


def error_of(lost: Floats, query: Floats) -> float:
    """The standard deviation of the score of a code for a query (dim,): the root of the sum of q' M q over the codes,
    whose errors are taken as independent."""
    parts = np.zeros(lost.shape[:2], np.float64)  # squares of a float32 may be beyond it
    parts.reshape(-1)[: len(query)] = query
    sum_of_codes = float(np.einsum("ci,ci->", np.matmul(lost, parts[:, :, None])[:, :, 0], parts))
    return math.sqrt(max(sum_of_codes, 0.0))  # rounded, it may be a little below


def training_set(vectors: Floats) -> Floats:
    """(TRAINED_ON, dim) what codes are fitted to: for each a draw of its own from the vectors (n, dim), in proportion
    to their lengths in its columns. The long ones, which are few, lead the lists; a row of zeros is
    not drawn where another has a length."""
    drawn = np.empty((TRAINED_ON, vectors.shape[1]), np.float32)
    at = (np.arange(TRAINED_ON) + 0.5) / TRAINED_ON
    for start in range(0, vectors.shape[1], COLUMNS):
        part = to_float32(vectors[:, start : start + COLUMNS])
        ends = np.cumsum(np.sqrt(np.einsum("nc,nc->n", part, part)), dtype=np.float64)
        drawn[:, start : start + COLUMNS] = part[ends.searchsorted(at * ends[-1])]
    return drawn


def read_in_place(vectors: Floats) -> faiss.Index:
    """An index of full vectors (m, dim) that reads them where they are, once its `ntotal` says how many: a copy would
    hold again what processes share. The vectors, float16 or float32, have to outlive it. RuntimeError where faiss keeps
    its codes in other fields than release 1.15 does."""
    half = vectors.dtype == np.float16
    dim, ip = vectors.shape[1], faiss.METRIC_INNER_PRODUCT
    index = faiss.IndexScalarQuantizer(dim, faiss.ScalarQuantizer.QT_fp16, ip) if half else faiss.IndexFlat(dim, ip)
    held: Any = index.codes
    start = faiss.swig_ptr(vectors.view(np.uint8))
    held.is_owned, held.view_data, held.view_size = False, start, vectors.nbytes
    held.c_ptr, held.c_size = start, vectors.nbytes
    if held.size() != vectors.nbytes or vectors.dtype not in (np.float16, np.float32):
        raise RuntimeError(f"this faiss does not read {vectors.dtype} vectors in place: install faiss-cpu 1.15")
    return index
