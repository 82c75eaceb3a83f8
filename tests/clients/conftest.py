"""The client as people install it: a wheel, built once for all workers by the interpreter that has the generator."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from zipfile import ZipFile

import pytest

from tests.conftest import once
from tests.contract.conftest import public  # noqa: F401 - the same servers as tests/contract
from tests.real import missing

ROOT = Path(__file__).parents[2]
PROJECT = ROOT / "clients" / "python"
GENERATOR = ROOT / ".venv-client" / "bin" / "python"


def built(folder: Path) -> Path:
    """The unpacked wheel, its code generated from the repository's openapi.json."""
    command = [GENERATOR, "-m", "hatchling", "build", "-t", "wheel", "-d", folder / "wheel"]
    ran = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    [wheel] = (folder / "wheel").glob("*.whl")
    with ZipFile(wheel) as archive:
        archive.extractall(folder / "installed")
    return folder / "installed"


@pytest.fixture(scope="session")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The folder that holds the installed package, on the import path while tests run."""
    if not GENERATOR.exists():
        missing("openapi-python-client", "no .venv-client with openapi-python-client: make client")
    folder = once(tmp_path_factory, "client", built)
    sys.path.insert(0, str(folder))
    yield folder
    sys.path.remove(str(folder))


@pytest.fixture(scope="session")
def segue_client(installed: Path) -> ModuleType:
    """The package. Tests import inside functions what else they need of it."""
    import segue_client

    assert Path(segue_client.__file__).is_relative_to(installed)
    return segue_client
