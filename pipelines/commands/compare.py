"""Implementation of the compare command: reads two lists, ranks with the release, prints both side by side."""

from itertools import zip_longest
from pathlib import Path

from rich.markup import escape
from rich.table import Table

from kit.release import Release
from kit.release_current import open_current
from pipelines import console
from pipelines.evaluate import track_list
from pipelines.evaluate.compare import TOP, CannotCompare, Comparison, ListedTrack, compare
from pipelines.evaluate.track_list import TrackList


def side_by_side(seeds: Path, theirs: Path, folder: Path | None, data: Path, json: Path | None) -> None:
    """Prints both lists and their agreement."""
    release = _release(folder, data)
    given = [_read(file) for file in (seeds, theirs)]
    with console.stage("compare") as line:
        found = compare(release, *given)
        line.fact(f"{found.seeds:,} seeds, {len(found.theirs):,} tracks")
    if found.unknown_seeds:
        console.note(f"seeds that {found.release} has not learned: {'; '.join(found.unknown_seeds)}")
    console.table(table(found))
    console.plain(sentence(found))
    if json:
        found.write(json)


def _release(folder: Path | None, data: Path) -> Release:
    release = Release(folder) if folder else open_current(data / "releases")
    if release is None:
        raise CannotCompare(f"nothing is published under {data}: name a release folder with --release")
    return release


def _read(file: Path) -> TrackList:
    found = track_list.read(file)
    if found.left_out:
        console.note(f"{found.left_out:,} rows of {file.name} name no track and are left out")
    return found


def table(found: Comparison) -> Table:
    """Both lists as a table for a terminal; a track in both shows its rank in the other."""
    shown = Table(title=f"{found.release} beside the other list")
    for heading in ("", "ours", "theirs at", "theirs", "ours at"):
        shown.add_column(heading, overflow="fold", justify="right" if heading in ("", "theirs at") else "left")
    for our, their in zip_longest(found.ours, found.theirs):
        left = (_name(our), _other(our)) if our else ("", "")
        shown.add_row(str(their.rank), *left, _name(their), _other(their))
    return shown


def _name(track: ListedTrack) -> str:
    return escape(console.printable(f"{track.title or track.track_id} - {track.artist or '?'}"))


def _other(track: ListedTrack) -> str:
    return str(track.other or "") if track.in_release else "not in the release"


def sentence(found: Comparison) -> str:
    """The agreement as a sentence."""
    agreed, of = found.agreement, len(found.theirs)
    return (
        f"In both: {agreed.overlap_10:.0%} of the first {min(TOP, of)}, {agreed.overlap:.0%} of all {of}; rank-biased "
        f"overlap {agreed.rbo:.3f}; {agreed.shared_artists} artists in both, of {agreed.artists_ours} in ours and "
        f"{agreed.artists_theirs} in theirs; median popularity {_percent(agreed.popularity_ours)} in ours, "
        f"{_percent(agreed.popularity_theirs)} in theirs; {agreed.not_in_release} of theirs not in the release"
    )


def _percent(value: float | None) -> str:
    return "unknown" if value is None else f"{value:.0f}"
