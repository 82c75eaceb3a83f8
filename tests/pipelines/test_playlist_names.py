"""Training of the name model: a planted meaning of names is learned, from training playlists alone."""

from pathlib import Path

import numpy as np
import pytest

from kit.manifest import BrokenRelease
from kit.playlist_names import FILE, NameModel
from pipelines.evaluate import protocol
from pipelines.graph.playlist_graph import Graph, artists, build
from pipelines.learning_to_rank import playlist_names
from pipelines.learning_to_rank.held_out_queries import (
    HeldOutSettings,
    Lookup,
    held_out_ids,
    held_out_queries,
    hold_out_playlists,
)
from pipelines.learning_to_rank.playlist_names import NameSettings, fit, gain
from pipelines.models.fused import Fused
from pipelines.models.interface import silent
from pipelines.models.reranked import Reranked
from pipelines.models.reranked_scorer import RerankedScorer
from pipelines.models.reranked_with_names import RerankedWithNames
from pipelines.models.spectral import Spectral
from pipelines.release.contents import check_contents
from tests.named_release import written_with_names
from tests.pipelines.playlists import entries, islands, tracks

HELD = HeldOutSettings(share=0.3)
SETTINGS = NameSettings()


@pytest.fixture(scope="module")
def graph() -> Graph:
    return build(entries(islands(120, tracks=200, length=20)))


@pytest.fixture(scope="module")
def lookup(graph: Graph) -> Lookup:
    rest, _ = hold_out_playlists(graph, HELD)
    names = artists(graph, tracks(200))
    return Lookup.of(rest, names, Fused(spectral=Spectral(dims=16), gcn=None).train(rest, names, silent))


def called(graph: Graph) -> dict[str, str]:
    """Names by the island of a playlist: even numbers are of the northern one."""
    words = ("northern lights", "southern sun")
    return {playlist: words[int(playlist[1:]) % 2] for playlist in graph.playlist_ids.tolist()}


def northern(graph: Graph) -> np.ndarray:
    """(n,) the tracks of the northern island."""
    return np.asarray(graph.matrix[::2].sum(axis=0) > 0)


def test_names_of_two_islands_lead_to_their_tracks_and_help_held_out_playlists(graph: Graph, lookup: Lookup) -> None:
    names = called(graph)
    rest, held = hold_out_playlists(graph, HELD)
    model = fit(rest, names, lookup, SETTINGS)
    assert model is not None
    ids = held_out_ids(graph, HELD)
    assert len(ids) == len(held)
    assert set(ids).isdisjoint(rest.playlist_ids.tolist())
    scores, north = model.vector("northern lights").vector @ lookup.space.index.widened().T, northern(graph)
    assert scores[north].mean() > scores[~north].mean()
    queries = list(held_out_queries(held, np.ones(len(north), bool), HELD))
    assert gain(model, lookup, queries, [names[i] for i in ids]) >= 0
    wrong = {"northern lights": "southern sun", "southern sun": "northern lights"}
    assert gain(model, lookup, queries, [wrong[names[i]] for i in ids]) < 0
    assert gain(model, lookup, queries, [None] * len(ids)) == 0


def test_of_many_names_a_number_teaches(graph: Graph, lookup: Lookup, monkeypatch: pytest.MonkeyPatch) -> None:
    rest, _ = hold_out_playlists(graph, HELD)
    pairs = {playlist: f"{int(playlist[1:]) // 8:04} together" for playlist in rest.playlist_ids.tolist()}
    everything = fit(rest, pairs, lookup, SETTINGS)
    monkeypatch.setattr(playlist_names, "MOST", 10)
    some = fit(rest, pairs, lookup, SETTINGS)
    assert everything is not None
    assert some is not None
    assert 0 < len(some.grams) < len(everything.grams)


def test_training_names_have_a_mean_length_of_one(graph: Graph, lookup: Lookup) -> None:
    rest, _ = hold_out_playlists(graph, HELD)
    names = called(graph)
    model = fit(rest, names, lookup, SETTINGS)
    assert model is not None
    lengths = [np.linalg.norm(model.vector(names[p]).vector) for p in rest.playlist_ids.tolist()]
    assert np.mean(lengths) == pytest.approx(1, abs=0.01)


def test_names_of_held_out_playlists_are_never_read(graph: Graph, lookup: Lookup) -> None:
    rest, _ = hold_out_playlists(graph, HELD)
    names = called(graph)
    other = names | dict.fromkeys(held_out_ids(graph, HELD), "zebra zebra")
    one, two = (fit(rest, reported, lookup, SETTINGS) for reported in (names, other))
    assert one is not None
    assert two is not None
    assert (one.vectors == two.vectors).all()
    assert (one.grams == two.grams).all()


def test_without_names_or_shared_n_grams_there_is_no_model(graph: Graph, lookup: Lookup) -> None:
    rest, _ = hold_out_playlists(graph, HELD)
    assert fit(rest, {}, lookup, SETTINGS) is None
    assert fit(rest, {str(rest.playlist_ids[0]): "only one"}, lookup, SETTINGS) is None


def test_a_list_without_seeds_is_ranked_by_its_name_else_by_popularity(graph: Graph, lookup: Lookup) -> None:
    rest, _ = hold_out_playlists(graph, HELD)
    scorer = RerankedScorer(lookup, None, names=fit(rest, called(graph), lookup, SETTINGS))
    nothing = np.empty(0, np.int64)
    by_name, unknown = scorer.named_scores([nothing, nothing], ["southern sun", "qqqq"])
    north = northern(graph)
    assert by_name[~north].mean() > by_name[north].mean()
    assert (unknown == lookup.tracks.log_popularity).all()


def test_a_task_without_seeds_holds_every_track_as_a_target(graph: Graph) -> None:
    held = [np.arange(10), np.arange(5)]
    task = protocol.continuation_task(
        held, np.ones(20, bool), np.full(20, 9), np.zeros(20, np.int64), "full", "none", names=["one", None]
    )
    assert [(query.k, len(query.seeds), len(query.targets), query.name) for query in task.queries] == [
        (0, 0, 10, "one")
    ]


def test_a_release_keeps_the_model_and_a_broken_one_is_refused(tmp_path: Path) -> None:
    release = written_with_names(tmp_path)
    check_contents(release)
    assert NameModel.of(release) is not None
    model = NameModel.load(release.path / FILE)
    narrower = model.vectors[np.arange(len(model.grams))][:, 1:]
    NameModel(model.grams, model.idf, narrower, model.mean).save(release.path / FILE)
    with pytest.raises(BrokenRelease, match=r"names\.npz was learned for another space"):
        check_contents(release)


def test_a_model_with_names_has_the_table_that_its_ranker_reads(graph: Graph) -> None:
    whole = Reranked.seeded(1, Fused(spectral=Spectral(dims=16), gcn=None))
    scorer = RerankedWithNames(whole, called(graph)).fit(graph, artists(graph, tracks(200)), silent)
    assert scorer.lookup.table is not None
