"""Traces of a real fleet, received by a collector over OTLP/HTTP: one trace runs through all services of a request."""

import time
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest

from tests import worlds
from tests.fleet.collector import Collector, collector
from tests.fleet.fleets import Fleet, eventually, fleet
from tests.fleet.people import Person, sign_up
from tests.published import copy

pytestmark = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="processes are watched through /proc")
FORCED = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
SENT_EVERY_S = "500"


@pytest.fixture(scope="module")
def traced(published: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Fleet, Collector]]:
    data = copy(published, tmp_path_factory.mktemp("traces"))
    with collector() as receiving:
        settings = {
            "SEGUE_OTLP_ENDPOINT": receiving.url,
            "SEGUE_TRACE_SHARE": "1",
            "SEGUE_RECOMMEND_TASTE_WAIT_S": "5",  # a list without the person's taste would make another trace
            "OTEL_BSP_SCHEDULE_DELAY": SENT_EVERY_S,
        }
        with fleet(data, **settings) as running:
            running.wait_for_output("Ctrl-C stops everything")
            yield running, receiving


@pytest.fixture(scope="module")
def person(traced: tuple[Fleet, Collector]) -> Person:
    return sign_up(traced[0].url)


def test_one_trace_runs_from_the_gateway_over_recommend_to_catalog(
    traced: tuple[Fleet, Collector], person: Person
) -> None:
    _, receiving = traced
    answer = person.recommended()
    assert answer["tracks"]
    route = "/v1/me/recommendations"

    def entry() -> list[str]:
        return [one.trace for one in receiving.spans if (one.service, one.name) == ("segue-gateway", f"GET {route}")]

    eventually(entry, "the gateway's span arrived")
    [trace] = entry()
    wanted = {"segue-gateway", "segue-recommend", "segue-catalog"}

    def whole() -> bool:
        ours = [one for one in receiving.spans if one.trace == trace]
        return {one.service for one in ours} >= wanted and {one.parent for one in ours} - {one.id for one in ours} == {
            ""
        }

    eventually(whole, "all three sent their spans, and every parent is there")
    spans = {one.id: one for one in receiving.spans if one.trace == trace}

    def path(one_id: str) -> list[str]:
        one = spans[one_id]
        return [*(path(one.parent) if one.parent else []), f"{one.service}: {one.name}"]

    way = ["segue-gateway: GET recommend", f"segue-recommend: GET {route}", "segue-recommend: GET catalog"]
    ends = [one.id for one in spans.values() if one.service == "segue-catalog" and one.name != "GET auth"]
    assert {tuple(path(end)[:-1]) for end in ends} == {(f"segue-gateway: GET {route}", *way)}
    assert answer["request_id"] in {one.attributes.get("segue.request_id") for one in spans.values()}


def test_spans_name_the_route_and_hold_no_path_query_or_token(traced: tuple[Fleet, Collector], person: Person) -> None:
    running, receiving = traced
    track = worlds.track_id(0)
    person.request("GET", f"/v1/tracks/{track}", expected=None, params={"secret": "word-in-the-query"})

    def seen() -> bool:
        return any(
            one.service == "segue-catalog" and one.name.startswith("GET /v1/tracks/{") for one in receiving.spans
        )

    eventually(seen, "catalog's span of the track")
    everything = b"".join(receiving.raw)
    for word in (track, "word-in-the-query", person.session["access_token"], person.email):
        assert word.encode() not in everything
    assert running.url.encode() not in everything


def test_a_strangers_traceparent_begins_no_trace_and_probes_none(traced: tuple[Fleet, Collector]) -> None:
    running, receiving = traced
    before = len(receiving.spans)
    httpx2.get(f"{running.url}/v1/genres", headers={"traceparent": FORCED}, timeout=15)
    httpx2.get(f"{running.url}/health/ready", timeout=15)
    eventually(lambda: any("/genres" in one.name for one in receiving.spans[before:]), "the request's own trace")
    time.sleep(1)
    assert FORCED.split("-")[1] not in {one.trace for one in receiving.spans}
    assert not [one for one in receiving.spans if "health" in one.name]
