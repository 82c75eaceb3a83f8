"""The command listen: a folder of audio files becomes a table of tracks."""

from pathlib import Path
from typing import Annotated

import typer

from pipelines import console
from pipelines.commands.open_data import Scale
from pipelines.commands.options import DATA, Data
from pipelines.commands.program import TRACKS, command

SHOWN = 10  # files left out that are listed


@command(TRACKS, "listen ~/Music --data data")
def listen(
    folder: Annotated[Path, typer.Argument(help="The folder of audio files.", metavar="FOLDER")],
    out: Annotated[Path | None, typer.Option(help="Where to write.", show_default="DATA/listened/HASH")] = None,
    data: Data = DATA,
    scale: Scale = None,
) -> None:
    """Measure audio files: names and codes from their tags; tempo, key, mode, loudness, energy and danceability from
    the sound.

    Needs the extra audio. Files that are unchanged since the last run are not measured again, and an interrupted run
    goes on where it stopped. A file that cannot be read is listed, and the others are measured.

    Prints a folder that place and refresh read. Beside it, features.parquet names the source of each value.
    """
    from pipelines.local_audio.listen import default_folder
    from pipelines.local_audio.listen import listen as measure
    from pipelines.open_data.scale import scales

    with console.stage("listen") as line:
        found = measure(folder, out or default_folder(data, folder), scales(scale), line.count)
        for what, count in {"measured now": found.measured_now, **found.counts}.items():
            line.fact(f"{count:,} {what}")
    for name, reason in found.left_out[:SHOWN]:
        console.note(f"left out: {name}: {reason}")
    if len(found.left_out) > SHOWN:
        console.note(f"{len(found.left_out):,} files left out: {found.tracks.parent / 'rejects.jsonl'}")
    console.plain(str(found.tracks))
