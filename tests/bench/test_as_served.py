"""bench.as_served on the small world, whose held-out playlists share tracks that no other playlist has."""

import asyncio
from collections.abc import Sequence

import numpy as np
import polars as pl
import pytest

from bench import as_served, requests
from bench.requests import DEFAULT, SIMILAR, Row
from bench.unseen import Unseen, unseen
from kit.release import STATE_LEARNED, STATE_PLACED
from pipelines.evaluate.protocol import Query
from pipelines.evaluate.release_score import score_release
from tests import worlds
from tests.published import QUICK, SMALL

HELD = [f"p{number}" for number in range(0, 120, 10)]
NEW = 49  # of each scene: in no playlist of tests.worlds, but it has a sound


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Unseen:
    """Every tenth playlist is held out, and ends with the new track of its scene."""
    folder = tmp_path_factory.mktemp("unseen")
    sources = folder / "sources"
    sources.mkdir()
    found = worlds.entries()
    ends = [(name, 15, worlds.track_id(int(name[1:]) % 4 * 50 + NEW), "invented") for name in HELD]
    entries = pl.concat([found, pl.DataFrame(ends, schema=found.schema, orient="row")])
    role = pl.when(pl.col("playlist_id").is_in(HELD)).then(pl.lit("small_valid")).otherwise(pl.lit("small_train"))
    entries.with_columns(role.alias("role")).sort("playlist_id", "position").write_parquet(
        sources / "playlists.parquet"
    )
    worlds.tracks().write_parquet(sources / "tracks.parquet")
    return unseen(sources, folder, 1, SMALL, QUICK)


@pytest.fixture(scope="module")
def views(world: Unseen) -> list[requests.View]:
    return requests.views(world)


@pytest.fixture(scope="module")
def rows(world: Unseen, views: list[requests.View]) -> list[Row]:
    return asyncio.run(requests.served(world, views))


def row(rows: Sequence[Row], view: str, ask: str) -> Row:
    return next(one for one in rows if (one.view, one.request) == (view, ask))


@pytest.mark.slow
def test_the_release_excludes_held_out_playlists(world: Unseen) -> None:
    kept = worlds.entries().filter(~pl.col("playlist_id").is_in(HELD))
    counts = dict(kept.group_by("track_id").agg(pl.col("playlist_id").n_unique()).iter_rows())
    ids = [world.release.track_id(at) for at in range(world.release.size)]
    assert world.release.column("playlists").tolist() == [counts.get(track_id, 0) for track_id in ids]
    assert world.training_playlists == 120 - len(HELD)
    assert [tracks[-1] for tracks in world.held] == [worlds.track_id(int(p[1:]) % 4 * 50 + NEW) for p in sorted(HELD)]


def test_tracks_of_held_out_playlists_only_are_placed_by_audio_features(world: Unseen) -> None:
    new = world.release.rows([worlds.track_id(scene * 50 + NEW) for scene in range(4)])
    assert world.release.column("state")[new].tolist() == [STATE_PLACED] * 4


def test_the_filters_select_the_catalogue_of_each_view(
    world: Unseen, views: list[requests.View], rows: list[Row]
) -> None:
    counts, state = world.release.column("playlists"), world.release.column("state")
    core, learned, listed = (set(np.flatnonzero(view.task.allowed).tolist()) for view in views)
    assert core == set(np.flatnonzero(counts >= 5).tolist())
    assert learned == set(np.flatnonzero(state == STATE_LEARNED).tolist())
    assert learned < listed
    for view, allowed in (("5-core", core), ("learned", learned), ("listed", listed)):
        found = {int(at) for _, found in row(rows, view, SIMILAR).answered for at in found}
        assert found <= allowed
    assert any((state[found] == STATE_PLACED).any() for _, found in row(rows, "listed", SIMILAR).answered)


def test_no_bound_on_popularity_is_said(world: Unseen) -> None:
    rarest = world.release.column("playlists")[: world.release.embedded] <= 5
    with pytest.raises(SystemExit, match="no bound on popularity"):
        requests.popular_enough(world.release, rarest)


@pytest.mark.parametrize(("view", "of_release"), [("5-core", "5-core"), ("listed", "full")])
def test_mode_similar_serves_the_figures_of_evaluate(
    world: Unseen, rows: list[Row], view: str, of_release: str
) -> None:
    _, results = score_release(world.release, world.held, of_release)
    assert row(rows, view, SIMILAR).results.average == pytest.approx(results.average, abs=2e-3)
    assert row(rows, view, SIMILAR).results.average > 0.2


def test_dials_turned_off_bring_the_default_towards_similar(rows: list[Row]) -> None:
    lists = {one.request: [found.tolist() for _, found in one.answered] for one in rows if one.view == "listed"}
    same = {
        ask: sum(ours == theirs for ours, theirs in zip(found, lists[SIMILAR], strict=True))
        for ask, found in lists.items()
    }
    assert same[DEFAULT] < len(lists[SIMILAR])
    assert same["and any number per artist"] >= same[DEFAULT]
    assert lists[DEFAULT] != lists["default, variety 0"]
    # Of a scene of fifty all tracks are among the hundred: the window ends, or the mode's own limit gives way.
    for ours, theirs in zip(lists["default, variety 0"], lists["and any number per artist"], strict=True):
        assert sorted(ours) == sorted(theirs)


def test_offline_lists_of_the_full_catalogue_equal_the_served_ones(
    world: Unseen, views: list[requests.View], rows: list[Row]
) -> None:
    offline = {one.request: one for one in requests.offline(world.release, views)}
    served = row(rows, "listed", SIMILAR)
    assert offline[requests.WHOLE].results.average == pytest.approx(served.results.average, abs=2e-3)
    learned = offline["the same, nothing placed listed"]
    assert not any((world.release.column("state")[found] == STATE_PLACED).any() for _, found in learned.answered)


def test_placed_tracks_are_counted() -> None:
    placed, listed = np.array([1, 1, 0, 0, 0, 0], bool), np.array([1, 1, 1, 1, 1, 0], bool)
    query = Query(0, 5, np.array([4]), np.array([0, 1, 2, 5, -1]))
    other = Query(1, 1, np.array([4]), np.array([3]))
    answered = [(query, np.array([3, 0, 2])), (other, np.array([0]))]
    found = as_served.of_placed(answered, placed, listed, 5, [2, 3])
    assert found == {
        **{"in first 10": pytest.approx(1 / 3), "in first 100": pytest.approx(1 / 3)},
        **{"placed P@10": 1.0, "learned P@10": 0.5},
        **{"targets placed": 0.4, "targets learned": 0.2},
        **{"placed R@2": 0.5, "placed R@3": 0.5, "learned R@2": 0.0, "learned R@3": 1.0},
    }
    assert np.isnan(as_served.of_placed(answered, placed, listed, 1, [2])["placed R@2"])


def test_the_tables_hold_every_row_and_differences_lie_in_their_intervals(
    world: Unseen, views: list[requests.View], rows: list[Row]
) -> None:
    accuracy, character = as_served.served_tables(rows, world.source)
    assert [cells[0] for cells in accuracy.rows] == [f"{one.view}, {one.request}" for one in rows]
    assert len(rows) == 2 + 2 + 4 == len(character.rows)
    for one, cells in zip(rows, accuracy.rows, strict=True):
        assert float(cells[1].split()[0]) == pytest.approx(one.results.average, abs=1e-4)
        if one.request != SIMILAR:
            gap = one.results.average - row(rows, one.view, SIMILAR).results.average
            assert float(cells[-1].split()[0]) == pytest.approx(gap, abs=1e-4)
            low, high = cells[-1].split("[")[1].rstrip("]").split(", ")
            assert float(low) <= gap + 1e-4
            assert gap - 1e-4 <= float(high)
    table = as_served.placed_table(
        [*requests.offline(world.release, views), rows[-1]], views[-1].task, world.release, 1
    )
    assert [cells[0] for cells in table.rows][-1] == "and any number per artist"
    assert table.rows[-1][-1] == "-"
