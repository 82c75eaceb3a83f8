"""Registry of evaluated models: name, whether the method is ours, and which playlists chose its settings.

A name ending in _s1 or _s4 is the same method at the settings of that system, listed beside the tuned row. No model is
imported here, so an unknown name fails before anything loads; model_factory.py constructs the models.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pipelines.evaluate.world import CannotEvaluate


@dataclass(frozen=True, slots=True)
class Entry:
    """Which playlists chose a model's settings, and whether the method is ours.

    equal_means: a peer that is given the side information of ours, and so is no longer the method as published.
    """

    chosen: str
    ours: bool = False
    equal_means: bool = False


GRID = "inner split of the training role, grid of pipelines/evaluate/tune.py"
BY_HAND = "inner split of the training role, by hand (docs/experiments.md)"
BOTH = "inner split 7 of the training role, checked on inner split 11 (docs/experiments.md)"
OPEN = "as published by {0}; what {0} leaves open: inner split of the training role, by hand"

ENTRIES: Mapping[str, Entry] = {
    "popularity": Entry("nothing to choose"),
    "top_artists": Entry("nothing to choose"),
    "content": Entry(BY_HAND),
    "content_s4": Entry("as published by S4"),
    "item_knn": Entry(GRID),
    "item_knn_s1": Entry("as published by S1"),
    "als": Entry(GRID),
    "als_s1": Entry("as published by S1, its own grid on its own data"),
    "als_side": Entry(f"those of als; weights: {BY_HAND}", equal_means=True),
    "als_side_reranked": Entry("those of als_side and, for the ranker, of reranked", equal_means=True),
    "ials": Entry(BY_HAND),
    "ease": Entry(BY_HAND),
    "rp3beta": Entry(BY_HAND),
    "playlist_knn": Entry(BY_HAND),
    "lmf": Entry(f"{GRID}; still rising at its edge"),
    "lmf_s1": Entry("as published by S1, its own grid on its own data"),
    "svd_ratings": Entry(GRID),
    "ncf": Entry(f"{GRID}; still rising at its edge"),
    "ncf_s4": Entry("as published by S4"),
    "contrastive_gcn": Entry(OPEN.format("S0")),
    "contrastive_gcn_sound": Entry("those of contrastive_gcn, not chosen again for sound as the input"),
    "track_gcn": Entry(OPEN.format("S2")),
    "sequence_lstm": Entry("as published by S3; playlists are cut at 100 tracks so that it trains in minutes"),
    "light_gcn": Entry(f"{BY_HAND}, as a part of fused", ours=True),
    "spectral": Entry(BY_HAND, ours=True),
    "cooccurrence_knn": Entry(f"{BY_HAND}, by the rank of the next track", ours=True),
    "sequence": Entry(f"{BY_HAND}, by the rank of the next track", ours=True),
    "sequence_near": Entry(f"{BY_HAND}, by the rank of the next track", ours=True),
    "fused_without_gcn": Entry("those of fused, not chosen again without the network", ours=True),
    "fused": Entry(BOTH, ours=True),
    "reweighted": Entry(BOTH, ours=True),
    "reranked": Entry(BOTH, ours=True),
    "reweighted_name": Entry(f"{BOTH}; also reads what the playlist is called", ours=True),
    "reranked_name": Entry(f"{BOTH}; also reads what the playlist is called", ours=True),
}

NAMES: Sequence[str] = tuple(ENTRIES)
PEERS: Sequence[str] = tuple(name for name, entry in ENTRIES.items() if not entry.ours)
"""Names of the methods that are not ours."""
PUBLISHED: Sequence[str] = tuple(name for name in PEERS if not ENTRIES[name].equal_means)
"""Names of the peers as published."""
EQUAL_MEANS: Mapping[str, str] = {
    "reranked": "als_side_reranked",
    "fused": "als_side",
    "reweighted": "als_side",
}
"""The peer that is given the same side information as a model of ours, and the same second stage if it has one."""
LINEUP: Sequence[str] = (
    "popularity",
    "item_knn",
    "als",
    "als_side",
    "als_side_reranked",
    "light_gcn",
    "spectral",
    "fused_without_gcn",
    "fused",
    "reweighted",
    "reranked",
)
"""Models that `evaluate` trains when none is named."""
ALL: Sequence[str] = tuple(name for name in NAMES if name != "cooccurrence_knn")
"""Models that `evaluate --all` trains: cooccurrence_knn ranks next tracks only, as a part of sequence_near."""


def known(names: Sequence[str]) -> list[str]:
    """The names, deduplicated; CannotEvaluate for an unknown one."""
    if unknown := [name for name in names if name not in NAMES]:
        raise CannotEvaluate(f"no model is named {unknown[0]!r}: choose from {', '.join(NAMES)}")
    return list(dict.fromkeys(names))
