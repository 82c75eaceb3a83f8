"""The demo release, published: the largest world that a test can have without a download."""

from pathlib import Path

import pytest

from kit.release import Release
from pipelines.release.publish import publish
from tests.conftest import once

COMMITTED = Path(__file__).parents[3] / "releases"


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder that serves it, one for all workers. Tests only read it, or copy it."""
    found = sorted(COMMITTED.glob("demo-*/manifest.json"))
    if not found:
        pytest.skip("releases/ holds no demo release: make demo")

    def published_demo(data: Path) -> Path:
        publish(found[0].parent, data)
        return data

    return once(tmp_path_factory, "demo", published_demo)


def served(data: Path) -> Release:
    """The release in such a folder."""
    [path] = (data / "releases").glob("demo-*/")
    return Release(path)
