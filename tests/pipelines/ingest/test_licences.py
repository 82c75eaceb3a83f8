"""Licence terms of sources are copied into the release; names of people and playlists are not."""

import json
from contextlib import redirect_stderr
from io import StringIO
from pathlib import Path

import polars as pl
import pytest

from kit.release import Release
from pipelines.chain import Chain
from pipelines.ingest import ingest
from pipelines.ingest.licences import MILLION_PLAYLISTS, limited, terms
from pipelines.tables import LISTENS
from tests import worlds
from tests.published import QUICK, SMALL, source_files

OWN = {"playlists": [{"pid": 1, "name": "mine", "tracks": [{"track_name": "Track", "artist_name": "Ann"}]}]}
PUBLISHED = {"info": {"generated_on": "2017-12-03", "slice": "0-999", "version": "v1"}} | OWN
LIMITED = "Terms of the sample\n\nFor non-commercial use only.\nBe kind.\n"
SECRETS = ("zanzibarmixtape", "quokkalistener", "wombatlist")


def slice_of(folder: Path, content: object, name: str = "mpd.slice.0-999.json") -> Path:
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(json.dumps(content))
    return folder


@pytest.mark.must("S2-04")
def test_slices_of_the_published_dataset_are_recognised_by_their_header(tmp_path: Path) -> None:
    folder = slice_of(tmp_path / "mpd", PUBLISHED)
    assert terms([folder]) == {"mpd": MILLION_PLAYLISTS}
    assert terms([folder / "mpd.slice.0-999.json"]) == {"mpd.slice.0-999.json": MILLION_PLAYLISTS}
    assert terms([slice_of(tmp_path / "own", OWN)]) == {}
    assert limited(terms([folder]))


@pytest.mark.parametrize("name", ["LICENSE", "license.txt", "Licence.md"])
def test_a_licence_in_the_folder_is_its_terms_and_no_data(tmp_path: Path, name: str) -> None:
    folder = slice_of(tmp_path / "sample", OWN)
    (folder / name).write_text(LIMITED)
    report = ingest([folder], tmp_path / "out", lambda done, total, what: None)
    assert (report.files, report.rows["tracks"]) == (1, 1)
    assert report.licences == {"sample": "Terms of the sample ... For non-commercial use only."}


def test_unrestricted_terms_are_kept_without_a_warning(tmp_path: Path) -> None:
    folder = slice_of(tmp_path / "open", OWN)
    (folder / "LICENSE").write_text("CC0 1.0 Universal\n\nNo rights reserved.\n")
    assert terms([folder]) == {"open": "CC0 1.0 Universal"}
    assert limited(terms([folder])) == {}


@pytest.fixture(scope="module")
def released(tmp_path_factory: pytest.TempPathFactory) -> tuple[Release, str]:
    """A release of a folder with terms, playlist names and listeners, and what building it said."""
    folder = tmp_path_factory.mktemp("limited")
    source = folder / "sample"
    source_files(source)
    entries = worlds.entries().with_columns(
        pl.format("wombatlist-{}", "playlist_id").alias("playlist_id"), pl.lit("zanzibarmixtape").alias("playlist_name")
    )
    entries.write_parquet(source / "playlists.parquet")
    liked = [(f"quokkalistener-{n}", worlds.track_id(m), 1, 1, "x") for n in range(4) for m in range(n, n + 9)]
    pl.DataFrame(liked, schema=LISTENS, orient="row").write_parquet(source / "listens.parquet")
    (source / "LICENSE").write_text(LIMITED)
    with redirect_stderr(StringIO()) as reported:
        release = Chain([source], folder / "work", 1, SMALL, QUICK).release(folder / "out", "limited")
    return release, reported.getvalue()


@pytest.mark.must("S2-04")
def test_a_release_states_its_licences_and_restrictions_are_warned_about(released: tuple[Release, str]) -> None:
    release, reported = released
    assert release.manifest.licences == {"sample": "Terms of the sample ... For non-commercial use only."}
    assert "limited by licence: sample" in reported
    assert "mind learned from limited data, and limited with it: sample (Terms of the sample" in reported


@pytest.mark.must("S2-04")
def test_no_playlist_and_no_listener_can_be_found_in_a_release(released: tuple[Release, str]) -> None:
    """Ids, names and listeners; the track table is compressed, so its cells are looked at instead of its bytes."""
    release, _ = released
    cells = pl.read_parquet(release.path / "tracks.parquet").write_json().encode()
    held = [file.read_bytes() for file in release.path.rglob("*") if file.is_file()]
    assert any(worlds.track_id(0).encode() in content for content in held)
    for secret in SECRETS:
        assert not any(secret.encode() in content for content in (cells, *held)), secret


def test_a_release_without_licence_terms_opens(tmp_path: Path) -> None:
    release = worlds.write_small_release(tmp_path)
    manifest = json.loads((release.path / "manifest.json").read_text())
    del manifest["licences"], manifest["taught_by"]
    (release.path / "manifest.json").write_text(json.dumps(manifest))
    assert (Release(release.path).manifest.licences, Release(release.path).manifest.training_playlists) == ({}, None)
