"""What catalog keeps of a person's imports, as sections of the export of their data."""

from kit.personal_data import Section, track_id
from services.catalog.store import schema
from services.catalog.store.added_schema import added_tracks

TRACK = {"track": track_id}
EVENT = "of an import that was not matched: kind, seconds since 1970, milliseconds; or playlist, its id and name"
FEW = 50
"""Rows of a page whose rows are long: of a thousand events."""
OF_IMPORTS = (
    Section(
        "imports",
        "Files that were imported in the last 30 days; the files themselves are deleted once they are read.",
        schema.imports,
        ["id"],
        {
            "id": "the import's id",
            "name": "the file's name",
            "size": "its size in bytes",
            "received": "bytes that arrived",
            "complete": "whether all arrived",
            "add_unknown": "whether songs that the catalogue lacked were to be added",
            "created_at": "when it began",
            "new_later": "events of rows that you named or kept, recorded after it",
            "repeated_later": "events of such rows that were there already",
        },
    ),
    Section(
        "import_entries",
        "Tracks of playlists by the imports that hold them, so that an import can be taken back.",
        schema.import_entries,
        ["import_id", "playlist", "track"],
        {
            "import_id": "the import's id",
            "playlist": "the playlist's id",
            "track": "the track's id",
            "added_at": "when the import added it, null = it was there",
        },
        convert=TRACK,
    ),
    Section(
        "unmatched",
        "Rows of these files without a certain track.",
        schema.unmatched,
        ["number"],
        {
            "number": "the order in the file",
            "import_id": "the import's id",
            "names": "title, artist, album and codes, as in the file",
            "reason": "why it was not matched",
            "candidates": "ids of tracks that come near",
            "events": EVENT,
            "row_count": "rows of the file with these names",
            "track": "the track that you named for it",
            "left_out": "whether you left it out",
        },
        convert=TRACK,
        rows=FEW,
    ),
    Section(
        "added_tracks",
        "Songs of these files that the catalogue lacked and that were added.",
        added_tracks,
        ["track"],
        {"track": "the track's id", "added_at": "when it was added"},
        convert=TRACK,
    ),
    Section(
        "corrections",
        "Tracks that you named for rows of imports, for later imports.",
        schema.corrections,
        ["key"],
        {"key": "a digest of the names in the file", "track": "the track's id"},
        convert=TRACK,
    ),
)
