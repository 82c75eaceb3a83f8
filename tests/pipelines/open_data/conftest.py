"""The small world as open dumps, fetched once, and the stages over it."""

from pathlib import Path

import pytest

from pipelines.open_data.rules import SessionRules
from pipelines.open_data.sessions import sessions_stage
from pipelines.open_data.tracks import tracks_stage
from pipelines.stage import Built
from tests.pipelines.open_data import world as open_world
from tests.pipelines.open_data.world import OpenWorld

RULES = SessionRules()


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("open")


@pytest.fixture(scope="session")
def world(folder: Path) -> OpenWorld:
    return open_world.small(folder)


@pytest.fixture(scope="session")
def sessions(folder: Path, world: OpenWorld) -> Built:
    return sessions_stage(folder / "work", world.dumps, RULES, lambda _: None, part=1_500)  # several parts


@pytest.fixture(scope="session")
def tracks(folder: Path, world: OpenWorld, sessions: Built) -> Built:
    return tracks_stage(folder / "work", world.dumps, RULES, None, lambda _: None)
