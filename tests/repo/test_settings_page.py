"""Tests that every setting is documented and the env template is up to date."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests import worlds
from tests.pipelines.test_cli import run_main
from tests.repo.settings_page import PAGE, ROOT, TEMPLATE, classes, page, template

READ = "from tests.repo.settings_page import classes; print([repr(kind()) for kind in classes().values()])"


def run(*words: object, **variables: str) -> str:
    """What a program says when the environment holds these of our variables and no others."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("SEGUE_")} | variables
    done = subprocess.run(list(map(str, words)), cwd=ROOT, env=own, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout + done.stderr


def test_every_setting_is_described() -> None:
    silent = [
        f"{title}.{name}"
        for title, settings in classes().items()
        for name, field in settings.model_fields.items()
        if not field.description
    ]
    assert silent == []


def test_the_settings_page_is_up_to_date() -> None:
    assert PAGE.read_text() == page()


@pytest.mark.must("S2-02")
def test_the_env_template_is_up_to_date() -> None:
    assert TEMPLATE.read_text() == template()


@pytest.mark.must("S2-02", "S2-09")
def test_the_template_loaded_by_a_shell_gives_the_defaults(tmp_path: Path) -> None:
    """With the # taken from every variable that has a value; `data` is written otherwise, to see that it is read."""
    lines = [line[1:] for line in TEMPLATE.read_text().splitlines() if line.startswith("#SEGUE_")]
    given = [line for line in lines if not line.endswith("=")]
    assert {"SEGUE_DATA=data", "SEGUE_PIPELINES_DEVICE=auto"} < set(given)
    (tmp_path / "segue.env").write_text("\n".join(given).replace("SEGUE_DATA=data", "SEGUE_DATA=elsewhere"))
    load = f'set -a; . {tmp_path / "segue.env"}; set +a; exec "$0" -c "$1"'
    loaded, plain = run("sh", "-c", load, sys.executable, READ), run(sys.executable, "-c", READ)
    assert "PosixPath('elsewhere')" in loaded
    assert loaded.replace("PosixPath('elsewhere')", "PosixPath('data')") == plain


def test_the_template_has_no_secret() -> None:
    secret = [line for line in TEMPLATE.read_text().splitlines() if "KEY=" in line or "SECRET=" in line]
    assert len(secret) >= 3
    assert all(line.endswith("=") for line in secret)


@pytest.mark.slow
@pytest.mark.must("S2-02")
def test_all_stages_share_the_data_folder_that_one_variable_names(tmp_path: Path) -> None:
    """The second stage finds what the first one left there."""
    worlds.entries().write_parquet(tmp_path / "playlists.parquet")
    data = tmp_path / "warehouse"
    first, second = (
        run_main(stage, tmp_path / "playlists.parquet", SEGUE_DATA=str(data)) for stage in ("ingest", "graph")
    )
    assert (first.returncode, second.returncode) == (0, 0), first.stderr + second.stderr
    assert str(data / "work" / "ingest") in first.stdout + first.stderr
    output = second.stdout + second.stderr
    assert next(line for line in output.splitlines() if " ingest " in line).endswith("(reused)")
    assert str(data / "work" / "graph") in output


@pytest.mark.must("S2-02")
@pytest.mark.skipif(not shutil.which("make"), reason="make is not installed")
def test_serving_reads_the_same_data_variable(tmp_path: Path) -> None:
    assert f"--data {tmp_path} " in run("make", "--dry-run", "run", SEGUE_DATA=str(tmp_path))
    assert "--data data " in run("make", "--dry-run", "run")
    queried = "import sys; sys.argv = ['fleet.py']; import fleet; print(fleet.arguments().data)"
    assert run(sys.executable, "-c", queried, SEGUE_DATA=str(tmp_path)) == f"{tmp_path}\n"
    assert run(sys.executable, "-c", queried) == "data\n"
