"""A release of open data: the ordinary stages over the folders of sessions and tracks, with licence, notice and origin.

Its manifest names, under settings.open_data, the licence, every dump with its id and checksums, and every parameter of
every step; LICENSE, NOTICE and the source of each audio feature are files of the release.
"""

import tarfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from kit.manifest import MANIFEST
from kit.release import Release
from pipelines.folders import room_for, scratch_folder
from pipelines.open_data.addresses import shown
from pipelines.open_data.download import digest_of
from pipelines.open_data.dump_errors import DumpError
from pipelines.open_data.terms import LICENCE
from pipelines.release.release_content import Origin
from pipelines.stage import Built

BLOCKS = 1_536  # bytes of a header, and of what fills the last block of a file, with some to spare
FEATURE_SOURCES = "open_data/features.parquet"
_DIGESTED = ("from", "id", "kind", "version", "bytes", "sha256", "published_sha256", "files")


def origin(dumps: Mapping[str, Mapping[str, Any]], sessions: Built, tracks: Built) -> Origin:
    """What a release carries of its origin. `dumps` is dumps.json of the folder that both stages read."""
    described = {
        "licence": LICENCE,
        "dumps": [_dump(entry) for _, entry in sorted(dumps.items())],
        "rules": sessions.report()["settings"],
        "features": tracks.report()["settings"],
        "figures": {"sessions": sessions.report()["figures"], "features": tracks.report()["figures"]},
    }
    terms = tracks.path / "musicbrainz"
    documents = {"LICENSE": terms / "LICENSE", "NOTICE": terms / "NOTICE"}
    return Origin({"open_data": described}, {**documents, FEATURE_SOURCES: tracks.path / "features.parquet"})


def _dump(entry: Mapping[str, Any]) -> dict[str, Any]:
    """The identity of a dump; of the dump of listens, each member that was read with its checksum."""
    members = {name: entry["parts"][name]["sha256"] for name in entry.get("kept", ())}
    known = {name: entry[name] for name in _DIGESTED if entry.get(name)}
    if "from" in known:
        known["from"] = _shown(str(known["from"]))
    return known | ({"members": members} if members else {})


def _shown(where: str) -> str:
    """The address without secrets, which earlier versions recorded."""
    try:
        return shown(where)
    except DumpError:
        return "an address"


def pack(release: Release, target: Path) -> Path:
    """Writes the release as one uncompressed tar, manifest first, and TARGET.sha256 beside it: what `open install`
    reads. The same release gives the same bytes. DumpError when there is no room, and then nothing is left of it."""
    names = (MANIFEST, *sorted(release.manifest.files))
    needed = sum((release.path / name).stat().st_size + BLOCKS for name in names)
    with (
        scratch_folder(target.parent, ".packing-") as scratch,
        room_for("the archive", target.parent, needed, DumpError),
    ):
        packed, digest = scratch / target.name, scratch / f"{target.name}.sha256"
        with tarfile.open(packed, "w", format=tarfile.USTAR_FORMAT) as archive:
            for name in names:
                _add(archive, f"{release.version}/{name}", release.path / name)
        digest.write_text(f"{digest_of(packed)}  {target.name}\n")
        packed.replace(target)
        digest.replace(target.with_name(digest.name))
    return target


def _add(archive: tarfile.TarFile, name: str, file: Path) -> None:
    member = tarfile.TarInfo(name)
    member.size, member.mode = file.stat().st_size, 0o644
    with file.open("rb") as content:
        archive.addfile(member, content)
