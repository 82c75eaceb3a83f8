"""Which release of a folder is served: reads CURRENT and opens a release by version."""

from pathlib import Path

from kit.manifest import BrokenRelease
from kit.release import Release
from kit.release_files import NotAPlainFile, open_inside
from kit.release_rules import is_version

CURRENT = "CURRENT"
CURRENT_BYTES = 200


def current_version(releases: Path) -> str | None:
    """Reads the published version from CURRENT; None when there is none, BrokenRelease when it is not a version."""
    try:
        with open_inside(releases, CURRENT) as file:
            version = file.read(CURRENT_BYTES).decode(errors="replace").strip()
    except FileNotFoundError:
        return None
    except NotAPlainFile as error:
        raise BrokenRelease(str(error)) from None
    if version and not is_version(version):
        raise BrokenRelease(
            f"{releases / CURRENT} names {version[:100]!r}, which is no version: publish a release or roll back"
        )
    return version or None


def open_current(releases: Path) -> Release | None:
    """Opens the published release; None when there is none yet."""
    version = current_version(releases)
    return open_release(releases, version) if version else None


def open_release(releases: Path, version: str) -> Release:
    """Opens a release by version; BrokenRelease also when its folder has another version, or the text is none."""
    if not is_version(version):
        raise BrokenRelease(f"{version[:100]!r} is no version of a release")
    release = Release(releases / version)
    if release.version != version:
        raise BrokenRelease(f"{release.path} holds {release.version}, not {version}: name the folder as its version")
    return release
