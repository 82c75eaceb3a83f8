"""Tests of SEGUE_SECRETS_DIR: settings read from one file each."""

from pathlib import Path

import pytest
from pydantic_settings import SettingsError

from services.auth.settings import Settings as Auth
from services.report.settings import Settings as Report

KEY, SECRET = "k" * 40, "s" * 40
URL = "postgresql://segue:word@postgres:5432/auth"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SEGUE_SECRETS_DIR", str(tmp_path))
    (tmp_path / "segue_service_key").write_text(KEY + "\n")
    (tmp_path / "segue_auth_secret").write_text(SECRET + "\n")
    (tmp_path / "segue_auth_database_url").write_text(URL + "\n")
    return tmp_path


def test_secrets_are_read_from_files_without_their_line_end(folder: Path) -> None:
    settings = Auth()
    assert (settings.shared_key(), settings.sealing_secret(), settings.database) == (KEY, SECRET, URL)
    assert settings.secrets_dir == folder


def test_a_service_reads_common_files_and_its_own_only(folder: Path, tmp_path: Path) -> None:
    settings = Report(data=tmp_path)
    assert settings.shared_key("http://auth:8003") == KEY
    assert settings.database == f"sqlite:///{tmp_path / 'report.db'}"


def test_a_variable_wins_over_its_file(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEGUE_SERVICE_KEY", "v" * 40)
    assert Auth().shared_key() == "v" * 40


def test_a_folder_that_is_not_there_refuses_to_start(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEGUE_SECRETS_DIR", str(folder / "absent"))
    with pytest.raises(SettingsError, match="which is no folder: mount the secrets there"):
        Auth()


def test_secrets_are_never_shown(folder: Path) -> None:
    assert KEY not in repr(Auth())
    assert SECRET not in repr(Auth())
