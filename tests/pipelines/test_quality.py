"""The quality gate: a release that is worse beyond noise is not published unless it is forced."""

from pathlib import Path
from typing import Any

import orjson
import pytest

from kit.release import Manifest, Release
from kit.release_current import current_version
from pipelines.commands.publish import gate
from pipelines.evaluate.release_metrics import protocol_name
from pipelines.release.publish import PublishError
from pipelines.release.quality import compare
from tests import worlds
from tests.pipelines.test_cli import output_of, run_main


def manifest(release: Release, figure: Any, interval: Any, **changes: Any) -> Manifest:
    metrics = {"average_ndcg_100": figure, "interval_95": interval, "protocol": "continuation"}
    return release.manifest.model_copy(update={"metrics": metrics, "settings": {"seed": 1}, **changes})


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Release:
    return worlds.write_small_release(tmp_path_factory.mktemp("quality"))


@pytest.mark.parametrize(
    ("figure", "interval", "worse"),
    [
        (0.30, [0.28, 0.32], False),
        (0.272, [0.252, 0.292], False),  # .028 below, noise .0283
        (0.271, [0.251, 0.291], True),
        (0.40, [0.38, 0.42], False),
        (0.10, None, False),
        (None, None, False),
        ("0.1", [0.1, 0.1], False),
        (0.1, ["a", 0.1], False),
    ],
)
def test_worse_is_below_by_more_than_the_noise_of_both(
    figure: Any, interval: Any, worse: bool, release: Release
) -> None:
    current = manifest(release, 0.30, [0.28, 0.32])
    assert compare(manifest(release, figure, interval), current).worse is worse


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"data_hash": "another"}, "they learned from other data"),
        ({"settings": {"seed": 2}}, "another seed held out other playlists"),
    ],
)
def test_figures_on_other_playlists_are_not_compared(changes: dict[str, Any], reason: str, release: Release) -> None:
    current = manifest(release, 0.30, [0.28, 0.32])
    found = compare(manifest(release, 0.01, [0.0, 0.02], **changes), current)
    assert not found.worse
    assert found.sentence.endswith(f"is not comparable: {reason}")


@pytest.fixture
def folders(release: Release, tmp_path: Path) -> tuple[Path, Path]:
    """A data folder with a published release, and a worse release of the same data beside it."""
    data = tmp_path / "data"
    better = worlds.write_small_release(tmp_path / "better")
    state(better, 0.30)
    worse = worlds.write_small_release(tmp_path / "worse", name="worse")
    state(worse, 0.20)
    assert run_main("publish", better.path, "--data", data).returncode == 0
    return data, worse.path


def state(release: Release, figure: float) -> None:
    """Writes an accuracy into the manifest."""
    stated = manifest(release, figure, [figure - 0.02, figure + 0.02], data_hash="same")
    (release.path / "manifest.json").write_bytes(orjson.dumps(stated.model_dump()))


def test_a_worse_release_is_not_published_without_force(folders: tuple[Path, Path]) -> None:
    data, worse = folders
    before = current_version(data / "releases")
    done = run_main("publish", worse, "--data", data)
    assert output_of(done).endswith(
        f"NDCG@100 0.2000, {before} has 0.3000, noise 0.0283: it is worse and not published; --force publishes it"
    )
    assert current_version(data / "releases") == before
    forced = run_main("publish", worse, "--data", data, "--force")
    assert forced.returncode == 0, forced.stderr
    assert current_version(data / "releases") == worse.name


def test_the_gate_lets_the_first_and_the_same_release_pass(folders: tuple[Path, Path], tmp_path: Path) -> None:
    data, worse = folders
    gate(worse, tmp_path / "empty")
    gate(data / "releases" / str(current_version(data / "releases")), data)
    with pytest.raises(PublishError, match="--force publishes it"):
        gate(worse, data)


def test_a_new_release_states_its_protocol_as_the_bundled_one_does() -> None:
    """Other words for the same protocol would end the comparison with every release made before."""
    [folder] = (Path(__file__).parents[2] / "releases").glob("demo-*")
    stated = orjson.loads((folder / "manifest.json").read_bytes())["metrics"]["protocol"]
    tracks = int(stated.split(" of ")[1].split()[0])
    assert protocol_name(tracks) == stated
