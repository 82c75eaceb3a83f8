"""deploy/Dockerfile and .dockerignore: what they name exists, and nothing in them needs one architecture."""

import re
import tomllib

import pytest

from supervisor.container import FLEET, JOBS, PORTS
from tests.deploy.manifests import ROOT

TEXT = (ROOT / "deploy" / "Dockerfile").read_text()
LINES = TEXT.splitlines()
EXTRAS = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"]


@pytest.mark.must("S4-11", "S0-62")
def test_every_service_has_an_image_with_its_own_extra() -> None:
    chosen = dict[str, list[str]]()
    for names, extras in re.findall(r'^ +([a-z|]+)\) extras="([^"]+)"', TEXT, re.MULTILINE):
        for name in names.split("|"):
            chosen[name] = extras.replace("$SERVICE", name).split(",")
    assert chosen.keys() == {*PORTS, FLEET, *JOBS}
    for name, extras in chosen.items():
        assert extras[0] == name
        assert set(extras) <= EXTRAS.keys()


def test_what_is_copied_exists_and_reaches_the_build() -> None:
    admitted = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    copied = set[str]()
    for line in LINES:
        if line.startswith("COPY ") and "--from" not in line:
            copied |= set(line.split()[1:-1])
    assert copied == admitted
    assert all((ROOT / name).exists() for name in copied)


def test_any_base_will_do_and_the_process_is_nobody() -> None:
    assert "ARG BASE=python:3.11-slim-bookworm" in LINES
    assert TEXT.count("FROM ${BASE}") == TEXT.count("FROM ") == 2
    assert not [line for line in LINES if line.startswith("# syntax")]
    assert "USER 10001:10001" in LINES
    assert not re.search(r"amd64|arm64|x86_64|aarch64|--platform|https?://", TEXT)


def test_packages_are_those_that_are_tested_together() -> None:
    assert "pip install --disable-pip-version-check -c constraints.txt" in TEXT


def test_health_is_asked_of_the_service() -> None:
    assert re.search(r"^HEALTHCHECK .*\n +CMD .*supervisor\.container --health", TEXT, re.MULTILINE)
