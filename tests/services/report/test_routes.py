"""Tests of report's routes: the report, keywords, scopes, periods and failures."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import numpy as np
import pytest
from httpx2 import AsyncClient, Response

from kit import ids
from tests.services.report.conftest import Accounts, running
from tests.services.report.listeners import TODAY, LikesOfCatalog, demo, of_genre
from tests.tokens import Issuer

pytestmark = pytest.mark.anyio
ME = uuid4()


def tracks(rows: Any) -> list[str]:
    return [demo().catalogue.release.track_id(int(row)) for row in rows]


async def send_query(client: AsyncClient, issuer: Issuer, path: str = "", *scopes: str, person: UUID = ME) -> Response:
    headers = issuer.bearer(person, scopes) if scopes else issuer.bearer(person)
    return await client.get(f"/v1/me/report{path}", headers=headers)


@pytest.mark.must("S0-13", "S0-33", "S0-48")
async def test_the_report_of_a_jazz_listener_compares_with_the_catalogue(
    client: AsyncClient, issuer: Issuer, library: LikesOfCatalog
) -> None:
    library.like(tracks(of_genre("jazz")[:80]))
    answer = await send_query(client, issuer)
    assert answer.status_code == 200, answer.text
    report = answer.json()
    assert (report["version"], report["n_likes"], report["n_in_release"], report["likes_needed"]) == (1, 80, 80, 0)
    assert report["catalogue_size"] == demo().catalogue.size
    claims = {one["name"]: one["claim"] for one in report["features"]}
    assert claims["acousticness"] == "higher"
    assert claims["loudness"] == "lower"
    assert 1 <= len(report["headlines"]) <= 5
    for line in report["headlines"]:
        section = report
        for part in line["evidence"].strip("/").split("/"):
            section = section[int(part)] if isinstance(section, list) else section[part]
        assert section is not None
    averages = report["averages"]
    assert averages["message"] == "fetch report data successfully"
    assert sum(averages["release"].values()) == pytest.approx(1, abs=0.001)


async def test_a_person_without_likes_gets_counts_and_no_claim(client: AsyncClient, issuer: Issuer) -> None:
    report = (await send_query(client, issuer)).json()
    assert (report["n_likes"], report["likes_needed"], report["summary"]) == (0, 20, "0 songs so far")
    assert [line["code"] for line in report["headlines"]] == ["few_likes"]
    assert {one["claim"] for one in report["features"]} == {"insufficient"}


async def test_likes_outside_the_release_are_counted_only(
    client: AsyncClient, issuer: Issuer, library: LikesOfCatalog
) -> None:
    library.like([*tracks(range(5)), ids.derive(mbid="in no release")])
    report = (await send_query(client, issuer)).json()
    assert (report["n_likes"], report["n_in_release"]) == (6, 5)


@pytest.mark.parametrize(
    ("period", "expected"), [("all", 30), ("2026", 27), ("2026-11", 27), ("2025-12", 3), ("1999", 0)]
)
async def test_a_period_holds_the_likes_of_its_time(
    client: AsyncClient, issuer: Issuer, library: LikesOfCatalog, period: str, expected: int
) -> None:
    library.like(tracks(range(30)), TODAY, timedelta(hours=1))
    library.likes[27:] = [(track, datetime(2025, 12, 31, 23, 59, tzinfo=UTC)) for track, _ in library.likes[27:]]
    report = (await send_query(client, issuer, f"?period={period}")).json()
    assert (report["n_likes"], report["n_considered"], report["period"]) == (expected, 30, period)


@pytest.mark.parametrize(
    "query",
    [
        "?period=2026-13",
        "?period=lately",
        "?period=26",
        "?voice=rude",
        "/card.svg?size=9",
        "/card.svg?facts=A%20B",
        "/card.svg?facts=a&facts=b&facts=c&facts=d",
    ],
)
async def test_a_malformed_parameter_is_named(client: AsyncClient, issuer: Issuer, query: str) -> None:
    answer = await send_query(client, issuer, query)
    assert (answer.status_code, answer.json()["code"]) == (422, "malformed")
    assert query.split("?")[1].split("=")[0] in answer.json()["detail"]


async def test_likes_are_read_in_pages_up_to_the_bound(
    data: Path, issuer: Issuer, library: LikesOfCatalog, accounts: Accounts
) -> None:
    library.like(tracks(np.arange(4_500)))
    async with running(data, library.transport, accounts.transport, likes_most=4_200) as client:
        report = (await send_query(client, issuer)).json()
    assert [int(request.url.params["limit"]) for request in library.queried] == [2_000, 2_000, 200]
    assert (report["n_considered"], report["n_in_release"]) == (4_200, 4_200)


@pytest.mark.parametrize("path", ["", "/keywords", "/card.svg", "/card.png"])
async def test_only_a_token_with_the_scope_reads_the_report(client: AsyncClient, issuer: Issuer, path: str) -> None:
    assert (await client.get(f"/v1/me/report{path}")).status_code == 401
    assert (await send_query(client, Issuer(), path)).status_code == 401
    assert (await send_query(client, issuer, path, "recommend:read", "catalog:read")).status_code == 403
    assert (await send_query(client, issuer, path, "report:read")).status_code == 200


@pytest.mark.parametrize(("status", "code"), [(503, 503), (500, 503), (401, 401)])
async def test_an_unavailable_catalog_is_a_problem_document(
    client: AsyncClient, issuer: Issuer, library: LikesOfCatalog, status: int, code: int
) -> None:
    library.status = status
    answer = await send_query(client, issuer)
    assert answer.status_code == code
    assert answer.headers["content-type"] == "application/problem+json"


async def test_without_a_release_the_report_is_unavailable(
    tmp_path: Path, issuer: Issuer, library: LikesOfCatalog, accounts: Accounts
) -> None:
    async with running(tmp_path, library.transport, accounts.transport) as client:
        answer = await send_query(client, issuer)
        assert (answer.status_code, answer.json()["code"]) == (503, "no_release")


async def test_the_same_likes_have_the_same_report_id(
    client: AsyncClient, issuer: Issuer, library: LikesOfCatalog
) -> None:
    library.like(tracks(range(25)))
    first, again = (await send_query(client, issuer)).json(), (await send_query(client, issuer)).json()
    other = (await send_query(client, issuer, person=uuid4())).json()
    library.like(tracks(range(26)))
    more = (await send_query(client, issuer)).json()
    assert first["report_id"] == again["report_id"]
    assert len({first["report_id"], other["report_id"], more["report_id"]}) == 3
