"""Readers of files that people own: listening histories, libraries and playlists exported by music services.

`files(path, name, folder)` opens an upload (a zip or one file), recognises every file by its content and yields its
records: Listen, Rating, PlaylistEntry, and Skipped with a reason for every row that gives none. Memory is bounded.

A new format is one reader and its lines in `recognise`.
"""

from kit.formats.user_exports.archive import ExportFile, files
from kit.formats.user_exports.recognise import ExportFormat
from kit.formats.user_exports.records import Listen, PlaylistEntry, Rating, Record, Skipped, TrackNames

__all__ = [
    "ExportFile",
    "ExportFormat",
    "Listen",
    "PlaylistEntry",
    "Rating",
    "Record",
    "Skipped",
    "TrackNames",
    "files",
]
