"""Weight of dislikes in the query vector: accuracy lost and disliked neighbours removed.

    python -m bench.dislikes PLAYLISTS [--final]

One playlist is a person, as in bench.broad_taste. Tracks among the first 200 that are in no hidden part are the
dislikes. Every row is NDCG@100 over the hidden tracks, and how many of the 50 tracks nearest to the disliked ones
(hidden ones not counted) are among the first 100.
"""

from collections.abc import Callable

import numpy as np

from bench.broad_taste import SEED, Person, World, figures, people, search, world_of_options
from pipelines.graph.playlist_graph import Rows
from pipelines.models.interface import Vectors
from services.recommend.retrieval.query_vectors import AVOIDANCE, single_query_vector
from services.recommend.values import SeedVectors

PEOPLE = 300
CELLS = ((5, 1), (25, 1), (25, 5), (50, 1), (50, 10))
"""Liked and disliked tracks."""
Query = Callable[[World, Rows, Rows], Vectors]


def pooled(world: World, rows: Rows) -> Vectors:
    """(dim,) the query pooled from rows."""
    return world.pooling.pool(world.query[rows], np.ones(len(rows))).vector


def pushed(by: float) -> Query:
    """Subtracts the query of the dislikes times `by`, whatever their number."""
    return lambda world, likes, disliked: pooled(world, likes) - np.float32(by) * pooled(world, disliked)


def served(world: World, likes: Rows, disliked: Rows) -> Vectors:
    """The query of the recommend service."""
    seeds, avoid = (
        [SeedVectors(1.0, {"graph": world.query[row]}, np.full(12, np.nan), int(row)) for row in rows]
        for rows in (likes, disliked)
    )
    query = single_query_vector({"graph": world.pooling}, seeds, avoid)
    assert query is not None
    return np.asarray(query.vector)


WAYS: dict[str, Query] = {
    "no push": pushed(0.0),
    "a tenth of a pull": pushed(0.1),
    "half of a pull": pushed(AVOIDANCE),
    "as served": served,
}


def scores_of(world: World, person: Person, disliked: int, make_query: Query) -> tuple[float, float]:
    """NDCG@100, and tracks near the disliked ones among the first 100."""
    [hidden] = person.hidden
    wrong = np.setdiff1d(search(world, pooled(world, person.likes), person.likes).rows[:200], hidden)
    wrong = np.random.default_rng([SEED, len(hidden)]).permutation(wrong)[:disliked]
    near = np.setdiff1d(search(world, pooled(world, wrong), person.likes).rows[:50], hidden)
    vector = make_query(world, person.likes, wrong)
    rows = search(world, vector, np.concatenate([person.likes, wrong])).rows
    return figures(rows, person.hidden)[0], float(np.isin(rows[:100], near).sum())


def main() -> None:
    learned = world_of_options(str(__doc__))
    for likes, disliked in CELLS:
        crowd = people(learned.held, [likes], PEOPLE)
        print(f"\n{likes} likes, {disliked} disliked, {len(crowd)} people")
        for name, make_query in WAYS.items():
            ndcg, near = np.mean([scores_of(learned, person, disliked, make_query) for person in crowd], axis=0)
            print(f"  {name:20} NDCG@100 {ndcg:.4f}  near the disliked {near:.1f}")


if __name__ == "__main__":
    main()
