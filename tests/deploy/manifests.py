"""Overlays of deploy/k8s as kustomize renders them, and what the tests look up in them."""

import shutil
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from tests.real import missing

ROOT = Path(__file__).parents[2]
K8S = ROOT / "deploy" / "k8s"
OPTIONS = Path(__file__).parent / "overlays" / "options"
OVERLAYS = ("kind", "production", "options")
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # ten times as fast where libyaml is there
NAME, STORE = "app.kubernetes.io/name", "store"
CUSTOM = ("postgresql.cnpg.io/v1", "gateway.networking.k8s.io/v1", "monitoring.coreos.com/v1")
"""API groups of operators: Kubernetes' own schemas do not have them."""

Manifest = dict[str, Any]


def rendered(overlay: str) -> list[Manifest]:
    """The manifests of an overlay; skips where neither kubectl nor kustomize is installed."""
    folder = OPTIONS if overlay == OPTIONS.name else K8S / "overlays" / overlay
    return [document for document in yaml.load_all(render(folder), LOADER) if document]


@cache
def render(folder: Path) -> str:
    """What kustomize prints for a folder."""
    if shutil.which("kustomize"):
        words = ["kustomize", "build", str(folder)]
    elif shutil.which("kubectl"):
        words = ["kubectl", "kustomize", str(folder)]
    else:
        missing("kustomize", "the manifests are not rendered: install kubectl or kustomize")
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def kind(manifests: list[Manifest], *kinds: str) -> list[Manifest]:
    """The manifests of these kinds."""
    return [one for one in manifests if one["kind"] in kinds]


def named(manifests: list[Manifest], of_type: str) -> dict[str, Manifest]:
    """Name -> manifest of one kind."""
    return {one["metadata"]["name"]: one for one in kind(manifests, of_type)}


def pods(manifests: list[Manifest]) -> Iterator[tuple[str, Manifest]]:
    """Kind/name and the pod template of everything that starts pods."""
    for one in kind(manifests, "Deployment", "StatefulSet", "Job", "CronJob"):
        spec = one["spec"]["jobTemplate"]["spec"] if one["kind"] == "CronJob" else one["spec"]
        yield f"{one['kind']}/{one['metadata']['name']}", spec["template"]


def containers(manifests: list[Manifest]) -> Iterator[tuple[str, Manifest]]:
    """Kind/name and container of every pod."""
    for title, template in pods(manifests):
        for container in template["spec"].get("initContainers", []) + template["spec"]["containers"]:
            yield title, container


def environment(container: Manifest, manifests: list[Manifest]) -> dict[str, str]:
    """The container's variables; a value from a Secret is "secret:NAME/KEY"."""
    maps = named(manifests, "ConfigMap")
    found: dict[str, str] = {}
    for source in container.get("envFrom", []):
        found |= maps[source["configMapRef"]["name"]]["data"]
    for entry in container.get("env", []):
        reference = entry.get("valueFrom", {}).get("secretKeyRef")
        found[entry["name"]] = f"secret:{reference['name']}/{reference['key']}" if reference else entry["value"]
    return found


def selects(selector: Manifest, labels: dict[str, str]) -> bool:
    """Whether a label selector matches labels."""
    equal = all(labels.get(key) == value for key, value in selector.get("matchLabels", {}).items())
    among = [labels.get(one["key"]) in one["values"] for one in selector.get("matchExpressions", [])]
    return equal and all(among)
