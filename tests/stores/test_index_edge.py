"""The embedded index: locks, many processes, damage, and the graph of a large release."""

import multiprocessing
from pathlib import Path

import numpy as np
import pytest

from kit.errors import IndexUnavailable
from kit.release import Release
from kit.vectors import SCAN_ONLY, TrackQuery, edge_build, index_directory
from kit.vectors.edge import WALK, DirectoryLock, DirectoryLocked, EdgeIndex
from kit.vectors.points import WALK_FROM, scan_limit_kb
from pipelines.index.check import check
from pipelines.index.edge import settled
from tests.copies import cloned
from tests.stores.conftest import data_of, large_release
from tests.stores.index_readers import opened, reader_process

pytestmark = pytest.mark.anyio


async def test_several_processes_serve_from_one_directory(release: Release) -> None:
    context = multiprocessing.get_context("spawn")
    processes = []
    for _ in range(3):
        ours, theirs = context.Pipe()
        process = context.Process(target=reader_process, args=(release.path, theirs))
        process.start()
        processes.append((process, ours))
    assert [pipe.recv() for _, pipe in processes] == ["open"] * 3
    for _, pipe in processes:
        pipe.send("ask")
    answers = [pipe.recv() for _, pipe in processes]
    for process, _ in processes:
        process.join()
    assert len({tuple(found) for found in answers}) == 1
    assert len(answers[0]) == 10


async def test_a_directory_that_is_being_built_cannot_be_opened(release: Release) -> None:
    lock = DirectoryLock(index_directory(data_of(release), release.version), exclusive=True)
    try:
        with pytest.raises(IndexUnavailable, match=rf"{release.version} is locked.*building it; wait"):
            opened(release)
    finally:
        lock.release()
    await opened(release).close()


async def test_a_directory_that_is_served_cannot_be_rebuilt(release: Release) -> None:
    directory = index_directory(data_of(release), release.version)
    index = opened(release)
    with pytest.raises(DirectoryLocked, match="serving from it"):
        DirectoryLock(directory, exclusive=True)
    await index.close()
    DirectoryLock(directory, exclusive=True).release()


async def test_a_missing_directory_says_to_publish(release: Release, tmp_path: Path) -> None:
    with pytest.raises(IndexUnavailable, match="does not exist: publish the release again"):
        opened(release, tmp_path)
    assert not index_directory(tmp_path, release.version).exists()


async def test_a_damaged_directory_says_to_publish_and_leaves_no_lock(release: Release, tmp_path: Path) -> None:
    whole = index_directory(data_of(release), release.version)
    damaged = index_directory(tmp_path, release.version)
    damaged.parent.mkdir()
    cloned(whole, damaged)
    for file in damaged.rglob("*.json"):
        file.write_text("{")
    with pytest.raises(IndexUnavailable, match="publish the release again"):
        opened(release, tmp_path)
    DirectoryLock(damaged, exclusive=True).release()


async def test_a_copied_directory_answers_the_same(release: Release, tmp_path: Path) -> None:
    (tmp_path / "index").mkdir()
    cloned(index_directory(data_of(release), release.version), index_directory(tmp_path, release.version))
    vector = np.asarray(release.query_vectors("graph")[5], dtype=np.float32)
    first, second = opened(release), opened(release, tmp_path)
    answers = [(await index.search([TrackQuery("graph", vector, 20)]))[0].rows.tolist() for index in (first, second)]
    assert answers[0] == answers[1]
    await first.close()
    await second.close()


async def test_a_closed_index_raises_and_can_be_closed_again(release: Release) -> None:
    index = opened(release)
    await index.close()
    await index.close()
    with pytest.raises(IndexUnavailable, match="closed"):
        await index.search([TrackQuery("graph", np.ones(16, np.float32), 1)])
    with pytest.raises(IndexUnavailable, match="closed"):
        await index.ping()


def test_strict_filters_are_scanned_and_loose_ones_walked() -> None:
    assert scan_limit_kb(2_000_000, 64) == 50_000 * 64 * 4 // 1024 + 1
    assert scan_limit_kb(100_000, 384) == 25_000 * 384 * 4 // 1024 + 1


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Release:
    """More tracks than are scanned."""
    return large_release(tmp_path_factory.mktemp("large"), 24)


@pytest.fixture(scope="module")
def linked(large: Release, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Its index, which has a graph."""
    directory, steps = tmp_path_factory.mktemp("linked"), []
    edge_build.build(large, directory, lambda done, total, step: steps.append(step))
    assert steps[-1] == "linking"
    return directory


@pytest.mark.slow
async def test_the_graph_of_a_large_release_finds_what_a_scan_finds_under_every_filter(
    large: Release, linked: Path
) -> None:
    index = EdgeIndex.open(linked, large.dims)
    figures = await check(index, large)
    assert min(figures.values()) >= 0.95
    assert set(figures) == {f"graph, {name}" for name in ("no filter", "energy half", "energy tenth", "three ranges")}
    await index.close()


@pytest.mark.parametrize(("excluded", "least"), [(0, 0.95), (50, 0.75), (300, 0.75), (1000, 1.0)])
async def test_the_next_tracks_are_found_however_many_near_ones_are_excluded(
    large: Release, linked: Path, excluded: int, least: float
) -> None:
    index = EdgeIndex.open(linked, large.dims)
    assert await share_found(index, large, excluded) >= least
    await index.close()


@pytest.fixture
def growing(linked: Path, tmp_path: Path) -> Path:
    return cloned(linked, tmp_path / "growing")


@pytest.fixture
def set_to_scan(linked: Path, tmp_path: Path) -> Path:
    cloned(linked, tmp_path / "scanned")
    (tmp_path / "scanned" / SCAN_ONLY).touch()
    return tmp_path / "scanned"


async def test_a_forced_scan_is_exact(large: Release, linked: Path, set_to_scan: Path) -> None:
    walking, scanning = EdgeIndex.open(linked, large.dims), EdgeIndex.open(set_to_scan, large.dims)
    assert await share_found(walking, large, 300) < 1.0
    assert await share_found(scanning, large, 300) == 1.0
    await walking.close()
    await scanning.close()


def test_a_graph_that_finds_too_little_is_walked_wider_and_at_last_not_at_all(large: Release, growing: Path) -> None:
    assert min(settled(growing, large).values()) >= 0.95
    assert not (growing / SCAN_ONLY).exists()
    assert not (growing / WALK).exists()
    assert min(settled(growing, large, [1, 400], least=0.99).values()) >= 0.99
    assert (growing / WALK).read_text() == "400"
    assert min(settled(growing, large, [1], least=0.99).values()) == 1.0
    assert (growing / SCAN_ONLY).exists()


def test_an_index_that_grew_begins_with_what_the_one_before_was_settled_to(large: Release, growing: Path) -> None:
    (growing / WALK).write_text("400")
    assert min(settled(growing, large).values()) >= 0.95
    assert (growing / WALK).read_text() == "400"
    (growing / SCAN_ONLY).touch()
    assert min(settled(growing, large).values()) == 1.0
    assert (growing / SCAN_ONLY).exists()


async def test_without_a_graph_a_large_release_is_scanned_exactly(large: Release, tmp_path: Path) -> None:
    steps: list[str] = []
    edge_build.build(large, tmp_path, lambda done, total, step: steps.append(step), linked=False)
    assert set(steps) == {"indexing"}
    index = EdgeIndex.open(tmp_path, large.dims)
    assert await index.linked() == 0
    assert await index.coarse() == []
    assert await share_found(index, large, 100) == 1.0
    await index.close()


async def share_found(index: EdgeIndex, large: Release, excluded: int) -> float:
    """Share of the next 50 tracks that are found when so many of the nearest are excluded, over 20 queries."""
    vectors = np.asarray(large.index_vectors("graph"), dtype=np.float32)
    shares = []
    for at in range(0, WALK_FROM, WALK_FROM // 20):
        query = np.asarray(large.query_vectors("graph")[at], dtype=np.float32)
        order = np.argsort(-(vectors @ query), kind="stable")
        (found,) = await index.search([TrackQuery("graph", query, 50, exclude=order[:excluded].tolist())])
        assert set(found.rows.tolist()).isdisjoint(order[:excluded].tolist())
        shares.append(np.isin(order[excluded : excluded + 50], found.rows).mean())
    return float(np.mean(shares))
