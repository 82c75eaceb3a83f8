"""Layouts of the map measured: neighbours kept, CPU time, memory and determinism of t-SNE, PyMDE and PCA.

    python -m bench.map_layout releases/demo-ccf7bb02 [--most 5000] [--methods pca,tsne,pymde]

kept: share of the 15 nearest tracks by cosine of the `graph` vectors that are among the 15 nearest on the plane, mean
over tracks. Each layout is made twice in processes of its own: `same` says whether both are equal bit for bit; the
peak memory is that of the first. PyMDE is not a dependency: `pip install --no-deps pymde` to measure it.
"""

import argparse
import hashlib
import multiprocessing
import resource
import sys
import time
from collections.abc import Callable
from multiprocessing.queues import SimpleQueue
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.decomposition import PCA
from sklearn.neighbors import NearestNeighbors

from kit.release import Release
from pipelines.map import layout, spreading

NEAREST = 15
SEED = 1
Units = npt.NDArray[np.float32]
Plane = npt.NDArray[np.floating[Any]]


def pca(units: Units) -> Plane:
    """The first two principal components: the floor."""
    return PCA(2, svd_solver="full").fit_transform(units)


def tsne(units: Units) -> Plane:
    """The layout of pipelines/map/layout.py, before points are pushed apart."""
    return layout.layout(units, SEED, len(units))


def sampled(units: Units) -> Plane:
    """As `tsne`, with a fifth of the points laid out and the others put at their neighbours."""
    return layout.layout(units, SEED, len(units) // 5)


def spread(units: Units) -> Plane:
    """As `tsne`, then pushed apart as the release's map is."""
    return spreading.spread(tsne(units), SEED)


def pymde(units: Units) -> Plane:
    """PyMDE's neighbour-preserving embedding with 15 neighbours."""
    # PyMDE imports torchvision for its example data sets only, and torchvision must be built against the same torch.
    sys.modules.setdefault("torchvision", ModuleType("torchvision"))
    import pymde as library
    import torch

    torch.set_num_threads(1)
    library.seed(SEED)
    problem = library.preserve_neighbors(torch.from_numpy(units), embedding_dim=2, n_neighbors=NEAREST)
    return problem.embed().numpy()


METHODS: dict[str, Callable[[Units], Plane]] = {
    method.__name__: method for method in (pca, tsne, sampled, spread, pymde)
}


def kept(units: Units, plane: Plane) -> float:
    """Share of each point's nearest in `units` that are among its nearest on the plane."""
    near = [
        NearestNeighbors(n_neighbors=NEAREST, metric=metric).fit(points).kneighbors(return_distance=False)
        for points, metric in ((units, "cosine"), (plane, "euclidean"))
    ]
    shared = [len(set(one) & set(other)) for one, other in zip(near[0].tolist(), near[1].tolist(), strict=True)]
    return float(np.mean(shared)) / NEAREST


def _measured(name: str, units: Units, answers: "SimpleQueue[tuple[float, float, Plane]]") -> None:
    started = time.process_time()
    plane = METHODS[name](units)
    took = time.process_time() - started
    answers.put((took, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, np.asarray(plane)))


def measured(name: str, units: Units) -> tuple[float, float, Plane]:
    """CPU seconds, peak MB of its process, and the layout."""
    context = multiprocessing.get_context("spawn")
    answers = context.SimpleQueue()
    process = context.Process(target=_measured, args=(name, units, answers))
    process.start()
    answer = answers.get()
    process.join()
    return answer


def main() -> None:
    """Prints one line for each method."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("release", type=Path)
    parser.add_argument("--most", type=int, default=5_000, help="tracks drawn from the release")
    parser.add_argument("--methods", default="pca,tsne,sampled,spread,pymde")
    options = parser.parse_args()
    vectors = np.asarray(Release(options.release).index_vectors("graph"), np.float32)
    units = layout.unit(vectors[vectors.any(axis=1)])
    units = units[layout.sample(len(units), SEED, options.most)]
    print(
        f"{len(units):,} tracks of {units.shape[1]} columns\nmethod   kept@{NEAREST}  CPU s  peak MB  same", flush=True
    )
    for name in options.methods.split(","):
        (took, peak, plane), (_, _, again) = measured(name, units), measured(name, units)
        same = hashlib.sha256(plane.tobytes()).digest() == hashlib.sha256(again.tobytes()).digest()
        print(f"{name:8} {kept(units, plane):7.3f} {took:6.1f} {peak:8.0f}  {same}", flush=True)


if __name__ == "__main__":
    main()
