"""segue-pipeline compare: our list beside another service's, on a world whose lists are known."""

import json
from pathlib import Path

import numpy as np
import pytest

from kit.release import Release
from pipelines.evaluate.compare import overlap, rank_biased_overlap, ranked
from pipelines.evaluate.track_list import NamedTrack, found, read
from pipelines.ingest import IngestError
from tests import worlds
from tests.pipelines.test_cli import output_of, run_main

SEEDS = (0, 3, 4)


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Release:
    releases = tmp_path_factory.mktemp("data") / "releases"
    made = worlds.write_small_release(releases)
    worlds.set_current(releases, made)
    return made


def links(file: Path, *tracks: str) -> Path:
    file.write_text("".join(f"https://open.spotify.com/track/{track}?si=x\n" for track in tracks))
    return file


def named(file: Path, *tracks: tuple[str, str]) -> Path:
    file.write_text("artist,title\n" + "".join(f"{artist},{title}\n" for artist, title in tracks))
    return file


def our_list(release: Release, length: int) -> list[str]:
    rows = ranked(release, np.sort(release.rows([worlds.track_id(i) for i in SEEDS])), length)
    return [release.track_id(row) for row in rows]


# -- the measures ----------------------------------------------------------------------------------------------------
def test_rank_biased_overlap_of_lists_worked_out_by_hand() -> None:
    """Lists 1 2 and 1 3 share all of depth 1 and half of depth 2: .5 p^2 + (1 - p)/p (p + .5 p^2), p = .9."""
    one, other = np.array([1, 2]), np.array([1, 3])
    assert rank_biased_overlap(one, other) == pytest.approx(0.5 * 0.81 + (0.1 / 0.9) * (0.9 + 0.5 * 0.81))
    assert rank_biased_overlap(one, one) == pytest.approx(1)
    assert rank_biased_overlap(one, np.array([4, 5])) == 0


def test_agreement_at_the_top_has_more_weight() -> None:
    ours = np.arange(10)
    top, bottom = np.array([0, 1, *range(50, 58)]), np.array([*range(50, 58), 8, 9])
    assert overlap(ours, top, 10) == overlap(ours, bottom, 10) == 0.2
    assert rank_biased_overlap(ours, top) > rank_biased_overlap(ours, bottom)


def test_a_track_that_the_release_does_not_hold_agrees_with_nothing() -> None:
    assert overlap(np.array([1, 2]), np.array([-1, 2]), 10) == 0.5
    assert rank_biased_overlap(np.array([-1]), np.array([-1])) == 0


# -- reading lists ---------------------------------------------------------------------------------------------------
def test_a_list_keeps_its_order_and_names_each_track_once(tmp_path: Path) -> None:
    ids = [worlds.track_id(i) for i in (9, 3, 7, 3)]
    assert [track.track_id for track in read(links(tmp_path / "links.txt", *ids)).tracks] == ids[:3]
    table = tmp_path / "playlist.csv"
    rows = "".join(f"p,{position},{one}\n" for position, one in ((2, ids[0]), (0, ids[1]), (1, ids[2])))
    table.write_text("playlist_id,position,track_id\n" + rows)
    assert [track.track_id for track in read(table).tracks] == [ids[1], ids[2], ids[0]]
    slices = tmp_path / "playlist.json"
    tracks = [{"track_uri": f"spotify:track:{one}"} for one in ids]
    slices.write_text(json.dumps({"playlists": [{"pid": 1, "tracks": tracks}]}))
    assert [track.track_id for track in read(slices).tracks] == ids[:3]


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("two.csv", "playlist_id,title,artist\np,T,A\nq,T,A\n", "holds 2 playlists: give a file with one of them"),
        ("links.txt", f"{worlds.track_id(1)}\nhello\n", "line 2 of .* is no track id, URI or link: 'hello'"),
        ("people.csv", "user_id,title,artist\nu,T,A\n", "holds listens: give a list of tracks"),
        ("what.csv", "colour\nred\n", "has the columns 'colour': expected"),
        ("picture.txt", "\x89PNG", "is a PNG picture: expected"),
        ("empty.txt", "", "is empty: expected"),
        ("nameless.csv", "title,artist\n,A\n", "no row of .* names a track: no track id, and no artist with a title"),
    ],
)
def test_a_file_that_is_no_list_says_what_to_give(tmp_path: Path, name: str, content: str, sentence: str) -> None:
    (tmp_path / name).write_bytes(content.encode("latin-1"))
    with pytest.raises(IngestError, match=sentence):
        read(tmp_path / name)


def test_a_file_that_is_not_there_is_asked_for(tmp_path: Path) -> None:
    with pytest.raises(IngestError, match="is not a file: name one with a list of tracks"):
        read(tmp_path)


def test_another_copy_of_a_recording_is_the_same_track(release: Release) -> None:
    """The release has track 0 and a live take of it: an edition label joins, a live take does not."""
    names = ["Amber Song 0 - 2015 Remaster", "Amber Song 0 (Live)", "amber song 5", "Nobody's Song"]
    artists = ["AMBER BAND 0", "Amber Band 0", "Amber Band 1", "Amber Band 1"]
    tracks = [NamedTrack("0" * 22, title, artist) for title, artist in zip(names, artists, strict=True)]
    expected = [*release.rows([worlds.track_id(i) for i in (0, 2, 5)]), -1]
    rows = found(release, tracks)
    assert rows.tolist()[1:] == [int(row) for row in expected[1:]]
    assert release.column("group")[rows[0]] == release.column("group")[expected[0]]


# -- the command -----------------------------------------------------------------------------------------------------
@pytest.mark.must("S0-60")
@pytest.mark.must("S0-14")
def test_both_lists_are_reported_side_by_side(release: Release, tmp_path: Path) -> None:
    """Theirs: our first and second exchanged, a track of another scene, an unknown one, and a seed."""
    first, second = our_list(release, 2)
    theirs = tmp_path / "spotify.csv"
    outsider = worlds.track_id(60)
    rows = [(second, ""), (first, ""), (outsider, ""), ("", "Unheard"), (worlds.track_id(0), "")]
    theirs.write_text("track_id,title,artist\n" + "".join(f"{one},{title},Ann\n" for one, title in rows))
    seeds = links(tmp_path / "seeds.txt", *(worlds.track_id(i) for i in SEEDS))
    figures = tmp_path / "figures" / "compared.json"
    done = run_main("compare", seeds, theirs, "--data", release.path.parents[1], "--json", figures)
    assert done.returncode == 0, done.stderr
    reported = json.loads(figures.read_text())
    assert (reported["release"], reported["seeds"], reported["unknown_seeds"]) == (release.version, 3, [])
    assert [position["track_id"] for position in reported["ours"]] == our_list(release, 4)
    assert [position["other"] for position in reported["ours"]] == [2, 1, None, None]
    assert [(position["other"], position["in_release"]) for position in reported["theirs"]] == [
        (2, True), (1, True), (None, True), (None, False),
    ]  # fmt: skip
    agreement = reported["agreement"]
    assert (agreement["overlap_10"], agreement["overlap"], agreement["not_in_release"]) == (0.5, 0.5, 1)
    assert agreement["rbo"] == pytest.approx(0.5 * 0.9**4 + (0.1 / 0.9) * (0.81 + 2 / 3 * 0.9**3 + 0.5 * 0.9**4))
    assert agreement["popularity_theirs"] == pytest.approx(
        np.median(release.column("popularity")[release.rows([first, second, outsider])]), abs=0.1
    )
    assert "Unheard - Ann" in done.stdout
    assert "not in the release" in done.stdout
    assert "In both: 50% of the first 4, 50% of all 4; rank-biased overlap" in done.stdout


@pytest.mark.must("S0-60")
def test_a_release_folder_ranks_seeds_given_by_names(release: Release, tmp_path: Path) -> None:
    seeds = named(tmp_path / "seeds.csv", *((worlds.artist_name(i), worlds.title(i) or "") for i in (3, 4)), ("X", "Y"))
    theirs = named(tmp_path / "theirs.csv", (worlds.artist_name(7), worlds.title(7) or ""))
    done = run_main("compare", seeds, theirs, "--release", release.path)
    assert done.returncode == 0, done.stderr
    assert "seeds that small-" in done.stderr
    assert "Y by X" in done.stderr
    assert "Amber Song 7 - Amber Band 1" in done.stdout


@pytest.mark.parametrize(
    ("seeds", "theirs", "sentence"),
    [
        ([("X", "Y")], [("X", "Z")], "none of the 1 seeds was learned by small-"),
        ([("Amber Band 0", "Amber Song 3")], [("Amber Band 0", "Amber Song 3")], "holds nothing but the seeds: give"),
    ],
    ids=["seeds of another world", "nothing but seeds"],
)
def test_incomparable_lists_are_one_sentence(
    release: Release, tmp_path: Path, seeds: list[tuple[str, str]], theirs: list[tuple[str, str]], sentence: str
) -> None:
    files = named(tmp_path / "seeds.csv", *seeds), named(tmp_path / "theirs.csv", *theirs)
    assert sentence in output_of(run_main("compare", *files, "--release", release.path))


def test_without_a_release_one_is_asked_for(tmp_path: Path) -> None:
    file = links(tmp_path / "seeds.txt", worlds.track_id(1))
    done = run_main("compare", file, file, "--data", tmp_path / "none")
    assert "nothing is published under" in output_of(done)
    assert "name a release folder with --release" in output_of(done)
