"""One stage of the pipeline in a process of its own: python -m bench.cost_stage STAGE SOURCES WORK

Prints its cost as JSON: CPU and wall seconds of the stage without its inputs, which are built or reused before the
clock starts, and the peak memory of the process. Started by bench.cost, stage by stage.
"""

import argparse
import json
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from pipelines import tables
from pipelines.chain import Chain
from pipelines.evaluate import splits
from pipelines.graph import playlist_graph as graphs
from pipelines.graph.playlist_graph import Graph
from pipelines.ingest import ingest
from pipelines.models import artist_graph
from pipelines.models.fused import Fused
from pipelines.models.interface import Artists, silent
from pipelines.release.publish import publish

SUBSET = 11  # seed of the subsets: other draws than the split that holds playlists out
MODEL = Fused()


@dataclass(frozen=True, slots=True)
class StageInputs:
    """The source files of a size, and the folders of its stages, its release and its index."""

    chain: Chain
    folder: Path

    @classmethod
    def of(cls, sources: Path, folder: Path) -> "StageInputs":
        """With the defaults of `segue-pipeline refresh`."""
        files = sorted(sources.glob("*.parquet"))
        if not files:  # a chain without files would train on the demo world
            raise SystemExit(f"no Parquet file in {str(sources)!r}: write some with the stage 'subset'")
        return cls(Chain(files, folder / "work"), folder)

    def learned(self) -> tuple[Graph, Artists]:
        """The graph of all playlists, and the artist of each of its tracks."""
        graph = graphs.load(self.chain.graph("all").path)
        return graph, graphs.artists(graph, tables.read(self.chain.ingest().path, "tracks"))


Work = Callable[[], object]


def _after(*needed: Work, then: Work) -> Work:
    for work in needed:
        work()
    return then


def _release(inputs: StageInputs) -> Work:
    chain, out = inputs.chain, inputs.folder / "releases"
    return _after(chain.evaluate, chain.cold_start, then=lambda: chain.release(out, "mine"))


def _publish(inputs: StageInputs) -> Work:
    (written,) = (inputs.folder / "releases").glob("mine-*")
    return lambda: publish(written, inputs.folder / "data")


def _gcn(inputs: StageInputs) -> Work:
    graph, _ = inputs.learned()
    factors, gcn = MODEL.spectral.factorise(graph), MODEL.gcn
    assert gcn
    return lambda: gcn.part(graph, factors, silent)


def _spectral(inputs: StageInputs) -> Work:
    graph, _ = inputs.learned()
    return lambda: MODEL.spectral.factorise(graph)


def _artist_graph(inputs: StageInputs) -> Work:
    graph, artists = inputs.learned()
    return lambda: artist_graph.part(graph, artists, MODEL.artist_graph_dims, 1.0, 0.0)


STAGES: dict[str, Callable[[StageInputs], Work]] = {
    "ingest": lambda inputs: inputs.chain.ingest,
    "graph train": lambda inputs: _after(inputs.chain.ingest, then=lambda: inputs.chain.graph("train")),
    "train held-out": lambda inputs: _after(lambda: inputs.chain.graph("train"), then=inputs.chain.train_held_out),
    "train train": lambda inputs: _after(lambda: inputs.chain.graph("train"), then=lambda: inputs.chain.train("train")),
    "query model": lambda inputs: _after(inputs.chain.train_held_out, then=inputs.chain.query_model),
    "evaluate": lambda inputs: _after(
        lambda: inputs.chain.train("train"), inputs.chain.query_model, then=inputs.chain.evaluate
    ),
    "cold-start evaluation": lambda inputs: _after(
        lambda: inputs.chain.train("train"), inputs.chain.train_held_out, then=inputs.chain.cold_start_evaluation
    ),
    "graph all": lambda inputs: _after(inputs.chain.ingest, then=lambda: inputs.chain.graph("all")),
    "train all": lambda inputs: _after(lambda: inputs.chain.graph("all"), then=lambda: inputs.chain.train("all")),
    "coldstart": lambda inputs: _after(
        inputs.chain.cold_start_evaluation, lambda: inputs.chain.train("all"), then=inputs.chain.cold_start
    ),
    "release": _release,
    "publish": _publish,
}
"""The stages of `refresh`, in order: each prepares and returns the work to measure."""

LATER: dict[str, Callable[[StageInputs], Work]] = {
    "map": lambda inputs: _after(inputs.chain.cold_start, then=inputs.chain.map),
    "calibrate": lambda inputs: _after(
        inputs.chain.cold_start, lambda: inputs.chain.names("train"), then=inputs.chain.calibrate
    ),
}
"""Stages that `release` runs unless they have run before."""

PARTS: dict[str, Callable[[StageInputs], Work]] = {
    "spectral": _spectral,
    "gcn": _gcn,
    "artist graph": _artist_graph,
}
"""Parts of `train all` alone."""


def measured(work: Work) -> dict[str, float]:
    """CPU seconds (user and system, child processes too), megabytes at the peak of this process or a child, and wall
    seconds."""
    before, started = _cpu_s(), time.perf_counter()
    work()
    wall_s = time.perf_counter() - started
    return {"cpu_s": _cpu_s() - before, "peak_mb": _peak_kb() / 1024, "wall_s": wall_s}


def _cpu_s() -> float:
    used = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(one.ru_utime + one.ru_stime for one in used)


def _peak_kb() -> int:
    """Peak memory; not this process's ru_maxrss: Linux includes what the parent held when it started this one."""
    own = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM"))
    return max(int(own.split()[1]), resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)


def subset(sources: Sequence[Path], share: float, out: Path) -> dict[str, float]:
    """Writes a seeded share of the playlists with their tracks as source files; a smaller share is part of a larger.

    Returns the number of playlists and of entries. Listens are left out.
    """
    with tempfile.TemporaryDirectory() as scratch:
        ingest(list(sources), Path(scratch), lambda *_: None)
        entries, playlists, tracks = (tables.read(Path(scratch), name) for name in ("entries", "playlists", "tracks"))
    chosen = playlists["playlist_id"].sort().to_list()
    if share < 1:
        _, chosen = splits.hold_out(chosen, SUBSET, share)
    kept = entries.filter(pl.col("playlist_id").is_in(chosen)).join(
        playlists.select("playlist_id", "role"), on="playlist_id", maintain_order="left"
    )
    out.mkdir(parents=True)
    kept.drop("provenance").write_parquet(out / "playlists.parquet")
    tracks.join(kept, on="track_id", how="semi").drop("provenance").write_parquet(out / "tracks.parquet")
    return {"playlists": len(chosen), "entries": kept.height}


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("stage", choices=("start", "subset", *STAGES, *LATER, *PARTS))
    parser.add_argument("sources", type=Path)
    parser.add_argument("work", type=Path, help="subset: where to write the files")
    parser.add_argument("--share", type=float, default=1.0, help="subset: how many of the playlists")
    options = parser.parse_args()
    if options.stage == "start":
        result = {"cpu_s": time.process_time(), "peak_mb": _peak_kb() / 1024}
    elif options.stage == "subset":
        result = subset([options.sources], options.share, options.work)
    else:
        result = measured((STAGES | LATER | PARTS)[options.stage](StageInputs.of(options.sources, options.work)))
    json.dump(result, sys.stdout)


if __name__ == "__main__":
    main()
