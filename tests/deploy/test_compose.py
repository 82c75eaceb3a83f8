"""docker-compose.yml: its variables are settings, its services are those of the topology, its secrets are made."""

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import yaml

from kit.topology import DATABASES, GATEWAY, SERVICES, called_by, url_variable
from supervisor.container import PORTS
from tests.deploy.manifests import ROOT
from tests.real import missing
from tests.repo.settings_page import COMPOSE, TEMPLATE, classes, variable

FILE = ROOT / "docker-compose.yml"
DOCUMENT: dict[str, Any] = yaml.safe_load(FILE.read_text())
RUNNING: dict[str, Any] = DOCUMENT["services"]
NAMES = [GATEWAY, *(row.name for row in SERVICES)]
KEYS = {"SEGUE_SERVICE_KEY", "SEGUE_AUTH_SECRET", "SEGUE_AUTH_SPOTIFY_KEYS", "SEGUE_AUTH_OIDC_CLIENT_SECRET"}
FIXED = {*KEYS, *(f"SEGUE_{name.upper()}_DATABASE_URL" for name in NAMES)}
"""Secrets: they come from files."""
EMBEDDED = {"SEGUE_MAIL_FOLDER", "SEGUE_MAIL_KEEP", "SEGUE_MAIL_KEEP_DAYS"}
"""Settings of mails in files: here a server receives them."""

SHARED = {"url", "endpoint", "region", "access_key", "secret_key", "poll_s"}
SHARED_VOLUME = {f"SEGUE_RELEASES_{name.upper()}" for name in SHARED}
"""Settings of a store of releases: here one volume is shared, read-only for services."""


def known(process: str) -> set[str]:
    settings = classes()[process]
    return {variable(settings, name, field) for name, field in settings.model_fields.items()}


@pytest.mark.must("S2-02")
@pytest.mark.parametrize("name", NAMES)
def test_each_service_reads_every_setting_and_no_other_variable(name: str) -> None:
    """What .env sets reaches the service; what is not set keeps its default."""
    assert RUNNING[name]["environment"].keys() == known(name) - FIXED - EMBEDDED - SHARED_VOLUME


@pytest.mark.parametrize("name", NAMES)
def test_secrets_of_a_service_are_files_that_its_settings_read(name: str) -> None:
    read = {secret.upper() for secret in RUNNING[name]["secrets"]}
    assert read == known(name) & FIXED
    assert RUNNING[name]["environment"]["SEGUE_SECRETS_DIR"] == "/run/secrets"


def test_the_jobs_read_settings_only() -> None:
    allowed = {"SEGUE_DATA", "SEGUE_RECOMMEND_INDEX_URL"} | known("pipelines")
    assert RUNNING["publish-demo"]["environment"].keys() | RUNNING["pipelines"]["environment"].keys() <= allowed
    for name in DATABASES:
        job = RUNNING[f"migrate-{name}"]
        assert job["entrypoint"] == ["python", "-m", f"services.{name}.migrate"]
        assert (job["environment"], job["secrets"]) == (RUNNING[name]["environment"], RUNNING[name]["secrets"])
        assert (ROOT / "services" / name / "migrate.py").exists()


@pytest.mark.parametrize("name", NAMES)
def test_services_find_each_other_by_name_and_port(name: str) -> None:
    variables = RUNNING[name]["environment"]
    for called in called_by(name):
        assert variables[url_variable(name, called)] == f"http://{called}:{PORTS[called]}"
    hosts = {urlsplit(str(value)).hostname for key, value in variables.items() if key != "SEGUE_PUBLIC_URL" and value}
    assert hosts - {None} <= RUNNING.keys()


def test_only_the_gateway_is_published_beyond_this_machine() -> None:
    published = {name: one["ports"] for name, one in RUNNING.items() if "ports" in one}
    assert published == {
        GATEWAY: ["${SEGUE_PORT:-8000}:8000"],
        "mailcatcher": ["127.0.0.1:${SEGUE_MAILCATCHER_PORT:-8025}:8025"],
    }


def test_everything_starts_in_the_order_of_health() -> None:
    for name, one in RUNNING.items():
        for needed, how in one.get("depends_on", {}).items():
            job = needed.startswith(("migrate-", "publish-"))
            assert how == {"condition": "service_completed_successfully" if job else "service_healthy"}, name
            assert job or "build" in RUNNING[needed] or "healthcheck" in RUNNING[needed], needed
    for name in DATABASES:
        assert f"migrate-{name}" in RUNNING[name]["depends_on"]


def test_our_containers_have_no_rights_and_write_nowhere_but_in_their_volumes() -> None:
    for name, one in RUNNING.items():
        if one["image"].startswith("segue-"):
            assert one["read_only"] is True, name
            assert (one["cap_drop"], one["security_opt"]) == (["ALL"], ["no-new-privileges:true"]), name
    assert RUNNING["catalog"]["volumes"] == RUNNING["recommend"]["volumes"] == ["releases:/data:ro"]


def test_volumes_secrets_and_images_are_declared() -> None:
    used = {volume.split(":")[0] for one in RUNNING.values() for volume in one.get("volumes", [])}
    assert {name for name in used if not name.startswith(".")} == DOCUMENT["volumes"].keys()
    assert {name for one in RUNNING.values() for name in one.get("secrets", [])} == DOCUMENT["secrets"].keys()
    built = {one["image"]: one["build"]["args"]["SERVICE"] for one in RUNNING.values() if "build" in one}
    assert built == {f"segue-{service}": service for service in built.values()}
    assert {one["image"] for one in RUNNING.values() if one["image"].startswith("segue-")} == built.keys()
    assert "name" not in DOCUMENT


def test_every_variable_of_the_file_itself_is_documented_in_the_template() -> None:
    read = set(re.findall(r"\$\{([A-Z_]+)", FILE.read_text()))
    everything = set().union(*(known(process) for process in classes()))
    assert read - everything == COMPOSE.keys()
    template = TEMPLATE.read_text()
    assert all(f"#{name}={default}" in template for name, (default, _) in COMPOSE.items())
    assert all(f"${{{name}:-{default}}}" in FILE.read_text() for name, (default, _) in COMPOSE.items())


def test_the_script_makes_every_secret_once(tmp_path: Path) -> None:
    words = ["sh", str(ROOT / "deploy" / "make-secrets.sh"), str(tmp_path / "secrets")]
    first = subprocess.run(words, capture_output=True, text=True, check=True).stdout
    made = {path.name: path.read_text() for path in (tmp_path / "secrets").iterdir()}
    assert made.keys() == DOCUMENT["secrets"].keys()
    assert first.count("written") == len(made)
    assert all(one["file"] == f"./deploy/secrets/{name}" for name, one in DOCUMENT["secrets"].items())
    for name in ("segue_service_key", "segue_auth_secret"):
        assert len(made[name].strip()) == 64
    assert made["segue_auth_database_url"].strip().endswith(f"{made['postgres_password'].strip()}@postgres:5432/auth")
    assert (tmp_path / "secrets").stat().st_mode & 0o777 == 0o700
    assert "written" not in subprocess.run(words, capture_output=True, text=True, check=True).stdout
    assert made == {path.name: path.read_text() for path in (tmp_path / "secrets").iterdir()}


def test_git_and_the_image_leave_the_secrets_out() -> None:
    assert "/deploy/secrets/" in (ROOT / ".gitignore").read_text().splitlines()
    assert "!deploy" not in (ROOT / ".dockerignore").read_text().splitlines()


def test_the_databases_are_those_of_the_services() -> None:
    statements = (ROOT / "deploy" / "postgres" / "databases.sql").read_text()
    databases = re.findall(r"CREATE DATABASE (\w+);", statements)
    assert databases == [name for name in sorted(NAMES) if f"SEGUE_{name.upper()}_DATABASE_URL" in known(name)]
    single = (ROOT / "deploy" / "k8s" / "components" / "postgres-single" / "postgres.yaml").read_text()
    assert "".join(f"    {line}\n" for line in statements.splitlines()) in single


def test_compose_itself_accepts_the_file() -> None:
    if not shutil.which("docker-compose"):
        missing("docker-compose", "docker-compose.yml was only parsed: install docker-compose")
    done = subprocess.run(["docker-compose", "config", "--quiet"], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
