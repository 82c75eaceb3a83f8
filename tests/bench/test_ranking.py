"""bench.reranking: every part runs as it serves, and missing parts are reported."""

import asyncio
from pathlib import Path

import numpy as np
import pytest

from bench import reranking
from bench.reranking import OF_TABLE, PARTS, Parts
from tests.services.recommend.demo import demo  # noqa: F401 - a fixture

COST = {"pooling": 100, "reweighting": 30, "look-up": 300, "ranker": 70, "sums": 20, "followers": 40}


@pytest.fixture(scope="module")
def parts(demo: Path) -> Parts:  # noqa: F811
    """Of the committed demo release."""
    return Parts.of(demo)


def test_the_ranker_permutes_the_candidates_of_the_lookup(parts: Parts) -> None:
    for seeds in reranking.held_out_queries(parts.release, 5)[:5]:
        query = parts.pooled(parts.reweighted, seeds)
        found = asyncio.run(parts.looked_up(query, seeds))
        ranked = parts.ranked(query, seeds, found)
        assert len(found) == 200
        assert set(found.tolist()).isdisjoint(seeds.tolist())
        assert sorted(ranked) == sorted(found)
        assert (ranked != found).any()


def test_the_reweighting_changes_the_query_and_keeps_its_length(parts: Parts) -> None:
    seeds = reranking.held_out_queries(parts.release, 5)[0]
    plain, weighed = (parts.pooled(rule, seeds).vector for rule in (parts.plain, parts.reweighted))
    assert not np.allclose(plain, weighed, rtol=1e-3)
    assert np.linalg.norm(weighed) == pytest.approx(np.linalg.norm(plain), rel=1e-4)


def test_every_part_is_measured_and_in_the_table(parts: Parts) -> None:
    cost = asyncio.run(reranking.measured(parts, 5, rounds=1))
    assert set(cost) == {*PARTS, *OF_TABLE}
    assert min(cost[name] for name in ("pooling", "look-up", "ranker")) > 0
    table = reranking.ranking_table(parts, [(5, COST)])
    assert table.rows == [["5", "100", "30", "300", "70", "+25%", "20", "40"]]


def test_without_a_release_there_is_nothing_to_measure(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match="nothing is published"):
        Parts.of(tmp_path)
