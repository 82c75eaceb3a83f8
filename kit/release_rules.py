"""Validation rules of a release manifest: safe names, bounded numbers, contiguous blocks, complete file list.

A release may be untrusted. Its version becomes the name of a folder, of an index and of a collection; its file names
are read from one folder and written into another; its numbers determine memory allocations.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import PurePosixPath
from typing import Annotated

from pydantic import AfterValidator, Field, StringConstraints, TypeAdapter, ValidationError

MANIFEST_BYTES = 16 << 20  # the largest real one is 9 KB
ROWS_MOST = 2**31 - 1  # neighbours and artists are int32
DIM_MOST, SPACES_MOST, BLOCKS_MOST, FILES_MOST = 8_192, 16, 64, 10_000
FILE_BYTES_MOST = 1 << 42

PLAIN = r"^[A-Za-z0-9][A-Za-z0-9._-]*$"
_PATH = r"^[A-Za-z0-9][A-Za-z0-9._-]*(/[A-Za-z0-9][A-Za-z0-9._-]*){0,3}$"
RESERVED = frozenset({"current", "served", "manifest.json"})
"""Reserved names in the folder of releases and in a release, in lower case."""

COLUMNS = ("features", "artist", "group", "popularity", "year", "duration_ms", "state", "playlists")
READ_ALWAYS = (
    *("ids.npy", "ids.order.npy", "tracks.parquet", "cards.jsonl", "cards.offsets.npy"),
    *("neighbours.rows.npy", "neighbours.together.npy"),
    *(f"columns/{name}.npy" for name in COLUMNS),
)
RANKER, LOG_POPULARITY = "ranker.npz", "columns/commonness.npy"
COOCCURRENCE = tuple(f"cooccurrence/{part}.npy" for part in ("offsets", "rows", "weights", "after"))
"""All of them or none."""
MAP_POINTS, MAP_LABELS = "map/points.bin", "map/labels.json"
"""Both or neither."""


def _no_way_up(name: str) -> str:
    if ".." in name or name.casefold() in RESERVED:
        raise ValueError(f"{name!r} is not a plain name")
    return name


def _no_lock(name: str) -> str:
    if name.casefold().endswith(".lock") or name.endswith("."):
        raise ValueError(f"{name!r} is the name of a lock file, not of a release")
    return name


PlainName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]*$", max_length=50)]
FileName = Annotated[str, StringConstraints(pattern=_PATH, max_length=200), AfterValidator(_no_way_up)]
Version = Annotated[
    str, StringConstraints(pattern=PLAIN, max_length=100), AfterValidator(_no_way_up), AfterValidator(_no_lock)
]
Label = Annotated[str, StringConstraints(max_length=1_000)]
Moment = Annotated[
    str,
    StringConstraints(
        pattern=r"^[0-9]{4}(-[0-9]{2}){2}T[0-9]{2}(:[0-9]{2}){2}(\.[0-9]{1,6})?(Z|[+-][0-9]{2}:[0-9]{2})$"
    ),
]
Digest = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
Count = Annotated[int, Field(ge=0, le=ROWS_MOST)]


_VERSION: TypeAdapter[str] = TypeAdapter(Version)


def is_version(text: str) -> bool:
    """True for a valid version of a release."""
    try:
        _VERSION.validate_python(text)
    except ValidationError:
        return False
    return True


def check_files(names: Collection[str]) -> None:
    """ValueError when two names differ only in case ("A.npy", "a.npy"), or a file is also a folder ("a", "a/b")."""
    folded = {name.casefold() for name in names}
    if len(folded) != len(names):
        raise ValueError("files has names that differ only in upper and lower case")
    parents = {str(parent) for name in folded for parent in PurePosixPath(name).parents}
    if both := folded & parents:
        raise ValueError(f"files has {min(both)!r} as a file and as a folder")


def check_counts(counts: Mapping[str, int]) -> None:
    """ValueError unless tracks and vectors are given, consistent, and the states add up to the tracks."""
    if not {"tracks", "vectors"} <= counts.keys():
        raise ValueError("counts must tell tracks and vectors")
    if not 1 <= counts["vectors"] <= counts["tracks"]:
        raise ValueError("counts must have at least one vector and no more vectors than tracks")
    states = [counts[word] for word in ("learned", "placed", "unknown") if word in counts]
    if len(states) == 3 and sum(states) != counts["tracks"]:
        raise ValueError("learned, placed and unknown do not add up to tracks")


def check_blocks(space: str, dim: int, blocks: Sequence[tuple[str, int, int]]) -> None:
    """ValueError unless the blocks (name, start, stop) cover all columns of the space without gap or overlap."""
    if len({name for name, _, _ in blocks}) != len(blocks):
        raise ValueError(f"space {space!r} has two blocks of one name")
    starts, stops = [start for _, start, _ in blocks], [stop for _, _, stop in blocks]
    if [*starts, dim] != [0, *stops] or any(start >= stop for _, start, stop in blocks):
        raise ValueError(f"the blocks of space {space!r} do not follow one another from column 0 to {dim}")


def check_listed(files: Collection[str], spaces: Iterable[str], others: Iterable[str]) -> None:
    """ValueError when a file that serving reads is not listed, and so has no checksum."""
    sides = (f"vectors/{space}.{side}.npy" for space in spaces for side in ("index", "query"))
    known = [LOG_POPULARITY] if RANKER in files else []
    table = COOCCURRENCE if any(name in files for name in COOCCURRENCE) else ()
    drawn = (MAP_POINTS, MAP_LABELS) if MAP_POINTS in files or MAP_LABELS in files else ()
    if missing := sorted({*READ_ALWAYS, *sides, *others, *known, *table, *drawn}.difference(files)):
        raise ValueError(f"files does not list {', '.join(missing[:5])}, which serving reads")
