"""Tests of the service key: configured, or created once in the shared data folder."""

import stat
import threading
from pathlib import Path

import pytest
from pydantic import ValidationError

from kit.settings import CommonSettings, KeyNotSet, secret_file


def test_processes_that_share_a_folder_share_the_key(tmp_path: Path) -> None:
    keys = {CommonSettings(data=tmp_path / "new").shared_key() for _ in range(3)}
    assert len(keys) == 1
    assert len(keys.pop()) >= 43  # 256 bits and more in base64


def test_two_folders_have_two_keys(tmp_path: Path) -> None:
    assert secret_file(tmp_path / "a") != secret_file(tmp_path / "b")


def test_the_key_file_has_mode_0600(tmp_path: Path) -> None:
    secret_file(tmp_path / "key")
    assert stat.S_IMODE((tmp_path / "key").stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["key"]


def test_concurrent_processes_agree_on_one_key(tmp_path: Path) -> None:
    found: list[str] = []
    start = threading.Barrier(16)

    def begin() -> None:
        start.wait()
        found.append(secret_file(tmp_path / "key"))

    threads = [threading.Thread(target=begin) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 16
    assert len(set(found)) == 1


def test_a_key_that_is_set_is_used_and_never_shown(tmp_path: Path) -> None:
    key = "k" * 40
    settings = CommonSettings(data=tmp_path, service_key=key)
    assert settings.shared_key() == key
    assert key not in repr(settings)
    assert list(tmp_path.iterdir()) == []


def test_a_short_key_refuses_to_start(tmp_path: Path) -> None:
    with pytest.raises(ValidationError, match="at least 32"):
        CommonSettings(data=tmp_path, service_key="short")


def test_several_machines_need_a_configured_key(tmp_path: Path) -> None:
    settings = CommonSettings(data=tmp_path)
    assert settings.shared_key("http://127.0.0.1:8003", "http://localhost:8001")
    with pytest.raises(KeyNotSet, match="SEGUE_SERVICE_KEY"):
        settings.shared_key("http://127.0.0.1:8003", "http://catalog:8001")
    reported = CommonSettings(data=tmp_path, service_key="k" * 40)
    assert reported.shared_key("http://catalog:8001") == "k" * 40
