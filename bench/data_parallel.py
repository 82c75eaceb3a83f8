"""Quality of LightGCN trained by several processes beside one, on the demo world:

    torchrun --standalone --nproc-per-node 2 -m bench.data_parallel           # --steps 30: shorter trainings

Rank 0 trains alone with the seeds 1 to 4, then all processes together with seed 1. Figure: NDCG@100, mean over 1, 5
and 25 seeds, on the playlists that `tune` validates on. Noise: the standard deviation over the seeds of one process.
"""

import argparse
import sys
import time
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from pipelines import tables
from pipelines.demo.world import demo_stage
from pipelines.evaluate import protocol, tune
from pipelines.evaluate.world import World, world_of
from pipelines.models import data_parallel, light_gcn
from pipelines.models.interface import silent
from pipelines.models.light_gcn import LightGcn
from pipelines.models.space import Part, compose
from pipelines.models.spectral import Factors, Spectral

SEEDS = (1, 2, 3, 4)


def demo() -> World:
    """The demo world without its held-out playlists."""
    with TemporaryDirectory() as work:
        read = (tables.read(demo_stage(Path(work)).path, name) for name in ("entries", "playlists", "tracks"))
        entries, playlists, tracks = read
    return world_of(entries, tracks, *tune.inner_split(playlists))


def train(model: LightGcn, world: World, factors: Factors) -> tuple[Part, float]:
    """The block of a model and the seconds of its training."""
    started = time.perf_counter()
    return model.part(world.graph, factors, silent), time.perf_counter() - started


def measure(model: LightGcn) -> None:
    """Prints a line for each training, and the noise."""
    world = demo()
    factors = Spectral(dims=model.dims).factorise(world.graph)
    found: list[float] = []

    def report(name: str, part: Part, seconds: float) -> None:
        found.append(protocol.evaluate_scorer(compose([part]).scorer(), world.task).average)
        sys.stdout.write(f"{name:<24} AVG {found[-1]:.4f}  {seconds:.1f} s\n")
        sys.stdout.flush()

    with data_parallel.alone():
        alone = [train(replace(model, seed=seed), world, factors) for seed in SEEDS]
    for seed, (part, seconds) in zip(SEEDS, alone, strict=True):
        report(f"one process, seed {seed}", part, seconds)
    noise = np.std(found, ddof=1)
    together, seconds = train(replace(model, seed=SEEDS[0]), world, factors)
    report(f"{data_parallel.processes()} processes, seed {SEEDS[0]}", together, seconds)
    cosines = (together.index * alone[0][0].index).sum(axis=1)
    sys.stdout.write(f"difference {found[-1] - found[0]:+.4f}, noise {noise:.4f}, least cosine {cosines.min():.6f}\n")


def main() -> None:
    """Measures on rank 0; the others take part in the training together."""
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--steps", type=int, default=LightGcn().steps)
    steps = arguments.parse_args().steps
    with data_parallel.group() as rank:
        if rank == 0:
            measure(LightGcn(steps=steps))
            data_parallel.send(None)
        else:
            data_parallel.train_received(light_gcn.train_share)


if __name__ == "__main__":
    main()
