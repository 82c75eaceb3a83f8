"""Implementation of the place command: reads the files, places new tracks, writes a release and publishes it."""

from pathlib import Path

from pipelines import console, tables
from pipelines.commands.publish import publish
from pipelines.ingest import licences
from pipelines.ingest.training_input import ingested
from pipelines.release import place as placing
from pipelines.release.place import Arrivals
from pipelines.release.write import write_release
from pipelines.stage import writable

SHOWN = 10  # changed tracks that are listed


def place(sources: list[Path], data: Path, work: Path, index_url: str | None) -> None:
    """Publishes the current release with the files' new tracks added; prints a message when there are none."""
    release, folder = placing.serving(data), writable(data / "releases")
    source = ingested(sources, work)
    with console.stage("place") as line:
        arrivals = placing.arrive(release, tables.read(source.path, "tracks"))
        counts = {f"{arrivals.new.height:,} new tracks": arrivals.new.height, **_counts(arrivals)}
        for fact in (fact for fact, count in counts.items() if count):
            line.fact(fact)
        written = write_release(folder, placing.content(release, arrivals, source)) if arrivals.new.height else None
    _note_changes(arrivals)
    if written:
        if limits := licences.warning(written.manifest.licences):
            console.warn(limits)
        publish(written.path, data, index_url)
    else:
        console.plain(f"{release.version} serves on: it knows every track of these files")


def _counts(arrivals: Arrivals) -> dict[str, int]:
    found = {f"{count:,} {what}": count for what, count in arrivals.counts().items()}
    return found | {f"{arrivals.known:,} known already": arrivals.known}


def _note_changes(arrivals: Arrivals) -> None:
    """Lists known tracks with other attributes in the files: they are left unchanged."""
    for track_id, title, changed_columns in arrivals.changed.head(SHOWN).iter_rows():
        console.note(f"{title} ({track_id}) is known with another {', '.join(changed_columns)}")
    if arrivals.changed.height:
        console.note(
            f"{arrivals.changed.height:,} known tracks are described otherwise by these files and stay as they are: "
            "segue-pipeline refresh, from all files, takes that over"
        )
