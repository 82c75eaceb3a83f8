"""From raw playlists to the next track: JSON slices, a table of features, one CSV of pairs, vectors, a prediction."""

import json
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from kit.wire.catalog import FEATURES
from pipelines import tables
from pipelines.export import playlist_csv
from pipelines.graph import playlist_graph as graphs
from pipelines.ingest import ingest
from pipelines.models.fused import Fused
from pipelines.models.interface import silent
from pipelines.models.playlist_sequences import COLUMNS, PlaylistSequences
from pipelines.models.sequence import NextTrack
from tests.pipelines.models.audio import sounding
from tests.pipelines.playlists import chain, track
from tests.pipelines.test_cli import output_of, segue

TRACKS = 80


def write_sources(folder: Path) -> list[Path]:
    """The chain as a raw slice, and a table of features: energy rises along the chain."""
    lists = [
        {"pid": number, "name": f"list {number}", "tracks": [_entry(n, position) for position, n in enumerate(tracks)]}
        for number, tracks in enumerate(chain(TRACKS))
    ]
    folder.mkdir()
    (folder / "mpd.slice.0-999.json").write_text(json.dumps({"info": {"slice": "0-999"}, "playlists": lists}))
    sound = sounding(TRACKS, np.arange(TRACKS) / TRACKS).select("track_id", "title", "duration_ms", *FEATURES)
    sound.write_csv(folder / "features.csv")
    return sorted(folder.iterdir())


def _entry(number: int, position: int) -> dict[str, object]:
    artist = f'The "Band"; {number // 5}, é'
    return {"pos": position, "track_uri": f"spotify:track:{track(number)}", "track_name": "?", "artist_name": artist}


def quiet(done: int, total: int, what: str) -> None:
    assert 0 <= done <= total, what


@pytest.fixture(scope="module")
def walked(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The sources and the CSV that the command wrote of them."""
    folder = tmp_path_factory.mktemp("walk")
    sources = write_sources(folder / "raw")
    out = folder / "made" / "pairs.csv"
    done = segue("export-csv", *sources, "--out", out, "--data", folder / "data")
    assert done.returncode == 0, done.stderr
    assert done.stdout == f"{out}\n"
    return folder / "raw", out


@pytest.mark.must("S3-04")
def test_raw_playlists_become_one_csv_of_pairs_with_features(walked: tuple[Path, Path]) -> None:
    found = pl.read_csv(walked[1])
    assert tuple(found.columns) == playlist_csv.COLUMNS
    assert found.height == sum(map(len, chain(TRACKS)))
    first = found.row(0, named=True)
    assert (first["playlist_id"], first["position"], first["title"]) == ("mpd:0", 0, "Song 0")
    of = found.filter(pl.col("track_id") == track(40))["energy"]
    assert of.to_numpy() == pytest.approx(0.5)
    assert [path.name for path in walked[1].parent.iterdir()] == ["pairs.csv"]


def test_the_csv_holds_all_attributes_of_the_files(walked: tuple[Path, Path], tmp_path: Path) -> None:
    """Names with quotes, commas and semicolons too; only which file a row came from is another."""
    ingest([walked[0]], tmp_path / "raw", quiet)
    report = ingest([walked[1]], tmp_path / "csv", quiet)
    assert report.values_left_out == report.rows_left_out == {}
    for table in ("tracks", "entries"):
        before, after = (tables.read(tmp_path / name, table).drop("provenance") for name in ("raw", "csv"))
        assert after.equals(before)
    names = [tables.read(tmp_path / name, "playlists").select("playlist_id", "name") for name in ("raw", "csv")]
    assert names[0].equals(names[1])


@pytest.mark.must("S3-04")
def test_chosen_tracks_of_the_csv_have_a_next_track(walked: tuple[Path, Path], tmp_path: Path) -> None:
    """Six tracks of the chain in order: the one after them is found among eighty."""
    ingest([walked[1]], tmp_path, quiet)
    entries, tracks = tables.read(tmp_path, "entries"), tables.read(tmp_path, "tracks")
    graph = graphs.build(entries)
    sequences = PlaylistSequences.of(graph, entries, tracks)
    assert sequences.audio_features().vectors.shape == (TRACKS, COLUMNS)
    model = NextTrack.with_near_tracks(Fused(gcn=None))
    scorer = model.fit(graph, graphs.artists(graph, tracks), silent)
    for start in (10, 30, 50):
        chosen = graph.rows([track(n) for n in range(start, start + 6)])
        scores = scorer.scores([chosen])[0]
        scores[chosen] = -np.inf
        assert graph.track_ids[scores.argmax()].decode() == track(start + 6)


def test_files_without_playlists_have_no_pairs(walked: tuple[Path, Path], tmp_path: Path) -> None:
    done = segue("export-csv", walked[0] / "features.csv", "--out", tmp_path / "x.csv", "--data", tmp_path / "data")
    assert "the files hold no playlists: name a table of playlist entries" in output_of(done)
