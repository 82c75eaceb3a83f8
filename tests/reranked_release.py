"""A small published release with a co-occurrence table, a query reweighting and a ranker of random numbers.

Lists come in an order that nothing else would give, so serving and evaluation agree on it only when both do the same.
Its vectors are a little off those of the small world, where many tracks have equal scores and any order is right.
"""

from dataclasses import replace
from pathlib import Path

import numpy as np

from kit import calibration as kit_calibration
from kit import playlist_names as kit_names
from kit import ranker as kit_ranker
from kit.calibration import KINDS, Calibration
from kit.query_reweighting import QueryReweighting
from kit.ranker import Ranker, log_popularity
from kit.ranker_features import names
from kit.release import Block, Release
from pipelines.graph import playlist_graph as graphs
from pipelines.models.cooccurrence_knn import learned_table
from pipelines.release.publish import publish
from pipelines.release.release_content import Cooccurrence
from pipelines.release.write import write_release
from tests import worlds
from tests.named_release import model_of


def published_with_a_ranker(folder: Path, seed: int = 5, *, named: bool = False) -> Path:
    """A data folder that serves it; `named` releases carry a name model too."""
    rng, data = np.random.default_rng(seed), folder / "data"
    content = worlds.content(name="trained")
    blocks = content.spaces["graph"].blocks
    reweighting = _reweighting(blocks, rng)
    known = graphs.build(worlds.entries())
    beside = Cooccurrence([one.decode() for one in known.track_ids], learned_table(known))
    _ranker(blocks, rng).save(folder / kit_ranker.FILE)
    counts = dict(content.playlists.select("track_id", "playlists").iter_rows())
    shares = log_popularity(np.array([counts[track] for track in content.learned]), 120)
    graph = replace(content.spaces["graph"], reweighting=reweighting)
    graph = replace(graph, index=graph.index + 0.02 * rng.standard_normal(graph.index.shape).astype(np.float32))
    spaces = {**content.spaces, "graph": graph}
    trained = replace(
        content, spaces=spaces, cooccurrence=beside, ranker=folder / kit_ranker.FILE, log_popularity=shares
    )
    if named:
        model_of(trained, worlds.entries()).save(folder / kit_names.FILE)
        trained = replace(trained, names=folder / kit_names.FILE)
    _calibration(rng).save(folder / kit_calibration.FILE)
    trained = replace(trained, calibration=folder / kit_calibration.FILE)
    publish(write_release(folder / "out", trained).path, data)
    return data


def _reweighting(blocks: list[Block], rng: np.random.Generator) -> QueryReweighting:
    wide = 2 + 3 * len(blocks)
    starts = np.array([0, 5, blocks[1].start], np.int64)
    base, slopes = rng.uniform(-0.5, 0.5, 3), rng.uniform(-0.3, 0.3, (3, wide))
    return QueryReweighting(starts, *(a.astype(np.float32) for a in (np.zeros(wide), np.ones(wide), base, slopes)))


def _calibration(rng: np.random.Generator) -> Calibration:
    """Curves of 1 and 10 seeds for every kind of list, over scores that the small world has."""
    kind, seeds = np.repeat(np.array(KINDS), 2), np.tile(np.array([1, 10]), len(KINDS))
    scores = np.sort(rng.uniform(-1, 4, (len(kind), 40)))
    return Calibration(kind, seeds, scores, np.sort(rng.random(scores.shape)))


def _ranker(blocks: list[Block], rng: np.random.Generator) -> Ranker:
    columns = np.array(names(blocks, cooccurring=True))
    wide, hidden = len(columns), 8
    shapes = [(hidden, wide), (hidden,), (4, hidden), (4,), (4,), (wide,)]
    drawn = [rng.uniform(-1, 1, shape).astype(np.float32) for shape in shapes]
    return Ranker(columns, np.zeros(wide, np.float32), np.full(wide, 3, np.float32), *drawn)


def unranked(release: Release) -> Release:
    """The same release as if it had neither file."""
    bare = Release(release.path)
    bare.manifest.files.pop(kit_ranker.FILE)
    bare.manifest.spaces["graph"].reweighting = None
    return bare
