"""Tests of switching between installed releases: who may, what is refused, what serves afterwards."""

import fcntl
import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx2
import pytest

from kit import serving_history
from kit.release_current import current_version
from kit.tokens import ACCOUNT, ADMIN, SCOPES
from services.recommend.app import create_app
from services.recommend.settings import Settings
from tests.copies import cloned
from tests.tokens import Issuer
from tests.wires import TransportWire

pytestmark = pytest.mark.anyio
ROLLBACK = "/v1/admin/rollback"


def publish_path(version: str) -> str:
    return f"/v1/admin/releases/{version}/publish"


@pytest.fixture
def two(published: Path, published_twice: Path, tmp_path: Path) -> tuple[Path, str, str]:
    """A data folder with two installed releases, and their versions; the second serves."""
    first, second = (current_version(data / "releases") for data in (published, published_twice))
    assert first
    assert second
    return cloned(published_twice, tmp_path / "data"), first, second


@pytest.fixture
def issuer() -> Issuer:
    return Issuer()


@pytest.fixture
async def client(two: tuple[Path, str, str], issuer: Issuer) -> AsyncIterator[httpx2.AsyncClient]:
    def catalog(_request: httpx2.Request) -> httpx2.Response:
        return httpx2.Response(200, json={"items": [], "after": 0})

    wire = TransportWire(httpx2.MockTransport(catalog))
    app = create_app(Settings(data=two[0], poll_s=0.01), wire, TransportWire(issuer.transport))
    transport = httpx2.ASGITransport(app, raise_app_exceptions=False)
    async with (
        app.router.lifespan_context(app),
        httpx2.AsyncClient(transport=transport, base_url="http://recommend") as client,
    ):
        yield client


@pytest.fixture
def admin(issuer: Issuer) -> dict[str, str]:
    return issuer.bearer(uuid4(), (*SCOPES, ACCOUNT, ADMIN))


async def serving(client: httpx2.AsyncClient) -> str:
    return str((await client.get("/v1/releases/current")).json()["version"])


def problem_of(answer: httpx2.Response) -> tuple[int, str, str]:
    document: dict[str, Any] = answer.json()
    return answer.status_code, document["code"], document["detail"]


async def test_an_administrator_switches_to_an_installed_release(
    client: httpx2.AsyncClient, two: tuple[Path, str, str], admin: dict[str, str]
) -> None:
    data, first, second = two
    answer = await client.post(publish_path(first), headers=admin)
    assert (answer.status_code, answer.json()) == (200, {"version": first, "previous": second, "serving": True})
    assert await serving(client) == first
    assert (data / "releases" / "CURRENT").read_text() == f"{first}\n"
    assert serving_history.history(data / "releases", [first, second])[-2:] == [second, first]


async def test_a_rollback_goes_to_the_release_before_and_the_next_one_back(
    client: httpx2.AsyncClient, two: tuple[Path, str, str], admin: dict[str, str]
) -> None:
    _, first, second = two
    for version, previous in ((first, second), (second, first)):
        answer = await client.post(ROLLBACK, headers=admin)
        assert answer.json() == {"version": version, "previous": previous, "serving": True}
        assert await serving(client) == version


async def test_publishing_what_serves_changes_nothing(
    client: httpx2.AsyncClient, two: tuple[Path, str, str], admin: dict[str, str]
) -> None:
    data, _, second = two
    before = serving_history.history(data / "releases", [])
    answer = await client.post(publish_path(second), headers=admin)
    assert answer.json() == {"version": second, "previous": second, "serving": True}
    assert serving_history.history(data / "releases", []) == before


async def test_guests_people_and_keys_may_not(
    client: httpx2.AsyncClient, two: tuple[Path, str, str], issuer: Issuer
) -> None:
    key = {"authorization": f"Bearer {issuer.token(uuid4(), SCOPES, sid=None)}"}
    for path in (ROLLBACK, publish_path(two[1])):
        answers = [await client.post(path, headers=headers) for headers in ({}, issuer.bearer(uuid4()), key)]
        assert [answer.status_code for answer in answers] == [401, 403, 403]
        assert "SEGUE_AUTH_ADMINS" in answers[1].json()["detail"]
    assert await serving(client) == two[2]


@pytest.mark.parametrize("version", ["none", "..", "%2e%2e%2fCURRENT", "CURRENT", "a%00b"])
async def test_a_release_that_is_not_installed_is_404(
    client: httpx2.AsyncClient, two: tuple[Path, str, str], admin: dict[str, str], version: str
) -> None:
    answer = await client.post(publish_path(version), headers=admin)
    assert answer.status_code == 404
    assert await serving(client) == two[2]


async def test_without_its_index_a_release_is_409_with_the_command_that_builds_it(
    client: httpx2.AsyncClient, two: tuple[Path, str, str], admin: dict[str, str]
) -> None:
    data, first, second = two
    shutil.rmtree(data / "index" / first)
    status, code, detail = problem_of(await client.post(publish_path(first), headers=admin))
    assert (status, code) == (409, "conflict")
    assert f"run segue-pipeline publish {data / 'releases' / first} --data {data}" in detail
    assert await serving(client) == second


async def test_a_release_that_cannot_be_opened_is_409_and_the_old_one_serves_on(
    client: httpx2.AsyncClient, two: tuple[Path, str, str], admin: dict[str, str]
) -> None:
    data, first, second = two
    ids = data / "releases" / first / "ids.npy"
    ids.write_bytes(bytes(ids.stat().st_size))
    status, _, detail = problem_of(await client.post(ROLLBACK, headers=admin))
    assert (status, "cannot be opened" in detail) == (409, True)
    assert ((data / "releases" / "CURRENT").read_text().strip(), await serving(client)) == (second, second)


async def test_while_another_publish_is_at_work_the_answer_is_409(
    client: httpx2.AsyncClient, two: tuple[Path, str, str], admin: dict[str, str]
) -> None:
    with (two[0] / "publish.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        status, _, detail = problem_of(await client.post(ROLLBACK, headers=admin))
    assert (status, "another publish is at work" in detail) == (409, True)
    assert (await client.post(ROLLBACK, headers=admin)).status_code == 200


async def test_without_an_older_release_a_rollback_is_409(
    client: httpx2.AsyncClient, two: tuple[Path, str, str], admin: dict[str, str]
) -> None:
    shutil.rmtree(two[0] / "releases" / two[1])
    status, _, detail = problem_of(await client.post(ROLLBACK, headers=admin))
    assert (status, detail) == (409, "there is no older release to go back to: see /v1/releases")


async def test_a_folder_that_cannot_be_written_is_503_with_what_to_do(
    client: httpx2.AsyncClient, two: tuple[Path, str, str], admin: dict[str, str]
) -> None:
    (two[0] / "publish.lock").unlink()
    (two[0] / "publish.lock").mkdir()  # root may write everywhere: a folder in the lock's place fails for all
    status, code, detail = problem_of(await client.post(ROLLBACK, headers=admin))
    assert (status, code) == (503, "storage_unavailable")
    assert f"segue-pipeline rollback {two[1]}" in detail
    assert await serving(client) == two[2]
