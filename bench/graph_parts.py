"""Accuracy and CPU where the network's graph is divided: python -m bench.graph_parts FILES [--parts 4 8]

A graph of more than `LightGcn.entries` is divided into random parts, and a step propagates over one of them. Here a
smaller graph is divided into as many parts. Trained and evaluated on the playlists of `tune`; the held-out role is not
used. Printed: AVG (NDCG@100 over k = 1, 5, 25), its paired difference from the whole graph, and the CPU seconds of the
training, for the network's block alone and for the fused space.
"""

import argparse
from dataclasses import replace
from pathlib import Path

from bench.ablation import only
from bench.folded_in import line, tune_world
from bench.warm_start import SEED, cpu
from pipelines.evaluate import protocol
from pipelines.graph.playlist_graph import artists
from pipelines.models.fused import Fused
from pipelines.models.interface import silent


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("sources", type=Path, nargs="+")
    parser.add_argument("--parts", type=int, nargs="+", default=[4, 8])
    options = parser.parse_args()
    world, _, tracks, _ = tune_world(options.sources)
    named, reference = artists(world.graph, tracks), {}
    for parts in (1, *options.parts):
        whole, spent = Fused.seeded(SEED), dict[str, float]()
        assert whole.gcn
        model = replace(whole, gcn=replace(whole.gcn, entries=-(-world.graph.matrix.nnz // parts)))
        with cpu(spent, "training"):
            space = model.train(world.graph, named, silent)
        for name, shown in (("gcn", only(space, ["gcn"])), ("fused", space)):
            found = protocol.evaluate_scorer(shown.scorer(), world.task)
            line(f"{name}, {parts} parts", found, reference.setdefault(name, found), spent["training"])


if __name__ == "__main__":
    main()
