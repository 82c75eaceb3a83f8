"""The whole chain on planted worlds: from files to the cards and vectors of a release."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import orjson
import polars as pl
import pytest

from kit.query import Pooling
from kit.release import STATE_LEARNED, STATE_PLACED, STATE_UNKNOWN, Release
from kit.wire.catalog import FEATURES, InRelease, Track
from pipelines import tables
from pipelines.chain import Chain
from pipelines.graph import playlist_graph as graphs
from pipelines.ingest import IngestError
from pipelines.ingest.training_input import likes_as_playlists
from pipelines.models.warm_start import EarlierEmbeddings
from pipelines.stage import StageError
from pipelines.tables import LISTENS, TRACKS
from tests.pipelines import playlists as planted
from tests.published import QUICK, SMALL

CATALOGUE, HALF = 120, 60  # two islands: tracks 0-59, and 60-119
PLAYED, SIGNED, SILENT, LIKED, DISLIKED = range(CATALOGUE, CATALOGUE + 5)  # tracks that are in no playlist
LISTENERS = 12


def island(number: int) -> int:
    return number // HALF


def sound(of: int, rng: np.random.Generator) -> dict[str, float]:
    """Quiet and slow on island 0, loud and fast on island 1."""
    loud = float(np.clip(0.2 + 0.6 * of + rng.normal(0, 0.05), 0, 1))
    reported = {"energy": loud, "acousticness": 1 - loud, "loudness": -25 + 20 * loud, "tempo": 80 + 60 * loud}
    return {name: reported.get(name, float(rng.uniform(0, 1))) for name in FEATURES} | {
        "key": 3,
        "mode": 1,
        "time_signature": 4,
    }


def track(number: int, rng: np.random.Generator) -> dict[str, object]:
    """Every third track of a playlist has only title and artist, the others all attributes."""
    row: dict[str, object] = dict.fromkeys(TRACKS) | {
        "track_id": planted.track(number),
        "title": f"Song {number}",
        "provenance": "planted",
        "artists": [f"Band {number // 6}"],
    }
    if number < CATALOGUE and number % 3:
        row |= {"year": 1990 + number % 30, "duration_ms": 200_000, "genres": ["planted"], "explicit": False}
    if number < CATALOGUE:
        return row | {"features_from": "planted"} | sound(island(number), rng)
    row["artists"] = ["Band 1"] if number == SIGNED else [f"Nobody {number}"]
    return row | ({"features_from": "planted"} | sound(1, rng) if number == PLAYED else {})


def listens() -> pl.DataFrame:
    """Everyone likes track LIKED and five of island 0, plays three more of it, and dislikes five of island 1."""
    rows: list[tuple[str, str, int, int | None, str]] = []
    for listener in range(LISTENERS):
        validation = [(LIKED, 1), (DISLIKED, -1), *((listener + n, 1) for n in range(5))]
        validation += [(HALF + listener + n, -1) for n in range(5)]
        rows += [(f"l{listener}", planted.track(number), 1, value, "planted") for number, value in validation]
        rows += [(f"l{listener}", planted.track(30 + listener + n), 4, None, "planted") for n in range(3)]
    return pl.DataFrame(rows, schema=LISTENS, orient="row")


def write_sources(folder: Path) -> list[Path]:
    """The world as three files."""
    folder.mkdir(parents=True)
    rng = np.random.default_rng(5)
    rows = [track(number, rng) for number in range(CATALOGUE + 5)]
    written: Mapping[str, pl.DataFrame] = {
        "tracks": pl.DataFrame(rows, schema=TRACKS),
        "playlists": planted.entries(planted.islands(playlists=240, tracks=CATALOGUE, length=12)),
        "listens": listens(),
    }
    for name, frame in written.items():
        frame.write_parquet(folder / f"{name}.parquet")
    return [folder / f"{name}.parquet" for name in written]


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    return write_sources(tmp_path_factory.mktemp("planted") / "sources")


@pytest.fixture(scope="module")
def chain(sources: list[Path], tmp_path_factory: pytest.TempPathFactory) -> Chain:
    return Chain(sources, tmp_path_factory.mktemp("work"), 1, SMALL, QUICK)


@pytest.fixture(scope="module")
def release(chain: Chain, tmp_path_factory: pytest.TempPathFactory) -> Release:
    return chain.release(tmp_path_factory.mktemp("releases"), "planted")


def row_of(release: Release, number: int) -> int:
    return int(release.rows([planted.track(number)])[0])


def number_of(release: Release, row: int) -> int:
    """Which track of the world a row is."""
    return int(card(release, row)["title"].removeprefix("Song "))


def card(release: Release, row: int) -> dict[str, Any]:
    found: dict[str, Any] = orjson.loads(release.card(row))
    return found


def nearest(release: Release, number: int, count: int = 10) -> list[int]:
    """The tracks that serving finds for one seed, by an exact search."""
    seed = np.asarray(release.query_vectors("graph")[[row_of(release, number)]], np.float32)
    query = Pooling.of(release, "graph").pool(seed, np.ones(1, np.float32)).vector
    scores = np.asarray(release.index_vectors("graph"), np.float32) @ query
    scores[row_of(release, number)] = -np.inf
    return [number_of(release, int(row)) for row in np.argsort(-scores)[:count]]


def test_neighbours_of_a_track_are_on_its_island(release: Release) -> None:
    near = {number: nearest(release, number) for number in range(0, CATALOGUE, 7)}
    of_tracks = [(number, other) for number, others in near.items() for other in others if other < CATALOGUE]
    assert len(of_tracks) > 8 * len(near)
    assert all(island(number) == island(other) for number, other in of_tracks)


def test_a_track_in_no_playlist_is_placed_by_audio_features_or_artist(release: Release) -> None:
    states = release.column("state")
    for number, home in ((PLAYED, 1), (SIGNED, 0)):
        assert states[row_of(release, number)] == STATE_PLACED
        assert card(release, row_of(release, number))["in_release"] == InRelease.PLACED
        assert {island(other) for other in nearest(release, number) if other < CATALOGUE} == {home}


def test_a_track_without_inputs_has_no_vector_and_keeps_its_card(release: Release) -> None:
    row = row_of(release, SILENT)
    assert release.column("state")[row] == STATE_UNKNOWN
    assert row >= release.embedded
    assert card(release, row)["title"] == f"Song {SILENT}"


def test_likes_are_playlists_and_place_a_track_that_no_playlist_holds(release: Release) -> None:
    row = row_of(release, LIKED)
    assert release.column("state")[row] == STATE_LEARNED
    assert {island(other) for other in nearest(release, LIKED) if other < CATALOGUE} == {0}


def test_a_dislike_is_never_an_entry(chain: Chain, release: Release) -> None:
    assert release.column("state")[row_of(release, DISLIKED)] == STATE_UNKNOWN
    entries = likes_as_playlists(tables.read(chain.ingest().path, "listens"))
    disliked = listens().filter(pl.col("value") < 0).select(pl.format("listener:{}", "user_id"), "track_id").rows()
    assert not set(entries.select("playlist_id", "track_id").rows()) & set(disliked)
    assert entries["playlist_id"].value_counts()["count"].to_list() == [9] * LISTENERS
    assert planted.track(LIKED) in set(entries["track_id"])


def test_a_listener_counts_as_a_playlist_of_the_graph_and_not_of_the_cards(chain: Chain, release: Release) -> None:
    graph = graphs.load(chain.graph("all").path)
    assert graph.matrix.shape[0] == 240 + LISTENERS
    assert release.column("playlists")[row_of(release, LIKED)] == 0


@pytest.mark.must("S2-01")
def test_edges_between_tracks_count_the_playlists_that_hold_both(chain: Chain) -> None:
    """Counted from the source files: playlists and the likes and plays of listeners."""
    built = chain.graph("all").path
    graph = graphs.load(built)
    ids = [track_id.decode() for track_id in graph.track_ids]
    entries = pl.concat([planted.entries(planted.islands(240, CATALOGUE, 12)), likes_as_playlists(listens())])
    holding: dict[str, set[str]] = {}
    for playlist, track in entries.select("playlist_id", "track_id").iter_rows():
        holding.setdefault(track, set()).add(playlist)
    with np.load(built / "neighbours.npz", allow_pickle=False) as arrays:
        rows, together = arrays["rows"], arrays["together"]
    edges = 0
    for at, track in enumerate(ids):
        for other, count in zip(rows[at], together[at], strict=True):
            if other >= 0:
                edges += 1
                assert count == len(holding[track] & holding[ids[other]])
    assert edges > 10 * len(ids)


def test_unknown_attributes_are_null_on_the_card(release: Release) -> None:
    bare, full = card(release, row_of(release, 3)), card(release, row_of(release, 4))
    for name in ("year", "duration_ms", "explicit", "album", "image_url", "preview"):
        assert bare.get(name) is None
    assert (full["year"], full["duration_ms"], full["explicit"]) == (1994, 200_000, False)
    assert card(release, row_of(release, SIGNED)).get("features") is None
    assert np.isnan(release.column("features")[row_of(release, SIGNED)]).all()
    for row in range(release.size):
        Track.model_validate_json(release.card(row))


@pytest.mark.slow
def test_the_same_seed_gives_the_same_release_in_another_folder(
    release: Release, sources: list[Path], tmp_path: Path
) -> None:
    """The version is a hash over every file, so the same version is the same bytes."""
    again = Chain(sources, tmp_path / "work", 1, SMALL, QUICK).release(tmp_path / "releases", "planted")
    assert again.version == release.version
    assert again.path != release.path
    assert {name: entry.sha256 for name, entry in again.manifest.files.items()} == {
        name: entry.sha256 for name, entry in release.manifest.files.items()
    }


def test_another_seed_learns_other_vectors_from_the_same_tables(chain: Chain, sources: list[Path]) -> None:
    other = Chain(sources, chain.work, 2, SMALL, QUICK)
    assert other.ingest().key == chain.ingest().key
    assert other.train("all").key != chain.train("all").key


def test_only_the_served_space_is_warm_started(chain: Chain, release: Release, sources: list[Path]) -> None:
    warm = Chain(sources, chain.work, 1, SMALL, QUICK, earlier=EarlierEmbeddings.of(release))
    assert warm.train("all").key != chain.train("all").key
    assert warm.train("all").report()["settings"]["started_from"] == release.version
    assert (warm.train("train").key, warm.query_model().key) == (chain.train("train").key, chain.query_model().key)


def test_a_release_carries_the_figures_of_playlists_it_was_not_measured_on(chain: Chain, release: Release) -> None:
    """Evaluated with a model trained without them: the training graph lacks every held-out playlist."""
    seen = graphs.load(chain.graph("train").path).matrix.shape[0]
    held = release.manifest.metrics["held_playlists"]
    assert held > 0
    assert seen == 240 - held + LISTENERS
    low, high = release.manifest.metrics["interval_95"]
    assert low <= release.manifest.metrics["average_ndcg_100"] <= high
    assert release.manifest.metrics["average_ndcg_100"] > 1.3 * release.manifest.metrics["popularity_average_ndcg_100"]


def test_a_release_of_own_files_is_not_called_invented_and_names_its_sources(release: Release) -> None:
    assert release.manifest.invented is False
    assert release.manifest.provenance == {"tracks.parquet": CATALOGUE + 5}


def test_a_stage_whose_folder_cannot_be_made_says_so_and_leaves_the_rest(sources: list[Path], tmp_path: Path) -> None:
    (tmp_path / "work").write_text("mine")
    with pytest.raises(
        StageError, match=r"cannot write to '.*/work/ingest' \(Not a directory\): choose another folder"
    ):
        Chain(sources, tmp_path / "work").ingest()
    assert (tmp_path / "work").read_text() == "mine"


def test_a_source_that_cannot_be_read_leaves_no_stage(tmp_path: Path) -> None:
    with pytest.raises(IngestError, match="does not exist: name a file or a folder"):
        Chain([tmp_path / "absent.csv"], tmp_path / "work").ingest()
    assert list(tmp_path.rglob("*")) == []
