"""Accuracy and CPU of warm starts against the cold start: `python -m bench.warm_start FOLDER_OR_FILES`

The playlists that `tune` trains on, of which a seeded nine tenths are "before": what was learned from those initialises
the training on all. Evaluated on tune's validation playlists; the held-out role is not used. Printed per start:
AVG (NDCG@100 over k = 1, 5, 25), its paired difference from the cold start that `refresh` makes, and CPU seconds.

Spectral: the range finder begins in the span of the tracks' vectors of before (new tracks: zeros) instead of in random
directions; a subspace has no rotation to match, so nothing needs aligning. Graph network: tracks begin where they ended
before, new ones and playlists at the average of their neighbours; the two sides share the coordinates of before.
"""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import polars as pl
from scipy import linalg

from pipelines import tables
from pipelines.evaluate import metrics, protocol, splits, tune
from pipelines.evaluate.protocol import TaskMetrics
from pipelines.evaluate.world import World, world_of
from pipelines.graph.playlist_graph import Graph, Matrix, build
from pipelines.ingest.training_input import ingested
from pipelines.models.fused import Fused
from pipelines.models.interface import Vectors, silent
from pipelines.models.light_gcn import _warm_start, propagated
from pipelines.models.light_gcn_network import Network
from pipelines.models.space import Part, compose, unit
from pipelines.models.spectral import RANK_SHARE, Factors, Spectral, core_rows

SEED = 1
BEFORE = 0.1  # share of the playlists that are new
OVERSAMPLE = 10  # random columns beside the earlier ones, as scikit-learn's range finder has
DRAWS = 2000


@contextmanager
def cpu(into: dict[str, float], name: str) -> Iterator[None]:
    """Adds the CPU seconds of the block."""
    started = time.process_time()
    yield
    into[name] = time.process_time() - started


def factorise(spectral: Spectral, graph: Graph, before: Vectors, iterations: int) -> Factors:
    """As Spectral.factorise, the range finder started from right vectors (n, d) of before."""
    scaled = spectral.scaled(graph)
    core = core_rows(graph, spectral.core, 2 * spectral.dims)
    seen = Matrix(scaled[:, core])
    dims = max(1, min(spectral.dims, len(core) // RANK_SHARE, graph.matrix.shape[0] // RANK_SHARE))
    extra = np.random.default_rng(spectral.seed).standard_normal((len(core), OVERSAMPLE)).astype(np.float32)
    basis = linalg.qr(seen @ np.hstack([before[core][:, :dims], extra]), mode="economic")[0]
    for _ in range(iterations):
        other = linalg.qr(seen.T @ basis, mode="economic")[0]
        basis = linalg.qr(seen @ other, mode="economic")[0]
    left, values, _ = linalg.svd(np.ascontiguousarray((seen.T @ basis).T), full_matrices=False)
    users, values = (basis @ left)[:, :dims], values[:dims]
    tracks = (scaled.T @ users) / values
    users = users[: graph.matrix.shape[0]]
    return Factors(users.astype(np.float32), values.astype(np.float32), tracks.astype(np.float32), core)


def carried(before: Graph, vectors: Vectors, graph: Graph) -> Vectors:
    """(n, d) the vectors of before in the rows of another graph, zeros for new tracks."""
    rows = before.rows([track_id.decode() for track_id in graph.track_ids])
    return np.where((rows >= 0)[:, None], vectors[rows], np.float32(0))


def network_part(fused: Fused, graph: Graph, factors: Factors, before: Vectors, steps: int) -> Part:
    """The graph network's block, started from tracks' vectors (n, 64) of before."""
    assert fused.gcn is not None
    gcn = replace(fused.gcn, steps=steps)
    core = Matrix(graph.matrix[:, factors.core])
    network = Network(core, *_warm_start(core, before[factors.core]), layers=gcn.layers)
    gcn.descend(network, core, silent)
    found, trained = network.embeddings()
    vectors = propagated(graph, found)
    vectors[factors.core] = trained
    vectors = unit(vectors)
    return Part("gcn", vectors, vectors, weight=fused.gcn_weight, power=fused.gcn_power)


def worlds(data: Path) -> tuple[Graph, World]:
    """The earlier graph, and the full one with its queries."""
    entries, playlists, tracks = (tables.read(data, name) for name in ("entries", "playlists", "tracks"))
    train, validation = tune.inner_split(playlists, SEED)
    old, _ = splits.hold_out(train, SEED + 1, BEFORE)
    return build(entries.filter(pl.col("playlist_id").is_in(old))), world_of(entries, tracks, train, validation)


def table(spaces: dict[str, tuple[Callable[[], TaskMetrics], dict[str, float]]]) -> None:
    """One line a start; the first is what the others are compared with."""
    reference: TaskMetrics | None = None
    for name, (evaluate_space, seconds) in spaces.items():
        results = evaluate_space()
        reference = reference or results
        counts = metrics.resamples(results.playlists, DRAWS, SEED)
        low, high = metrics.interval(results.by_playlist() - reference.by_playlist(), counts)
        spent = ", ".join(f"{what} {value:.1f} s" for what, value in seconds.items())
        gain = results.average - reference.average
        sys.stdout.write(f"{name:<44} AVG {results.average:.4f}  {gain:+.4f} [{low:+.4f}, {high:+.4f}]  {spent}\n")
        sys.stdout.flush()


def main(sources: list[Path]) -> None:
    """Learns before, then everything from each start."""
    with TemporaryDirectory() as work:
        before, world = worlds(ingested(sources, Path(work)).path)
    graph, fused = world.graph, Fused.seeded(SEED)
    assert fused.gcn is not None
    spectral, gcn = fused.spectral, fused.gcn
    old = spectral.factorise(before)
    vectors = carried(before, old.tracks / np.maximum(np.linalg.norm(old.tracks, axis=0), 1e-12), graph)
    embedded = carried(before, gcn.part(before, old, silent).index, graph)
    caption = f"{before.matrix.shape[0]} playlists before, {graph.matrix.shape[0]} now; {graph.matrix.shape[1]} tracks"
    sys.stdout.write(f"{caption}, {int((~vectors.any(axis=1)).sum())} of them new\n")

    spent: dict[str, float] = {}
    with cpu(spent, "SVD"):
        factors = spectral.factorise(graph)

    def alone(found: Factors) -> Callable[[], TaskMetrics]:
        return lambda: protocol.evaluate_scorer(compose([spectral.part(graph, found)]).scorer(), world.task)

    rows = {"spectral, cold, 4 iterations": (alone(factors), spent)}
    nothing = np.random.default_rng(SEED).standard_normal(vectors.shape).astype(np.float32)
    for start, name in ((nothing, "cold, own range finder"), (vectors, "warm")):
        for iterations in (0, 1, 2, 4):
            seconds: dict[str, float] = {}
            with cpu(seconds, "SVD"):
                found = factorise(spectral, graph, start, iterations)
            rows[f"spectral, {name}, {iterations} iterations"] = (alone(found), seconds)
    table(rows)

    def with_spectral(part: Part) -> Callable[[], TaskMetrics]:
        space = compose([spectral.part(graph, factors), fused.popularity_scaled(graph, part)])
        return lambda: protocol.evaluate_scorer(space.scorer(), world.task)

    rows = {}
    for steps in (120, 60, 30):
        seconds = {}
        with cpu(seconds, "network"):
            part = replace(gcn, steps=steps).part(graph, factors, silent, fused.gcn_weight, fused.gcn_power)
        rows[f"spectral + network, cold, {steps} steps"] = (with_spectral(part), seconds)
    for steps in (120, 60, 30, 1):
        seconds = {}
        with cpu(seconds, "network"):
            part = network_part(fused, graph, factors, embedded, steps)
        rows[f"spectral + network, warm, {steps} steps"] = (with_spectral(part), seconds)
    table(rows)


if __name__ == "__main__":
    main([Path(word) for word in sys.argv[1:]])
