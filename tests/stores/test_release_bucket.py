"""Releases by an S3-compatible store, over moto's server: published there, fetched from there, and what goes wrong."""

import asyncio
import json
import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import certifi
import orjson
import pytest
from pydantic import SecretStr

from kit.errors import Conflict
from kit.manifest import BrokenRelease
from kit.release import Release
from kit.release_bucket import BucketUnavailable, ReleaseBucket
from kit.release_current import CURRENT, current_version, open_current
from kit.release_downloads import ReleaseDownloads
from kit.release_fetch import FetchStopped, bring_current
from kit.release_switch import PublishInProgress
from pipelines.commands.stages import updated
from pipelines.release.bucket import take_over, upload
from pipelines.release.bucket_lock import LOCK, BucketLock
from pipelines.release.publish import PublishError, publish, rollback
from services.recommend.app import create_app
from services.recommend.settings import Settings
from tests import worlds
from tests.pipelines.test_cli import run_main
from tests.s3 import S3Server


@pytest.fixture(autouse=True)
def certificates(monkeypatch: pytest.MonkeyPatch) -> None:
    """obstore makes no client without certificates, which tests/conftest.py takes away, not even for http."""
    monkeypatch.setenv("SSL_CERT_FILE", certifi.where())


@pytest.fixture(scope="module")
def server() -> Iterator[S3Server]:
    one = S3Server()
    yield one
    one.end()


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> list[Release]:
    folder = tmp_path_factory.mktemp("written")
    return [worlds.write_small_release(folder, seed) for seed in (1, 2, 3)]


@pytest.fixture
def bucket(server: S3Server, tmp_path: Path) -> ReleaseBucket:
    """An empty folder of the bucket."""
    return ReleaseBucket(server.settings(tmp_path.name))


def put(bucket: ReleaseBucket, release: Release) -> None:
    """What a publish does to the store."""
    upload(bucket, release.path)
    bucket.write(CURRENT, release.version.encode())


def variables(server: S3Server, folder: str) -> dict[str, str]:
    """The environment of a process that uses a folder of the bucket."""
    keys = {"SEGUE_RELEASES_ACCESS_KEY": "key", "SEGUE_RELEASES_SECRET_KEY": "secret"}
    place = {"SEGUE_RELEASES_URL": f"s3://segue/{folder}", "SEGUE_RELEASES_ENDPOINT": server.endpoint}
    return {**place, **keys, "SSL_CERT_FILE": certifi.where()}


@pytest.mark.slow
@pytest.mark.must("S0-63")
def test_what_is_published_to_the_store_is_fetched_from_it(
    bucket: ReleaseBucket, server: S3Server, written: list[Release], tmp_path: Path
) -> None:
    """Three publishes and a rollback by the command line, each in an empty data folder, as jobs without a volume."""
    service, versions = tmp_path / "service", [release.version for release in written]
    there = variables(server, tmp_path.name)
    for at, release in enumerate(written):
        done = run_main("publish", release.path, "--data", tmp_path / f"job{at}", "--force", **there)
        assert done.returncode == 0, done.stderr
        assert bring_current(bucket, service) == release.version
        opened = open_current(service / "releases")
        assert opened is not None
        assert opened.manifest == release.manifest
        opened.verify()
    assert bucket.sizes(versions[0]) == {}  # as in a data folder the current one and the one before are kept
    assert sorted(path.name for path in (service / "releases").glob("[!.]*/")) == sorted(versions[1:])
    done = run_main("rollback", "--data", tmp_path / "back", **there)
    assert done.returncode == 0, done.stderr
    assert bring_current(bucket, service) == versions[1]
    assert current_version(service / "releases") == versions[1]


@pytest.mark.anyio
async def test_recommend_serves_what_it_fetched_from_the_store(
    bucket: ReleaseBucket, server: S3Server, written: list[Release], tmp_path: Path
) -> None:
    settings = Settings(
        data=tmp_path / "data",
        releases_url=bucket.url,
        releases_endpoint=server.endpoint,
        releases_access_key="key",
        releases_secret_key=SecretStr("secret"),
        releases_poll_s=0.1,
        poll_s=0.1,
    )
    app = create_app(settings)
    async with app.router.lifespan_context(app):
        for release in written[:2]:
            put(bucket, release)
            for _ in range(600):
                if app.state.store.version == release.version:
                    break
                await asyncio.sleep(0.1)
            assert app.state.store.version == release.version
        with pytest.raises(Conflict, match="releases come from s3://"):
            await app.state.release_admin.publish(written[0].version)


@pytest.mark.parametrize("fault", ["changed", "shorter", "longer", "missing"])
def test_a_file_that_differs_from_the_manifest_is_not_served(
    bucket: ReleaseBucket, written: list[Release], tmp_path: Path, fault: str
) -> None:
    put(bucket, written[0])
    bring_current(bucket, tmp_path)
    put(bucket, written[1])
    name = f"{written[1].version}/ids.npy"
    content = (written[1].path / "ids.npy").read_bytes()
    found = {"changed": content[:-1] + b"?", "shorter": content[:-1], "longer": b"0" + content}
    if fault == "missing":
        bucket.remove(written[1].version)
        for file in ("manifest.json", *list(written[1].manifest.files)[1:]):
            bucket.write(f"{written[1].version}/{file}", written[1].path / file)
    else:
        bucket.write(name, found[fault])
    with pytest.raises(BrokenRelease, match=r"small-[0-9a-f]+/[a-z./]+ is missing or corrupt"):
        bring_current(bucket, tmp_path)
    assert current_version(tmp_path / "releases") == written[0].version
    assert [path.name for path in (tmp_path / "releases").glob("*/")] == [written[0].version]


@pytest.mark.parametrize("name", ["../outside", "/etc/cron.d/job", "a/../../outside"])
def test_a_manifest_that_names_files_outside_is_refused_before_anything_is_fetched(
    bucket: ReleaseBucket, written: list[Release], tmp_path: Path, name: str
) -> None:
    document = json.loads((written[0].path / "manifest.json").read_bytes())
    document["files"][name] = {"bytes": 3, "sha256": "0" * 64}
    bucket.write(f"{written[0].version}/manifest.json", orjson.dumps(document))
    bucket.write(CURRENT, written[0].version.encode())
    with pytest.raises(BrokenRelease, match=r"plain name|pattern"):
        bring_current(bucket, tmp_path / "data")
    assert list(tmp_path.rglob("outside")) == []
    assert list((tmp_path / "data" / "releases").glob("*/")) == []


def test_a_current_that_is_no_version_is_refused(bucket: ReleaseBucket, tmp_path: Path) -> None:
    bucket.write(CURRENT, b"../../etc")
    with pytest.raises(BrokenRelease, match="which is no version"):
        bring_current(bucket, tmp_path)


def test_an_empty_store_serves_nothing(bucket: ReleaseBucket, tmp_path: Path) -> None:
    assert bring_current(bucket, tmp_path) is None


def test_a_fetch_that_is_stopped_leaves_nothing_and_begins_again(
    bucket: ReleaseBucket, written: list[Release], tmp_path: Path
) -> None:
    put(bucket, written[0])
    with pytest.raises(FetchStopped):
        bring_current(bucket, tmp_path, lambda: True)
    assert list((tmp_path / "releases").iterdir()) == []
    (tmp_path / "releases" / f".fetching-{written[2].version}").mkdir()  # of a process that was killed
    assert bring_current(bucket, tmp_path) == written[0].version
    assert list((tmp_path / "releases").glob(".fetching-*")) == []


def test_a_copy_that_lost_a_file_is_fetched_again(
    bucket: ReleaseBucket, written: list[Release], tmp_path: Path
) -> None:
    put(bucket, written[0])
    bring_current(bucket, tmp_path)
    (tmp_path / "releases" / written[0].version / "ids.npy").unlink()
    bring_current(bucket, tmp_path)
    assert open_current(tmp_path / "releases") is not None


def test_publishing_again_repairs_a_damaged_object_of_the_same_size(
    bucket: ReleaseBucket, written: list[Release], tmp_path: Path
) -> None:
    put(bucket, written[0])
    bucket.write(f"{written[0].version}/ids.npy", bytes((written[0].path / "ids.npy").stat().st_size))
    with pytest.raises(BrokenRelease, match="publish the release again"):
        bring_current(bucket, tmp_path)
    put(bucket, written[0])
    assert bring_current(bucket, tmp_path) == written[0].version


def test_a_release_of_the_folder_that_never_served_stays(
    bucket: ReleaseBucket, written: list[Release], tmp_path: Path
) -> None:
    """It was built there and is about to be published; those that served go, but for the last two."""
    own = tmp_path / "releases" / "own-1"
    for at, release in enumerate(written):
        put(bucket, release)
        bring_current(bucket, tmp_path)
        if at == 0:
            shutil.copytree(release.path, own)
            manifest = json.loads((own / "manifest.json").read_bytes()) | {"version": "own-1"}
            (own / "manifest.json").write_bytes(orjson.dumps(manifest))
    left = {path.name for path in (tmp_path / "releases").glob("[!.]*/")}
    assert left == {"own-1", written[1].version, written[2].version}


def test_another_release_of_a_version_in_the_store_is_not_overwritten(
    bucket: ReleaseBucket, written: list[Release], tmp_path: Path
) -> None:
    put(bucket, written[0])
    other = shutil.copytree(written[0].path, tmp_path / "other")
    document = json.loads((other / "manifest.json").read_bytes()) | {"code_version": "another"}
    (other / "manifest.json").write_bytes(orjson.dumps(document))
    with pytest.raises(BrokenRelease, match="has another release"):
        upload(bucket, other)


def test_while_one_publishes_another_is_refused_and_changes_nothing(
    bucket: ReleaseBucket, written: list[Release], tmp_path: Path
) -> None:
    publish(written[0].path, tmp_path / "one", bucket=bucket)
    take_over(bucket, tmp_path / "other")
    with BucketLock(bucket), pytest.raises(PublishError, match=r"process \d+ publishes to s3://.*: wait for it"):
        publish(written[1].path, tmp_path / "other", bucket=bucket)
    assert bucket.sizes(written[1].version) == {}
    assert bring_current(bucket, tmp_path / "service") == written[0].version
    publish(written[1].path, tmp_path / "other", bucket=bucket)
    assert bring_current(bucket, tmp_path / "service") == written[1].version


def test_a_release_that_another_machine_removed_is_not_made_current(
    bucket: ReleaseBucket, written: list[Release], tmp_path: Path
) -> None:
    """One machine is about to go back to the first release when another one publishes the third and removes it."""
    one, other = tmp_path / "one", tmp_path / "other"
    publish(written[0].path, one, bucket=bucket)
    publish(written[1].path, one, bucket=bucket)
    take_over(bucket, other)
    assert publish(written[2].path, one, bucket=bucket).pruned == [written[0].version]
    with pytest.raises(PublishError, match=f"{written[2].version} was published to .* meanwhile: run again"):
        rollback(other, bucket=bucket)
    assert bring_current(bucket, tmp_path / "service") == written[2].version


def variant(release: Release, folder: Path, version: str, minute: int, **settings: str) -> Path:
    """The release under another version, written at this minute."""
    path = shutil.copytree(release.path, folder / version)
    manifest = json.loads((path / "manifest.json").read_bytes())
    manifest |= {"version": version, "created_at": f"2026-01-01T00:{minute:02}:00.000Z", "settings": settings}
    (path / "manifest.json").write_bytes(orjson.dumps(manifest))
    return path


@pytest.mark.slow
def test_the_release_that_updates_continue_is_there_in_an_empty_folder_and_goes_with_the_last_of_them(
    bucket: ReleaseBucket, written: list[Release], tmp_path: Path
) -> None:
    """Each publish has a data folder of its own, as jobs without a volume."""
    names = ["full-1", "update-1", "update-2", "update-3", "full-2", "full-3"]
    stays = [
        {"full-1"},
        {"full-1", "update-1"},
        {"full-1", "update-1", "update-2"},
        {"full-1", "update-2", "update-3"},
        {"full-1", "update-3", "full-2"},
        {"full-2", "full-3"},
    ]
    for minute, (name, stay) in enumerate(zip(names, stays, strict=True)):
        settings = {"updated_from": "full-1"} if name.startswith("update") else {}
        path, data = variant(written[0], tmp_path, name, minute, **settings), tmp_path / f"job{minute}"
        take_over(bucket, data)
        assert minute == 0 or (data / "releases" / "full-1").exists()
        publish(path, data, bucket=bucket)
        assert {one for one in names if bucket.sizes(one)} == stay


def test_an_update_in_an_empty_folder_first_brings_what_the_store_keeps(
    bucket: ReleaseBucket, server: S3Server, written: list[Release], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing was refreshed here, so there is no update, but its release is there to be continued."""
    for name, value in variables(server, tmp_path.name).items():
        monkeypatch.setenv(name, value)
    put(bucket, Release(variant(written[0], tmp_path, "full-1", 1)))
    put(bucket, Release(variant(written[0], tmp_path, "update-1", 2, updated_from="full-1")))
    (tmp_path / "playlists.csv").write_text("playlist_id,title,artist\n1,One,Somebody\n1,Two,Somebody\n")
    data = tmp_path / "data"
    assert updated([tmp_path / "playlists.csv"], data, None, 1, True, data / "releases", "mine") is None
    assert {path.name for path in (data / "releases").glob("*/")} == {"full-1", "update-1"}


@pytest.mark.parametrize("base", ["../outside", "/etc", "nowhere", "x" * 200])
def test_a_release_in_the_store_that_continues_none_of_its_own_is_taken_over_alone(
    bucket: ReleaseBucket, written: list[Release], tmp_path: Path, base: str
) -> None:
    put(bucket, Release(variant(written[0], tmp_path, "own-1", 1, updated_from=base)))
    take_over(bucket, tmp_path / "data")
    assert current_version(tmp_path / "data" / "releases") == "own-1"
    assert [path.name for path in (tmp_path / "data" / "releases").glob("*/")] == ["own-1"]


def test_publishers_at_once_leave_a_whole_release_current(
    bucket: ReleaseBucket, written: list[Release], tmp_path: Path
) -> None:
    def attempt(at: int) -> str | None:
        with suppress(PublishError):
            return publish(written[at].path, tmp_path / f"machine{at}", bucket=bucket).version
        return None

    with ThreadPoolExecutor(3) as machines:
        done = [version for version in machines.map(attempt, range(3)) if version]
    assert done
    assert bring_current(bucket, tmp_path / "service") in done


def test_a_lock_whose_process_died_is_taken_over_and_its_holder_may_write_no_more(bucket: ReleaseBucket) -> None:
    first = BucketLock(bucket)
    first.__enter__()
    with pytest.raises(PublishInProgress):
        BucketLock(bucket).__enter__()
    first.renew()
    lease = json.loads((bucket.read_tagged(LOCK) or (b"", None))[0])
    bucket.write(LOCK, orjson.dumps(lease | {"token": "of a process that ended", "until": 0}))
    with BucketLock(bucket) as second:
        second.renew()
        with pytest.raises(PublishInProgress, match="took over"):
            first.renew()
        first.__exit__()
        second.renew()


@pytest.mark.anyio
async def test_a_follower_keeps_what_it_has_while_the_store_is_away(
    written: list[Release], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    server = S3Server()
    settings = server.settings("away")
    downloads = ReleaseDownloads(settings, tmp_path, poll_s=60)
    put(ReleaseBucket(settings), written[0])
    await downloads.look()
    server.end()
    with pytest.raises(BucketUnavailable) as refused:
        ReleaseBucket(settings).read(CURRENT, 10)
    assert "secret" not in str(refused.value)
    await downloads.look()
    assert current_version(tmp_path / "releases") == written[0].version
    server.start()
    put(ReleaseBucket(settings), written[1])
    await downloads.look()
    assert current_version(tmp_path / "releases") == written[1].version
    server.end()
