"""Plays, likes, recommendations and playlists as ListenBrainz writes them. Pure.

A recording's MSID is the track's id as a UUID, so that feedback and deletion find the track again.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from kit import ids

Document = Mapping[str, Any]
JSPF_PLAYLIST = "https://musicbrainz.org/doc/jspf#playlist"


def msid_of(track: Document) -> str:
    """The MSID of a track."""
    return str(ids.decode(track["id"]))


def track_of(msid: str) -> str:
    """The track id of an MSID; ValueError."""
    return ids.encode(UUID(msid))


def seconds(moment: str) -> int:
    """An RFC 3339 moment in whole seconds since 1970."""
    return int(datetime.fromisoformat(moment).timestamp())


def listen(play: Document, user_name: str) -> dict[str, Any]:
    """A play of GET /v1/me/plays."""
    at = seconds(play["played_at"])
    metadata = _metadata(play["track"], play["source"])
    own = {"listened_at": at, "inserted_at": at, "recording_msid": msid_of(play["track"]), "user_name": user_name}
    return own | {"track_metadata": metadata}


def listens(plays: Sequence[Document], user_name: str) -> dict[str, Any]:
    """The payload of a page of plays, the latest first."""
    shown = [listen(play, user_name) for play in plays]
    payload: dict[str, Any] = {"count": len(shown), "user_id": user_name, "listens": shown}
    if shown:
        payload |= {"latest_listen_ts": shown[0]["listened_at"], "oldest_listen_ts": shown[-1]["listened_at"]}
    return {"payload": payload}


def playing_now(playing: Document | None, user_name: str) -> dict[str, Any]:
    """What plays now, as GET /v1/me/plays/current tells it."""
    shown = []
    if playing:
        info = {"submission_client": playing["source"], "duration_ms": playing["duration_ms"]}
        metadata = {"track_name": playing["title"], "artist_name": playing["artist"], "release_name": playing["album"]}
        if playing["track"]:
            metadata |= _metadata(playing["track"], playing["source"])
        shown = [{"playing_now": True, "track_metadata": {"additional_info": info} | metadata}]
    return {"payload": {"count": len(shown), "playing_now": True, "user_id": user_name, "listens": shown}}


def feedback(track: Document, score: int, user_name: str, created: int | None = None) -> dict[str, Any]:
    """An opinion of a track."""
    found = {"recording_mbid": track["external_ids"].get("mbid"), "recording_msid": msid_of(track), "score": score}
    found |= {"user_id": user_name, "track_metadata": _metadata(track)}
    return found | ({"created": created} if created is not None else {})


def recordings(found: Document) -> list[dict[str, Any]]:
    """MBID and score of each recommendation that has an MBID."""
    rows = [(row["track"]["external_ids"].get("mbid"), row["score"]) for row in found["tracks"]]
    return [{"recording_mbid": mbid, "score": score} for mbid, score in rows if mbid]


def recommended(found: Document, user_name: str, count: int, offset: int, now: int) -> dict[str, Any] | None:
    """Recommendations that have an MBID; None when there are none."""
    mbids = recordings(found)[offset : offset + count]
    if not mbids:
        return None
    payload = {"mbids": mbids, "entity": "recording", "user_name": user_name, "count": len(mbids), "offset": offset}
    return {"payload": payload | {"total_mbid_count": len(mbids), "last_updated": now, "model_id": found["release"]}}


def playlist_summary(playlist: Document, user_name: str, base: str) -> dict[str, Any]:
    """A playlist without its tracks, as JSPF."""
    head = {"title": playlist["name"], "annotation": playlist["description"], "date": playlist["created_at"]}
    return {"playlist": head | _owned(playlist["id"], user_name, base, playlist["changed_at"]) | {"track": []}}


def playlist(jspf: Document, summary: Document, user_name: str, base: str) -> dict[str, Any]:
    """A playlist as JSPF, from the export of /v1/me/playlists/{id}."""
    return {"playlist": jspf["playlist"] | _owned(summary["id"], user_name, base, summary["changed_at"])}


def _owned(playlist_id: str, user_name: str, base: str, changed_at: str) -> dict[str, Any]:
    extension = {"creator": user_name, "public": False, "last_modified_at": changed_at, "created_for": user_name}
    return {
        "creator": user_name,
        "identifier": f"{base}/playlist/{playlist_id}",
        "extension": {JSPF_PLAYLIST: extension},
    }


def looked_up(track: Document | None) -> dict[str, Any]:
    """A track of GET /v1/search as /1/metadata/lookup writes it; empty without an MBID."""
    if track is None or not (mbid := track["external_ids"].get("mbid")):
        return {}
    names = {"recording_name": track["title"], "artist_credit_name": _artists(track), "release_name": track["album"]}
    return {"recording_mbid": mbid, "artist_mbids": [], "release_mbid": None} | names


def _metadata(track: Document, source: str | None = None) -> dict[str, Any]:
    codes = track["external_ids"]
    spotify = f"https://open.spotify.com/track/{codes['spotify']}" if codes.get("spotify") else None
    info = {"recording_msid": msid_of(track), "duration_ms": track["duration_ms"], "submission_client": source}
    info |= {"recording_mbid": codes.get("mbid"), "isrc": codes.get("isrc"), "spotify_id": spotify}
    info = {name: value for name, value in info.items() if value is not None}
    names = {"track_name": track["title"], "artist_name": _artists(track), "release_name": track["album"]}
    mapping = {"mbid_mapping": {"recording_mbid": codes["mbid"]}} if codes.get("mbid") else {}
    return names | {"additional_info": info} | mapping


def _artists(track: Document) -> str:
    return ", ".join(artist["name"] for artist in track["artists"])
