"""Event feeds: what a service tells those to its left. They pull; auth and catalog each keep one.

A person's events may arrive more than once and must be applied so that a second time changes nothing.
"""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from pydantic import BaseModel

MAX_EVENTS = 500


class EventType(StrEnum):
    """What happened."""

    PERSON_DELETED = "person_deleted"
    TASTE_CHANGED = "taste_changed"
    TRACK_ADDED = "track_added"
    SPOTIFY_CONNECTED = "spotify_connected"
    SPOTIFY_DISCONNECTED = "spotify_disconnected"


class Event(BaseModel):
    """One thing that happened. `number` rises along the feed; `subject` is the person, or the track's 128 bits."""

    number: int
    kind: EventType
    subject: UUID
    at: datetime


class EventPage(BaseModel):
    """The events after a number, oldest first, and the number to ask after next time. Fewer than 500 = up to date."""

    items: list[Event]
    after: int
