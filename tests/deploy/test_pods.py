"""Rules for every pod of every overlay: restricted Pod Security, resources, probes, images, volumes, secrets."""

import re

import pytest

from supervisor.programs import GRACE_S
from tests.deploy.manifests import (
    CUSTOM,
    OVERLAYS,
    ROOT,
    Manifest,
    containers,
    environment,
    kind,
    named,
    pods,
    rendered,
)
from tests.real import missing

OURS = re.compile(r"(?:registry\.example\.org/)?segue-([a-z]+):[0-9]+\.[0-9]+\.[0-9]+")
THEIRS = re.compile(r"[a-z/]+:v?[0-9]+[0-9a-z.-]*")


@pytest.fixture(params=OVERLAYS)
def manifests(request: pytest.FixtureRequest) -> list[Manifest]:
    return rendered(request.param)


def test_kubernetes_schemas_accept_every_manifest(manifests: list[Manifest]) -> None:
    try:
        import kubernetes_validate
    except ImportError:
        missing("kubernetes-validate", "kubernetes-validate is not installed: pip install kubernetes-validate")
    for one in manifests:
        if one["apiVersion"] not in CUSTOM:
            kubernetes_validate.validate(one, "1.37", strict=True)


def test_a_misspelt_probe_is_refused(manifests: list[Manifest]) -> None:
    try:
        import kubernetes_validate
    except ImportError:
        missing("kubernetes-validate", "kubernetes-validate is not installed: pip install kubernetes-validate")
    one = dict(kind(manifests, "Deployment")[0])
    one["spec"] = {**one["spec"], "templates": {}}
    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate(one, "1.37", strict=True)


def test_pods_satisfy_the_restricted_security_standard(manifests: list[Manifest]) -> None:
    for title, template in pods(manifests):
        spec, security = template["spec"], template["spec"]["securityContext"]
        assert security["runAsNonRoot"] is True, title
        assert security["runAsUser"] > 0, title
        assert security["seccompProfile"] == {"type": "RuntimeDefault"}, title
        assert not {"hostNetwork", "hostPID", "hostIPC"} & spec.keys(), title
        allowed = {"emptyDir", "configMap", "persistentVolumeClaim"}
        assert all(volume.keys() - {"name"} <= allowed for volume in spec["volumes"]), title
    for title, container in containers(manifests):
        security = container["securityContext"]
        assert security["allowPrivilegeEscalation"] is False, title
        assert security["capabilities"] == {"drop": ["ALL"]}, title
        assert security["readOnlyRootFilesystem"] is True, title
        assert all("hostPort" not in port for port in container.get("ports", [])), title
    labels = named(manifests, "Namespace")["segue"]["metadata"]["labels"]
    assert labels["pod-security.kubernetes.io/enforce"] == "restricted"


def test_no_pod_holds_a_token_of_the_cluster(manifests: list[Manifest]) -> None:
    for title, template in pods(manifests):
        assert template["spec"]["automountServiceAccountToken"] is False, title
    for name, account in named(manifests, "ServiceAccount").items():
        assert account["automountServiceAccountToken"] is False, name
    used = {template["spec"].get("serviceAccountName", "default") for _, template in pods(manifests)}
    assert used - {"default"} == named(manifests, "ServiceAccount").keys()


def test_pods_have_requests_and_a_memory_limit_and_no_cpu_limit(manifests: list[Manifest]) -> None:
    for title, container in containers(manifests):
        assert container["resources"]["requests"].keys() == {"cpu", "memory"}, title
        assert container["resources"]["limits"].keys() == {"memory"}, title


def test_servers_have_three_probes_and_an_orderly_end(manifests: list[Manifest]) -> None:
    for one in kind(manifests, "Deployment", "StatefulSet"):
        spec = one["spec"]["template"]["spec"]
        [container] = spec["containers"]
        assert {"startupProbe", "readinessProbe", "livenessProbe"} <= container.keys(), one["metadata"]["name"]
        ports = {port["name"] for port in container["ports"]}
        for probe in ("startupProbe", "readinessProbe", "livenessProbe"):
            target = container[probe].get("httpGet", container[probe].get("tcpSocket"))
            assert target is None or target["port"] in ports
        if container["image"].split("/")[-1].startswith("segue-"):
            drain_s = float(environment(container, manifests)["SEGUE_DRAIN_S"])
            assert drain_s >= 5  # until no router sends requests here
            assert spec["terminationGracePeriodSeconds"] >= drain_s + GRACE_S + 30


def test_images_have_a_version_and_ours_can_be_built(manifests: list[Manifest]) -> None:
    dockerfile = (ROOT / "deploy" / "Dockerfile").read_text()
    for title, container in containers(manifests):
        if ours := OURS.fullmatch(container["image"]):
            assert re.search(rf"^ +.*\b{ours[1]}\b.*\) extras=", dockerfile, re.MULTILINE), title
        else:
            assert THEIRS.fullmatch(container["image"]), f"{title}: {container['image']}"


def test_every_mounted_volume_exists(manifests: list[Manifest]) -> None:
    claims, maps = named(manifests, "PersistentVolumeClaim"), named(manifests, "ConfigMap")
    templates = {
        claim["metadata"]["name"]
        for one in kind(manifests, "StatefulSet")
        for claim in one["spec"].get("volumeClaimTemplates", [])
    }
    for title, template in pods(manifests):
        volumes = {volume["name"]: volume for volume in template["spec"]["volumes"]}
        for container in template["spec"]["containers"]:
            mounted = {mount["name"] for mount in container["volumeMounts"]}
            assert "tmp" in mounted, title
            assert mounted <= volumes.keys() | templates, title
        for volume in volumes.values():
            assert volume.get("persistentVolumeClaim", {}).get("claimName", "segue-releases") in claims, title
            assert "configMap" not in volume or volume["configMap"]["name"] in maps, title


def test_services_cannot_write_releases_and_jobs_that_publish_can(manifests: list[Manifest]) -> None:
    """A folder of the pod's own, into which it fetches releases from a store, is not the claim."""
    writers = set()
    for title, template in pods(manifests):
        claims = {one["name"] for one in template["spec"]["volumes"] if "persistentVolumeClaim" in one}
        mounts = [mount for container in template["spec"]["containers"] for mount in container["volumeMounts"]]
        if any(one["name"] in claims & {"releases"} and not one.get("readOnly", False) for one in mounts):
            writers.add(title)
    assert writers <= {"CronJob/refresh", "Job/demo-release"}
    assert "CronJob/refresh" in writers


def test_secrets_are_named_in_the_guide_and_never_rendered(manifests: list[Manifest]) -> None:
    guide = (ROOT / "docs" / "operations.md").read_text()
    assert kind(manifests, "Secret") == []
    for title, container in containers(manifests):
        for entry in container.get("env", []):
            if reference := entry.get("valueFrom", {}).get("secretKeyRef"):
                assert reference["name"] in guide, f"{title}: {reference['name']}"
                assert reference["key"] in guide, f"{title}: {reference['key']}"
