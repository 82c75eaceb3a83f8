"""manifest.json of a release: its pydantic model and validation, done before any other file of the folder is read.

  version, spaces, blocks, files   plain names: letters, digits and . _ - (for files also /), no `..`, nothing absolute,
                                   no reserved name, no two that differ only in case
  files                            every file that serving reads is listed, with its size and SHA-256
  counts, dims, sizes              within bounds, and consistent with one another
  on disk                          regular files of the listed size: no link, no device, no pipe

The rules are in kit/release_rules.py. The contents of the files are checked when a release is published
(pipelines/release/contents). Every violation raises BrokenRelease.
"""

import os
from pathlib import Path
from typing import Annotated, Any, Literal, Self

import orjson
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from kit import release_rules as rules
from kit.release_files import NotAPlainFile, open_inside

SCHEMA = 1
MANIFEST = "manifest.json"
GRAPH, AUDIO = "graph", "audio"
"""Names of the spaces of a release: learned from playlists, and audio features."""


class BrokenRelease(Exception):
    """The folder is not a complete, valid release; the message names the file and what to do."""


class _Finite(BaseModel):
    model_config = ConfigDict(allow_inf_nan=False)


class Spectrum(_Finite):
    """Query-side low-pass filter: gain = s^2 / (s^2 + lambda mean s^2) with lambda = scale k^power for k seeds."""

    file: str
    scale: float = Field(ge=0, le=1e6)
    power: float = Field(ge=-10, le=10)


class Block(_Finite):
    """Columns [start, stop) of a space. The query's block is normalised (if `unit`) and scaled by weight * k^power."""

    name: rules.PlainName
    start: int = Field(ge=0, le=rules.DIM_MOST)
    stop: int = Field(ge=1, le=rules.DIM_MOST)
    weight: float = Field(1.0, ge=-1e6, le=1e6)
    power: float = Field(0.0, ge=-10, le=10)
    unit: bool = True
    spectrum: Spectrum | None = None


class Space(BaseModel):
    """A named vector space: its width, its distance and its query pooling; `reweighting` is the query reweighting file.

    In manifest.json that file is named by "emphasis".
    """

    model_config = ConfigDict(validate_by_name=True, serialize_by_alias=True)

    dim: int = Field(ge=1, le=rules.DIM_MOST)
    distance: Literal["dot", "cosine"]
    blocks: list[Block] = Field(min_length=1, max_length=rules.BLOCKS_MOST)
    reweighting: str | None = Field(None, alias="emphasis")


class FileEntry(BaseModel):
    """Size and SHA-256 of a file of the release."""

    bytes: int = Field(ge=0, le=rules.FILE_BYTES_MOST)
    sha256: rules.Digest


Spaces = Annotated[dict[rules.PlainName, Space], Field(min_length=1, max_length=rules.SPACES_MOST)]


class Manifest(BaseModel):
    """manifest.json, whose key "taught_by" is `training_playlists`."""

    model_config = ConfigDict(validate_by_name=True, serialize_by_alias=True)

    schema_version: int
    version: rules.Version
    created_at: rules.Moment
    code_version: rules.Label
    data_hash: rules.Label
    invented: bool = Field(False, description="True for the demo world: every track, artist and listener is made up.")
    provenance: dict[rules.Label, int] = {}
    licences: dict[rules.Label, str] = Field({}, description="What its sources allow, by source, as far as they say.")
    training_playlists: int | None = Field(
        None,
        alias="taught_by",
        ge=0,
        description="Playlists that the counts of its tracks are over; null = not stated.",
    )
    counts: dict[rules.Label, rules.Count]
    spaces: Spaces
    metrics: dict[str, Any] = {}
    settings: dict[str, Any] = {}
    files: dict[rules.FileName, FileEntry] = Field(max_length=rules.FILES_MOST)

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        rules.check_files(self.files)
        rules.check_counts(self.counts)
        for name, space in self.spaces.items():
            rules.check_blocks(name, space.dim, [(block.name, block.start, block.stop) for block in space.blocks])
        rules.check_listed(self.files, self.spaces, self._named_files())
        return self

    def _named_files(self) -> list[str]:
        """Files that the manifest itself names as read."""
        spectra = [block.spectrum.file for space in self.spaces.values() for block in space.blocks if block.spectrum]
        reweightings = [space.reweighting for space in self.spaces.values() if space.reweighting]
        return [*spectra, *reweightings]


def read_manifest(path: Path) -> Manifest:
    """Reads the manifest and checks that every listed file is a regular file of the listed size; BrokenRelease."""
    if not path.is_dir():
        raise BrokenRelease(f"{path} is not a release: it is no folder")
    try:
        manifest = manifest_of(_read(path), path)
    except FileNotFoundError:
        raise BrokenRelease(f"{path} is not a release: it has no manifest.json") from None
    for name, entry in manifest.files.items():
        _check_size(path, name, entry.bytes)
    return manifest


def manifest_of(text: bytes, path: Path) -> Manifest:
    """The manifest in the bytes of a manifest.json; BrokenRelease, which names `path`."""
    if len(text) > rules.MANIFEST_BYTES:
        raise BrokenRelease(f"{path / MANIFEST} is larger than {rules.MANIFEST_BYTES:,} bytes: it is no manifest")
    try:
        document = orjson.loads(text)
        if isinstance(document, dict) and document.get("schema_version", SCHEMA) != SCHEMA:
            raise BrokenRelease(f"{path} {_other_schema(document['schema_version'])}")
        return Manifest.model_validate(document)
    except orjson.JSONDecodeError as error:
        raise BrokenRelease(f"{path / MANIFEST} cannot be read: {error}") from None
    except ValidationError as error:
        raise BrokenRelease(f"{path / MANIFEST} cannot be read: {_error_summary(error)}") from None


def _other_schema(found: object) -> str:
    newer = isinstance(found, int) and found > SCHEMA
    what = "it was made by a newer Segue: update Segue" if newer else "it is of another Segue: build it again"
    return f"has schema {str(found)[:20]}, this version reads {SCHEMA}: {what}"


def _read(path: Path) -> bytes:
    """The bytes of manifest.json, no more than one above what a manifest may have."""
    try:
        with open_inside(path, MANIFEST) as file:
            return file.read(rules.MANIFEST_BYTES + 1)
    except NotAPlainFile as error:
        raise BrokenRelease(str(error)) from None


def _error_summary(error: ValidationError) -> str:
    """The first three validation errors, truncated, because the manifest is untrusted."""
    errors = error.errors(include_url=False, include_input=False, include_context=False)
    shown = [f"{'.'.join(repr(part)[:80] for part in fault['loc'])}: {fault['msg'][:200]}" for fault in errors[:3]]
    return "; ".join(shown) + (f"; and {len(errors) - 3} more" if len(errors) > 3 else "")


def _check_size(path: Path, name: str, expected: int) -> None:
    file = path / name
    try:
        with open_inside(path, name) as opened:
            found = os.fstat(opened.fileno()).st_size
    except FileNotFoundError:
        raise BrokenRelease(f"{file} is missing: the release is incomplete, build or copy it again") from None
    except NotAPlainFile as error:
        raise BrokenRelease(str(error)) from None
    if found != expected:
        raise BrokenRelease(f"{file} has {found} bytes instead of {expected}: build or copy the release again")
