"""The map's stage: layout, spreading, clusters, labels and the checks of a stranger's map."""

import shutil
import warnings
from collections.abc import Callable
from pathlib import Path

import numpy as np
import orjson
import polars as pl
import pytest
from sklearn.exceptions import ConvergenceWarning

from kit.manifest import BrokenRelease
from kit.map import HEADER, MapPoints
from kit.release import Release
from kit.release_rules import MAP_LABELS, MAP_POINTS
from pipelines.map import clusters, labels, layout, nearest_anchors, spreading, stage
from pipelines.release.contents import check_contents
from pipelines.release.write import write_release
from tests import worlds
from tests.pipelines.test_untrusted_releases import rewrite, sign
from tests.services.recommend.test_map import with_map

ISLANDS, PER = 4, 40


def islands(seed: int = 3) -> np.ndarray:
    """(160, 8) unit vectors of four islands."""
    rows = 0.1 * np.random.default_rng(seed).standard_normal((ISLANDS * PER, 8))
    rows[np.arange(len(rows)), np.arange(len(rows)) // PER] += 1.0
    return layout.unit(rows)


def nearest_are_of_the_island(plane: np.ndarray) -> float:
    near = np.argsort(np.linalg.norm(plane[:, None] - plane[None], axis=2), axis=1)[:, 1:6]
    return float((near // PER == np.arange(len(plane))[:, None] // PER).mean())


def test_the_layout_keeps_islands_together_and_is_the_same_again() -> None:
    plane = layout.layout(islands(), 1)
    assert nearest_are_of_the_island(plane) > 0.95
    assert (plane == layout.layout(islands(), 1)).all()
    assert plane.min() >= 0
    assert plane.max() <= 1


def test_points_beyond_the_sample_stand_at_their_neighbours() -> None:
    assert nearest_are_of_the_island(layout.layout(islands(), 1, most=60)) > 0.9


@pytest.mark.parametrize(("exact_to", "least"), [(500, 1.0), (499, 0.9)])
def test_the_nearest_anchors_are_found(exact_to: int, least: float, monkeypatch: pytest.MonkeyPatch) -> None:
    """All for few points, most for many: 500 in forty overlapping groups in 24 dimensions."""
    monkeypatch.setattr(nearest_anchors, "EXACT_TO", exact_to)
    rng, anchors = np.random.default_rng(4), 4_000
    centres = rng.standard_normal((40, 24))
    rows = layout.unit(centres[rng.integers(0, 40, anchors + 500)] + rng.standard_normal((anchors + 500, 24)))
    found = nearest_anchors.nearest(rows[anchors:], rows[:anchors], 5, seed=1)
    exact = np.argsort(-(rows[anchors:] @ rows[:anchors].T), axis=1)[:, :5]
    shared = [len(set(one) & set(other)) for one, other in zip(found.tolist(), exact.tolist(), strict=True)]
    assert np.mean(shared) / 5 >= least


def test_anchors_that_are_all_alike_are_found_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nearest_anchors, "EXACT_TO", 2)
    same = np.ones((2_001, 4), np.float32) / 2
    with warnings.catch_warnings(action="ignore", category=ConvergenceWarning):
        assert nearest_anchors.nearest(same[:3], same, 5, seed=1).shape == (3, 5)


def test_one_track_and_a_few_have_a_map() -> None:
    for count in (1, 2, 3, 4, 5):
        plane = spreading.spread(layout.layout(islands()[:count], 1), 1)
        assert plane.shape == (count, 2)
        assert np.isfinite(plane).all()


def test_points_at_one_place_are_pushed_apart() -> None:
    heap = np.full((30, 2), 0.5)
    frame = np.array([[0.0, 0.0], [1.0, 1.0]])
    spread = spreading.spread(np.vstack([heap, frame]), 1)
    apart = np.linalg.norm(spread[:30, None] - spread[None, :30], axis=2)[np.triu_indices(30, 1)]
    assert apart.min() > 0.5 * spreading.SPACING
    assert apart.max() < 12 * spreading.SPACING


def test_clusters_are_the_islands_the_largest_first() -> None:
    found = clusters.clusters(islands(), 1)
    assert clusters.number_of(len(found)) == ISLANDS
    sizes = np.bincount(found)
    assert (np.diff(sizes) <= 0).all()
    assert all(len(set(found[at * PER : (at + 1) * PER].tolist())) == 1 for at in range(ISLANDS))


def named(genres: list[list[str]], artists: list[str | None], cluster: list[int]) -> dict[int, str | None]:
    tracks = labels.MappedTracks(genres, artists, np.ones(len(genres), np.int64))
    place = np.arange(len(genres)).astype(np.uint16)
    found = labels.labelled(tracks, np.array(cluster, np.uint8), place, place)
    return {one.cluster: one.label for one in found.clusters}


def test_a_label_is_the_genre_that_stands_out_and_no_two_are_the_same() -> None:
    genres = [["pop", "Hip Hop"]] * 6 + [["pop", "hip-hop"]] * 2 + [["pop", "jazz"]] * 8 + [["pop", "jazz"]] * 8
    artists = ["A"] * 8 + ["B"] * 8 + ["C"] * 8
    assert named(genres, artists, [0] * 8 + [1] * 8 + [2] * 8) == {0: "Hip Hop", 1: "jazz", 2: "C"}


def test_a_cluster_too_small_has_no_label() -> None:
    few = labels.TRACKS_LEAST - 1
    assert named([["rock"]] * 20 + [["jazz"]] * few, ["A"] * (20 + few), [0] * 20 + [1] * few) == {0: "A", 1: None}


def test_the_stage_maps_titled_tracks_with_a_vector_and_loads_what_it_saved(tmp_path: Path) -> None:
    content = worlds.content()
    space = content.spaces["graph"]
    figures = {}
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        given = (space.track_ids, space.index, content.tracks, content.playlists)
        figures = stage.build(tmp_path / name, *given, seed=1, progress=lambda _: None)
    one, two = stage.load(tmp_path / "one"), stage.load(tmp_path / "two")
    assert one.points.packed() == two.points.packed()
    assert one.clusters == two.clusters
    titled = set(content.tracks.filter(pl.col("title").is_not_null())["track_id"].to_list())
    assert set(one.track_ids) == {name for name in space.track_ids if name in titled}
    assert figures["points"] == len(one.track_ids)
    assert {cluster.label for cluster in one.clusters.clusters} >= set(worlds.SCENES)


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_release(tmp_path_factory.mktemp("written"), with_map(worlds.content(name="mapped"))).path


def test_a_release_with_a_map_passes(written: Path) -> None:
    check_contents(Release(written))


def _count(folder: Path) -> None:
    content = bytearray((folder / MAP_POINTS).read_bytes())
    content[8:12] = (2**31).to_bytes(4, "little")
    (folder / MAP_POINTS).write_bytes(content)


def _points(change: Callable[[bytes], bytes]) -> Callable[[Path], None]:
    def apply(folder: Path) -> None:
        (folder / MAP_POINTS).write_bytes(change((folder / MAP_POINTS).read_bytes()))

    return apply


def _labels_are(content: bytes) -> Callable[[Path], None]:
    def apply(folder: Path) -> None:
        (folder / MAP_LABELS).write_bytes(content)

    return apply


def _other_cluster(folder: Path) -> None:
    points = MapPoints.unpacked((folder / MAP_POINTS).read_bytes())
    changed = points.cluster.copy()
    changed[np.flatnonzero(changed == 0)[0]] = 9
    (folder / MAP_POINTS).write_bytes(MapPoints(points.x, points.y, changed).packed())


def _labels(change: Callable[[list[dict[str, object]]], object]) -> Callable[[Path], None]:
    def apply(folder: Path) -> None:
        document = orjson.loads((folder / MAP_LABELS).read_bytes())
        change(document["clusters"])
        (folder / MAP_LABELS).write_bytes(orjson.dumps(document))

    return apply


CHANGES: dict[str, tuple[Callable[[Path], None], str]] = {
    "count": (_count, "does not fit"),
    "longer": (_points(lambda content: content + b"\0"), "more than"),
    "short": (_points(lambda content: b"SG"), "does not fit"),
    "cut": (_points(lambda content: content[:-1]), "bytes"),
    "other cluster": (_other_cluster, "other clusters"),
    "other count": (_labels(lambda found: found[0].update(tracks=59)), "other counts"),
    "label twice": (_labels(lambda found: found[1].update(label="amber", kind="genre")), "share a label"),
    "long label": (_labels(lambda found: found[0].update(label="a" * 201)), "not valid"),
    "no json": (_labels_are(b"{"), "not valid"),
    "huge": (_labels_are(b" " * (300 << 10)), "more than"),
}


@pytest.mark.parametrize("name", CHANGES)
def test_a_map_that_does_not_fit_is_refused(written: Path, tmp_path: Path, name: str) -> None:
    change, match = CHANGES[name]
    folder = tmp_path / "stranger"
    shutil.copytree(written, folder)
    change(folder)
    sign(folder, MAP_POINTS, MAP_LABELS)
    with pytest.raises(BrokenRelease, match=match):
        check_contents(Release(folder))


def test_half_a_map_is_refused(written: Path, tmp_path: Path) -> None:
    folder = tmp_path / "stranger"
    shutil.copytree(written, folder)
    rewrite(folder, lambda manifest: manifest["files"].pop(MAP_LABELS))
    with pytest.raises(BrokenRelease, match=MAP_LABELS):
        Release(folder)


def test_the_header_is_sixteen_bytes() -> None:
    points = MapPoints(np.array([1, 2], np.uint16), np.array([3, 4], np.uint16), np.array([5, 255], np.uint8))
    assert points.packed() == b"SGMP\1\0\5\0\2\0\0\0\0\0\0\0" + b"\1\0\2\0\3\0\4\0\5\xff"
    assert HEADER.size == 16
