"""Hidden likes and hidden latest songs: what is hidden, who is asked, and that those who know the answer find it."""

import numpy as np
import pytest

from pipelines.evaluate import latest, likes
from pipelines.evaluate.figure import quotient
from pipelines.models.interface import silent
from pipelines.models.item_knn import ItemKnn
from pipelines.models.popularity import Popularity
from tests.pipelines.evaluate.test_continuation import ingested
from tests.pipelines.playlists import entries, islands, song, tracks


class Knows:
    """Scores 1 for what is hidden of each member, and nothing else."""

    def __init__(self, paper):
        self.answers = dict(zip(paper.members.tolist(), map(np.atleast_1d, paper.hidden), strict=True))
        self.songs = len(paper.graph.track_ids)

    def scores(self, seeds):
        raise AssertionError("members are known: nobody is folded in")

    def member_scores(self, listeners):
        scores = np.zeros((len(listeners), self.songs), np.float32)
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


def test_another_seed_hides_other_songs_and_the_same_seed_the_same():
    world = entries(islands())
    ids = [likes.hide(world, seed)[1]["track_id"].to_list() for seed in (1, 1, 2)]
    assert ids[0] == ids[1] != ids[2]


def test_every_playlist_trains_and_is_asked_for_what_it_does_not_show():
    paper = likes.exam(entries(islands()), tracks(60))
    assert len(paper.members) == len(paper.graph.playlist_ids) == 200
    assert all(len(shown) == 10 and len(hidden) == 2 for shown, hidden in zip(paper.shown, paper.hidden, strict=True))
    assert all(not set(shown) & set(hidden) for shown, hidden in zip(paper.shown, paper.hidden, strict=True))


@pytest.mark.must("S1-11")
def test_precision_is_hits_over_places_that_could_hit():
    paper = likes.exam(entries(islands()), tracks(60))
    assert likes.mark(Knows(paper), paper).value == 1
    marks = likes.Precision(np.array([3.0, 1.0]), np.array([10.0, 2.0]))
    assert marks.value == pytest.approx(4 / 12)


@pytest.mark.must("S3-14")
def test_songs_that_are_shown_are_not_recommended():
    paper = likes.exam(entries(islands()), tracks(60))
    for shown, found in zip(paper.shown, likes.answers(Popularity().fit(paper.graph, [], silent), paper), strict=True):
        assert not set(shown) & set(found)


def test_hidden_songs_that_nobody_else_has_are_missed_in_the_wide_view_and_dropped_in_the_closed_one():
    lonely = [[*range(4), 60 + n] for n in range(40)]
    closed, wide = (likes.exam(entries(lonely), tracks(100), view) for view in ("closed", "wide"))
    assert all((rows >= 0).all() for rows in closed.hidden)
    assert sum((rows < 0).sum() for rows in wide.hidden) > 0
    assert len(closed.members) < len(wide.members)


def test_those_who_know_the_islands_beat_popularity_and_the_ratio_says_by_how_much():
    paper = likes.exam(entries(islands()), tracks(60))
    marks = {m.name: likes.mark(m.fit(paper.graph, [], silent), paper) for m in (Popularity(), ItemKnn())}
    value, (low, high) = likes.ratios(marks, "item_knn", seed=1)["popularity"]
    assert value == pytest.approx(marks["item_knn"].value / marks["popularity"].value)
    assert 1.2 < low < value < high


def test_rows_say_where_they_come_from(tmp_path):
    data = ingested(tmp_path / "world", islands())
    figures = likes.run(data, ["popularity", "item_knn"], seed=3)
    assert [figure.model for figure in figures] == ["popularity", "item_knn"]
    for figure in figures:
        assert figure.interval[0] <= figure.value <= figure.interval[1]
        assert (figure.source.seed, len(figure.source.data_hash)) == (3, 16)
        assert "playlists stand for people" in figure.note


def test_a_ratio_of_a_thing_and_itself_is_one_without_spread():
    hits = np.array([1.0, 0, 3, 2])
    assert quotient(hits, hits, seed=1) == (1, (1, 1))


# -- the latest song ---------------------------------------------------------------------------------------------------
def test_the_last_song_of_each_listener_is_hidden_and_never_among_its_rivals():
    world = islands()
    paper = latest.exam(entries(world), tracks(60), people=50)
    assert len(paper.members) == 50
    for i, row in enumerate(paper.members):
        playlist = world[int(paper.graph.playlist_ids[row][1:])]
        assert paper.graph.track_ids[paper.hidden[i]] == song(playlist[-1]).encode()
        assert not set(paper.rivals[i]) & {*paper.shown[i], paper.hidden[i]}
        assert paper.hidden[i] not in paper.shown[i]


def test_who_knows_the_latest_song_ranks_it_first_and_equal_scores_count_against():
    paper = latest.exam(entries(islands()), tracks(60), people=50)
    assert all((ranks == 1).all() for ranks in latest.places(Knows(paper), paper))
    ignorant = Knows(paper)
    ignorant.answers = dict.fromkeys(ignorant.answers, np.array([], int))
    sampled, full = latest.places(ignorant, paper)
    assert (sampled == latest.SAMPLED + 1).all()
    assert (full == paper.allowed.sum() - 11).all()


def test_sampled_rivals_are_easier_than_the_whole_catalogue(tmp_path):
    sampled, full = latest.run(
        ingested(tmp_path / "world", islands(songs=400, playlists=600), songs=400), ["popularity"]
    )
    assert "sampled" in sampled.measure
    assert sampled.value > full.value
