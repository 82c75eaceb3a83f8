"""Which releases stay beside the one that serves, by the manifests of published releases."""

import shutil
from collections.abc import Mapping
from pathlib import Path

import orjson
import pytest

from kit import serving_history
from kit.release import Manifest, Release
from pipelines.index.growth import continued_version, full_version
from pipelines.release.kept import kept
from pipelines.release.publish import prune, publish, releases
from tests import worlds


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Release:
    return worlds.write_small_release(tmp_path_factory.mktemp("small"))


def manifests(small: Release, settings: Mapping[str, Mapping[str, str]]) -> dict[str, Manifest]:
    """The small release under these versions, each with settings."""
    return {
        version: small.manifest.model_copy(update={"version": version, "settings": dict(own)})
        for version, own in settings.items()
    }


def write(small: Release, folder: Path, version: str, minute: int, **settings: str) -> Path:
    """The small release under another version, written at this minute."""
    path = shutil.copytree(small.path, folder / version)
    manifest = orjson.loads((path / "manifest.json").read_bytes())
    manifest |= {"version": version, "created_at": f"2026-01-01T00:{minute:02}:00.000Z", "settings": settings}
    (path / "manifest.json").write_bytes(orjson.dumps(manifest))
    return path


def held(data: Path) -> set[str]:
    return {release.version for release in releases(data)}


@pytest.mark.parametrize(
    ("settings", "base", "full"),
    [
        ({}, None, None),
        ({"updated_from": "full-1"}, "full-1", "full-1"),
        ({"placed_onto": "full-1", "full_release": "full-1"}, "full-1", "full-1"),
        ({"placed_onto": "placed-1", "full_release": "full-1"}, "placed-1", "full-1"),
        ({"placed_onto": "update-1", "updated_from": "full-1"}, "update-1", "full-1"),
        ({"placed_onto": "placed-1"}, "placed-1", "placed-1"),
        ({"updated_from": "self-1"}, None, None),
        ({"placed_onto": "self-1", "full_release": "self-1"}, None, None),
    ],
)
def test_what_a_release_continues(small: Release, settings: dict[str, str], base: str | None, full: str | None) -> None:
    manifest = manifests(small, {"self-1": settings})["self-1"]
    assert (continued_version(manifest), full_version(manifest)) == (base, full)


@pytest.mark.parametrize(
    ("served", "waiting", "stay"),
    [
        (["full-2", "full-1"], [], {"full-2", "full-1"}),
        (["full-3", "full-2", "full-1"], [], {"full-3", "full-2"}),
        (["update-1", "full-2", "full-1"], [], {"update-1", "full-2", "full-1"}),
        (["update-1", "full-2"], [], {"update-1", "full-2", "full-1"}),
        (["full-3", "update-1", "full-2", "full-1"], [], {"full-3", "update-1", "full-1"}),
        (["full-3", "full-2", "update-1", "full-1"], [], {"full-3", "full-2"}),
        (["placed-3", "placed-2", "placed-1", "full-1"], [], {"placed-3", "placed-2", "full-1"}),
        (["old-2", "full-2"], [], {"old-2", "old-1", "full-1", "full-2"}),
        (
            ["update-1", "update-2", "full-3"],
            [],
            {"update-1", "full-1", "update-2", "full-2", "full-3"},
        ),  # five, the most
        (["stray", "update-1", "full-2"], [], {"stray", "update-1", "full-2", "full-1"}),
        (["full-3", "full-2", "full-1"], ["update-1"], {"full-3", "full-2", "update-1", "full-1"}),
        (["circle-1", "full-2"], [], {"circle-1", "circle-2", "full-2"}),
        (["self-1", "full-2", "full-1"], [], {"self-1", "full-2"}),
    ],
)
def test_the_last_two_stay_and_what_they_continue(
    small: Release, served: list[str], waiting: list[str], stay: set[str]
) -> None:
    there = manifests(
        small,
        {
            **{f"full-{number}": {} for number in (1, 2, 3)},
            **{f"update-{number}": {"updated_from": f"full-{number}"} for number in (1, 2)},
            **{
                f"placed-{number}": {"placed_onto": f"placed-{number - 1}", "full_release": "full-1"}
                for number in (1, 2, 3)
            },
            "old-1": {"placed_onto": "full-1"},
            "old-2": {"placed_onto": "old-1"},
            "stray": {"updated_from": "nowhere"},
            "circle-1": {"placed_onto": "circle-2"},
            "circle-2": {"placed_onto": "circle-1"},
            "self-1": {"updated_from": "self-1"},
        },
    )
    found = kept(served, waiting, there.get)
    assert len(found) == len(stay)
    assert set(found) == stay


@pytest.mark.slow
def test_the_release_that_an_update_continues_stays_where_another_full_one_served_since(
    small: Release, tmp_path: Path
) -> None:
    data = tmp_path / "data"
    for minute, version in enumerate(("full-1", "other-1")):
        publish(write(small, tmp_path, version, minute), data)
    update = write(small, tmp_path, "update-1", 3, updated_from="full-1")
    assert publish(update, data).pruned == []
    assert held(data) == {"full-1", "other-1", "update-1"}
    assert publish(write(small, tmp_path, "full-2", 4), data).pruned == ["other-1"]
    assert publish(write(small, tmp_path, "full-3", 5), data).pruned == ["update-1", "full-1"]


def test_the_release_that_updates_continue_stays_when_the_history_has_forgotten_it(
    small: Release, tmp_path: Path
) -> None:
    """No index: a prune opens none."""
    folder = tmp_path / "releases"
    write(small, folder, "full-1", 1)
    for number in (1, 2):
        write(small, folder, f"update-{number}", 1 + number, updated_from="full-1")
    worlds.set_current(folder, Release(folder / "update-2"))
    serving_history.record(folder, ["full-1", *["update-1", "update-2"] * (serving_history.REMEMBERED // 2)])
    assert "full-1" not in serving_history.history(folder, [])
    assert prune(tmp_path) == []
    write(small, folder, "full-0", 0)
    assert prune(tmp_path) == ["full-0"]
    assert held(tmp_path) == {"full-1", "update-1", "update-2"}
