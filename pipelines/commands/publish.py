"""Implementation of the publish, releases and rollback commands. Needs only the serving packages."""

from pathlib import Path

from rich import box
from rich.table import Table

from kit import serving_history
from kit.release import BrokenRelease, read_manifest
from kit.release_bucket import ReleaseBucket
from kit.release_switch import served_before
from kit.vectors import index_directory
from kit.vectors.edge import DirectoryLock, DirectoryLocked
from kit.wire.recommend_response import ReleaseSummary
from pipelines import console
from pipelines.release import publish as publishing
from pipelines.release.bucket import take_over
from pipelines.release.publish import PublishError, PublishResult
from pipelines.release.quality import KEPT_FROM, compare
from pipelines.release.turn import wait_for_turn
from pipelines.settings import PublishSettings


def publish(folder: Path, data: Path, index_url: str | None) -> None:
    """Makes a release the current one and prints what to do next."""
    bucket, running = bucket_taken_over(data), _running(data)
    with console.stage("publish") as line:
        done = publishing.publish(folder, data, index_url, line.count, bucket=bucket)
        line.reused = done.previous == done.version and not done.recall
        if done.recall:
            line.fact(f"index built, lowest recall {min(done.recall.values()):.3f}")
        if done.pruned:
            line.fact(f"removed {', '.join(done.pruned)}")
    _print_published(done, data, index_url, running)


def gate(folder: Path, data: Path) -> None:
    """PublishError when the release is worse than the current one beyond noise; a note when that cannot be known."""
    bucket_taken_over(data)
    with publishing.explained(data):
        wait_for_turn(data)
    version = serving_history.serving(data / "releases")
    new = read_manifest(folder)
    if version is None or version == new.version:
        return
    try:
        found = compare(new, read_manifest(data / "releases" / version))
    except BrokenRelease:  # nothing to compare with: publishing replaces it
        return
    if found.worse:
        raise PublishError(f"{new.version}: {found.sentence}: it is worse and not published; --force publishes it")
    console.note(found.sentence)


def rollback(version: str | None, data: Path, index_url: str | None) -> None:
    """Makes an earlier release the current one again."""
    bucket = bucket_taken_over(data)
    if version is None and served_before(data / "releases") is None:
        there_is = ", ".join(release.version for release in publishing.releases(data)) or "none"
        raise PublishError(f"no release served before the one that serves; there is: {there_is}")
    running = _running(data)
    with console.stage("rollback") as line:
        done = publishing.rollback(data, version, index_url, line.count, bucket=bucket)
    _print_published(done, data, index_url, running)


def releases(data: Path) -> None:
    """Prints a table of the published releases."""
    bucket_taken_over(data)
    found = publishing.releases(data)
    if not found:
        console.note(f"nothing is published under {data}: segue-pipeline publish FOLDER")
        return
    table = Table(box=box.SIMPLE)
    table.add_column("version", overflow="fold")
    for heading in ("serves", "created (UTC)"):
        table.add_column(heading, no_wrap=True)
    for heading in ("tracks", "vectors", "NDCG@100"):
        table.add_column(heading, no_wrap=True, justify="right")
    for release in found:
        table.add_row(*_row(release))
    console.table(table)


def _row(release: ReleaseSummary) -> list[str]:
    figure = release.metrics.get("average_ndcg_100")
    return [
        release.version,
        "yes" if release.current else "",
        release.created_at[:16].replace("T", " "),
        *(f"{release.counts[name]:,}" for name in ("tracks", "vectors")),
        f"{figure:.4f}{' kept' * (KEPT_FROM in release.metrics)}" if isinstance(figure, float) else "-",
    ]


def bucket_taken_over(data: Path) -> ReleaseBucket | None:
    """The store of SEGUE_RELEASES_URL, its releases brought into the data folder; PublishError, None without one."""
    settings = PublishSettings().bucket
    if settings is None:
        return None
    bucket = ReleaseBucket(settings)
    with publishing.explained(data):
        take_over(bucket, data)
    return bucket


def _running(data: Path) -> bool:
    """True when a process serves from the embedded index of the current release."""
    version = serving_history.serving(data / "releases")
    if version is None or not index_directory(data, version).exists():
        return False
    try:
        DirectoryLock(index_directory(data, version), exclusive=True).release()
    except DirectoryLocked:
        return True
    return False


def _print_published(done: PublishResult, data: Path, index_url: str | None, running: bool) -> None:
    before = f", {done.previous} did before" if done.previous not in (None, done.version) else ""
    console.plain(f"{done.version} serves now{before}")
    if running:
        console.plain("The running Segue notices within a second: there is nothing to restart.")
    elif index_url:
        console.plain("A running Segue notices within a second.")
    else:
        here = "" if data == Path("data") else f" DATA={data}"
        console.plain(f"Next: make run{here}, then open http://127.0.0.1:8000")
