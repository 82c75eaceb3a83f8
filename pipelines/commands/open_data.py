"""Commands of the group `open`: from public dumps to a release that anyone may use, and back into a data folder."""

from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipelines import console
from pipelines.commands.options import DATA, Data, Index, Jobs, Mapped, Name, Seed, Work
from pipelines.commands.program import LEARNING, command, open_app
from pipelines.commands.stages import built_chain
from pipelines.open_data.dump_errors import disk_errors

if TYPE_CHECKING:
    from pipelines.open_data.rules import SessionRules

GIGABYTE = 10**9
USERS_LEAST = 5  # what the notice of a release promises (docs/open-data.md), so no option goes below it
COUNT_MOST = 2**31 - 1  # tracks and entries of a release (kit/release_rules.py)
GAP_MOST = 10_080  # minutes: a week
MEMBERS_MOST, GIGABYTES_MOST = 20_000, 1_000_000
Dumps = Annotated[
    Path | None, typer.Option("--dumps", help="The folder of fetched dumps.", show_default="DATA/open-data")
]
Gap = Annotated[int, typer.Option(min=1, max=GAP_MOST, help="Minutes between two starts that end a session.")]
UsersEach = Annotated[
    int,
    typer.Option(
        min=USERS_LEAST,
        max=COUNT_MOST,
        help="Users that a track must have: fewer are not published, and never under 5.",
    ),
]
MostTracks = Annotated[int, typer.Option(min=1, max=COUNT_MOST, help="Tracks at most: those with most users.")]
MostEntries = Annotated[
    int, typer.Option(min=1, max=COUNT_MOST, help="Entries of all sessions at most: a random part is kept.")
]
Scale = Annotated[
    Path | None,
    typer.Option(help="A table of tracks that sets the scale of mapped features.", show_default="the demo release's"),
]


@command(LEARNING, "open fetch --listens URL --canonical URL --acousticbrainz URL", group=open_app)
@disk_errors("open fetch")
def fetch(
    listens: Annotated[str | None, typer.Option(help="listenbrainz-spark-dump-...-full.tar: URL or path.")] = None,
    canonical: Annotated[str | None, typer.Option(help="musicbrainz-canonical-dump-....tar.zst: URL or path.")] = None,
    acousticbrainz: Annotated[
        list[str] | None, typer.Option(help="acousticbrainz-lowlevel-features-...: URL or path; repeat it.")
    ] = None,
    members: Annotated[
        int, typer.Option(min=1, max=MEMBERS_MOST, help="Newest members of the dump of listens; 23 are a month.")
    ] = 23,
    at_most: Annotated[int, typer.Option(min=1, max=GIGABYTES_MOST, help="Gigabytes that a dump may have.")] = 20,
    out: Annotated[Path | None, typer.Option(help="Where to keep them.", show_default="DATA/open-data")] = None,
    data: Data = DATA,
) -> None:
    """Fetch the named dumps, and nothing else: of the listens the newest members, by HTTP Range.

    Each is a URL, a file, or a folder of unpacked files. An interrupted fetch continues where it stopped; of a dump
    that changed meanwhile nothing is mixed in. Checksums beside a dump (.sha256, .md5) are verified where all of it is
    read.

    Prints the folder, whose dumps.json lists every dump with its checksums.
    """
    from pipelines.open_data.dumps import Dumps
    from pipelines.open_data.fetch import fetch_listens, fetch_tables

    if not (listens or canonical or acousticbrainz):
        raise typer.BadParameter("name at least one of --listens, --canonical and --acousticbrainz")
    found = Dumps(out or data / "open-data")
    if canonical:
        fetch_tables("canonical", [canonical], found, at_most * GIGABYTE)
    if acousticbrainz:
        fetch_tables("acousticbrainz", acousticbrainz, found, at_most * GIGABYTE)
    if listens:
        fetch_listens(listens, members, found, at_most * GIGABYTE)
    console.plain(str(found.folder))


@command(LEARNING, "open sessions --data data", group=open_app)
@disk_errors("open sessions")
def sessions(
    data: Data = DATA,
    work: Work = None,
    dumps: Dumps = None,
    gap: Gap = 30,
    users_each: UsersEach = 5,
    most_tracks: MostTracks = 300_000,
    most_entries: MostEntries = 3_000_000,
) -> None:
    """Turn listens into playlists: sessions of people, without programs, campaigns and albums played through.

    Prints a folder that refresh reads. No user and no time is in it, and every track in it has enough users.
    """
    from pipelines.open_data.sessions import sessions_stage

    with console.stage("sessions") as line:
        rules = _rules(gap, users_each, most_tracks, most_entries)
        built = sessions_stage(work or data / "work", dumps or data / "open-data", rules, line.update)
        line.reused = built.reused
        for what, count in built.report()["figures"].items():
            line.fact(f"{count:,} {what}")
    console.plain(str(built.path / "listenbrainz"))


@command(LEARNING, "open features --data data", group=open_app)
@disk_errors("open features")
def features(
    data: Data = DATA,
    work: Work = None,
    dumps: Dumps = None,
    gap: Gap = 30,
    users_each: UsersEach = 5,
    most_tracks: MostTracks = 300_000,
    most_entries: MostEntries = 3_000_000,
    scale: Scale = None,
) -> None:
    """Describe the tracks of the sessions: names and album of MusicBrainz, features of AcousticBrainz on our scales.

    Prints a folder that refresh reads. Beside it, features.parquet names the source of each value.
    """
    from pipelines.open_data.tracks import tracks_stage

    with console.stage("features") as line:
        rules = _rules(gap, users_each, most_tracks, most_entries)
        built = tracks_stage(work or data / "work", dumps or data / "open-data", rules, scale, line.update)
        line.reused = built.reused
        figures = built.report()["figures"]
        line.fact(f"{figures['tracks']:,} tracks")
        for what, count in figures["values"].items():
            line.fact(f"{count:,} {what}")
    console.plain(str(built.path / "musicbrainz"))


@command(LEARNING, "open release --data data --name open", group=open_app)
@disk_errors("open release")
def release(
    data: Data = DATA,
    work: Work = None,
    dumps: Dumps = None,
    gap: Gap = 30,
    users_each: UsersEach = 5,
    most_tracks: MostTracks = 300_000,
    most_entries: MostEntries = 3_000_000,
    scale: Scale = None,
    seed: Seed = 1,
    name: Name = "open",
    mapped: Mapped = True,
    jobs: Jobs = None,
    out: Annotated[Path | None, typer.Option(help="Where to write it.", show_default="DATA/open-data/releases")] = None,
) -> None:
    """Train on the sessions and write a release that anyone may use: CC0-1.0, with a notice and its whole origin.

    Runs sessions and features where they are missing, and every stage of refresh. Prints the release folder and, beside
    it, the archive that open install reads, with its SHA-256.
    """
    from pipelines.open_data.dumps import described
    from pipelines.open_data.release import origin, pack
    from pipelines.open_data.sessions import sessions_stage
    from pipelines.open_data.tracks import tracks_stage
    from pipelines.stage import writable

    folder, stages = writable(out or data / "open-data" / "releases"), work or data / "work"
    source, rules = dumps or data / "open-data", _rules(gap, users_each, most_tracks, most_entries)
    with console.stage("sessions") as line:
        played = sessions_stage(stages, source, rules, line.update)
        line.reused = played.reused
    with console.stage("features") as line:
        tracks = tracks_stage(stages, source, rules, scale, line.update)
        line.reused = tracks.reused
    files = [played.path / "listenbrainz", tracks.path / "musicbrainz"]
    made = built_chain(files, data, work, seed, jobs, mapped=mapped).release(
        folder, name, origin(described(source), played, tracks)
    )
    console.plain(str(made.path))
    console.plain(str(pack(made, folder / f"{made.version}.tar")))


@command(LEARNING, "open install https://example.org/open-1a2b3c4d.tar --data data", group=open_app)
@disk_errors("open install")
def install(
    where: Annotated[str, typer.Argument(help="A release folder, its archive, or the URL of one.", metavar="FILE|URL")],
    data: Data = DATA,
    index_url: Index = None,
    sha256: Annotated[
        str | None,
        typer.Option(help="The SHA-256 of the archive.", show_default="that of FILE.sha256, if there is one"),
    ] = None,
) -> None:
    """Verify a release that somebody made and publish it; a running Segue serves it from then on.

    Only what its manifest lists is unpacked, and every checksum and file is checked before anything serves it. The
    previous release is kept for a rollback. Prints the licence and the dumps that the manifest states, and whether the
    archive was compared with a SHA-256.
    """
    from pipelines.commands.publish import publish
    from pipelines.open_data.install import unpacked
    from pipelines.open_data.stated import lines

    with ExitStack() as closing:
        with console.stage("install") as line:
            found = closing.enter_context(unpacked(where, data, sha256, line.count))
        for text in (*lines(found.folder), found.checksum):
            console.plain(text)
        publish(found.folder, data, index_url)


def _rules(gap: int, users_each: int, most_tracks: int, most_entries: int) -> "SessionRules":
    from pipelines.open_data.rules import SessionRules

    return SessionRules(gap_s=60 * gap, users_each=users_each, most_tracks=most_tracks, most_entries=most_entries)
