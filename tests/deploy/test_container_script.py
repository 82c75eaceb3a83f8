"""deploy/container-test.sh, which `make container-test` runs, and what the guide says of paths and components."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.deploy.manifests import K8S, ROOT

SCRIPT = ROOT / "deploy" / "container-test.sh"
GUIDE = (ROOT / "docs" / "operations.md").read_text()


def run(**variables: str) -> subprocess.CompletedProcess[str]:
    words = ["sh", str(SCRIPT)]
    return subprocess.run(words, env=os.environ | variables, capture_output=True, text=True, check=False)


@pytest.mark.skipif(not shutil.which("docker"), reason="docker is not installed")
def test_without_an_engine_the_test_says_why_it_is_skipped(tmp_path: Path) -> None:
    done = run(DOCKER_HOST=f"unix://{tmp_path / 'nobody.sock'}")
    assert done.returncode == 0
    assert re.search(r"^container-test skipped: no engine answers: .*nobody\.sock", done.stdout, re.MULTILINE)


def test_without_docker_the_test_says_so(tmp_path: Path) -> None:
    for tool in ("sh", "dirname"):
        (tmp_path / tool).symlink_to(shutil.which(tool) or "")
    done = run(PATH=str(tmp_path))
    assert (done.returncode, done.stdout) == (0, "container-test skipped: there is no docker command on this machine\n")


def test_every_path_and_component_of_the_guide_exists() -> None:
    for path in re.findall(r"deploy/[a-z0-9./-]+[a-z]", GUIDE):
        assert (ROOT / path).exists() or path == "deploy/secrets", path
    unused = {folder.name for folder in (K8S / "components").iterdir()}
    for overlay in (K8S / "overlays").iterdir():
        unused -= set(re.findall(r"components/([a-z-]+)", (overlay / "kustomization.yaml").read_text()))
    assert unused == {"ingress", "release-store", "tracing"}
    assert all(f"omponent `{name}`" in GUIDE for name in unused)
