"""Fixtures for every suite, and settings of the environment that the processes of tests inherit.

OMP_*: idle threads of OpenMP spin; with two workers on two cores one fit of the board took 25 CPU seconds where it
takes 2. One thread also learns the same vectors here as in another process. Set before numpy and torch are loaded.

SSL_CERT_*: httpx2 loads a file of certificates for every client, tens of milliseconds of CPU; from a folder only what a
connection needs. Tests ask over plain HTTP, so a folder without any serves them.
"""

import fcntl
import gc
import os
from collections.abc import Callable

os.environ["OMP_NUM_THREADS"] = "1"
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
os.environ.pop("SSL_CERT_FILE", None)
os.environ["SSL_CERT_DIR"] = os.path.dirname(__file__)  # noqa: PTH120 - before anything is imported

from pathlib import Path
from tempfile import mkdtemp

import pytest

from tests import shared_routes, shared_schemas
from tests.postgres import auth_postgres, catalog_postgres, postgres_server, postgres_url, report_postgres

__all__ = ["auth_postgres", "catalog_postgres", "postgres_server", "postgres_url", "report_postgres"]

shared_routes.share()
shared_schemas.share()
LONG = (
    "contract/test_openapi.py", "web/test_pages.py", "web/test_states.py", "web/test_import.py", "web/test_spotify.py",
    "web/test_account.py", "web/test_import_under_way.py", "web/test_interaction.py", "web/test_listening.py",
    "web/test_map.py", "web/test_mutes.py", "web/test_player.py", "web/test_playlists.py", "web/test_provider.py",
    "web/test_sound_sketch.py", "web/test_weekly.py",  # one after the other: they share a fleet of a worker
    "fleet/test_forgotten_password.py", "pipelines/test_publish.py", "pipelines/test_cli.py",
    "fleet/test_new_releases.py", "fleet/test_fleet.py", "fleet/test_scrobblers.py",
    "fleet/test_person.py", "pipelines/models/test_models.py", "pipelines/test_place.py",
    "stores/test_catalog_store.py",
    "pipelines/test_untrusted_releases.py", "services/catalog/test_spotify.py", "stores/test_index_edge.py",
    "stores/test_library_store.py", "stores/test_index_rescored.py", "services/catalog/test_texts.py",
    "services/recommend/test_switching.py", "repo/test_slim_extras.py", "pipelines/test_demo.py",
    "pipelines/test_chain.py", "pipelines/open_data/test_open_release.py", "fleet/test_backup.py",
    "fleet/test_deletion_everywhere.py", "services/auth/test_password_reset.py",
)  # fmt: skip
"""Files of more than 10 CPU seconds, of long waits or of tests/web, whose site ends after them: first, so that no
worker begins one while the other is idle."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Orders the tests: long files first, inside a file as written."""
    rank = {Path(__file__).parent / file: place for place, file in enumerate(LONG)}
    items.sort(key=lambda item: rank.get(item.path, len(rank)))


def pytest_collection_finish() -> None:
    """Leaves what was imported and collected, which lives to the end, out of later collections of garbage."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    """Async tests run on asyncio, the loop that uvicorn runs. Of the session: a module's async fixtures need it."""
    return "asyncio"


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the small world learned and published, one for all workers. Tests only read it."""
    from tests.published import published_world  # here, because it brings torch, which most suites never need

    return once(tmp_path_factory, "published", published_world)


@pytest.fixture(scope="session")
def published_twice(published: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with that release, and one of another draw of the world, published after it. Tests only read it."""
    from tests.published import published_after

    return once(tmp_path_factory, "twice", lambda folder: published_after(published, folder))


@pytest.fixture(scope="session")
def published_ranked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder whose release has a query reweighting and a ranker of random numbers. Tests only read it."""
    from tests.reranked_release import published_with_a_ranker

    return once(tmp_path_factory, "ranked", published_with_a_ranker)


def once(temporary: pytest.TempPathFactory, name: str, make: Callable[[Path], Path]) -> Path:
    """What the first worker of this run made in a folder of this name; the others wait for it and read it."""
    worker = os.environ.get("PYTEST_XDIST_WORKER")
    common = temporary.getbasetemp().parent if worker else temporary.getbasetemp()
    with (common / f"{name}.lock").open("a+") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        lock.seek(0)
        if not (made := lock.read()):
            made = str(make(Path(mkdtemp(prefix=name, dir=common))))
            lock.write(made)
    return Path(made)
