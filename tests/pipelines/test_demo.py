import re

import numpy as np
import polars as pl
import pytest

from kit import ids
from kit.names import folded_key
from kit.wire.catalog import FEATURES, Features
from pipelines import tables
from pipelines.demo import demo_stage, generate
from pipelines.demo.naming import Namer
from pipelines.demo.scenes import SCENES, affinity
from pipelines.demo.words import KNOWN


@pytest.fixture(scope="module")
def world():
    return generate()


@pytest.fixture(scope="module")
def stage(tmp_path_factory):
    """The world generated once more, by its stage; and the work folder."""
    work = tmp_path_factory.mktemp("work")
    return demo_stage(work), work


@pytest.fixture(scope="module")
def tracks(world):
    return world["tracks"]


@pytest.fixture(scope="module")
def together(world):
    """(tracks, tracks) cosine of the playlists of two tracks, the diagonal 0; rows as in tracks."""
    row = {track_id: number for number, track_id in enumerate(world["tracks"]["track_id"])}
    playlist = {playlist_id: number for number, playlist_id in enumerate(world["playlists"]["playlist_id"])}
    held = np.zeros((len(playlist), len(row)), dtype=np.float32)
    held[
        [playlist[name] for name in world["entries"]["playlist_id"]],
        [row[name] for name in world["entries"]["track_id"]],
    ] = 1
    counts = held.T @ held
    np.fill_diagonal(counts, 0)
    size = np.sqrt(np.maximum(held.sum(axis=0), 1))
    return counts / size / size[:, None]


@pytest.mark.slow
def test_the_same_seed_gives_the_same_world_and_another_seed_another(world, stage):
    again, _ = stage
    assert all(frame.equals(tables.read(again.path, table)) for table, frame in world.items())
    other = generate(seed=1)
    assert len(set(other["tracks"]["track_id"]) & set(world["tracks"]["track_id"])) < 50
    assert not other["entries"].equals(world["entries"])


def test_it_has_the_size_that_was_promised(world):
    assert world["tracks"].height == 5_000
    assert world["playlists"].height == 7_000
    assert world["listens"]["user_id"].n_unique() == 300
    lengths = world["entries"].group_by("playlist_id").len()["len"]
    assert lengths.min() >= 10
    assert lengths.max() <= 90


def test_every_row_is_labelled_as_invented(world):
    for frame in world.values():
        assert frame["provenance"].unique().to_list() == ["invented"]
    assert set(world["tracks"]["features_from"].drop_nulls()) == {"invented"}


def test_tables_are_canonical_and_every_reference_resolves(world, tmp_path):
    for table, frame in world.items():
        tables.write(tmp_path, table, frame)
        assert tables.read(tmp_path, table).schema == pl.Schema(tables.ALL[table])
    assert tables.read(tmp_path, "aliases").is_empty()
    assert set(world["entries"]["track_id"]) <= set(world["tracks"]["track_id"])
    assert set(world["listens"]["track_id"]) <= set(world["tracks"]["track_id"])
    assert (
        world["playlists"]["playlist_id"].to_list()
        == world["entries"]["playlist_id"].unique(maintain_order=True).to_list()
    )


def test_ids_are_derived_from_artist_and_title_and_no_two_tracks_share_one(tracks):
    assert tracks["track_id"].n_unique() == tracks.height
    for row in tracks.head(200).iter_rows(named=True):
        assert row["track_id"] == ids.derive(artist=row["artists"][0], title=row["title"])


def test_no_playlist_holds_a_track_twice(world):
    assert not world["entries"].select("playlist_id", "track_id").is_duplicated().any()


def test_every_measured_value_is_one_the_contract_allows(tracks):
    for row in tracks.filter(pl.col("features_from").is_not_null()).select(FEATURES).iter_rows(named=True):
        Features(**row)


def test_sixty_new_tracks_stand_in_no_playlist_and_every_other_in_at_least_three(world, tracks):
    held = world["entries"].group_by("track_id").len()
    assert held["len"].min() >= 3
    new = tracks.join(held, on="track_id", how="anti")
    assert new.height == 60
    assert new["features_from"].null_count() == 20
    assert new["year"].min() >= 2024
    assert not set(new["track_id"]) & set(world["listens"]["track_id"])


def test_about_one_track_in_twenty_has_no_features_and_then_none_at_all(tracks):
    missing = tracks.filter(pl.col("features_from").is_null())
    assert 0.04 < missing.height / tracks.height < 0.07
    assert missing.select(pl.all_horizontal(pl.col(FEATURES).is_null()).all()).item()


def test_features_correlate_as_in_real_music(tracks):
    table = tracks.drop_nulls("energy").select(FEATURES).to_numpy()
    correlation = np.corrcoef(table.T)

    def between(a, b):
        return correlation[FEATURES.index(a), FEATURES.index(b)]

    assert between("energy", "loudness") > 0.5
    assert between("energy", "acousticness") < -0.5
    assert between("valence", "danceability") > 0.3


def test_records_grew_louder_from_the_vinyl_to_the_streaming_years(tracks):
    rock = tracks.drop_nulls("loudness").filter(pl.col("genres").list.last() == "classic rock")
    before, after = (
        rock.filter(pl.col("year").is_between(*years))["loudness"] for years in ((1965, 1989), (2000, 2025))
    )
    assert after.mean() > before.mean() + 2


def test_tracks_come_from_six_decades_and_every_scene(tracks):
    assert set(tracks["year"] // 10) == {196, 197, 198, 199, 200, 201, 202}
    assert tracks["genres"].list.first().n_unique() == len(SCENES) == 13
    assert tracks["genres"].list.len().unique().to_list() == [2]


def test_the_tracks_most_often_together_share_scene_style_and_years(tracks, together):
    """Planted: ten nearest neighbours of every 25th track. Of the same scene by chance: 8 %; of the same style: 2 %."""
    scene = tracks["genres"].list.first().to_numpy()
    style = tracks["genres"].list.last().to_numpy()
    year = tracks["year"].to_numpy().astype(float)
    seeds = np.flatnonzero(together.any(axis=1))[::25]
    nearest = np.argsort(-together[seeds], axis=1)[:, :10]
    assert (scene[nearest] == scene[seeds, None]).mean() > 0.9
    assert (style[nearest] == style[seeds, None]).mean() > 0.6
    assert np.abs(year[nearest] - year[seeds, None]).mean() < 0.4 * np.abs(year[::-1] - year).mean()


def test_neighbouring_scenes_meet_more_often_than_distant_ones(tracks, together):
    scene = tracks["genres"].list.first().to_numpy()
    names = [scene.name for scene in SCENES]
    members = np.stack([scene == name for name in names]).astype(np.float32)
    meeting = members @ together @ members.T / np.outer(members.sum(axis=1), members.sum(axis=1))
    pairs = [(a, b) for a in range(13) for b in range(a)]
    near = np.array([meeting[a, b] for a, b in pairs if affinity(names[a], names[b]) >= 0.4])
    far = np.array([meeting[a, b] for a, b in pairs if affinity(names[a], names[b]) == 0])
    assert near.mean() > 1.5 * far.mean()


def test_listeners_like_what_their_favourite_scenes_hold_and_dislike_others(world, tracks):
    scene = tracks.select("track_id", pl.col("genres").list.first().alias("scene"))
    validation = world["listens"].drop_nulls("value").join(scene, on="track_id")
    shared = 0
    for (_user,), own in validation.group_by("user_id"):
        liked, disliked = (set(own.filter(pl.col("value") == value)["scene"]) for value in (1, -1))
        assert own["value"].n_unique() == 2
        favourite = own.filter(pl.col("value") == 1)["scene"].mode()[0]
        assert favourite not in disliked
        shared += len(liked & disliked) > 2
    assert shared < 60


def test_a_few_tracks_are_popular_and_most_are_not(world):
    held = world["entries"]["track_id"].value_counts()["count"].sort(descending=True)
    assert held.head(250).sum() > 3 * held.tail(2_500).sum() / 10
    assert held.max() > 5 * held.median()


def test_no_two_artists_share_a_name_and_no_known_title_is_used(tracks):
    names = set(tracks["artists"].explode())
    assert len({folded_key(name) for name in names}) == len(names) > 400
    assert not KNOWN & {folded_key(title) for title in tracks["title"]}


def test_no_name_has_a_slot_left_open_or_a_doubled_word(world, tracks):
    for name in [*tracks["title"], *tracks["album"], *tracks["artists"].explode(), *world["playlists"]["name"]]:
        assert name == name.strip()
        assert not re.search(r"[{}|]|  |\b(the|The|a|an) (the|The|a)\b", name), name


def test_names_that_say_a_scene_are_of_lists_mostly_from_it_and_many_do(world, tracks):
    scene = tracks.select("track_id", pl.col("genres").list.first().alias("scene"))
    mine = world["entries"].join(scene, on="track_id").group_by("playlist_id").agg(pl.col("scene").mode().first())
    named = world["playlists"].join(mine, on="playlist_id").with_columns(pl.col("name").str.to_lowercase())
    reported = [{one.name for one in SCENES if re.search(rf"\b{one.name}\b", name)} for name in named["name"]]
    right = [scene in names for scene, names in zip(named["scene"], reported, strict=True) if names]
    assert len(right) > 1_800
    assert np.mean(right) > 0.75


def test_moods_are_named_with_their_scene_too(world):
    names = world["playlists"]["name"].str.to_lowercase()
    for mood, scene in (("rainy day", "jazz"), ("sunday morning", "rock"), ("night drive", "hip hop")):
        assert names.str.contains(mood).sum() > 5
        assert (names.str.contains(mood) & names.str.contains(scene)).any(), (mood, scene)


def test_english_titles_say_an_before_a_vowel_and_spanish_ones_do_not(tracks):
    latin = pl.col("genres").list.first() == "latin"
    assert not tracks.filter(~latin)["title"].str.contains(r"\b[Aa] [AEIO]").any()
    assert not tracks.filter(latin)["title"].str.contains(r"\ban ").any()


def test_no_title_says_a_word_twice_where_two_were_meant(tracks):
    doubled = tracks["title"].str.contains_any(
        ["Throne of Throne", "Cumbia de Cumbia", "Waltz Waltz", "Highway Highway"]
    )
    assert not doubled.any()


def test_versions_of_a_track_are_there_and_sound_like_what_they_say(tracks):
    live = tracks.filter(pl.col("title").str.contains(" - Live at "))
    assert live.height == 70
    assert live["liveness"].drop_nulls().min() > 0.6
    for label, count in ((" - Acoustic$", 50), (" Remix$", 50), (r" - \d{4} Remaster$", 35)):
        assert tracks.filter(pl.col("title").str.contains(label)).height == count
    base = tracks.filter(pl.col("title").str.contains(" - "))["title"].str.split(" - ").list.first()
    assert set(base) <= set(tracks["title"])


def test_a_remaster_lasts_as_long_as_its_original(tracks):
    remasters = tracks.filter(pl.col("title").str.contains(" Remaster$")).with_columns(
        pl.col("title").str.split(" - ").list.first()
    )
    pairs = remasters.join(tracks, on="title")
    assert pairs.height == 35
    assert (pairs["duration_ms"] - pairs["duration_ms_right"]).abs().max() < 2_000
    assert (pairs["year"] > pairs["year_right"]).all()


def test_some_tracks_have_several_artists(tracks):
    assert 150 < tracks.filter(pl.col("artists").list.len() > 1).height < 600


def test_no_playlist_was_changed_before_its_newest_track_came_out(world, tracks):
    newest = (
        world["entries"]
        .join(tracks.select("track_id", "year"), on="track_id")
        .group_by("playlist_id")
        .agg(pl.col("year").max())
    )
    changed = (
        world["playlists"]
        .join(newest, on="playlist_id")
        .with_columns(pl.from_epoch("modified_at").dt.year().alias("changed"))
    )
    assert (changed["changed"] >= changed["year"]).all()


def test_a_namer_never_gives_a_title_twice():
    namer = Namer(np.random.default_rng(0))
    patterns = namer.patterns("metal", "doom metal")
    titles = [namer.title("metal", patterns, bright=False) for _ in range(2_000)]
    assert len({folded_key(title) for title in titles}) == 2_000


def test_the_stage_writes_the_four_tables(stage, world):
    built, work = stage
    assert built.report()["figures"]["rows"] == {table: frame.height for table, frame in world.items()}
    assert demo_stage(work).reused
