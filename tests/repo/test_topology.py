"""Tests of kit.topology and of everything derived from it."""

import tomllib
from pathlib import Path

import pytest
from pydantic_settings import SettingsConfigDict

from gateway.routing import ROUTES
from kit.settings import CommonSettings, with_service_urls
from kit.topology import DATABASES, GATEWAY, SERVICES, Service, called_by, url_variable
from supervisor.programs import listen_once, programs
from tests.repo.settings_page import classes, variable

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
NAMES = [service.name for service in SERVICES]
SIX = (*SERVICES, Service("charts", 5, calls=("recommend", "catalog", "auth")))


def test_the_topology_has_exactly_the_folders_of_services() -> None:
    assert sorted(NAMES) == sorted(path.parent.name for path in ROOT.glob("services/*/app.py"))


def test_services_call_only_services_started_before_them() -> None:
    for number, service in enumerate(SERVICES):
        assert set(service.calls) <= set(NAMES[:number])
    assert len({service.port_offset for service in SERVICES} | {0}) == len(SERVICES) + 1


def test_every_service_has_an_extra_of_its_own_that_the_fleet_installs() -> None:
    extras = PROJECT["project"]["optional-dependencies"]
    assert set(NAMES) <= extras.keys()
    assert {f"segue[{name}]" for name in (*NAMES, GATEWAY)} <= set(extras["fleet"])


def test_no_service_may_import_another() -> None:
    independent = [one for one in PROJECT["tool"]["importlinter"]["contracts"] if one["type"] == "independence"]
    assert any({f"services.{name}" for name in NAMES} <= set(contract["modules"]) for contract in independent)


def test_public_paths_lead_to_existing_services() -> None:
    assert {route.service for route in ROUTES} <= set(NAMES)


def test_a_service_with_a_database_says_so() -> None:
    """What is backed up, and what compose, the manifests and their tests make databases of, follows from it."""
    found = [name for name in NAMES if "database_url" in classes()[name].model_fields]
    assert list(DATABASES) == found == [name for name in NAMES if (ROOT / "services" / name / "migrations").is_dir()]


@pytest.mark.parametrize("process", [*NAMES, GATEWAY])
def test_settings_have_the_urls_of_called_services_only(process: str) -> None:
    settings = classes()[process]
    read = {variable(settings, name, field) for name, field in settings.model_fields.items()}
    queried = [url_variable(process, called) for called in called_by(process)]
    assert {url_variable(process, name) for name in NAMES} & read == set(queried)


def test_the_fleet_takes_another_service_as_a_row(tmp_path: Path) -> None:
    fleet = {program.name: program for program in programs(listen_once(0), tmp_path, 3, SIX)}
    assert list(fleet) == ["auth", "catalog", "recommend", "report", "charts", "gateway"]
    assert fleet["charts"].factory == "services.charts.app:create_app"
    assert fleet["gateway"].settings["SEGUE_GATEWAY_CHARTS_URL"] == f"http://127.0.0.1:{fleet['charts'].port}"
    reported = {name: url for name, url in fleet["charts"].settings.items() if name.endswith("_URL")}
    assert reported == {
        f"SEGUE_CHARTS_{name.upper()}_URL": f"http://127.0.0.1:{fleet[name].port}"
        for name in ("auth", "catalog", "recommend")
    }
    assert {name: program.workers for name, program in fleet.items() if program.workers > 1} == {"recommend": 3}


def test_settings_take_another_service_as_a_row(monkeypatch: pytest.MonkeyPatch) -> None:
    class Plain(CommonSettings):
        model_config = SettingsConfigDict(env_prefix="SEGUE_GATEWAY_")

    monkeypatch.setenv("SEGUE_GATEWAY_AUTH_URL", "http://auth:8000/")
    settings = with_service_urls(GATEWAY, SIX)(Plain)()
    assert (settings.url_of("charts"), settings.url_of("auth")) == ("http://127.0.0.1:8005", "http://auth:8000")
