"""The likes and leave-one-out protocols: hidden tracks, queries, and perfect scorers."""

import numpy as np
import pytest

from pipelines.evaluate import leave_one_out, likes
from pipelines.evaluate.figure import quotient
from pipelines.models.interface import silent
from pipelines.models.item_knn import ItemKnn
from pipelines.models.popularity import Popularity
from tests.pipelines.evaluate.test_continuation import ingested
from tests.pipelines.playlists import entries, islands, track, tracks


class Knows:
    """A perfect scorer: 1 for the hidden tracks of each member, 0 elsewhere."""

    def __init__(self, task):
        self.answers = dict(zip(task.members.tolist(), map(np.atleast_1d, task.hidden), strict=True))
        self.tracks = len(task.graph.track_ids)

    def scores(self, seeds):
        raise AssertionError("members are known: nobody is folded in")

    def member_scores(self, listeners):
        scores = np.zeros((len(listeners), self.tracks), np.float32)
        for line, member in enumerate(listeners.tolist()):
            scores[line, self.answers[member]] = 1
        return scores


def test_a_fifth_of_each_playlist_is_hidden_and_nothing_is_lost():
    shown, hidden = likes.hide(entries([list(range(20)), list(range(7)), [3, 4], [5]]), seed=1)
    assert [hidden.filter(playlist_id=f"p{n:05}").height for n in range(4)] == [4, 1, 1, 0]
    assert shown.height + hidden.height == 30
    assert not set(shown.select("playlist_id", "track_id").rows()) & set(
        hidden.select("playlist_id", "track_id").rows()
    )


def test_another_seed_hides_other_tracks_and_the_same_seed_the_same():
    world = entries(islands())
    ids = [likes.hide(world, seed)[1]["track_id"].to_list() for seed in (1, 1, 2)]
    assert ids[0] == ids[1] != ids[2]


def test_every_playlist_trains_on_shown_and_is_evaluated_on_hidden_tracks():
    task = likes.likes_task(entries(islands()), tracks(60))
    assert len(task.members) == len(task.graph.playlist_ids) == 200
    assert all(len(shown) == 10 and len(hidden) == 2 for shown, hidden in zip(task.shown, task.hidden, strict=True))
    assert all(not set(shown) & set(hidden) for shown, hidden in zip(task.shown, task.hidden, strict=True))


@pytest.mark.must("S1-11")
def test_precision_is_hits_over_possible_hits():
    task = likes.likes_task(entries(islands()), tracks(60))
    assert likes.precision_of(Knows(task), task).value == 1
    results = likes.Precision(np.array([3.0, 1.0]), np.array([10.0, 2.0]))
    assert results.value == pytest.approx(4 / 12)


@pytest.mark.must("S3-14")
def test_tracks_that_are_shown_are_not_recommended():
    task = likes.likes_task(entries(islands()), tracks(60))
    for shown, found in zip(
        task.shown, likes.ranked_lists(Popularity().fit(task.graph, [], silent), task), strict=True
    ):
        assert not set(shown) & set(found)


def test_hidden_tracks_outside_training_are_misses_when_wide_and_dropped_when_closed():
    lonely = [[*range(4), 60 + n] for n in range(40)]
    closed, wide = (likes.likes_task(entries(lonely), tracks(100), view) for view in ("5-core", "full"))
    assert all((rows >= 0).all() for rows in closed.hidden)
    assert sum((rows < 0).sum() for rows in wide.hidden) > 0
    assert len(closed.members) < len(wide.members)


def test_trained_models_beat_popularity_and_the_ratio_is_reported():
    task = likes.likes_task(entries(islands()), tracks(60))
    results = {m.name: likes.precision_of(m.fit(task.graph, [], silent), task) for m in (Popularity(), ItemKnn())}
    value, (low, high) = likes.ratios(results, "item_knn", seed=1)["popularity"]
    assert value == pytest.approx(results["item_knn"].value / results["popularity"].value)
    assert 1.2 < low < value < high


def test_rows_state_their_provenance(tmp_path):
    data = ingested(tmp_path / "world", islands())
    figures = likes.run(data, ["popularity", "item_knn"], seed=3)
    assert [figure.model for figure in figures] == ["popularity", "item_knn"]
    for figure in figures:
        assert figure.interval[0] <= figure.value <= figure.interval[1]
        assert (figure.source.seed, len(figure.source.data_hash)) == (3, 16)
        assert "playlists stand for people" in figure.note


def test_the_ratio_of_a_model_to_itself_is_exactly_one():
    hits = np.array([1.0, 0, 3, 2])
    assert quotient(hits, hits, seed=1) == (1, (1, 1))


# -- the latest track
# ---------------------------------------------------------------------------------------------------
def test_the_last_track_is_hidden_and_never_a_negative():
    world = islands()
    task = leave_one_out.leave_one_out_task(entries(world), tracks(60), people=50)
    assert len(task.members) == 50
    for i, row in enumerate(task.members):
        playlist = world[int(task.graph.playlist_ids[row][1:])]
        assert task.graph.track_ids[task.hidden[i]] == track(playlist[-1]).encode()
        assert not set(task.rivals[i]) & {*task.shown[i], task.hidden[i]}
        assert task.hidden[i] not in task.shown[i]


def test_a_perfect_scorer_ranks_the_target_first_and_ties_rank_before_it():
    task = leave_one_out.leave_one_out_task(entries(islands()), tracks(60), people=50)
    assert all((ranks == 1).all() for ranks in leave_one_out.target_ranks(Knows(task), task))
    ignorant = Knows(task)
    ignorant.answers = dict.fromkeys(ignorant.answers, np.array([], int))
    sampled, full = leave_one_out.target_ranks(ignorant, task)
    assert (sampled == leave_one_out.SAMPLED + 1).all()
    assert (full == task.allowed.sum() - 11).all()


def test_sampled_negatives_give_a_higher_hit_rate_than_the_catalogue(tmp_path):
    sampled, full = leave_one_out.run(
        ingested(tmp_path / "world", islands(tracks=400, playlists=600), cards=400), ["popularity"]
    )
    assert "sampled" in sampled.measure
    assert sampled.value > full.value
