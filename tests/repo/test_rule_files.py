"""Tests that the import contracts cover every module of every service."""

import tomllib
from collections import Counter
from pathlib import Path
from typing import Any

from kit.topology import SERVICES

ROOT = Path(__file__).parents[2]
CONTRACTS: list[dict[str, Any]] = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"][
    "contracts"
]
RULES = "rules compute: no framework, no stores, no wire"
CALLERS = "what asks a store or a service knows no framework, no library of theirs and no settings"

# By file or folder name: they wire, read the environment, parse and answer requests, store, or are commands.
NO_RULES = {
    "__init__",
    "__main__",
    "release_store",
    "app",
    "settings",
    "routes",
    "internal",
    "store",
    "migrations",
    "migrate",
    "rotate",
}
# Where a store is called by another name.
STORES = {"recommend": "services.recommend.served.release_store"}
# Parse requests with FastAPI under a name of their own.
PARSING = {
    "services.auth.dependencies",
    "services.auth.personal_data_routes",
    "services.catalog.dependencies",
    "services.catalog.library.exclusion_routes",
    "services.catalog.library.mute_routes",
    "services.catalog.library.personal_data_routes",
    "services.recommend.admin_routes",
    "services.recommend.home_routes",
    "services.recommend.map_routes",
    "services.recommend.request.parsing",
    "services.recommend.request.unvalidated_route",
}


def contract(name: str) -> dict[str, Any]:
    [found] = [one for one in CONTRACTS if one["name"] == name]
    return found


def modules() -> list[str]:
    """Every module of a service that is not named for wiring, requests or storage."""
    paths = [path.relative_to(ROOT).with_suffix("") for path in sorted(ROOT.glob("services/*/**/*.py"))]
    return [".".join(path.parts) for path in paths if NO_RULES.isdisjoint(path.parts[2:])]


def test_every_module_of_a_service_stands_in_one_list() -> None:
    listed = Counter([*contract(RULES)["source_modules"], *contract(CALLERS)["source_modules"], *PARSING])
    assert sorted(listed) == modules()
    assert [name for name, times in listed.items() if times > 1] == []


def test_the_contracts_forbid_the_settings_and_the_rules_the_stores_of_every_service() -> None:
    for service in SERVICES:
        store = STORES.get(service.name, f"services.{service.name}.store")
        assert store in contract(RULES)["forbidden_modules"]
        for name in (RULES, CALLERS):
            assert f"services.{service.name}.settings" in contract(name)["forbidden_modules"]
