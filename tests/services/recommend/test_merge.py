"""One list from several answers: exact, fair on planted islands, and a longer list begins with the shorter one."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from kit.vectors import Hits
from services.recommend.retrieval.merge import CERTAIN, FIRST_PAGE, merge, with_certain_shares
from services.recommend.retrieval.query_vectors import query_vectors
from services.recommend.values import MergedCandidates, QueryVector, RerankedHits
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
    blended = merge([answer(query_vector, limit) for query_vector in found], found, certain=0.0)
    greatest = np.max([tracks().astype(np.float32) @ query_vector.vector for query_vector in found], axis=0)
    assert np.allclose(blended.similarity, np.sort(greatest)[::-1][:limit], atol=1e-6)
    assert len(set(blended.rows.tolist())) == limit


def test_a_longer_list_begins_with_the_shorter_one() -> None:
    found = island_queries(30, 10, 20, 8)
    lists = [merge([answer(q, limit) for q in found], found).rows.tolist() for limit in (40, 90, 360)]
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


def weighing(*weights: float) -> list[QueryVector]:
    """Query vectors with these shares of the seeds; nothing else of them is read."""
    return [replace(island_queries(5)[0], weight=weight) for weight in weights]


def lopsided(weights: tuple[float, ...]) -> MergedCandidates:
    """150 tracks of the first interest before 150 of the second and so on."""
    which = np.repeat(np.arange(len(weights)), 150)
    scores = np.linspace(2.0, 1.0, len(which)).astype(np.float32)
    return MergedCandidates(np.arange(len(which)), scores, scores, which)


@pytest.mark.parametrize("weights", [(0.5, 0.5), (0.8, 0.2), (0.97, 0.03), (0.4, 0.3, 0.3), (0.25, 0.25, 0.25, 0.25)])
def test_every_interest_has_its_certain_share_of_any_beginning_of_the_first_page(weights: tuple[float, ...]) -> None:
    found = with_certain_shares(lopsided(weights), weighing(*weights), CERTAIN)
    for length in range(1, FIRST_PAGE + 1):
        shares = np.bincount(found.which[:length], minlength=len(weights))
        owed = [int(CERTAIN * weight * length) for weight in weights]
        behind = np.maximum(np.array(owed) - shares, 0).sum()
        assert behind < len(weights), (length, shares, owed)  # several that are owed at once come one after another
    assert (np.bincount(found.which[:FIRST_PAGE], minlength=len(weights)) >= owed).all()


def test_only_the_first_page_is_moved_and_scores_stay_by_position() -> None:
    before = lopsided((0.5, 0.5))
    after = with_certain_shares(before, weighing(0.5, 0.5), CERTAIN)
    assert after.scores is before.scores
    assert sorted(after.rows.tolist()) == before.rows.tolist()
    assert (np.diff(after.rows[FIRST_PAGE:]) > 0).all()
    assert after.similarity.tolist() == before.similarity[after.rows].tolist()
    assert after.which.tolist() == before.which[after.rows].tolist()


def test_what_the_scores_give_each_interest_anyway_is_not_touched() -> None:
    found = island_queries(20, 20)
    blended = merge([answer(query_vector, 60) for query_vector in found], found)
    by_score = merge([answer(query_vector, 60) for query_vector in found], found, certain=0.0)
    assert blended.rows.tolist() == by_score.rows.tolist()


def test_one_interest_or_too_few_tracks_change_nothing() -> None:
    few = MergedCandidates(*(column[:3] for column in lopsided((0.5, 0.5))))
    assert with_certain_shares(few, weighing(0.5, 0.5), CERTAIN).rows.tolist() == [0, 1, 2]
    assert with_certain_shares(few, weighing(1.0), CERTAIN).rows.tolist() == [0, 1, 2]
    none = MergedCandidates(*(column[:0] for column in few))
    assert with_certain_shares(none, weighing(0.5, 0.5), CERTAIN).rows.tolist() == []


def test_an_interest_whose_every_score_is_lower_than_all_of_the_others_has_its_share_too() -> None:
    """By score the longest list, 200 tracks, would be full before its first one."""
    many, few = (
        hits(*((first + row, score - row / 1000) for row in range(200))) for first, score in ((0, 0.9), (500, 0.55))
    )
    found = merge([many, few], weighing(0.6, 0.4))
    assert len(found.rows) == 200
    assert int((found.rows[:FIRST_PAGE] >= 500).sum()) == int(CERTAIN * 0.4 * FIRST_PAGE)
