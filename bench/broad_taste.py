"""Number of queries for a person with several interest clusters: one pooled query against several merged ones.

    python -m bench.broad_taste PLAYLISTS [--final]

People are made of real playlists: m of them joined, some tracks of each liked, the others to be found (closed
catalogue, exact search, the plain lookup: neither the reweighting nor the ranker of kit). The fused space learns from
the training role without the part that `tune` holds out, and the people come from that part; --final learns from the
whole training role and evaluates on the held-out one. Every row is NDCG@100 over all hidden tracks, the lowest
recall@100 of a joined playlist, the share of joined playlists with a track in the first 20, how much of its share of
the likes the worst-off playlist has of those 20, and NDCG@100 less that of one pooled query with its 95 % paired
bootstrap interval. The people of a cell share playlists once it holds more of them than the playlists can form, so
intervals of m = 3 and 5 are a little narrow.
"""

import argparse
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from kit.query import Pooling
from kit.release import Ints
from kit.vectors import Hits
from pipelines import tables
from pipelines.evaluate import metrics, protocol, splits
from pipelines.evaluate.tune import INNER_SPLIT
from pipelines.graph import playlist_graph as graphs
from pipelines.graph.playlist_graph import Rows, top_rows
from pipelines.ingest import ingest
from pipelines.models.fused import Fused
from pipelines.models.interface import Vectors, silent
from services.recommend.retrieval.interest_clusters import UNRELATED, interest_clusters
from services.recommend.retrieval.merge import CERTAIN, merge
from services.recommend.values import QueryVector, RerankedHits

SEED, DEPTH, SHOWN = 1, 500, 20
CELLS: list[tuple[list[int], int]] = [
    *(([k], people) for k, people in ((5, 600), (10, 600), (25, 600), (50, 500), (100, 250))),
    *(([k] * 2, 300) for k in (5, 10, 25)),
    ([25, 5], 300),
    ([49, 1], 200),
    *(([k] * 3, 150) for k in (5, 10, 25)),
    *(([k] * 5, 150) for k in (5, 10, 25)),
]
"""Liked tracks of each joined playlist, and how many people."""
Kinds = Callable[["World", "Person"], Ints]
Merge = Callable[[Sequence[Hits], Sequence[QueryVector]], Rows]


@dataclass(frozen=True, slots=True, eq=False)
class World:
    """The trained space, restricted to the candidate tracks, and the playlists that people are made of."""

    index: Vectors  # (n, dim)
    query: Vectors  # (n, dim)
    pooling: Pooling
    held: list[Rows]
    final: bool


@dataclass(frozen=True, slots=True, eq=False)
class Person:
    """Liked rows, which playlist each is of, and the hidden rows of each playlist."""

    likes: Rows
    of: Ints
    hidden: list[Rows]


def world(files: Path, final: bool) -> World:
    """Ingests playlists, learns the fused space from one part and keeps the other."""
    with tempfile.TemporaryDirectory() as scratch:
        ingest([files], Path(scratch), lambda *_: None)
        entries, playlists, tracks = (tables.read(Path(scratch), name) for name in ("entries", "playlists", "tracks"))
    train, held = splits.split(playlists, SEED)
    if not final:
        train, held = splits.hold_out(train, INNER_SPLIT)
    graph = graphs.build(entries.filter(entries["playlist_id"].is_in(train)))
    space = Fused.seeded(SEED).train(graph, graphs.artists(graph, tracks), silent)
    allowed = np.flatnonzero(protocol.catalogue(graph.item_degree, "5-core"))
    number = np.full(len(space.index) + 1, -1)
    number[allowed] = np.arange(len(allowed))
    known = [number[graph.rows(listed)] for listed in protocol.ordered_tracks(entries, held)]
    pooling = space.pooling()
    return World(space.index[allowed], space.query[allowed], pooling, [rows[rows >= 0] for rows in known], final)


def people(held: Sequence[Rows], likes: Sequence[int], count: int) -> list[Person]:
    """Seeded people of disjoint playlists, until the playlists run out and are drawn again."""
    rng = np.random.default_rng([SEED, *likes])
    enough = [rows for rows in held if len(rows) >= max(likes) + protocol.TARGETS]
    found: list[Person] = []
    while len(found) < count:
        order = rng.permutation(len(enough))
        for start in range(0, len(order) - len(likes) + 1, len(likes)):
            found.append(_person([enough[i] for i in order[start : start + len(likes)]], likes, rng))
    return [person for person in found if all(map(len, person.hidden))][:count]


def _person(playlists: Sequence[Rows], likes: Sequence[int], rng: np.random.Generator) -> Person:
    mixed = [rng.permutation(rows) for rows in playlists]
    liked = np.concatenate([rows[:k] for rows, k in zip(mixed, likes, strict=True)])
    once, first = np.unique(liked, return_index=True)
    hidden = [np.setdiff1d(rows, once) for rows in mixed]
    return Person(once, np.repeat(np.arange(len(likes)), likes)[first], hidden)


# -- query strategies --------------------------------------------------------------------------------------------------
def one(_: World, person: Person) -> Ints:
    """All likes in one cluster."""
    return np.zeros(len(person.likes), np.int64)


def known(_: World, person: Person) -> Ints:
    """The joined playlists as clusters: an upper bound for any rule."""
    return person.of


def found(unrelated: float) -> Kinds:
    """The clusters of the rule that serves, at a threshold."""
    return lambda world, person: interest_clusters(
        world.query[person.likes], np.ones(len(person.likes)), world.pooling.space.blocks, unrelated
    )


def greatest(hits: Sequence[Hits], queries: Sequence[QueryVector]) -> Rows:
    """Merges by score."""
    return merge([RerankedHits.of(h) for h in hits], queries, certain=0.0).rows


def turns(hits: Sequence[Hits], queries: Sequence[QueryVector]) -> Rows:
    """Interleaves in proportion to the likes."""
    ranks = [(np.arange(len(h.rows)) + 1.0) / q.weight for h, q in zip(hits, queries, strict=True)]
    return _merged(hits, [-rank for rank in ranks], queries)


def scaled(hits: Sequence[Hits], queries: Sequence[QueryVector]) -> Rows:
    """Merges by score over the score of the query's 50th track."""
    return _merged(hits, [h.scores / h.scores[49] for h in hits], queries)


def certain(share: float) -> Merge:
    """Merges by score, with this part of each query's share of the likes on the first page for certain."""

    def merged(hits: Sequence[Hits], queries: Sequence[QueryVector]) -> Rows:
        return merge([RerankedHits.of(h) for h in hits], queries, share).rows

    return merged


def _merged(hits: Sequence[Hits], scores: Sequence[npt.NDArray[np.floating]], queries: Sequence[QueryVector]) -> Rows:
    made = [RerankedHits(h.rows, score, score) for h, score in zip(hits, scores, strict=True)]
    return merge(made, queries, certain=0.0).rows


WAYS: dict[str, tuple[Kinds, Merge]] = {
    "one query": (one, greatest),
    "playlists known, greatest score": (known, greatest),
    "kinds at .02, greatest score": (found(UNRELATED), greatest),
    "kinds at .03, greatest score": (found(0.03), greatest),
    "kinds at .04, greatest score": (found(0.04), greatest),
    "kinds at .02, .5 of the share certain": (found(UNRELATED), certain(0.5)),
    "kinds at .02, .75 certain (served)": (found(UNRELATED), certain(CERTAIN)),
    "kinds at .02, all of the share certain": (found(UNRELATED), certain(1.0)),
    "kinds at .03, taking turns": (found(0.03), turns),
    "kinds at .03, scaled by the 50th": (found(0.03), scaled),
}
CHOSEN = ("one query", "kinds at .02, greatest score", "kinds at .02, .75 certain (served)")


def separate_queries(world: World, person: Person, kind: Ints) -> list[QueryVector]:
    """A query for each cluster, pooled as serving does."""
    queries = []
    for number in np.unique(kind):
        own = person.likes[kind == number]
        liked = world.pooling.pool(world.query[own], np.ones(len(own)))
        queries.append(QueryVector("graph", liked.vector, [], liked, len(own) / len(kind)))
    return queries


def search(world: World, vector: Vectors, left_out: Rows) -> Hits:
    """The exact first DEPTH tracks."""
    scores = world.index @ vector
    scores[left_out] = -np.inf
    rows = top_rows(scores, DEPTH)
    return Hits(rows, scores[rows])


def least_share(world: World, person: Person, rows: Rows) -> float:
    """How much of its share of the likes the worst-off playlist has of the first SHOWN: 1 = all of it. A track counts
    for the playlist whose likes, pooled alone, score it highest."""
    queries = separate_queries(world, person, person.of)
    scores = np.stack([world.index[rows[:SHOWN]] @ query.vector for query in queries])
    counts = np.bincount(scores.argmax(axis=0), minlength=len(queries))
    return float(min(count / SHOWN / query.weight for count, query in zip(counts, queries, strict=True)))


def figures(world: World, person: Person, rows: Rows) -> list[float]:
    """NDCG@100, least recall@100 of a playlist, share of playlists with a track in the first SHOWN, least share."""
    hidden, wanted = person.hidden, np.unique(np.concatenate(person.hidden))
    return [
        metrics.ndcg(np.isin(rows, wanted), len(wanted), 100),
        min(metrics.recall(np.isin(rows, part), min(100, len(part)), 100) for part in hidden),
        float(np.mean([np.isin(rows[:SHOWN], part).any() for part in hidden])),
        least_share(world, person, rows),
    ]


def cell(world: World, likes: list[int], count: int) -> None:
    """One table; the held-out role is used only for what was chosen without it."""
    ways = {name: way for name, way in WAYS.items() if not world.final or name in CHOSEN}
    crowd = people(world.held, likes, count)
    rows: dict[str, list[list[float]]] = {name: [] for name in ways}
    several = dict.fromkeys(ways, 0)
    for person in crowd:
        for name, (kind, merged_lists) in ways.items():
            queries = separate_queries(world, person, kind(world, person))
            several[name] += len(queries) > 1
            hits = [search(world, query.vector, person.likes) for query in queries]
            rows[name].append(figures(world, person, merged_lists(hits, queries)[:DEPTH]))
    print(f"\n{' + '.join(map(str, likes))} likes, {len(crowd)} people")
    base = np.array(rows[CHOSEN[0]])
    for name, values in rows.items():
        table = np.array(values)
        print(f"  {name:38} several {several[name] / len(crowd):.2f} ", _line(table, base))


def _line(table: npt.NDArray[np.float64], base: npt.NDArray[np.float64]) -> str:
    less = table[:, :1] - base[:, :1]
    low, high = metrics.interval(less, metrics.resamples(len(less), 2000, SEED))
    return " ".join(f"{value:.4f}" for value in table.mean(axis=0)) + f"  {less.mean():+.4f} [{low:+.4f}, {high:+.4f}]"


def world_of_options(what: str) -> World:
    """The world of the command line."""
    parser = argparse.ArgumentParser(description=what, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("playlists", type=Path)
    parser.add_argument("--final", action="store_true", help="evaluate on the held-out role instead")
    named = parser.parse_args()
    learned = world(named.playlists, named.final)
    print(f"{len(learned.index)} tracks, {len(learned.held)} playlists to make people of")
    return learned


def main() -> None:
    learned = world_of_options(str(__doc__))
    for likes, count in CELLS:
        cell(learned, likes, count)


if __name__ == "__main__":
    main()
