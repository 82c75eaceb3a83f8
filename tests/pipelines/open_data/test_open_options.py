"""Options of the commands `open`, and what the system refuses them: bounds, and one sentence."""

import shutil
from pathlib import Path

import pytest

from kit.release import Release
from kit.release_current import current_version
from pipelines.open_data.dump_errors import DumpError, disk_errors
from pipelines.open_data.release import origin, pack
from pipelines.stage import Built
from tests.pipelines.test_cli import output_of, run_main
from tests.system_limits import no_larger_files

ABSURD = "999999999999999999999999"


@pytest.mark.parametrize(
    ("command", "option", "value"),
    [
        *((command, "--users-each", "4") for command in ("sessions", "features", "release")),
        *(
            (command, option, ABSURD)
            for command in ("sessions", "features", "release")
            for option in ("--gap", "--users-each", "--most-tracks", "--most-entries")
        ),
        ("fetch", "--members", ABSURD),
        ("fetch", "--at-most", ABSURD),
    ],
)
def test_numbers_have_bounds_and_a_track_five_users(command: str, option: str, value: str, tmp_path: Path) -> None:
    done = run_main("open", command, "--data", tmp_path, option, value)
    assert done.returncode == 2
    assert f"Invalid value for '{option}'" in " ".join(done.stderr.replace("│", " ").split())
    assert list(tmp_path.iterdir()) == []


def test_the_largest_numbers_are_taken(tmp_path: Path) -> None:
    largest = ("--gap", 10_080, "--users-each", 2**31 - 1, "--most-tracks", 2**31 - 1, "--most-entries", 2**31 - 1)
    assert "has no dump that is complete" in output_of(run_main("open", "sessions", "--data", tmp_path, *largest))


@pytest.fixture(scope="module")
def release(published: Path) -> Release:
    return Release(published / "releases" / str(current_version(published / "releases")))


def test_a_release_states_no_secret_that_an_earlier_version_recorded(tmp_path: Path) -> None:
    (tmp_path / "stage.json").write_text('{"settings": {}, "figures": {}}')
    built = Built(tmp_path, "key", reused=True)
    addresses = {
        "https://reader:word@host/a.tar?X-Amz-Signature=abc": "https://host/a.tar",
        "https://host/?id=abc": "an address",
        "a.tar": "a.tar",
    }
    dumps = {f"canonical/{at}": {"from": where, "id": at} for at, where in enumerate(addresses)}
    stated = origin(dumps, built, built).settings["open_data"]["dumps"]
    assert [dump["from"] for dump in stated] == list(addresses.values())


def test_a_full_disk_leaves_nothing_of_an_archive(release: Release, tmp_path: Path) -> None:
    with no_larger_files(100_000), pytest.raises(DumpError, match=r"no room for the archive in .*: it needs about"):
        pack(release, tmp_path / "r.tar")
    assert list(tmp_path.iterdir()) == []
    assert pack(release, tmp_path / "r.tar").exists()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["r.tar", "r.tar.sha256"]


def test_a_file_that_goes_while_it_is_packed_is_one_sentence(release: Release, tmp_path: Path) -> None:
    copied = Release(shutil.copytree(release.path, tmp_path / release.version))
    (copied.path / "cards.jsonl").unlink()
    with (
        pytest.raises(DumpError, match=r"open release stopped at .*cards\.jsonl.*: give it room"),
        disk_errors("open release"),
    ):
        pack(copied, tmp_path / "r.tar")
    assert [path.name for path in tmp_path.iterdir()] == [release.version]


def test_a_folder_in_place_of_a_dump_record_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "open-data" / "dumps.json").mkdir(parents=True)
    for command in ("sessions", "features", "release"):
        refusal = output_of(run_main("open", command, "--data", tmp_path))
        assert "dumps.json' (Is a directory): give it room" in refusal
