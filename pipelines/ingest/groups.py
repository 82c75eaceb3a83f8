"""Groups of parts: what an ingest merged of several files is one part of the next, so that a merge costs what is new.

Runs of parts are cut where the key of a part, a hash, is a multiple of FAN: a new file changes the group that it stands
in and no other. Groups are parts, and are grouped again. A group gives the merge what its parts would have given it,
row for row (see `merged`), in order. It is a stage of the work folder: whole or absent, and pruned when unused.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path

import numpy as np
import polars as pl

from kit.formats import RowType
from pipelines import stage
from pipelines.ingest import described, identity, merge
from pipelines.ingest.described import DescribedTracks, batches
from pipelines.ingest.part import CODED, Part, SavedPart, codes, save_about
from pipelines.settings import Settings

VERSION = 1
NAME = "ingest-group"
FAN = 8  # parts of a group on average; twice as many at most
LEVELS = 2
LOOSE = 0.5
Frames = dict[str, pl.DataFrame]


def grouped(parts: Sequence[SavedPart], work: Path) -> list[SavedPart]:
    """The parts in order, runs of them replaced by groups; parts outside `work` are left as they are.

    Missing groups are made only where more than LOOSE of the parts stand in none: an ingest of few new files uses the
    groups that are there, and the parts of those that it broke.
    """
    stage.remove_leftovers(work, NAME)  # of a killed run, whose other groups are enough
    found, make = list(parts), _mostly_loose(parts, work)
    for _ in range(LEVELS):
        runs = list(_runs(found, work))
        if make:
            _make([run for run in runs if _is_missing(run, work)], work)
        found = [one for run in runs for one in _replaced(run, work)]
    return found


def _mostly_loose(parts: Sequence[SavedPart], work: Path) -> bool:
    """Whether more than LOOSE of the parts stand in a run that is no group yet."""
    return sum(len(run) for run in _runs(parts, work) if _is_missing(run, work)) > LOOSE * len(parts)


def _is_missing(run: list[SavedPart], work: Path) -> bool:
    return len(run) > 1 and not _is_kept(run, work)


def _make(runs: Sequence[list[SavedPart]], work: Path) -> None:
    """Makes groups one after another; with SEGUE_PIPELINES_SPARK each is a task, which reads and writes in `work`."""
    if not (master := Settings().spark):
        for run in runs:
            _of(run, work)
        return
    from pipelines.graph import spark

    with spark.runner_of(master) as runner:
        runner(partial(_of, work=work), runs)


def _replaced(run: list[SavedPart], work: Path) -> list[SavedPart]:
    return [_of(run, work)] if len(run) > 1 and _is_kept(run, work) else run


def _inputs(run: Sequence[SavedPart]) -> dict[str, str]:
    return {f"{at:04}": part.folder.name for at, part in enumerate(run)}


def _is_kept(run: Sequence[SavedPart], work: Path) -> bool:
    return stage.is_kept(work, NAME, VERSION, _inputs(run), {})


def _runs(parts: Sequence[SavedPart], work: Path) -> Iterator[list[SavedPart]]:
    """The parts cut into runs: each a group to be, or one part alone."""
    run: list[SavedPart] = []
    for part in parts:
        if run and part.label != run[0].label:
            yield from ([one] for one in run)
            run = []
        if not part.folder.is_relative_to(work):
            yield from ([one] for one in [*run, part])
            run = []
            continue
        run.append(part)
        if int(part.folder.name, 16) % FAN == 0 or len(run) == 2 * FAN:
            yield run
            run = []
    yield from ([one] for one in run)


def _of(run: Sequence[SavedPart], work: Path) -> SavedPart:
    def build(folder: Path) -> Mapping[str, int]:
        rows = Part(run[0].label, merged(run)).save(folder)
        save_about(folder, any(part.has_codes() for part in run), [one for part in run for one in part.faults()])
        return rows

    return SavedPart(run[0].label, stage.run(work, NAME, VERSION, _inputs(run), {}, build).path)


def merged(parts: Sequence[SavedPart]) -> Frames:
    """The frames of a part with the rows of all `parts`, without those that change no merge.

    Of the rows of a track, those that add a value or a better origin of features stay, and those with another name;
    of a playlist each first value; of entries all, sorted by playlist and position, equal ones in the order of parts.
    """
    frames: Frames = {}
    for kind in RowType:
        if rows := [part.described(kind) for part in parts if part.has(f"tracks-{kind.value}")]:
            known = DescribedTracks()
            known.add(rows)
            tracks = pl.concat([*known.rows, *known.otherwise_named])
            frames |= {f"tracks-{kind.value}": tracks, f"known-{kind.value}": described.known(tracks)}
    if listed := [part.frame("playlists") for part in parts if part.has("playlists")]:
        frames["playlists"] = merge.playlists(listed)
    if listens := [part.frame("listens") for part in parts if part.has("listens")]:
        frames["listens"] = pl.concat(listens)
    if any(part.has("stated") for part in parts):
        frames["stated"] = stated(parts)
    return frames | _entries([part for part in parts if part.has("entries")])


def stated(parts: Sequence[SavedPart]) -> pl.DataFrame:
    """The distinct rows of identity.STATED of all parts, in order."""
    found = pl.DataFrame(schema=identity.STATED)
    frames = (part.frame("stated") for part in parts if part.has("stated"))
    for batch in batches(frames, lambda frame: frame.height):
        found = pl.concat([found, *batch]).unique(maintain_order=True)
    return found


def _entries(parts: Sequence[SavedPart]) -> Frames:
    """Entries as numbers of the sorted playlists and tracks of all parts, and these ids."""
    if not parts:
        return {}
    ids, columns = {}, {}
    for what in ("playlist", "track"):
        own = [part.frame(f"{what}_ids") for part in parts]
        ids[f"{what}_ids"], number = _numbered(pl.concat(own).to_series())
        starts = np.cumsum([0, *(frame.height for frame in own)])
        rows = [
            part.frame("entries", [what])[what].to_numpy() + start for part, start in zip(parts, starts, strict=False)
        ]
        columns[what] = number[np.concatenate(rows)]
    columns["position"] = pl.concat([part.frame("entries", ["position"]) for part in parts])["position"].to_numpy()
    order = np.argsort((columns["playlist"].astype(np.int64) << 32) | columns["position"], kind="stable")
    entries = pl.DataFrame({name: columns[name][order] for name in CODED}).cast(pl.Schema(CODED))
    return {"entries": entries, **ids}


def _numbered(ids: pl.Series) -> tuple[pl.DataFrame, np.ndarray]:
    """The distinct ids, sorted, and the row of each of `ids` among them."""
    values = ids.unique().sort()
    return values.to_frame(), codes(ids, values).to_numpy()
