"""One list from several answers: exact, fair on planted islands, and a longer list begins with the shorter one."""

from itertools import pairwise

import numpy as np
import pytest

from kit.vectors import Hits
from services.recommend.retrieval.merge import merge
from services.recommend.retrieval.query_vectors import query_vectors
from services.recommend.values import QueryVector, RerankedHits
from tests.services.recommend.islands import POOLING, TRACKS, liked, nearest, of_island, tracks


def island_queries(*islands: int) -> list[QueryVector]:
    """The questions of someone who likes so many tracks of island 0, 1, ..."""
    rows = [row for island, count in enumerate(islands) for row in of_island(island, count)]
    return query_vectors({"graph": POOLING}, liked(rows), [])


def answer(query_vector: QueryVector, limit: int) -> RerankedHits:
    return RerankedHits.of(nearest(query_vector.vector, limit))


def hits(*found: tuple[int, float]) -> RerankedHits:
    rows, scores = np.array([row for row, _ in found], np.int64), np.array([score for _, score in found], np.float32)
    return RerankedHits.of(Hits(rows, scores))


def test_islands_liked_alike_share_the_list_alike() -> None:
    found = island_queries(20, 20)
    blended = merge([answer(query_vector, 60) for query_vector in found], found)
    assert 8 <= int((blended.rows[:20] // TRACKS == 0).sum()) <= 12
    assert set((blended.rows[:40] // TRACKS).tolist()) == {0, 1}


def test_a_track_is_told_with_the_question_that_likes_it_most() -> None:
    found = island_queries(20, 20)
    blended = merge([answer(query_vector, 60) for query_vector in found], found)
    for row, _, similarity, which in zip(*blended, strict=True):
        scores = [float(tracks()[row].astype(np.float32) @ query_vector.vector) for query_vector in found]
        assert which == int(np.argmax(scores))
        assert similarity == pytest.approx(max(scores), abs=1e-5)


@pytest.mark.parametrize("limit", [1, 7, 60, 200])
def test_the_list_is_that_of_the_greatest_score_over_all_tracks(limit: int) -> None:
    found = island_queries(30, 10, 20)
    blended = merge([answer(query_vector, limit) for query_vector in found], found)
    greatest = np.max([tracks().astype(np.float32) @ query_vector.vector for query_vector in found], axis=0)
    assert np.allclose(blended.similarity, np.sort(greatest)[::-1][:limit], atol=1e-6)
    assert len(set(blended.rows.tolist())) == limit


def test_a_longer_list_begins_with_the_shorter_one() -> None:
    found = island_queries(30, 10, 20, 8)
    lists = [merge([answer(q, limit) for q in found], found).rows.tolist() for limit in (5, 40, 90, 360)]
    for shorter, longer in pairwise(lists):
        assert longer[: len(shorter)] == shorter


def test_one_answer_is_passed_on_as_it_is() -> None:
    [query_vector] = island_queries(10)
    only = answer(query_vector, 30)
    blended = merge([only], [query_vector])
    assert blended.rows is only.rows
    assert blended.similarity is only.similarity
    assert blended.which.tolist() == [0] * 30


def test_equal_scores_stand_in_row_order_and_go_to_the_first_question() -> None:
    blended = merge([hits((5, 0.5), (9, 0.5)), hits((2, 0.5), (5, 0.5))], island_queries(5, 5))
    assert blended.rows.tolist() == [2, 5]
    assert blended.which.tolist() == [1, 0]


def test_a_question_without_an_answer_leaves_the_list_to_the_others() -> None:
    found = island_queries(5, 5)
    assert merge([hits(), hits((4, 0.3), (1, 0.2))], found).rows.tolist() == [4, 1]
    assert merge([hits(), hits()], found).rows.tolist() == []


@pytest.mark.parametrize("answers", [[], [hits((1, 0.5))]])
def test_an_answer_is_needed_for_every_question(answers: list[RerankedHits]) -> None:
    with pytest.raises(ValueError, match="query vectors: give one to each"):
        merge(answers, island_queries(5, 5) if answers else [])
