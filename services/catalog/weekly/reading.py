"""The weekly lists of a person as they are now: stored ones with tracks and ratings, without what is unwanted since."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from kit.errors import NotFound
from kit.wire.mutes import Mute
from kit.wire.playlists import ExportFormat
from kit.wire.weekly import ABOUT, NAMES, EarlierWeek, EarlierWeeks, WeeklyKey, WeeklyList, WeeklyLists, WeeklyTrack
from services.catalog.library.likes import add_ratings
from services.catalog.playlists.export import ExportedFile
from services.catalog.playlists.file_names import file_name
from services.catalog.playlists.formats import ExportedPlaylist, exported
from services.catalog.store import Store
from services.catalog.store.weekly import StoredWeekly
from services.catalog.weekly.still_wanted import still_wanted

WEEK = timedelta(days=7)


def monday(day: date) -> date:
    """The Monday of a day's week."""
    return day - timedelta(days=day.weekday())


def list_id(person: UUID, key: WeeklyKey) -> UUID:
    """The id of a list, the same in every week."""
    return uuid5(person, f"weekly:{key.value}")


async def read(store: Store, person: UUID) -> WeeklyLists:
    """The lists that were made last; Unauthorized when the account was deleted."""
    version = await store.people.version(person)
    return await _shown(store, person, version, await store.weekly.of(person))


async def earlier(store: Store, person: UUID) -> EarlierWeeks:
    """The weeks before whose lists are kept."""
    return EarlierWeeks(items=[EarlierWeek(week=week, made_at=at) for week, at in await store.weekly.earlier(person)])


async def of_week(store: Store, person: UUID, week: date) -> WeeklyLists:
    """The lists of an earlier week, as they are wanted now; NotFound."""
    version = await store.people.version(person)
    if (stored := await store.weekly.of_week(person, week)) is None:
        raise NotFound(
            f"no lists of the week of {week.isoformat()} are kept: GET /v1/me/weekly/earlier lists the weeks"
        )
    return await _shown(store, person, version, stored)


async def _shown(store: Store, person: UUID, version: int, stored: StoredWeekly | None) -> WeeklyLists:
    made = stored.lists if stored else {}
    names = [one["track"] for of_list in made.values() for one in of_list]
    tracks = await store.tracks.find(list(dict.fromkeys(names)))
    await add_ratings(store, person, tracks.values())
    feedback = await store.opinions.user_feedback(person, version) if stored else None
    muted = [mute.name for mute in await _muted_artists(store, person)] if feedback and feedback.mutes else []

    def tracks_of(key: WeeklyKey) -> list[WeeklyTrack]:
        wanted: list[dict[str, Any]] = still_wanted(key, made.get(key, []), tracks, feedback, muted) if feedback else []
        return [WeeklyTrack(track=tracks[one["track"]], reason=one["reason"]) for one in wanted]

    return WeeklyLists(
        week=stored.week if stored else None,
        next=monday(datetime.now(UTC).date()) + WEEK,
        made_at=stored.made_at if stored else None,
        release=stored.release if stored else None,
        lists=[
            WeeklyList(id=list_id(person, key), key=key, name=NAMES[key], about=ABOUT[key], tracks=tracks_of(key))
            for key in WeeklyKey
        ],
    )


async def as_file(store: Store, person: UUID, key: WeeklyKey, form: ExportFormat) -> ExportedFile:
    """One list as a file; NotFound while none was made."""
    found = await read(store, person)
    if found.made_at is None:
        raise NotFound("your weekly lists are not made yet: GET /v1/me/weekly makes them")
    [chosen] = [one for one in found.lists if one.key is key]
    tracks = [(item.track, found.made_at) for item in chosen.tracks]
    content = ExportedPlaylist(str(chosen.id), chosen.name, chosen.about, found.made_at, tracks)
    names = {one.id: one.name for one in found.lists}
    return ExportedFile(file_name(names, chosen.id, form.value), exported(content, form))


async def _muted_artists(store: Store, person: UUID) -> list[Mute]:
    return [mute for mute in await store.mutes.of(person) if mute.kind == "artist"]
