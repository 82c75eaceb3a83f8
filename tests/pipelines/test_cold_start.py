"""Cold start on planted data: two islands with different audio features, and tracks in no playlist."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl
import pytest
import torch
from scipy import sparse

from kit.cold_start import ARTIST, AUDIO, BOTH, COMBINATIONS, ColdStart, InputCombination
from kit.query import Pooling
from kit.wire.catalog import FEATURES
from pipelines import tables
from pipelines.cold_start import closed_form, placing
from pipelines.cold_start import network as training
from pipelines.cold_start.cold_start_vectors import cold_start_tracks
from pipelines.cold_start.evaluation import MAX_PLAYLISTS, ColdStartResult, Oracle, evaluate_cold, table
from pipelines.cold_start.layers import Network
from pipelines.cold_start.mixed import SCALES, Mixed, MixedQuery, pooled_queries
from pipelines.cold_start.network import export, train
from pipelines.cold_start.network_settings import Settings
from pipelines.cold_start.softmax import Scores
from pipelines.cold_start.track_attributes import ArtistMeans, TrackAttributes
from pipelines.cold_start.training_example import TrainingExample
from pipelines.evaluate import splits
from pipelines.graph.entry_codes import EntryCodes
from pipelines.graph.playlist_graph import Graph, artists, build
from pipelines.ingest import ingest
from pipelines.learning_to_rank.held_out_queries import HeldOutSettings
from pipelines.models.fused import Fused
from pipelines.models.held_out_split import HeldOutSplit
from pipelines.models.interface import silent
from pipelines.models.space import TrainedSpace
from pipelines.models.spectral import Spectral
from pipelines.tables import TRACKS
from tests.pipelines import playlists as planted

REAL = Path(__file__).parents[3] / "shared" / "data" / "mpd_tiny"
ISLAND, EXTRA = 150, 12  # tracks of an island that playlists hold, and tracks of it that none does
PLAYLISTS = 400
SETTINGS = Settings(hidden=64, steps=20, playlists=64, candidates=100)


def sound(island: int, rng: np.random.Generator) -> dict[str, float]:
    """Quiet acoustic tracks on island 0, loud fast ones on island 1; the other features are uninformative."""
    loud = 0.25 + 0.5 * island + rng.normal(0, 0.05)
    reported = {"energy": loud, "acousticness": 1 - loud, "loudness": -20 + 15 * loud, "tempo": 90 + 50 * loud}
    return {name: float(np.float32(reported.get(name, rng.uniform(0, 1)))) for name in FEATURES}


def world() -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """Tracks, entries, playlists. Tracks 0-149 and 150-299 are the islands; 300-311 and 312-323 are in no playlist.

    Of each dozen in no playlist, the first four have a sound and an artist of their island, the next three only a
    sound, the next three only the artist, the last two nothing.
    """
    rng, rows = np.random.default_rng(11), []
    for number in range(2 * ISLAND + 2 * EXTRA):
        island, place = (number // ISLAND, None) if number < 2 * ISLAND else divmod(number - 2 * ISLAND, EXTRA)
        sequences = place is None or place < 7
        artist = f"Artist {island} {number % 30}" if place is None or place < 4 or 7 <= place < 10 else None
        row = dict.fromkeys(TRACKS) | {"track_id": planted.track(number), "title": f"Song {number}"}
        row |= {"artists": [artist] if artist else [], "features_from": "invented" if sequences else None}
        rows.append(row | (sound(island, rng) if sequences else {}))
    lists = planted.islands(playlists=PLAYLISTS, tracks=2 * ISLAND, length=12)
    return pl.DataFrame(rows, schema=TRACKS), planted.entries(lists), planted.roles(PLAYLISTS)


def fit(graph: Graph, tracks: pl.DataFrame) -> TrainedSpace:
    """A small space with every type of block, without the slow part."""
    return Fused(spectral=Spectral(dims=4), gcn=None, artist_dims=64).train(graph, artists(graph, tracks), silent)


def oracle(entries: pl.DataFrame, lists: pl.DataFrame, tracks: pl.DataFrame) -> Oracle:
    """The graph and the space of all training playlists."""
    training, _ = splits.split(lists, 1)
    graph = build(EntryCodes.of(entries).of_playlists(training))
    return lambda: (graph, fit(graph, tracks))


def held_out(entries: pl.DataFrame, lists: pl.DataFrame, tracks: pl.DataFrame) -> tuple[HeldOutSplit, TrainedSpace]:
    """What is left out of the training playlists, and the space of the rest."""
    training, _ = splits.split(lists, 1)
    split = HeldOutSplit.of(build(EntryCodes.of(entries).of_playlists(training)), HeldOutSettings())
    return split, fit(split.trained_on, tracks)


def evaluated(entries: pl.DataFrame, lists: pl.DataFrame, tracks: pl.DataFrame) -> ColdStartResult:
    trained, own = held_out(entries, lists, tracks), oracle(entries, lists, tracks)
    return evaluate_cold(entries, lists, tracks, trained, own, SETTINGS, silent)


@pytest.fixture(scope="module")
def learned() -> tuple[Graph, TrainedSpace, TrackAttributes, TrackAttributes, ColdStart]:
    """The graph, its space, the learned tracks, the whole catalogue and the network."""
    tracks, entries, _ = world()
    graph = build(entries)
    space, attributes = fit(graph, tracks), TrackAttributes.of(tracks)
    known = attributes.find([track_id.decode() for track_id in graph.track_ids])
    return graph, space, known, attributes, train(graph, space, known, SETTINGS, silent)


Learned = tuple[Graph, TrainedSpace, TrackAttributes, TrackAttributes, ColdStart]


def extra(attributes: TrackAttributes, island: int, first: int, last: int) -> TrackAttributes:
    """Tracks of an island that are in no playlist, by their index in its dozen."""
    start = 2 * ISLAND + island * EXTRA
    return attributes.find([planted.track(number) for number in range(start + first, start + last)])


def island_of(graph: Graph) -> np.ndarray:
    """(n,) the island of each learned track."""
    first = graph.rows([planted.track(number) for number in range(ISLAND)])
    return np.where(np.isin(np.arange(len(graph.track_ids)), first), 0, 1)


@pytest.mark.parametrize("island", [0, 1])
@pytest.mark.parametrize(("first", "last"), [(0, 4), (4, 7), (7, 10)], ids=[BOTH, AUDIO, ARTIST])
def test_a_cold_track_is_placed_on_its_island(learned: Learned, island: int, first: int, last: int) -> None:
    graph, space, known, attributes, network = learned
    placed = cold_start_tracks(network, space, known, extra(attributes, island, first, last))
    assert len(placed.track_ids) == last - first
    listed = placed.index[placed.index.any(axis=1)].astype(np.float32)
    nearest = np.argsort(-(listed @ space.index.widened().T), axis=1)[:, :20]
    assert (island_of(graph)[nearest] == island).mean() > 0.95


@pytest.mark.parametrize("island", [0, 1])
def test_a_cold_track_as_a_seed_finds_its_own_island(learned: Learned, island: int) -> None:
    graph, space, known, attributes, network = learned
    placed = cold_start_tracks(network, space, known, extra(attributes, island, 0, 10))
    pooling = Pooling(space.space(), dict(space.spectra))
    for query in placed.query.astype(np.float32):
        scores = space.index.widened() @ pooling.pool(query[None], np.ones(1, np.float32)).vector
        assert (island_of(graph)[np.argsort(-scores)[:20]] == island).mean() > 0.95


def test_of_many_tracks_a_number_is_fitted_and_places_the_others(
    learned: Learned, monkeypatch: pytest.MonkeyPatch
) -> None:
    graph, space, known, attributes, network = learned
    monkeypatch.setattr(closed_form, "MOST", ISLAND)
    some = train(graph, space, known, replace(SETTINGS, steps=0), silent)
    assert not np.array_equal(some.weights["index.weight"], network.weights["index.weight"])
    placed = cold_start_tracks(some, space, known, extra(attributes, 1, 0, 10))
    nearest = np.argsort(
        -(placed.index[placed.index.any(axis=1)].astype(np.float32) @ space.index.widened().T), axis=1
    )[:, :20]
    assert (island_of(graph)[nearest] == 1).mean() > 0.9


def test_two_features_are_enough_to_separate_the_islands(learned: Learned) -> None:
    graph, space, _, _, network = learned
    for island, energy in ((0, 0.25), (1, 0.75)):
        placed = network.graph({"energy": energy, "acousticness": 1 - energy})
        assert placed is not None
        nearest = np.argsort(-(space.index.widened() @ placed[0]))[:20]
        assert (island_of(graph)[nearest] == island).mean() > 0.9


def test_a_track_without_inputs_has_no_vector(learned: Learned) -> None:
    _, space, known, attributes, network = learned
    assert cold_start_tracks(network, space, known, extra(attributes, 0, 10, 12)).track_ids == []
    assert network.graph({}) is None


def test_an_artist_without_learned_tracks_is_no_input(learned: Learned) -> None:
    _, space, known, _, network = learned
    outsider = TrackAttributes(["x" * 22], np.full((1, 12), np.nan, np.float32), np.array([10_000]), np.array([True]))
    assert cold_start_tracks(network, space, known, outsider).track_ids == []


def test_of_tracks_placed_by_artist_alone_one_is_listed_and_all_can_be_seeds(learned: Learned) -> None:
    _, space, known, _, network = learned
    silent_tracks = TrackAttributes(
        [letter * 22 for letter in "abc"],
        np.full((3, 12), np.nan, np.float32),
        known.artists[[0, 0, -1]],
        np.array([True] * 3),
    )
    placed = cold_start_tracks(network, space, known, silent_tracks)
    assert placed.index.any(axis=1).tolist() == [True, False, True]
    assert placed.query.any(axis=1).all()
    assert np.array_equal(placed.query[0], placed.query[1])


def test_a_disallowed_input_type_places_nothing(learned: Learned) -> None:
    _, space, known, attributes, network = learned
    input_types = network.about.input_types | {AUDIO: InputCombination(allowed=False)}
    strict = ColdStart(network.weights, network.about.model_copy(update={"input_types": input_types}))
    placed = cold_start_tracks(strict, space, known, extra(attributes, 1, 0, 12))
    assert {COMBINATIONS[kind] for kind in placed.input_type} == {BOTH, ARTIST}


def test_the_artist_code_of_a_placed_track_is_its_artists(learned: Learned) -> None:
    _, space, known, attributes, network = learned
    track = extra(attributes, 0, 0, 1)
    code = next(block for block in space.blocks if block.name == "artist")
    theirs = space.index[known.artists == track.artists[0]][0, code.start : code.stop]
    placed = cold_start_tracks(network, space, known, track)
    assert np.allclose(placed.index[0, code.start : code.stop], theirs, atol=1e-3)  # float16


def test_numpy_gives_what_torch_gives(learned: Learned) -> None:
    graph, space, known, _, _ = learned
    torch.manual_seed(4)
    example = TrainingExample(graph, space, known, SETTINGS)
    network = Network(example.learned, 32)
    page = example.masked_inputs(np.arange(50))
    scores = Scores(graph, space, example.blocks, example.copied)
    with torch.no_grad():
        raw = page.forward(network)
        lengths = [[getattr(b, f"{head}_length") for b in example.blocks] for head in ("index", "query")]
        torch_made = [scores.lengthened(r, by).numpy() for r, by in zip(raw, lengths, strict=True)]
    numpy_made = export(network, example.about()).forward(page.inputs, *page.artists)
    for ours, theirs in zip(numpy_made, torch_made, strict=True):
        assert np.abs(ours[:, scores.columns] - theirs).max() < 1e-4


def test_the_same_seed_gives_the_same_network(learned: Learned) -> None:
    graph, space, known, _, network = learned
    again = train(graph, space, known, SETTINGS, silent)
    other = train(graph, space, known, replace(SETTINGS, seed=2), silent)
    assert all(np.array_equal(again.weights[name], array) for name, array in network.weights.items())
    assert not np.array_equal(other.weights["hidden.weight"], network.weights["hidden.weight"])


def test_the_softmax_changes_the_closed_form_weights(learned: Learned) -> None:
    graph, space, known, _, network = learned
    start = train(graph, space, known, replace(SETTINGS, steps=0), silent)
    assert np.abs(start.weights["index.weight"] - network.weights["index.weight"]).max() > 1e-4


def test_a_lone_seed_is_pooled_as_serving_pools_it(learned: Learned) -> None:
    graph, space, known, _, _ = learned
    example = TrainingExample(graph, space, known, SETTINGS)
    scores = Scores(graph, space, example.blocks, example.copied)
    pooling = Pooling(space.space(), dict(space.spectra))
    served = pooling.pool(space.query[:1], np.ones(1, np.float32)).vector[scores.columns]
    ours = scores.as_lone_seed(torch.from_numpy(space.query[:1, scores.columns])).numpy()[0]
    assert np.allclose(ours, served, atol=1e-5)


def test_a_track_is_left_out_of_its_own_artists_mean(learned: Learned) -> None:
    _, space, known, _, _ = learned
    means, mates = ArtistMeans(known.artists, space), np.flatnonzero(known.artists == known.artists[0])
    others = mates[mates != 0]
    assert np.allclose(means.without(np.array([0]))[0][0], space.index[others].mean(axis=0), atol=1e-5)
    assert np.allclose(means.of(known.artists[:1])[1][0], space.query[mates].mean(axis=0), atol=1e-5)


def test_the_only_track_of_an_artist_has_no_artists_mean(learned: Learned) -> None:
    _, space, known, _, _ = learned
    alone = known.artists.copy()
    alone[0] = alone.max() + 1
    means = ArtistMeans(alone, space)
    assert not means.without(np.array([0]))[0].any()
    assert means.others(np.arange(2)).tolist() == [False, True]


def test_features_matched_by_name_are_training_data_but_never_evaluated() -> None:
    tracks, _, _ = world()
    tracks = tracks.with_columns(
        features_from=pl.when(pl.col("title") == "Song 0").then(pl.lit("name_artist")).otherwise("features_from")
    )
    attributes = TrackAttributes.of(tracks)
    assert not attributes.measured[0]
    assert np.isfinite(attributes.features[0]).all()
    assert attributes.measured[1]


def test_a_stage_folder_comes_back_as_it_was_written(learned: Learned, tmp_path: Path) -> None:
    graph, space, _, attributes, network = learned
    figures = placing.build(tmp_path, graph, space, attributes, network.about.input_types, SETTINGS, silent)
    loaded = placing.load(tmp_path)
    assert figures == {
        "placed by audio+artist": 8,
        "placed by artist": 6,
        "placed by audio": 6,
        "audio vectors": 2 * ISLAND + 14,
    }
    assert not set(loaded.placed.track_ids) & {track_id.decode() for track_id in graph.track_ids}
    assert np.allclose(np.linalg.norm(loaded.audio.index, axis=1), 1, atol=1e-5)
    sequences = dict(zip(FEATURES, attributes.features[0].tolist(), strict=True))
    vector = loaded.network.audio(sequences)
    assert vector is not None
    assert np.allclose(loaded.audio.index[loaded.audio.track_ids.index(planted.track(0))], vector, atol=1e-6)


def test_the_evaluation_allows_and_reports_the_planted_input_types() -> None:
    tracks, entries, lists = world()
    outcome = evaluated(entries, lists, tracks)
    assert all(outcome.input_types[name].allowed for name in COMBINATIONS)
    recall = {name: row["recall"] for name, row in outcome.figures["recall"].items()}
    assert (
        recall["network, audio+artist"] > 1.8 * recall["random"]
    )  # knowing the island gives 2, its half of the tracks
    assert recall["network, audio"] > recall["popularity"]
    assert recall["mean of the artist's tracks"] > 1.5 * recall["random"]
    assert "warm oracle" in table(outcome.figures)


def test_likes_of_people_teach_the_space_and_only_playlists_validate() -> None:
    """Their ids stand before those of playlists, and there are more of them than playlists that validate."""
    tracks, entries, lists = world()
    likes = planted.entries(planted.islands(playlists=8_000, tracks=2 * ISLAND, length=10))
    likes = likes.with_columns(pl.format("listener:{}", "playlist_id").alias("playlist_id"))
    training, _ = splits.split(lists, 1)
    graph = build(pl.concat([entries.filter(pl.col("playlist_id").is_in(training)), likes]))
    split = HeldOutSplit.of(graph, HeldOutSettings())
    assert sum(one.startswith("listener:") for one in split.held_out) > MAX_PLAYLISTS
    trained = split, fit(split.trained_on, tracks)
    outcome = evaluate_cold(entries, lists, tracks, trained, oracle(entries, lists, tracks), SETTINGS, silent)
    assert all(outcome.input_types[name].allowed for name in COMBINATIONS)


def test_the_evaluation_disallows_an_input_that_no_track_has() -> None:
    tracks, entries, lists = world()
    nameless = tracks.with_columns(artists=pl.lit([], pl.List(pl.String)))
    outcome = evaluated(entries, lists, nameless)
    assert outcome.input_types[AUDIO].allowed
    assert not outcome.input_types[ARTIST].allowed


def test_without_validation_queries_nothing_is_placed() -> None:
    tracks, entries, lists = world()
    unmeasured = tracks.with_columns(features_from=pl.lit("name_artist"))
    outcome = evaluated(entries, lists, unmeasured)
    assert not any(kind.allowed for kind in outcome.input_types.values())
    assert outcome.figures["recall"] == {}


def test_a_network_trained_without_inputs_places_nothing() -> None:
    tracks, entries, _ = world()
    bare = tracks.with_columns(
        *(pl.lit(None, pl.Float32).alias(name) for name in FEATURES), artists=pl.lit([], pl.List(pl.String))
    )
    graph = build(entries)
    space, attributes = fit(graph, bare), TrackAttributes.of(bare)
    known = attributes.find([track_id.decode() for track_id in graph.track_ids])
    network = training.train(graph, space, known, SETTINGS, silent)
    assert cold_start_tracks(network, space, known, attributes).track_ids == []


def test_a_playlist_of_one_track_is_skipped(learned: Learned) -> None:
    graph, space, known, _, _ = learned
    single = sparse.csr_array(np.eye(len(graph.track_ids), dtype=np.float32))
    lonely = Graph(graph.track_ids, np.array([str(n) for n in range(len(graph.track_ids))]), single)
    network = train(lonely, space, known, SETTINGS, silent)
    start = train(lonely, space, known, replace(SETTINGS, steps=0), silent)
    assert all(np.array_equal(network.weights[name], array) for name, array in start.weights.items())


def test_the_best_scale_and_the_figures_are_those_of_all_scores_sorted(learned: Learned) -> None:
    space, rng, count = learned[1], np.random.default_rng(3), len(learned[1].index)
    index = space.index[rng.permutation(count)[:20]]
    index = (index + rng.normal(0, 0.1, index.shape)).astype(np.float32)
    queries = [
        MixedQuery(rows[:5], rows[5:20], rng.choice(len(index), 4, replace=False))
        for rows in (rng.permutation(count) for _ in range(7))
    ]
    mixed, copied = Mixed(space, queries), [(0, 3)]
    pool = pooled_queries(space)([q.seeds for q in queries])

    def recall(scale: float) -> float:
        scaled = index * np.where(np.arange(index.shape[1]) < 3, 1, scale)
        return mean_recall(queries, pool @ np.vstack([space.index.widened(), scaled]).T, count)

    assert mixed.best_scale(index, copied) == SCALES[int(np.argmax([recall(scale) for scale in SCALES]))]
    figures = mixed.figures(index, np.arange(len(index)) < 12)
    some = pool @ np.vstack([space.index.widened(), index[:12]]).T
    assert figures["recall@100 of all targets"] == round(mean_recall(queries, some, count), 4)
    assert figures["recall@100 of all targets, nothing placed"] == round(
        mean_recall(queries, pool @ space.index.widened().T, count), 4
    )


def mean_recall(queries: list[MixedQuery], scores: np.ndarray, learned: int) -> float:
    """Mean recall@100 by sorting all scores (queries, learned + placed)."""
    found = []
    for query, row in zip(queries, scores, strict=True):
        row[query.seeds] = -np.inf
        targets = [*query.warm, *(query.cold + learned)]
        found.append(len(set(np.argsort(-row, kind="stable")[:100].tolist()) & set(targets)) / len(targets))
    return float(np.mean(found))


@pytest.mark.skipif(not REAL.exists(), reason="needs the research data in ../shared/data/mpd_tiny")
def test_real_cold_tracks_are_found_better_than_by_popularity_and_audio_knn(tmp_path: Path) -> None:
    ingest([REAL], tmp_path, lambda *_: None)
    tracks, entries, lists = (tables.read(tmp_path, name) for name in ("tracks", "entries", "playlists"))
    outcome = evaluated(entries, lists, tracks)
    recall = {name: row["recall"] for name, row in outcome.figures["recall"].items()}
    assert recall["network, audio+artist"] > max(recall["popularity"], recall["audio kNN"])
    assert outcome.input_types[BOTH].allowed
