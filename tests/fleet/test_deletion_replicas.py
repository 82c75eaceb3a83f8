"""The proof of deletion on PostgreSQL with two replicas of every service: every row of every table is searched."""

from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest
from sqlalchemy.engine import make_url

from tests.fleet.fleets import eventually
from tests.fleet.people import PASSWORD
from tests.fleet.replicas import DATABASES, Replicas, replicas
from tests.fleet.traces import LIKED, left_in_files, left_in_tables, traced
from tests.published import copy

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def running(published: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Replicas]:
    folder = tmp_path_factory.mktemp("traces")
    with replicas(copy(published, folder), folder) as started:
        track = f"{started.url}/v1/tracks/{LIKED[0]}"
        eventually(lambda: httpx2.get(track).status_code == 200, "the first import")
        yield started


def test_a_deleted_account_leaves_no_row_and_no_file(running: Replicas) -> None:
    quillon = traced(running.url)
    server = make_url(running.postgres.url)
    urls = [server.set(database=name).render_as_string(hide_password=False) for name in DATABASES]
    assert left_in_tables(urls, quillon.needles).keys() == quillon.needles.keys()
    quillon.person.request("DELETE", "/v1/me", expected=202, json={"password": PASSWORD})
    eventually(lambda: left_in_tables(urls, quillon.needles) == {}, "no row is left")
    eventually(lambda: left_in_files(running.folder, quillon.needles) == {}, "no file, mail or log line is left")
