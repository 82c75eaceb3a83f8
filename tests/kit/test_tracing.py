"""Tests of traces being off and of wrong settings; tests/fleet/test_tracing.py follows real ones."""

import subprocess
import sys
from pathlib import Path

import pytest
from pydantic import ValidationError

from services.catalog.settings import Settings

ROOT = Path(__file__).parents[2]
MAKE = "from services.catalog.app import create_app; from services.catalog.settings import Settings\n"
LOADED = (
    "import sys; print([name for name in sys.modules if name.startswith(('opentelemetry.sdk', 'opentelemetry.exp'))])"
)
WITHOUT = "import sys; sys.modules['opentelemetry.exporter'] = None\n"


def run(program: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True)


def test_without_an_endpoint_nothing_of_the_sdk_is_imported() -> None:
    assert run(f"{MAKE}create_app()\n{LOADED}").stdout == "[]\n"


def test_an_endpoint_without_the_packages_says_what_to_install() -> None:
    done = run(f"{WITHOUT}{MAKE}create_app(Settings(otlp_endpoint='http://127.0.0.1:4318'))")
    assert done.returncode == 1
    assert "TracingMissing: SEGUE_OTLP_ENDPOINT is set, which needs the extra `tracing`" in done.stderr


@pytest.mark.parametrize("endpoint", ["collector:4318", "http://collector:4318/v1/traces", "grpc://collector:4317"])
def test_a_wrong_endpoint_is_refused(endpoint: str) -> None:
    with pytest.raises(ValidationError):
        Settings(otlp_endpoint=endpoint)
