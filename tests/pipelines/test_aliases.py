"""Ids that changed between two releases, and other ids of a track, resolve to today's track."""

from dataclasses import replace
from pathlib import Path

import polars as pl

from kit import ids
from kit.release import Release
from pipelines.release import aliases
from pipelines.release.aliases import MOST_PER_TRACK, Aliases, gathered
from pipelines.release.write import write_release
from tests import worlds

MBID, ISRC = "0f8b3c52-7b7e-4a26-9d1c-0a4b4e7c9f11", "QMXX12500003"
NONE_STATED = pl.DataFrame(schema={"kind": pl.String, "value": pl.String, "track_id": pl.String})


def new_id(i: int, times: int = 1) -> str:
    return ids.derive(mbid=f"another id of {i}, {times}")


def changed(tracks: pl.DataFrame, *cards: int, times: int = 1) -> pl.DataFrame:
    """The tracks, some with another id."""
    renamed = {worlds.track_id(i): new_id(i, times) for i in cards}
    return tracks.with_columns(pl.col("track_id").replace(renamed))


def stated_track(tracks: pl.DataFrame, i: int, **values: object) -> pl.DataFrame:
    """The tracks, one of them described otherwise."""
    mine = pl.col("track_id") == worlds.track_id(i)
    columns = [
        pl.when(mine).then(pl.lit(value, dtype=tracks.schema[name])).otherwise(pl.col(name)).alias(name)
        for name, value in values.items()
    ]
    return tracks.with_columns(columns)


def release_of(tracks: pl.DataFrame, folder: Path, known: Aliases | None = None) -> Release:
    return write_release(folder, replace(worlds.content(), tracks=tracks, aliases=known or Aliases()))


def found(before: Release, tracks: pl.DataFrame, stated: pl.DataFrame = NONE_STATED) -> Aliases:
    return gathered(tracks, stated, worlds.content().playlists, before)


def test_a_track_of_the_same_names_and_duration_takes_the_lost_id(tmp_path: Path) -> None:
    tracks = worlds.tracks()
    now = found(release_of(tracks, tmp_path), changed(tracks, 7, 47))
    assert now.ids == {worlds.track_id(7): new_id(7), worlds.track_id(47): new_id(47)}
    assert now.counts() == {"aliases": 2, "ids_changed": 2}


def test_another_duration_or_artist_takes_no_id(tmp_path: Path) -> None:
    tracks = worlds.tracks()
    before = release_of(tracks, tmp_path)
    for other in ({"duration_ms": 300_000}, {"artists": ["Somebody Else"]}, {"title": "Amber Song 7 - Live"}):
        assert found(before, changed(stated_track(tracks, 7, **other), 7)).ids == {}


def test_a_code_joins_editions_but_not_other_tracks(tmp_path: Path) -> None:
    for code in ({"isrc": ISRC}, {"mbid": MBID}):
        tracks = stated_track(worlds.tracks(), 7, **code)
        before = release_of(tracks, tmp_path)
        remaster = changed(stated_track(tracks, 7, title="Amber Song 7 - 2011 Remaster", duration_ms=300_000), 7)
        assert found(before, remaster).ids == {worlds.track_id(7): new_id(7)}
        assert found(before, changed(stated_track(tracks, 7, title="Another Movement"), 7)).ids == {}


def test_ambiguous_candidates_are_not_joined(tmp_path: Path) -> None:
    tracks = worlds.tracks()
    twin = tracks.filter(pl.col("track_id") == worlds.track_id(7)).with_columns(pl.lit(new_id(7, 2)).alias("track_id"))
    assert found(release_of(tracks, tmp_path), pl.concat([changed(tracks, 7), twin])).ids == {}
    twice = release_of(pl.concat([tracks, twin]), tmp_path)
    assert found(twice, changed(tracks, 7)).ids == {}


def test_aliases_are_resolved_over_several_releases_and_current_ids_are_no_aliases(tmp_path: Path) -> None:
    tracks = worlds.tracks()
    first = release_of(tracks, tmp_path)
    second = release_of(changed(tracks, 7), tmp_path, found(first, changed(tracks, 7)))
    third = found(second, changed(tracks, 7, times=2))
    assert third.ids == {worlds.track_id(7): new_id(7, 2), new_id(7): new_id(7, 2)}
    assert found(second, changed(tracks, 7)).ids == {worlds.track_id(7): new_id(7)}, "the same files, the same release"
    assert found(second, tracks).ids == {new_id(7): worlds.track_id(7)}


def test_aliases_of_ingest_and_codes_of_tracks_are_in_the_release(tmp_path: Path) -> None:
    tracks, other = stated_track(worlds.tracks(), 7, isrc="qm-xx1-25-00003"), ids.derive(mbid="another copy")
    rows = [("mbid", MBID.upper(), worlds.track_id(8)), ("spotify", other, worlds.track_id(8))]
    rows += [("song", "SOMOSIA12A81C212BD", worlds.track_id(9)), ("isrc", "nonsense", worlds.track_id(9))]
    rows += [("id", worlds.track_id(3), worlds.track_id(9)), ("id", new_id(1), "not in this release")]
    stated = pl.DataFrame(rows, schema=NONE_STATED.schema, orient="row")
    stated.write_parquet(tmp_path / aliases.FILE)
    known = gathered(tracks, aliases.read(tmp_path), worlds.content().playlists, None)
    release = release_of(tracks, tmp_path / "releases", known)
    wanted = [
        worlds.track_id(8),
        MBID,
        other,
        ISRC,
        ids.derive(catalogue_id="SOMOSIA12A81C212BD"),
        "QMXX12500004",
        new_id(1),
    ]
    rows_found = release.rows(wanted).tolist()
    own = release.rows([worlds.track_id(i) for i in (8, 7, 9)]).tolist()
    assert rows_found == [own[0], own[0], own[0], own[1], own[2], -1, -1]
    assert release.manifest.counts["aliases"] == 4
    assert aliases.read(tmp_path / "no such folder").is_empty()


def test_a_code_of_several_tracks_means_the_most_popular(tmp_path: Path) -> None:
    tracks = stated_track(stated_track(worlds.tracks(), 7, isrc=ISRC), 40, isrc=ISRC)
    counts = pl.DataFrame({"track_id": [worlds.track_id(7), worlds.track_id(40)], "playlists": [3, 9]})
    assert gathered(tracks, NONE_STATED, counts, None).codes == {f"isrc:{ISRC}": worlds.track_id(40)}


def test_older_ids_of_one_track_are_bounded_and_counted(tmp_path: Path) -> None:
    rows = [("id", new_id(7, n), worlds.track_id(7)) for n in range(MOST_PER_TRACK + 5)]
    stated = pl.DataFrame(rows, schema=NONE_STATED.schema, orient="row")
    known = gathered(worlds.tracks(), stated, worlds.content().playlists, None)
    assert (len(known.ids), known.dropped) == (MOST_PER_TRACK, 5)


def test_a_release_without_aliases_opens_and_holds_none(tmp_path: Path) -> None:
    release = release_of(worlds.tracks(), tmp_path)
    assert not any("alias" in name for name in release.manifest.files)
    assert len(release.aliases()[0]) == len(release.codes()[0]) == 0
    assert release.rows([MBID, new_id(1)]).tolist() == [-1, -1]
