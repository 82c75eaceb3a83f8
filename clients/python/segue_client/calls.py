"""What each method of the clients asks: the generated operation, its arguments and the class of its answer. Pure."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from types import ModuleType
from typing import Any, Generic, Literal, TypeVar

from segue_client._api import models
from segue_client._api.api.account import login as login_operation
from segue_client._api.api.account import refresh as refresh_operation
from segue_client._api.api.catalogue import genres as genres_operation
from segue_client._api.api.catalogue import search as search_operation
from segue_client._api.api.catalogue import track as track_operation
from segue_client._api.api.catalogue import tracks as tracks_operation
from segue_client._api.api.library import feedback as feedback_operation
from segue_client._api.api.library import like as like_operation
from segue_client._api.api.library import liked as liked_operation
from segue_client._api.api.library import play_history, recommendation_history
from segue_client._api.api.library import unlike as unlike_operation
from segue_client._api.api.playlists import create_playlist as create_playlist_operation
from segue_client._api.api.playlists import playlists as playlists_operation
from segue_client._api.api.recommendations import continue_playlist as continue_operation
from segue_client._api.api.recommendations import recommendations, similar_tracks
from segue_client._api.api.report import my_report
from segue_client.bodies import body, given
from segue_client.errors import UnexpectedAnswer

T = TypeVar("T")
TrackId = str | models.Track
"""A track's id (22 characters, a Spotify link, an MBID or an ISRC), or the track itself."""
SeedLike = TrackId | models.Seed | Mapping[str, Any]
"""A track, or a seed as POST /v1/recommendations has it: {"text": "Hey Ya! Outkast"}, {"features": {"energy": 0.9}}."""
Event = models.Feedback | Mapping[str, Any]
"""One row of POST /v1/me/feedback: {"track": ..., "kind": "play", "at": ...}."""
Modes = Literal["balanced", "similar", "discover", "deep_cuts", "hits", "sequence"]
BATCH = 500
"""Most events of one request, and most ids of tracks."""


@dataclass(frozen=True, slots=True)
class Call(Generic[T]):
    """One request. `repeatable`: sent twice it does what it does once, so a failed attempt may be repeated."""

    operation: ModuleType
    arguments: Mapping[str, Any]
    answer: type[T]
    repeatable: bool = True

    def parsed(self, response: Any) -> T:
        """The answer; UnexpectedAnswer where the server gave one of another class."""
        if isinstance(response.parsed, self.answer):
            return response.parsed
        detail = f"no {self.answer.__name__}: is this the address of Segue's gateway?"
        raise UnexpectedAnswer(int(response.status_code), "unexpected_answer", detail)


def track_id(track: TrackId) -> str:
    return track if isinstance(track, str) else track.id


def seed(value: SeedLike) -> Any:
    """A seed of the request; a string is the id of a track."""
    return {"track": track_id(value)} if isinstance(value, str | models.Track) else value


def search(query: str, by: str | None, limit: int, cursor: str | None) -> Call[models.SearchPage]:
    field = models.By(by) if by else None
    return Call(search_operation, {"q": query} | given(by=field, limit=limit, cursor=cursor), models.SearchPage)


def track(one: TrackId) -> Call[models.Track]:
    return Call(track_operation, {"id": track_id(one)}, models.Track)


def tracks(many: Iterable[TrackId]) -> Call[models.TracksFound]:
    batch = body(models.TracksBatch, {"ids": [track_id(one) for one in many]})
    return Call(tracks_operation, {"body": batch}, models.TracksFound)


def recommend(seeds: Iterable[SeedLike], wishes: Mapping[str, Any]) -> Call[models.Recommendations]:
    """`wishes`: the other fields of the request."""
    request = body(models.RecommendationRequest, {"seeds": [seed(one) for one in seeds], **wishes})
    return Call(recommendations, {"body": request}, models.Recommendations)


def similar(one: TrackId, limit: int, number: int) -> Call[models.Recommendations]:
    return Call(similar_tracks, {"id": track_id(one), "limit": limit, "set_": number}, models.Recommendations)


def continue_playlist(many: Iterable[TrackId] | None, wishes: Mapping[str, Any]) -> Call[models.Recommendations]:
    start = {} if many is None else {"tracks": [track_id(one) for one in many]}
    request = body(models.Continuation, {**start, **wishes})
    return Call(continue_operation, {"body": request}, models.Recommendations)


def genres(limit: int) -> Call[models.GenreList]:
    return Call(genres_operation, {"limit": limit}, models.GenreList)


def like(one: TrackId) -> Call[models.CurrentOpinion]:
    return Call(like_operation, {"track": track_id(one)}, models.CurrentOpinion)


def unlike(one: TrackId) -> Call[models.CurrentOpinion]:
    return Call(unlike_operation, {"track": track_id(one)}, models.CurrentOpinion)


def feedback(events: Iterable[Event], key: str) -> Iterator[Call[models.FeedbackResults]]:
    """A call for each batch, with a key of its own: `key`-0, `key`-1 ... The events are read as batches are sent."""
    rest, number = iter(events), 0
    while rows := list(islice(rest, BATCH)):
        batch = body(models.FeedbackBatch, {"events": rows})
        yield Call(feedback_operation, {"body": batch, "idempotency_key": f"{key}-{number}"}, models.FeedbackResults)
        number += 1


def liked(limit: int, cursor: str | None) -> Call[models.LikedPage]:
    return Call(liked_operation, given(limit=limit, cursor=cursor), models.LikedPage)


def history(limit: int, cursor: str | None) -> Call[models.RecommendationHistory]:
    return Call(recommendation_history, given(limit=limit, cursor=cursor), models.RecommendationHistory)


def plays(
    limit: int, cursor: str | None, since: datetime | None, until: datetime | None, order: str | None
) -> Call[models.PlayPage]:
    direction = models.PlayOrder(order) if order else None
    arguments = given(limit=limit, cursor=cursor, since=since, until=until, order=direction)
    return Call(play_history, arguments, models.PlayPage)


def playlists(limit: int, cursor: str | None) -> Call[models.PlaylistPage]:
    return Call(playlists_operation, given(limit=limit, cursor=cursor), models.PlaylistPage)


def create_playlist(
    name: str, description: str | None, many: Iterable[TrackId], key: str
) -> Call[models.PlaylistChange]:
    fields = given(name=name, description=description, tracks=[track_id(one) for one in many])
    arguments = {"body": body(models.NewPlaylist, fields), "idempotency_key": key}
    return Call(create_playlist_operation, arguments, models.PlaylistChange)


def report(period: str, voice: str | None) -> Call[models.Report]:
    return Call(my_report, {"period": period} | given(voice=models.Voice(voice) if voice else None), models.Report)


def login(email: str, password: str) -> Call[models.Session]:
    request = body(models.Login, {"email": email, "password": password})
    return Call(login_operation, {"body": request}, models.Session, repeatable=False)


def refresh(session: models.Session) -> Call[models.Session]:
    request = body(models.Refresh, {"refresh_token": session.refresh_token})
    return Call(refresh_operation, {"body": request}, models.Session, repeatable=False)
