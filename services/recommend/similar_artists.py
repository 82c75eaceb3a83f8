"""Artists near an artist: by the best tracks of others near the mean of its own."""

from collections import defaultdict

import numpy as np

from kit.manifest import GRAPH
from kit.wire.catalog import FEATURES
from kit.wire.recommend_options import Filters
from services.recommend.retrieval.candidates import search
from services.recommend.retrieval.query_vectors import single_query_vector
from services.recommend.served.served_release import ServedRelease
from services.recommend.values import SeedVectors, SimilarArtist

SEARCHED = 400
BEST = 3
"""Tracks by which an artist counts: more would favour artists with many tracks, one alone a single hit."""


async def similar_artists(
    serving: ServedRelease, artist_id: str, limit: int, unwanted: frozenset[int] = frozenset()
) -> list[SimilarArtist] | None:
    """The artists whose three best tracks are nearest, best first, without unwanted rows; None for an artist
    without a learned track; IndexUnavailable."""
    tables = serving.tables
    if (means := tables.artists.means(artist_id)) is None:
        return None
    own = tables.artists.rows(artist_id)
    seed = SeedVectors(1.0, {GRAPH: means[1]}, np.full(len(FEATURES), np.nan), artist_id=artist_id)
    query = single_query_vector(serving.poolings, [seed], [])
    assert query
    [hits] = await search(serving, [query], Filters(), unwanted | frozenset(own.tolist()), SEARCHED)
    theirs = set(tables.main_artist[own].tolist())
    by_artist: dict[int, list[tuple[int, float]]] = defaultdict(list)
    for row, score, artist in zip(
        hits.rows.tolist(), hits.scores.tolist(), tables.main_artist[hits.rows].tolist(), strict=True
    ):
        if artist >= 0 and artist not in theirs and score > 0 and len(by_artist[artist]) < BEST:
            by_artist[artist].append((row, score))
    found = [
        SimilarArtist([row for row, _ in tracks], sum(score for _, score in tracks))
        for tracks in by_artist.values()
        if tracks
    ]
    return sorted(found, key=lambda one: (-one.score, one.rows))[:limit]
