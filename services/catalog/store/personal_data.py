"""What catalog keeps of a person, as sections of the export of their data.

Tracks are named by their ids here; services/catalog/library/personal_data.py adds titles and artists.
"""

from kit.jobs import jobs
from kit.personal_data import Section, track_id
from services.catalog.store import schema, spotify_schema, weekly_schema
from services.catalog.store.import_sections import OF_IMPORTS

TRACK = {"track": track_id}
FEW = 50
"""Rows of a page whose rows are long: lists of hundreds of tracks, or of a thousand events."""
SECTIONS = (
    Section(
        "feedback",
        "Everything that was said of tracks and that happened to them: likes, dislikes, plays, skips, and what undid "
        "them.",
        schema.feedback,
        ["number"],
        {
            "number": "the order in which it was recorded",
            "id": "the event's id",
            "track": "the track's id",
            "kind": "like, dislike, never, neutral, play, skip, impression or undo",
            "ms": "milliseconds that a play lasted",
            "at": "when it happened",
            "recorded_at": "when it was recorded",
            "source": "the program or import that it came from",
            "context": "what it was played from",
            "undoes": "the number of the event that it takes back",
        },
        convert=TRACK,
    ),
    Section(
        "feedback_keys",
        "Keys by which a repeated request is recognised.",
        schema.feedback_keys,
        ["key"],
        {"key": "the key that the program sent", "event": "the event that it made"},
    ),
    Section(
        "recommendations",
        "Lists that were shown in the last seven days.",
        schema.shown,
        ["id"],
        {
            "id": "the list's id",
            "at": "when it was shown",
            "release": "the version of the recommender",
            "source": "where it was shown",
            "tracks": "ids of its tracks, best first",
            "seeds": "ids of the tracks that it started from",
            "request": "the options that were asked for",
        },
        rows=FEW,
    ),
    Section(
        "interest_test",
        "Answers of the interest test.",
        schema.interest_answers,
        ["track"],
        {"track": "the track's id", "value": "1 = liked, 0 = neutral, -1 = disliked", "at": "when it was answered"},
        convert=TRACK,
    ),
    Section(
        "mutes",
        "What no list may hold.",
        schema.mutes,
        ["kind", "value"],
        {
            "kind": "artist, genre or version",
            "value": "the artist's id, the genre or the type of version",
            "name": "how it is shown",
            "since": "since when",
        },
    ),
    Section(
        "exclusions",
        "What was played or liked and does not count for the taste.",
        schema.exclusions,
        ["id"],
        {
            "id": "the exclusion's id",
            "kind": "what it excludes: track, playlist, source or period",
            "track": "the track's id",
            "playlist": "the playlist's id",
            "context": "what it was played from",
            "source": "the program or import",
            "since": "the first moment of the period",
            "until": "the end of the period",
            "created_at": "when it was made",
        },
        convert=TRACK,
    ),
    Section(
        "playlists",
        "Playlists, without their tracks.",
        schema.playlists,
        ["id"],
        {
            "id": "the playlist's id",
            "name": "its name",
            "description": "what it is for",
            "version": "how often it was changed, from 1",
            "created_at": "when it was made",
            "changed_at": "when it was last changed",
        },
    ),
    Section(
        "playlist_tracks",
        "The tracks of the playlists, in order.",
        schema.playlist_tracks,
        ["playlist", "position"],
        {
            "playlist": "the playlist's id",
            "position": "the order in the playlist",
            "track": "the track's id",
            "added_at": "when it was added",
        },
        convert=TRACK,
    ),
    *OF_IMPORTS,
    Section(
        "weekly_lists",
        "The weekly lists that were made last: one line.",
        weekly_schema.weekly_lists,
        ["person"],
        {
            "week": "the Monday of the week",
            "made_at": "when they were made",
            "release": "the version of the recommender",
            "lists": "for each list its tracks, by id, and why each is there",
        },
    ),
    Section(
        "earlier_weeks",
        "Weekly lists of up to four weeks before.",
        weekly_schema.earlier_weeks,
        ["week"],
        {
            "week": "the Monday of the week",
            "made_at": "when they were made",
            "release": "the version of the recommender",
            "lists": "for each list its tracks, by id, and why each is there",
        },
        rows=FEW,
    ),
    Section(
        "playing_now",
        "What plays now: at most one line.",
        schema.playing_now,
        ["person"],
        {
            "names": "title, artist and album as the player sent them",
            "track": "the track's id, null = not in the catalogue",
            "source": "the player",
            "since": "since when",
            "until": "when it is forgotten",
        },
        convert=TRACK,
    ),
    Section(
        "spotify_syncs",
        "When your Spotify account was read: at most one line.",
        spotify_schema.spotify_syncs,
        ["person"],
        {"synced_at": "when it was read last", "unchanged": "playlists that had not changed since the time before"},
    ),
    Section(
        "spotify_tracks",
        "Songs that were read from your Spotify account.",
        spotify_schema.spotify_tracks,
        ["section", "position"],
        {
            "section": "where they stood: liked, top or recent",
            "position": "the place there",
            "spotify_id": "Spotify's id",
            "title": "the title",
            "artists": "the artists' names",
            "album": "the album",
            "track": "the track's id here, null = not in the catalogue",
            "at": "when you liked or played it",
        },
        convert=TRACK,
    ),
    Section(
        "spotify_playlists",
        "Your playlists at Spotify, by name.",
        spotify_schema.spotify_playlists,
        ["position"],
        {
            "id": "Spotify's id",
            "position": "the place in the list",
            "name": "the name",
            "snapshot": "Spotify's version of it",
            "tracks": "how many songs it has",
        },
    ),
    Section(
        "jobs",
        "Background work of the last 30 days.",
        jobs,
        ["id"],
        {
            "id": "the job's id",
            "job_type": "what it did",
            "arguments": "what it was given",
            "status": "queued, running, done, failed or cancelled",
            "progress": "how far it came",
            "result": "what came out",
            "detail": "why it failed",
            "attempts": "how often it was tried",
            "created_at": "when it was added",
            "changed_at": "when it last changed",
        },
        rows=FEW,
    ),
)
