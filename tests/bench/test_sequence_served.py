"""bench.sequence_served on the demo release: the rank of the next track over HTTP is that of the scored model."""

from pathlib import Path

import numpy as np
import pytest

from bench import sequence_served
from kit.release import Release
from kit.release_current import open_current
from pipelines.evaluate.ordered import SHOWN, OrderedQuery
from tests.services.recommend.demo import demo  # noqa: F401 - a fixture

pytestmark = pytest.mark.anyio
QUERIES = 10


@pytest.fixture(scope="module")
def release(demo: Path) -> Release:  # noqa: F811
    found = open_current(demo / "releases")
    assert found is not None
    return found


@pytest.fixture(scope="module")
def queries(release: Release) -> list[OrderedQuery]:
    return sequence_served.queries_of(release, sequence_served.drawn_lists(), QUERIES)


async def test_the_mean_reciprocal_rank_is_served_as_scored(
    demo: Path,  # noqa: F811
    release: Release,
    queries: list[OrderedQuery],
) -> None:
    ranked = await sequence_served.measured(demo, None, queries)
    assert [(one.shown, len(one.served)) for one in ranked] == [(shown, QUERIES) for shown in SHOWN]
    for one in ranked:
        assert one.served.mean() == pytest.approx(one.scored.mean(), abs=1e-3)
    assert np.mean([one.same for one in ranked]) >= 0.95  # equal scores may be in another order
    assert np.mean([one.served.mean() for one in ranked]) > 0.02
    table = sequence_served.ranks_table(release, ranked)
    assert [row[0] for row in table.rows] == [*map(str, SHOWN), "mean"]
    assert table.rows[-1][1] == str(QUERIES * len(SHOWN))


async def test_another_order_of_the_seeds_has_another_rank(release: Release, queries: list[OrderedQuery]) -> None:
    """The queries tell whether the order is served: parity of a list that ignores it would say nothing."""
    long = [query for query in queries if len(query.shown) > 1]
    turned = [OrderedQuery(query.playlist, query.shown[::-1], query.following) for query in long]
    ahead, back = (sequence_served.scored_ranks(release, part) for part in (long, turned))
    assert (ahead != back).mean() > 0.5
