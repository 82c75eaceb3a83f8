"""Every metric that the dashboard and the alerts name is exposed by a service, with labels from fixed sets."""

import re
from collections.abc import Iterator
from pathlib import Path

import httpx2
import orjson
import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families

from gateway.app import create_app as create_gateway
from gateway.settings import Settings as GatewaySettings
from kit.topology import GATEWAY
from services.auth.app import create_app as create_auth
from services.auth.settings import Settings as AuthSettings
from services.catalog.app import create_app as create_catalog
from services.catalog.settings import Settings as CatalogSettings
from services.recommend.app import create_app as create_recommend
from services.recommend.settings import Settings as RecommendSettings
from services.report.app import create_app as create_report
from services.report.settings import Settings as ReportSettings
from tests.deploy.manifests import K8S
from tests.ports import free_port

pytestmark = pytest.mark.anyio
KEY = "a-service-key-of-forty-characters-or-more"
WORD = re.compile(r"\b[a-z]+(?:_[a-z]+)+\b")
FUNCTIONS = {"histogram_quantile"}
LABELS = {"service", "method", "route", "status", "stage", "cause", "limit", "pool", "le"}


def expressions() -> Iterator[str]:
    dashboard = orjson.loads((K8S / "components" / "grafana" / "segue.json").read_bytes())
    for panel in dashboard["panels"]:
        yield from (target["expr"] for target in panel["targets"])
    rules = yaml.safe_load((K8S / "components" / "monitoring" / "alerts.yaml").read_text())
    for group in rules["spec"]["groups"]:
        yield from (rule["expr"] for rule in group["rules"])


async def exposed(data: Path) -> dict[str, str]:
    """Service -> what its /metrics shows after a few requests."""
    shared = {"data": data, "service_key": KEY}
    apps = {
        "auth": create_auth(AuthSettings(**shared)),
        "catalog": create_catalog(CatalogSettings(**shared)),
        "recommend": create_recommend(RecommendSettings(**shared)),
        "report": create_report(ReportSettings(**shared)),
    }
    found = {}
    for name, app in apps.items():
        async with (
            app.router.lifespan_context(app),
            httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="http://service") as client,
        ):
            await client.get("/health/live")
            await client.request("FROB", "/health/live")
            answer = await client.get("/metrics")
            assert answer.headers["content-type"].startswith("text/plain; version=")
            found[name] = answer.text
    port = free_port()
    gateway = create_gateway(GatewaySettings(metrics_address=f"127.0.0.1:{port}", service_key=KEY))
    async with (
        gateway.router.lifespan_context(gateway),
        httpx2.AsyncClient(transport=httpx2.ASGITransport(gateway), base_url="http://gateway") as client,
    ):
        await client.get("/health/live")
        assert (await client.get("/metrics")).status_code == 404
        async with httpx2.AsyncClient() as inside:
            found[GATEWAY] = (await inside.get(f"http://127.0.0.1:{port}/metrics")).text
    with pytest.raises(httpx2.ConnectError):
        httpx2.get(f"http://127.0.0.1:{port}/metrics")
    return found


@pytest.fixture
async def exposition(tmp_path: Path) -> dict[str, str]:
    return await exposed(tmp_path)


async def test_dashboard_and_alerts_name_metrics_that_exist(exposition: dict[str, str]) -> None:
    names = {
        sample.name
        for text in exposition.values()
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }
    families = {line.split()[2] for text in exposition.values() for line in text.splitlines() if line[:6] == "# TYPE"}
    for expression in expressions():
        outside = re.sub(r"\{[^}]*\}|by \([^)]*\)", "", expression)  # without labels
        named = set(WORD.findall(outside)) - FUNCTIONS
        assert named, expression
        for name in named:
            base = name.removesuffix("_bucket")
            assert name in names or base in families, f"{name} in {expression}"


async def test_names_follow_the_conventions_and_labels_are_bounded(exposition: dict[str, str]) -> None:
    for service, text in exposition.items():
        for family in text_string_to_metric_families(text):
            assert family.documentation, family.name
            assert family.name.startswith(("segue_", "http_request", "process_")), family.name
            if family.type == "histogram":
                assert family.name.endswith("_seconds")
            for sample in family.samples:
                assert sample.labels.keys() <= LABELS, sample
                assert sample.labels.get("service", service) == service
                assert sample.labels.get("method", "GET") in {"GET", "other"}


@pytest.mark.parametrize("address", ["9100", "host:0", "host:70000", "http://host:9100"])
def test_a_wrong_address_says_how_to_write_one(address: str) -> None:
    with pytest.raises(ValueError, match=r"write host:port"):
        GatewaySettings(metrics_address=address)
