"""From synthetic dumps of a known world to its playlists and tracks: recovered, and without any user."""

from pathlib import Path

import numpy as np
import polars as pl
import pytest

from pipelines import tables
from pipelines.ingest.training_input import ingested
from pipelines.open_data import scale
from pipelines.open_data.dumps import described
from pipelines.open_data.rules import SessionRules
from pipelines.open_data.sessions import sessions_stage
from pipelines.stage import Built
from tests import worlds
from tests.open_dumps import MEMBERS
from tests.pipelines.open_data.world import USERS, OpenWorld, contents, publishable, recording, spellings, users_of

RULES = SessionRules()


def playlists_of(built: Built) -> list[list[str]]:
    frame = pl.read_parquet(built.path / "listenbrainz" / "playlists.parquet")
    assert frame.columns == ["playlist_id", "position", "mbid"]
    return frame.group_by("playlist_id", maintain_order=True).agg("mbid")["mbid"].to_list()


def test_the_planted_sessions_are_recovered(world: OpenWorld, sessions: Built) -> None:
    """All of them and nothing else: recall and precision of whole playlists are 1, in order."""
    found, expected = playlists_of(sessions), publishable(world)
    assert len(expected) == 120
    assert {tuple(one) for one in found} == {tuple(one) for one in expected}
    assert len(found) == len(expected)


def test_programs_and_campaigns_are_gone_and_counted(sessions: Built) -> None:
    figures = sessions.report()["figures"]
    assert figures["users left out: listens in a day"] == 1
    assert figures["users left out: listens in a second"] == 1
    assert figures["users left out: one recording"] == 1
    assert figures["users left out: a loop"] == 1
    assert figures["users"] == USERS
    assert figures["playlists"] == 120


def test_no_user_and_no_time_is_in_the_output(world: OpenWorld, sessions: Built, tracks: Built) -> None:
    """The fetched listens have them, so the search finds what there is."""
    users = users_of(USERS)
    assert any(one in content for content in contents(world.dumps) for one in spellings(users[0]))
    for built in (sessions, tracks):
        for content in contents(built.path):
            assert not any(one in content for user in users for one in spellings(user))
        assert not list(built.path.rglob(".parts"))
    columns = {name for path in sessions.path.rglob("*.parquet") for name in pl.read_parquet_schema(path)}
    assert columns == {"playlist_id", "position", "mbid"}


def test_every_published_track_has_five_users(world: OpenWorld, sessions: Built) -> None:
    owner = {tuple(tracks): number % USERS for number, tracks in enumerate(publishable(world))}
    listeners: dict[str, set[int]] = {}
    for tracks in playlists_of(sessions):
        for track in tracks:
            listeners.setdefault(track, set()).add(owner[tuple(tracks)])
    assert min(len(users) for users in listeners.values()) >= 5


def test_the_number_of_parts_changes_nothing(folder: Path, world: OpenWorld, sessions: Built) -> None:
    one = sessions_stage(folder / "elsewhere", world.dumps, RULES, lambda _: None)
    name = "listenbrainz/playlists.parquet"
    assert (one.path / name).read_bytes() == (sessions.path / name).read_bytes()


def test_a_second_run_reuses_the_stage_and_another_rule_does_not(
    folder: Path, world: OpenWorld, sessions: Built
) -> None:
    assert sessions_stage(folder / "work", world.dumps, RULES, lambda _: None).reused
    other = sessions_stage(folder / "work", world.dumps, SessionRules(users_each=8), lambda _: None)
    assert not other.reused
    assert len(playlists_of(other)) < 120


def test_features_are_medians_on_our_scales_with_a_source_each(tracks: Built) -> None:
    own = worlds.tracks().with_columns(pl.col("track_id").map_elements(recording, pl.String).alias("mbid"))
    found = pl.read_parquet(tracks.path / "musicbrainz" / "tracks.parquet").join(own, on="mbid", suffix="_own")
    measured = found.filter(pl.col("tempo_own").is_not_null())
    assert measured.height > 150
    assert measured["tempo"].to_list() == pytest.approx(measured["tempo_own"].to_list(), abs=1e-3)
    assert measured["key"].to_list() == measured["key_own"].to_list()
    assert set(measured["mode"]) == {0}
    for name in scale.MAPPED:
        assert measured.select(pl.corr(name, f"{name}_own", method="spearman")).item() > 0.999
        quantiles = np.quantile(measured[name].to_numpy(), [0.1, 0.5, 0.9])
        assert quantiles == pytest.approx(
            np.array(scale.DEMO[name])[[1, 5, 9]], abs=0.35 if name == "loudness" else 0.03
        )
    unmeasured = found.filter(pl.col("tempo_own").is_null())
    assert unmeasured.height > 0
    assert unmeasured.select(pl.col("tempo", "energy").is_null().all()).row(0) == (True, True)


def test_the_source_of_every_value_is_named(tracks: Built) -> None:
    long = pl.read_parquet(tracks.path / "features.parquet")
    assert long.columns == ["mbid", "feature", "value", "source", "readings"]
    assert long.null_count().row(0) == (0, 0, 0, 0, 0)
    assert set(long["readings"]) == {3}
    assert dict(long.select("feature", "source").unique().iter_rows())["tempo"] == "acousticbrainz rhythm.bpm"


@pytest.mark.must("S2-04")
def test_refresh_reads_both_folders_under_the_mbids_with_the_licence(
    folder: Path, world: OpenWorld, sessions: Built, tracks: Built
) -> None:
    sources = [sessions.path / "listenbrainz", tracks.path / "musicbrainz"]
    built = ingested(sources, folder / "work")
    figures = built.report()["figures"]
    assert {name: terms.split(":")[0] for name, terms in figures["licences"].items()} == {
        "listenbrainz": "CC0-1.0",
        "musicbrainz": "CC0-1.0",
    }
    assert (figures["rows_left_out"], figures["values_left_out"], figures["columns_ignored"]) == ({}, {}, {})
    entries, known = tables.read(built.path, "entries"), tables.read(built.path, "tracks")
    assert entries["playlist_id"].n_unique() == 120
    assert set(entries["track_id"]) == set(known["track_id"])
    assert known["title"].null_count() == known["mbid"].null_count() == 0


def test_dumps_are_described_for_the_manifest(world: OpenWorld) -> None:
    found = described(world.dumps)
    assert {entry["kind"] for entry in found.values()} == {"listens", "canonical", "acousticbrainz"}
    (listens,) = (entry for entry in found.values() if entry["kind"] == "listens")
    assert listens["kept"] == [f"{number}.parquet" for number in range(MEMBERS - 4, MEMBERS)]
    assert all(len(part["sha256"]) == 64 for part in listens["parts"].values())
