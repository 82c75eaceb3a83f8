"""The files of a release's map: the points in one binary, the ids of their tracks in another, the clusters as JSON.

    map/points.bin   16 bytes of header, then x (count,) uint16, y (count,) uint16, cluster (count,) uint8
    map/labels.json  kit.wire.map.MapClusters: a place, a size and mostly a label for each cluster
    (ids, served, not stored)  16 bytes of header, then 22 ASCII characters for each row

Everything is little-endian. The header is the magic (4 bytes), the version 1 (uint16), the bytes of a row (uint16), the
count (uint32) and 4 zero bytes; so x, y and cluster can be read in place as typed arrays. Row r is row r of the
release; there are as many rows as tracks with a vector. Cluster 255 says that the track is not on the map. Both axes
run from 0 to 65535, y downwards as on a screen.
"""

import struct
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from pydantic import ValidationError

from kit.manifest import BrokenRelease
from kit.release import Release
from kit.release_files import NotAPlainFile, open_inside
from kit.release_rules import MAP_LABELS, MAP_POINTS
from kit.wire.map import MapClusters

HEADER = struct.Struct("<4sHHI4x")
POINTS, IDS = b"SGMP", b"SGID"
VERSION = 1
POINT_BYTES, ID_BYTES = 5, 22
ELSEWHERE = 255
EDGE = 65_535
LABELS_BYTES = 256 << 10  # 255 clusters with labels of 200 characters of 4 bytes


@dataclass(frozen=True, slots=True, eq=False)
class MapPoints:
    """x, y (count,) uint16 and cluster (count,) uint8 of the first rows of a release."""

    x: npt.NDArray[np.uint16]
    y: npt.NDArray[np.uint16]
    cluster: npt.NDArray[np.uint8]

    def packed(self) -> bytes:
        """The bytes of map/points.bin."""
        columns = (self.x.astype("<u2"), self.y.astype("<u2"), self.cluster.astype(np.uint8))
        return header(POINTS, POINT_BYTES, len(self.x)) + b"".join(column.tobytes() for column in columns)

    @classmethod
    def unpacked(cls, content: bytes) -> "MapPoints":
        """Reads the bytes of map/points.bin; ValueError when they are something else."""
        if len(content) < HEADER.size:
            raise ValueError("is shorter than the header of a map")
        magic, version, width, count = HEADER.unpack_from(content)
        if (magic, version, width) != (POINTS, VERSION, POINT_BYTES):
            raise ValueError(f"is no map of version {VERSION}")
        if len(content) != HEADER.size + POINT_BYTES * count:
            raise ValueError(f"has {len(content):,} bytes, which are not {count:,} points")
        x, y = (np.frombuffer(content, "<u2", count, HEADER.size + 2 * at * count) for at in (0, 1))
        return cls(x, y, np.frombuffer(content, np.uint8, count, HEADER.size + 4 * count))


def header(magic: bytes, width: int, count: int) -> bytes:
    """The first 16 bytes of a binary of `count` rows of `width` bytes."""
    return HEADER.pack(magic, VERSION, width, count)


def has_map(release: Release) -> bool:
    """False for releases made before there were maps, or without one."""
    return MAP_POINTS in release.manifest.files


def points_bytes(release: Release) -> bytes:
    """The bytes of map/points.bin; BrokenRelease unless they have a row for each track with a vector."""
    content = _read(release, MAP_POINTS, HEADER.size + POINT_BYTES * release.embedded)
    if len(content) < HEADER.size or content[: HEADER.size] != header(POINTS, POINT_BYTES, release.embedded):
        raise BrokenRelease(f"{release.path / MAP_POINTS} does not fit the release: build or copy it again")
    return content


def clusters(release: Release) -> MapClusters:
    """The clusters of the map; BrokenRelease when map/labels.json is not valid."""
    try:
        return MapClusters.model_validate_json(_read(release, MAP_LABELS, LABELS_BYTES))
    except ValidationError as error:
        faults = f"{error.error_count()} errors, the first: {error.errors()[0]['msg'][:200]}"
        raise BrokenRelease(f"{release.path / MAP_LABELS} is not valid ({faults}): build or copy it again") from None


def ids_bytes(release: Release) -> bytes:
    """The ids of the rows of the map, as they are served."""
    ids = np.ascontiguousarray(release.ids[: release.embedded])
    return header(IDS, ID_BYTES, release.embedded) + ids.tobytes()


def _read(release: Release, name: str, most: int) -> bytes:
    """At most `most` bytes of a plain file of the release; BrokenRelease when it is larger or cannot be read."""
    try:
        with open_inside(release.path, name) as file:
            content = file.read(most + 1)
    except (NotAPlainFile, FileNotFoundError) as error:
        raise BrokenRelease(f"{release.path / name} cannot be read: {error}") from None
    if len(content) > most:
        raise BrokenRelease(f"{release.path / name} has more than {most:,} bytes: build or copy the release again")
    return content
