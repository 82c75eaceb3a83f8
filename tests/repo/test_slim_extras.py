"""Each container installs one extra: its process must import with that extra's closure and nothing else.

The closure is computed from the installed packages' own metadata; every other distribution is hidden from a
fresh interpreter, which then builds the app.
"""

import json
import subprocess
import sys
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.metadata import Distribution, PackageNotFoundError, distribution, packages_distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from kit.topology import SERVICES

ROOT = Path(__file__).parents[2]
EXTRAS: dict[str, list[str]] = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"]
MEGABYTE = 1 << 20

PROGRAMS = {
    **{row.name: f"from services.{row.name}.app import create_app; create_app()" for row in SERVICES},
    "recommend": "from services.recommend.app import create_app; create_app(); import kit.vectors.edge",
    "gateway": "from gateway.app import create_app; create_app()",
    "publish": "import pipelines.cli, pipelines.release.publish, kit.vectors.edge",
    "pipelines": "import pipelines.cli, pipelines.chain, pipelines.evaluate.runs, pipelines.evaluate.tune, "
    "pipelines.ingest.catalog_likes, pipelines.evaluate.board.page, pipelines.plots",
    "audio": "import pipelines.cli, pipelines.local_audio.listen, pipelines.local_audio.worker",
}

HIDER = """
import sys
from importlib.machinery import PathFinder
visible = set({visible!r}) | set(sys.stdlib_module_names) | {{"kit", "services", "gateway", "pipelines"}}
class Visible(PathFinder):
    @classmethod
    def find_spec(cls, name, path=None, target=None):
        hidden = name.split(".")[0] not in visible and not name.startswith("_")
        return None if hidden else PathFinder.find_spec(name, path, target)
sys.meta_path[:] = [Visible if finder is PathFinder else finder for finder in sys.meta_path]
"""


def requirements_of(extra: str) -> list[Requirement]:
    """The extra's own requirements, with segue[other] replaced by that extra's."""
    found = []
    for requirement in map(Requirement, EXTRAS[extra]):
        if requirement.name == "segue":
            found += [inner for name in requirement.extras for inner in requirements_of(name)]
        else:
            found.append(requirement)
    return found


@cache
def closure(extra: str) -> dict[str, Distribution]:
    """Canonical name -> distribution of everything that installing the extra brings."""
    found: dict[str, Distribution] = {}
    waiting = [(requirement.name, frozenset(requirement.extras)) for requirement in requirements_of(extra)]
    seen = set()
    while waiting:
        name, extras = waiting.pop()
        if (name, extras) in seen:
            continue
        seen.add((name, extras))
        try:
            found[canonicalize_name(name)] = distribution(name)
        except PackageNotFoundError:
            continue
        for line in found[canonicalize_name(name)].requires or ():
            needed = Requirement(line)
            chosen = [{"extra": option} for option in extras or ("",)]
            if needed.marker is None or any(needed.marker.evaluate(environment) for environment in chosen):
                waiting.append((needed.name, frozenset(needed.extras)))
    return found


@cache
def owners_of_modules() -> Mapping[str, list[str]]:
    return packages_distributions()


def modules_of(extra: str) -> list[str]:
    names = closure(extra).keys()
    return sorted(
        module
        for module, owners in owners_of_modules().items()
        if any(canonicalize_name(owner) in names for owner in owners)
    )


@pytest.mark.must("S2-11")
@pytest.mark.parametrize("extra", PROGRAMS)
def test_a_process_imports_with_its_own_extra_and_nothing_else(extra: str) -> None:
    program = HIDER.format(visible=modules_of(extra)) + PROGRAMS[extra]
    done = subprocess.run([sys.executable, "-W", "error", "-c", program], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-2000:]


def test_packages_outside_the_extra_cannot_be_imported() -> None:
    program = HIDER.format(visible=modules_of("gateway")) + "import numpy"
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True)
    assert "No module named 'numpy'" in done.stderr


def test_the_serving_extras_bring_no_training_library() -> None:
    assert {"torch", "scipy", "polars", "pyarrow", "scikit-learn"}.isdisjoint(closure("fleet"))


@pytest.mark.must("S1-18", "S2-11")
def test_the_recommend_container_stays_under_150_megabytes_of_packages() -> None:
    sizes = {name: sum(_size(file) for file in dist.files or ()) for name, dist in closure("recommend").items()}
    assert sum(sizes.values()) < 150 * MEGABYTE, json.dumps(sizes, indent=1)


def test_recommend_on_a_qdrant_server_needs_no_embedded_engine_and_stays_as_small() -> None:
    """What its container holds: deploy/Dockerfile leaves the embedded engine out."""
    image = {**closure("recommend"), **closure("qdrant"), **closure("bucket")}
    del image["qdrant-edge-py"]
    sizes = {name: sum(_size(file) for file in dist.files or ()) for name, dist in image.items()}
    assert sum(sizes.values()) < 150 * MEGABYTE, json.dumps(sizes, indent=1)
    modules = set(modules_of("recommend")) | set(modules_of("qdrant")) | set(modules_of("bucket"))
    program = (
        HIDER.format(visible=sorted(modules - {"qdrant_edge"}))
        + "from services.recommend.app import create_app; create_app(); import kit.vectors.server\n"
        + "from pathlib import Path; from kit.vectors import open_index\n"
        + "try: open_index(Path(), 'a', {})\nexcept Exception as error: print(error)"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True)
    assert done.stdout == "qdrant_edge is not installed here: set SEGUE_RECOMMEND_INDEX_URL to a Qdrant server\n", (
        done.stderr[-2000:]
    )


def _size(file: object) -> int:
    path = Path(str(file.locate()))  # type: ignore[attr-defined]
    return path.stat().st_size if path.is_file() and path.suffix != ".pyc" else 0
