"""The graph networks of systems S0 and S2 and the sequence models, on planted worlds with a known answer."""

import sys

import numpy as np
import polars as pl
import pytest

from kit.wire.catalog import FEATURES
from pipelines.graph.playlist_graph import artists, build
from pipelines.models.contrastive_gcn import ContrastiveGcn
from pipelines.models.cooccurrence_knn import CooccurrenceKnn
from pipelines.models.fused import Fused
from pipelines.models.interface import silent
from pipelines.models.playlist_sequences import COLUMNS, NUMBERS, AudioFeatures, PlaylistSequences
from pipelines.models.sequence import NextTrack
from pipelines.models.sequence_lstm import EncoderDecoder, LstmScorer, SequenceLstm
from pipelines.models.track_gcn import TrackGcn
from tests.pipelines.models.audio import sounding
from tests.pipelines.playlists import chain, entries, islands, track

BASE = Fused(gcn=None)
CONTRASTIVE = {"dims": 16, "steps": 60, "pairs": 1024, "learning_rate": 0.03}
MODELS = {
    "contrastive_gcn": lambda sequences: ContrastiveGcn(**CONTRASTIVE),
    "contrastive_gcn_sound": lambda sequences: ContrastiveGcn(**CONTRASTIVE, sound=sequences.audio_features()),
    "track_gcn": lambda sequences: TrackGcn(
        sequences.audio_features(), kept=20, steps=100, pairs=512, negatives=512, learning_rate=0.03
    ),
    "cooccurrence_knn": lambda sequences: CooccurrenceKnn(sequences),
    "sequence": lambda _: NextTrack(BASE),
    "sequence_near": lambda _: NextTrack.with_near_tracks(BASE),
    "sequence_lstm": lambda sequences: SequenceLstm(sequences, units=16, epochs=8, learning_rate=0.01),
}
BLIND = ["contrastive_gcn", "contrastive_gcn_sound", "track_gcn"]
ORDERED = [name for name in MODELS if name not in BLIND]


def fitted(name, playlists, tracks, energy=None):
    played = entries(playlists)
    table = sounding(tracks, np.arange(tracks) // (tracks // 2) if energy is None else energy)
    graph = build(played)
    model = MODELS[name](PlaylistSequences.of(graph, played, table))
    return graph, model.fit(graph, artists(graph, table), silent)


def best(graph, scorer, seeds, top):
    """Numbers of the `top` tracks for numbered seeds."""
    rows = graph.rows([track(n) for n in seeds])
    scores = scorer.scores([rows])[0]
    scores[rows] = -np.inf
    numbers = {track(n).encode(): n for n in range(len(graph.track_ids))}
    return [numbers[graph.track_ids[row]] for row in np.argsort(-scores, kind="stable")[:top]]


@pytest.mark.parametrize("name", ORDERED)
def test_the_order_of_seeds_matters_to_the_sequence_models(name):
    _, scorer = fitted(name, islands(80), 60)
    one, other = scorer.scores([np.array([3, 9, 12]), np.array([12, 9, 3])])
    assert np.abs(one - other).max() > 1e-3


@pytest.mark.parametrize("name", ["cooccurrence_knn", "sequence_near"])
def test_on_a_chain_the_track_after_the_last_comes_next(name):
    graph, scorer = fitted(name, chain(), 80, energy=np.arange(80) / 80)
    for start in (15, 40, 60):
        assert best(graph, scorer, range(start, start + 6), top=1) == [start + 6]


def test_the_last_tracks_count_most_for_the_sequence():
    graph, scorer = fitted("sequence", islands(), 60)
    assert len(set(best(graph, scorer, [1, 2, 3, 31, 32], top=10)) & set(range(30, 60))) >= 7
    assert len(set(best(graph, scorer, [31, 32, 1, 2, 3], top=10)) & set(range(30))) >= 7


# -- sound and S3 ---------------------------------------------------------------------------------------------------
@pytest.mark.must("S3-05", "S3-07")
def test_a_track_is_29_columns_scaled_and_one_hot():
    features = np.array([[0.2, 0.5, 11, -20, 1, 0, 0, 0, 0, 0, 60, 4], [0.6, 0.5, 0, -10, 0, 0, 0, 0, 0, 0, 0, 1]])
    features = np.vstack([features, np.full(12, np.nan)]).astype(np.float32)
    sound = AudioFeatures.of(features, np.array([1e5, 3e5, np.nan], np.float32))
    assert sound.vectors.shape == (3, 29) == (3, COLUMNS)
    assert sound.known.tolist() == [True, True, False]
    numbers = dict(zip(NUMBERS, sound.vectors[0], strict=False))
    assert (numbers["danceability"], numbers["loudness"], numbers["duration_ms"]) == (0, 0, 0)
    assert np.flatnonzero(sound.vectors[0, 10:]).tolist() == [11, 13, 17]
    assert np.flatnonzero(sound.vectors[1, 10:]).tolist() == [0, 12, 14]
    assert not sound.vectors[2].any()


@pytest.mark.must("S3-03")
@pytest.mark.parametrize("island", [0, 1])
def test_the_lstm_stays_with_the_audio_features_of_an_island(island):
    graph, scorer = fitted("sequence_lstm", islands(), 60)
    home = range(island * 30, island * 30 + 30)
    assert len(set(best(graph, scorer, [*home][:4], top=20)) & set(home)) >= 17


@pytest.mark.must("S3-06")
def test_lstm_continuations_have_no_repeats_or_seeds_and_only_allowed_tracks():
    graph, scorer = fitted("sequence_lstm", islands(80), 60)
    allowed = np.arange(len(graph.track_ids)) % 3 > 0
    seeds = [np.array([1, 2, 4]), np.array([5]), np.array([], np.int64)]
    for given, found in zip(seeds, scorer.continuation(seeds, 10, allowed), strict=True):
        assert len(set(found.tolist()) | set(given.tolist())) == 10 + len(given)
        assert allowed[found].all()


@pytest.mark.must("S3-16")
def test_the_first_generated_track_has_the_best_score():
    graph, scorer = fitted("sequence_lstm", islands(80), 60)
    seeds = [np.array([1, 2, 4])]
    scores = scorer.scores(seeds)[0]
    scores[seeds[0]] = -np.inf
    assert scorer.continuation(seeds, 3, np.ones(len(graph.track_ids), bool))[0][0] == scores.argmax()


@pytest.mark.must("S3-17")
def test_the_lstm_generates_lists_longer_than_the_recursion_limit():
    length = sys.getrecursionlimit() + 1
    vectors = np.random.default_rng(1).random((length + 2, COLUMNS), np.float32)
    scorer = LstmScorer(EncoderDecoder(4), vectors, np.ones(len(vectors), bool))
    (found,) = scorer.continuation([np.array([0])], length, np.ones(len(vectors), bool))
    assert len({0, *found.tolist()}) == length + 1


def test_the_lstm_never_chooses_a_track_without_features():
    played = entries(islands(80))
    table = sounding(60, np.arange(60) // 30).with_columns(
        pl.when(pl.col("track_id") != track(7)).then(pl.col(name)).alias(name) for name in FEATURES
    )
    graph = build(played)
    scorer = SequenceLstm(PlaylistSequences.of(graph, played, table), units=8, epochs=2).fit(graph, [None] * 60, silent)
    row = graph.rows([track(7)])[0]
    assert scorer.scores([np.array([row]), np.array([0, row])]).argmin(axis=1).tolist() == [row, row]


def test_playlist_sequences_are_in_order_with_tracks_at_their_first_position():
    played = entries([[3, 1, 2, 1], [2, 3, 1]])
    graph = build(played)
    order = PlaylistSequences.of(graph, played, sounding(4, np.zeros(4))).order
    assert [rows.tolist() for rows in order] == [
        graph.rows([track(n) for n in line]).tolist() for line in ([3, 1, 2], [2, 3, 1])
    ]


def test_near_tracks_count_one_over_their_distance():
    played = entries([[0, 1, 2], [0, 1]])
    graph = build(played)
    kept = build(entries([[0, 1, 2], [0, 1], [2, 3], [3, 2]]))
    table = CooccurrenceKnn(
        PlaylistSequences.of(kept, entries([[0, 1, 2], [0, 1], [2, 3], [3, 2]]), sounding(4, np.zeros(4)))
    ).table(kept)
    at = kept.rows([track(n) for n in range(4)])
    assert table[at[0], at[1]] == pytest.approx(2 / 2)
    assert table[at[0], at[2]] == pytest.approx(0.5 / np.sqrt(2 * 3))
    assert table[at[2], at[3]] == pytest.approx(2 / np.sqrt(3 * 2))
    assert graph.matrix.shape[1] == 2
