"""What the manifests say of services, ports, settings, routes and calls is what the code says."""

from pathlib import Path
from urllib.parse import urlsplit

import httpx2
import pytest
import yaml

from gateway.app import create_app as create_gateway
from gateway.settings import Settings as GatewaySettings
from kit.topology import DATABASES, GATEWAY, SERVICES, called_by, url_variable
from services.auth.app import create_app as create_auth
from services.catalog.app import create_app as create_catalog
from services.recommend.app import create_app as create_recommend
from services.report.app import create_app as create_report
from supervisor.container import PORTS
from tests.deploy.manifests import (
    K8S,
    NAME,
    OVERLAYS,
    ROOT,
    STORE,
    Manifest,
    containers,
    environment,
    kind,
    named,
    pods,
    rendered,
    selects,
)
from tests.repo.settings_page import classes, variable

APPS = {"auth": create_auth, "catalog": create_catalog, "recommend": create_recommend, "report": create_report}
JOBS = {
    "monthly-mail": (["auth", "catalog", "recommend"], ["postgres"]),
    "refresh": (["catalog"], ["qdrant"]),
    "demo-release": ([], ["qdrant"]),
    **{f"migrate-{name}": ([], ["postgres"]) for name in DATABASES},
}
"""Job -> the services and the stores that it calls."""
STORES = {"auth": ["postgres"], "catalog": ["postgres"], "report": ["postgres"], "recommend": ["qdrant"]}
OUTSIDE = ("SEGUE_PUBLIC_URL", "SEGUE_RELEASES_URL")
STORES |= {GATEWAY: ["valkey"]}


@pytest.fixture(params=OVERLAYS)
def manifests(request: pytest.FixtureRequest) -> list[Manifest]:
    return rendered(request.param)


def known(process: str) -> set[str]:
    """The variables that the settings class of a process reads."""
    settings = classes()[process]
    return {variable(settings, name, field) for name, field in settings.model_fields.items()}


def process_of(image: str) -> str:
    """The service of an image. publish and pipelines have the data folder and the index's URL as options."""
    return image.split("/")[-1].split(":")[0].removeprefix("segue-")


def test_every_variable_is_a_setting_of_its_process(manifests: list[Manifest]) -> None:
    for title, container in containers(manifests):
        variables = {name for name in environment(container, manifests) if name.startswith("SEGUE_")}
        process = process_of(container["image"])
        if process in (*APPS, GATEWAY):
            assert variables <= known(process), title
        else:
            assert variables <= known("recommend"), title


def test_the_index_is_written_where_recommend_reads_it(manifests: list[Manifest]) -> None:
    urls = {
        title: environment(container, manifests).get("SEGUE_RECOMMEND_INDEX_URL")
        for title, container in containers(manifests)
        if process_of(container["image"]) in ("recommend", "publish", "pipelines")
    }
    assert {"Deployment/recommend", "CronJob/refresh"} <= urls.keys()
    assert set(urls.values()) == {"http://qdrant:6333" if "qdrant" in named(manifests, "Service") else None}


def test_every_service_has_its_port_and_is_found_by_those_who_call_it(manifests: list[Manifest]) -> None:
    services = named(manifests, "Service")
    deployments = named(manifests, "Deployment")
    for name, port in PORTS.items():
        [container] = deployments[name]["spec"]["template"]["spec"]["containers"]
        assert [one["containerPort"] for one in container["ports"]] == [port, 9100][: 2 if name == GATEWAY else 1]
        assert [one["port"] for one in services[name]["spec"]["ports"]] == [port]
        variables = environment(container, manifests)
        for called in called_by(name):
            assert variables[url_variable(name, called)] == f"http://{called}:{PORTS[called]}"


def test_every_url_in_the_settings_is_a_service_of_the_overlay(manifests: list[Manifest]) -> None:
    services = named(manifests, "Service")
    for title, container in containers(manifests):
        for name, value in environment(container, manifests).items():
            parts = urlsplit(value)
            if not (name.endswith(("_URL", "_STORAGE")) and parts.hostname) or name in OUTSIDE:
                continue
            if parts.hostname == "segue-postgres-rw" and "Cluster" in {one["kind"] for one in manifests}:
                continue  # made by the operator
            ports = [one["port"] for one in services[parts.hostname]["spec"]["ports"]]
            assert parts.port in ports, f"{title}: {name}"


def test_every_service_key_comes_from_the_secret(manifests: list[Manifest]) -> None:
    for title, container in containers(manifests):
        if process_of(container["image"]) in (*APPS, GATEWAY) and "migrate" not in title:
            key = environment(container, manifests)["SEGUE_SERVICE_KEY"]
            assert key == "secret:segue-service-key/SEGUE_SERVICE_KEY", title


@pytest.mark.anyio
async def test_probes_ask_real_routes(
    manifests: list[Manifest], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)  # the databases of a fleet that was tried here are not the test's
    apps = {name: create() for name, create in APPS.items()} | {GATEWAY: create_gateway(GatewaySettings())}
    for name, app in apps.items():
        [container] = named(manifests, "Deployment")[name]["spec"]["template"]["spec"]["containers"]
        probed = [container[probe]["httpGet"]["path"] for probe in ("startupProbe", "readinessProbe", "livenessProbe")]
        startup = "/health/live" if name == GATEWAY else "/health/ready"
        assert probed == [startup, "/health/accepting", "/health/live"]
        async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="http://pod") as client:
            for path in ("/health/live", "/health/accepting"):
                assert (await client.get(path)).status_code == 200
            assert (await client.get("/metrics")).status_code == (404 if name == GATEWAY else 200)


def test_prometheus_asks_the_services_that_have_metrics() -> None:
    documents = list(yaml.safe_load_all((K8S / "components" / "monitoring" / "monitoring.yaml").read_text()))
    monitor = next(one for one in documents if one["kind"] == "ServiceMonitor")
    assert [endpoint["path"] for endpoint in monitor["spec"]["endpoints"]] == ["/metrics"]
    chosen = {name for name in PORTS if selects(monitor["spec"]["selector"], {NAME: name})}
    assert chosen == {row.name for row in SERVICES}


def test_the_metrics_of_the_gateway_have_a_port_that_no_service_publishes(manifests: list[Manifest]) -> None:
    documents = list(yaml.safe_load_all((K8S / "components" / "monitoring" / "monitoring.yaml").read_text()))
    [monitor] = [one for one in documents if one["kind"] == "PodMonitor"]
    assert selects(monitor["spec"]["selector"], {NAME: GATEWAY})
    [container] = named(manifests, "Deployment")[GATEWAY]["spec"]["template"]["spec"]["containers"]
    ports = {one["name"]: one["containerPort"] for one in container["ports"]}
    assert [ports[one["port"]] for one in monitor["spec"]["podMetricsEndpoints"]] == [9100]
    assert environment(container, manifests)["SEGUE_GATEWAY_METRICS_ADDRESS"] == "0.0.0.0:9100"
    assert 9100 not in {one["port"] for service in kind(manifests, "Service") for one in service["spec"]["ports"]}
    public = named(manifests, "NetworkPolicy")["to-gateway"]["spec"]["ingress"]
    assert [one["port"] for rule in public for one in rule["ports"]] == [PORTS[GATEWAY]]


def test_selectors_find_the_pods_that_they_mean(manifests: list[Manifest]) -> None:
    labels = {title: template["metadata"]["labels"] for title, template in pods(manifests)}
    for service in kind(manifests, "Service"):
        assert any(selects({"matchLabels": service["spec"]["selector"]}, one) for one in labels.values())
    for one in kind(manifests, "Deployment", "StatefulSet"):
        assert selects(one["spec"]["selector"], labels[f"{one['kind']}/{one['metadata']['name']}"])
    for budget in kind(manifests, "PodDisruptionBudget"):
        assert any(selects(budget["spec"]["selector"], one) for one in labels.values())
    for scaler in kind(manifests, "HorizontalPodAutoscaler"):
        assert scaler["spec"]["scaleTargetRef"]["name"] in named(manifests, "Deployment")
    assert named(manifests, "HorizontalPodAutoscaler").keys() == PORTS.keys()


def labels_of(manifests: list[Manifest]) -> list[dict[str, str]]:
    """The labels of every pod, those of CloudNativePG's too."""
    found = [template["metadata"]["labels"] for _, template in pods(manifests)]
    return found + [one["spec"]["inheritedMetadata"]["labels"] for one in kind(manifests, "Cluster")]


def test_the_network_allows_the_calls_of_the_topology_and_no_other(manifests: list[Manifest]) -> None:
    policies, everybody = kind(manifests, "NetworkPolicy"), labels_of(manifests)
    there = {one.get(STORE) or one[NAME] for one in everybody}

    def allowed(direction: str, side: str, own: dict[str, str], other: dict[str, str]) -> bool:
        rules = [
            rule
            for policy in policies
            if selects(policy["spec"]["podSelector"], own)
            for rule in policy["spec"].get(direction, [])
        ]
        peers = [peer for rule in rules for peer in rule.get(side, []) if "podSelector" in peer]
        return any(selects(peer["podSelector"], other) for peer in peers)

    seen = set()
    for caller in everybody:
        for called in everybody:
            names = (caller.get(STORE) or caller[NAME], called.get(STORE) or called[NAME])
            if allowed("egress", "to", caller, called) and allowed("ingress", "from", called, caller):
                seen.add(names)
    wanted = {(name, called) for name in PORTS for called in called_by(name)}
    wanted |= {(name, called) for name, stores in STORES.items() for called in stores}
    wanted |= {(job, called) for job, (services, stores) in JOBS.items() for called in services + stores}
    wanted |= {(store, store) for store in ("postgres", "qdrant")}
    wanted = {(caller, called) for caller, called in wanted if {caller, called} <= there}
    if not kind(manifests, "Cluster"):
        wanted -= {("postgres", "postgres")}
    assert seen == wanted


def test_everything_is_denied_by_default(manifests: list[Manifest]) -> None:
    deny = named(manifests, "NetworkPolicy")["default-deny"]["spec"]
    assert deny == {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}


@pytest.mark.must("S0-10", "S0-58")
def test_training_and_the_monthly_mail_run_by_schedule_and_never_twice_at_once(manifests: list[Manifest]) -> None:
    jobs = named(manifests, "CronJob")
    assert jobs.keys() == {"refresh", "monthly-mail"}
    assert {job["spec"]["concurrencyPolicy"] for job in jobs.values()} == {"Forbid"}
    suspended = jobs["refresh"]["spec"]["suspend"]
    assert suspended is (not kind(manifests, "Cluster"))  # production trains, kind has nothing to train on
    [container] = jobs["monthly-mail"]["spec"]["jobTemplate"]["spec"]["template"]["spec"]["containers"]
    assert container["command"] == ["python", "-m", "services.report.monthly"]
    assert (ROOT / "services" / "report" / "monthly" / "__main__.py").exists()


def test_everything_lies_in_one_namespace(manifests: list[Manifest]) -> None:
    spaces = {one["metadata"].get("namespace") for one in manifests if one["kind"] != "Namespace"}
    assert spaces == {"segue"}


def policies_for(manifests: list[Manifest], name: str) -> list[Manifest]:
    """The egress rules that hold for the pods of a name."""
    policies = kind(manifests, "NetworkPolicy")
    chosen = [one["spec"] for one in policies if selects(one["spec"]["podSelector"], {NAME: name})]
    return [rule for spec in chosen for rule in spec.get("egress", [])]


def test_traces_of_every_service_may_reach_the_collector() -> None:
    manifests = rendered("options")
    for name in PORTS:
        [container] = named(manifests, "Deployment")[name]["spec"]["template"]["spec"]["containers"]
        endpoint = urlsplit(environment(container, manifests)["SEGUE_OTLP_ENDPOINT"])
        assert endpoint.hostname is not None
        space = endpoint.hostname.split(".")[1]
        wanted = {
            "to": [{"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": space}}}],
            "ports": [{"protocol": "TCP", "port": endpoint.port}],
        }
        assert wanted in policies_for(manifests, name), name


def test_pods_that_open_releases_fetch_them_from_the_store_and_may_reach_it() -> None:
    manifests, found = rendered("options"), set()
    for title, container in containers(manifests):
        if "releases" not in {mount["name"] for mount in container["volumeMounts"]}:
            continue
        name = title.split("/")[1]
        variables = environment(container, manifests)
        assert variables["SEGUE_RELEASES_URL"].startswith("s3://"), title
        assert variables["SEGUE_RELEASES_SECRET_KEY"] == "secret:segue-release-store/SEGUE_RELEASES_SECRET_KEY", title
        assert {"ports": [{"protocol": "TCP", "port": 443}]} in policies_for(manifests, name), title
        found.add(name)
    assert found == {"catalog", "recommend", "report", "monthly-mail", "refresh"}
    claim = named(manifests, "PersistentVolumeClaim")["segue-releases"]
    assert claim["spec"]["accessModes"] == ["ReadWriteOnce"]
    users = {
        title.split("/")[1]
        for title, template in pods(manifests)
        if any("persistentVolumeClaim" in volume for volume in template["spec"]["volumes"])
    }
    assert users == {"refresh"}
