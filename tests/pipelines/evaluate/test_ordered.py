"""The ordered protocol on planted playlists: ranks, continuations and steps between consecutive tracks."""

import numpy as np
import polars as pl
import pytest

from kit.wire.catalog import FEATURES
from pipelines import tables
from pipelines.evaluate import ordered, ordered_table
from pipelines.graph.playlist_graph import build
from pipelines.models.cooccurrence_knn import CooccurrenceKnn
from pipelines.models.interface import silent
from pipelines.models.playlist_sequences import PlaylistSequences
from pipelines.models.popularity import Popularity
from tests.pipelines.models.audio import sounding
from tests.pipelines.playlists import chain, entries, roles, track

TRACKS = 60
EVERYTHING = np.ones(TRACKS, bool)


class Counting:
    """A perfect scorer of a chain: track n is followed by track n + 1, then by n + 2 and so on."""

    def scores(self, seeds):
        last = np.array([rows[-1] if len(rows) else -1 for rows in seeds])
        return (-((np.arange(TRACKS)[None] - last[:, None] - 1) % TRACKS)).astype(np.float32)


class Always:
    """The same scores for every query."""

    def __init__(self, scores):
        self.fixed = np.asarray(scores, np.float32)

    def scores(self, seeds):
        return np.tile(self.fixed, (len(seeds), 1))


def sound(**columns):
    """Features (SONGS, 12), NaN but for the given columns."""
    features = np.full((TRACKS, len(FEATURES)), np.nan, np.float32)
    for name, values in columns.items():
        features[:, FEATURES.index(name)] = values
    return features


def task(held=None, allowed=EVERYTHING, **columns):
    return ordered.ordered_task(held or [np.arange(TRACKS)], allowed, sound(**columns))


@pytest.mark.must("S3-01")
def test_a_perfect_scorer_ranks_every_next_track_first_and_continues_the_playlist():
    results = ordered.ordered_metrics(Counting(), task(tempo=np.arange(TRACKS) + 60))
    assert results.average == 1
    assert results.figures(25) == {"mrr": 1, "hit@10": 1, "hit@50": 1, "median_rank": 1}
    assert results.precision.tolist() == [1]
    apart, shuffled = results.mean_steps()["tempo"]
    assert apart == 1 < shuffled


def test_the_rank_counts_better_tracks_and_equal_ones_of_lower_rows():
    scores = np.zeros(TRACKS)
    scores[[3, 4]] = 1
    queries = [ordered.OrderedQuery(0, np.array([0, 3]), np.array([target])) for target in (4, 1, 2, 10)]
    assert ordered.next_ranks(Always(scores), queries, EVERYTHING).tolist() == [1, 2, 3, 9]


def test_nan_scores_rank_last():
    query = ordered.OrderedQuery(0, np.array([0]), np.array([TRACKS - 1]))
    assert ordered.next_ranks(Always(np.full(TRACKS, np.nan)), [query], EVERYTHING).tolist() == [TRACKS]


def test_tracks_outside_the_catalogue_are_neither_targets_nor_candidates():
    allowed = np.arange(TRACKS) % 2 == 0
    ordered_task = task([np.array([0, 1, -1, 2, 3, 4])], allowed)
    assert [(q.shown.tolist(), q.following.tolist()) for q in ordered_task.queries] == [([0], [2, 4])]
    assert ordered.next_ranks(Always(np.arange(TRACKS)[::-1]), ordered_task.queries, allowed).tolist() == [1]
    assert ordered.next_ranks(Always(np.arange(TRACKS)), ordered_task.queries, allowed).tolist() == [TRACKS // 2 - 1]


def test_a_playlist_gives_a_query_per_seed_count_it_is_long_enough_for():
    ordered_task = task([np.arange(6), np.arange(12), np.arange(40)])
    assert {shown: [q.playlist for q in ordered_task.queries_after(shown)] for shown in ordered.SHOWN} == {
        1: [0, 1, 2],
        5: [0, 1, 2],
        10: [1, 2],
        25: [2],
    }
    assert [q.playlist for q in ordered_task.continued()] == [2]


def test_reciprocal_ranks_are_available_by_playlist():
    table = ordered.ordered_metrics(Counting(), task([np.arange(6), np.arange(40)])).by_playlist()
    assert np.isnan(table).tolist() == [[False, False, True, True], [False] * 4]


def test_a_continuation_feeds_each_track_back_and_repeats_none():
    found = ordered.continuations(Counting(), [np.array([7]), np.array([57, 58])], 4, EVERYTHING)
    assert [rows.tolist() for rows in found] == [[8, 9, 10, 11], [59, 0, 1, 2]]
    same = ordered.continuations(Always(np.arange(TRACKS)), [np.array([59, 57])], 3, EVERYTHING)
    assert same[0].tolist() == [58, 56, 55]


@pytest.mark.must("S3-15")
def test_average_precision_covers_the_ten_generated_tracks():
    held = np.concatenate([np.arange(10), np.arange(10, 60, 2), np.arange(11, 21, 2)])
    results = ordered.ordered_metrics(
        Always(np.where(np.arange(TRACKS) % 2 == 0, 10, 0) - np.arange(TRACKS) / 100), task([held])
    )
    assert results.precision.tolist() == [1]


def test_keys_are_steps_on_the_circle_of_fifths():
    c_major, g_major, a_minor, f_sharp_major = (0, 1), (7, 1), (9, 0), (6, 1)
    keys = np.array([c_major, g_major, c_major, a_minor, c_major, f_sharp_major])
    column = np.full((2, TRACKS), np.nan)
    column[:, :6] = keys.T
    features = sound(key=column[0], mode=column[1])
    query = ordered.OrderedQuery(0, np.array([0]), np.array([1]))
    for follows, steps in ((1, 1), (3, 0), (5, 6)):
        apart, _ = ordered.consecutive_steps([query], [np.array([follows])], features, 1)
        assert apart["key"].tolist() == [steps]


def test_unknown_values_are_skipped_in_steps():
    features = sound(tempo=np.array([100, 0, 120, 130] + [np.nan] * (TRACKS - 4)), key=np.full(TRACKS, -1))
    query = ordered.OrderedQuery(0, np.array([0]), np.array([1]))
    apart, _ = ordered.consecutive_steps([query], [np.array([1, 2, 3, 9])], features, 1)
    assert apart["tempo"].tolist() == [10]
    assert np.isnan(apart["key"]).all()


def test_steps_of_rising_playlists_are_smaller_in_order_than_shuffled():
    rising = task([np.arange(50)], energy=np.arange(TRACKS) / TRACKS)
    continued = rising.continued()
    apart, shuffled = ordered.consecutive_steps(continued, [q.following for q in continued], rising.features, 1)
    assert np.allclose(apart["energy"], 1 / TRACKS)
    assert shuffled["energy"].mean() > 3 / TRACKS


def test_near_tracks_follow_a_chain_better_than_popularity():
    played = entries(chain())
    graph = build(played)
    sequences = PlaylistSequences.of(graph, played, sounding(80, np.arange(80) / 80))
    allowed = np.ones(80, bool)
    held = [graph.rows([track(n) for n in range(start, start + 32)]) for start in range(0, 48, 4)]
    ordered_task = ordered.ordered_task(held, allowed, sequences.features)
    near, common = (
        ordered.ordered_metrics(model.fit(graph, [None] * 80, silent), ordered_task)
        for model in (CooccurrenceKnn(sequences), Popularity())
    )
    assert near.average > 0.9 > 3 * common.average
    assert near.mean_steps()["energy"][0] < 2 / 80 < common.mean_steps()["energy"][0]


# -- the table -------------------------------------------------------------------------------------------------------
@pytest.fixture
def data(tmp_path):
    """An ingested chain of which every eighth playlist is held out."""
    played = [list(range(start, start + 40)) for start in range(41) for _ in range(3)]
    for name, table in (
        ("entries", entries(played)),
        ("playlists", roles(len(played), held=range(0, len(played), 8))),
        ("tracks", sounding(80, np.arange(80) / 80)),
    ):
        tables.write(tmp_path, name, table)
    return tmp_path


def test_the_table_has_every_measure_with_its_spread_and_the_paired_difference(data):
    reported = ordered_table.run(data, ["popularity", "cooccurrence_knn"], against="popularity")
    found = {(figure.model, figure.measure): figure for figure in reported}
    assert found["cooccurrence_knn", "mrr"].value > 0.85 > 3 * found["popularity", "mrr"].value
    for figure in reported:
        assert figure.interval[0] <= figure.value <= figure.interval[1]
    gained = found["cooccurrence_knn", "mrr minus popularity's"]
    assert gained.value == pytest.approx(found["cooccurrence_knn", "mrr"].value - found["popularity", "mrr"].value)
    assert gained.interval[0] > 0
    assert ("cooccurrence_knn", "energy apart") in found
    assert found["cooccurrence_knn", "mrr"].source.seed == 1


def test_features_matched_by_name_are_not_ground_truth():
    graph = build(entries(chain()))
    table = sounding(80, np.arange(80) / 80)
    guessed = pl.when(pl.col("track_id") == track(7)).then(pl.lit("name_artist")).otherwise("features_from")
    features = ordered_table.measured(graph, table.with_columns(guessed.alias("features_from")))
    assert np.flatnonzero(np.isnan(features).all(axis=1)).tolist() == graph.rows([track(7)]).tolist()


def test_the_inner_table_does_not_use_the_held_out_role(data):
    once = ordered_table.run(data, ["cooccurrence_knn"], inner=True)
    table = tables.read(data, "entries")
    held = pl.col("playlist_id").is_in([f"p{n:05}" for n in range(0, 123, 8)])
    tables.write(
        data,
        "entries",
        table.with_columns(pl.when(held).then(pl.lit(track(0))).otherwise("track_id").alias("track_id")),
    )
    again = ordered_table.run(data, ["cooccurrence_knn"], inner=True)
    assert [figure.value for figure in once] == [figure.value for figure in again]
