"""What is known of one person: their record in catalog, and what it means for the release being served."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

from kit.wire.library import UserFeedback
from services.recommend.values import QueryVector


@dataclass(frozen=True, slots=True)
class ReleaseProfile:
    """A profile in rows of one release; exclusions include every version of a recording. Mutes are
    applied by requests (ServedRelease.muted): a muted genre may be a third of a release."""

    release: str
    by_cluster: list[QueryVector]  # one for each interest cluster
    single: list[QueryVector]  # all likes in one, for mode `similar`
    known: frozenset[int]
    disliked: frozenset[int]
    opinions: Mapping[int, int]
    degraded: str | None

    def query_vectors(self, *, pure: bool) -> list[QueryVector]:
        """The query vectors to search with; empty when nothing that the person likes is in the release."""
        return self.single if pure else self.by_cluster

    def known_or_disliked(self, *, include_known: bool) -> frozenset[int]:
        """Rows to exclude: disliked ones, and with `include_known` also liked and played ones."""
        return self.known if include_known else self.disliked


@dataclass
class UserProfile:
    """A person's likes, dislikes and plays, catalog's ETag of them, and what they mean for one release."""

    person: UUID
    etag: str | None
    feedback: UserFeedback
    release_profile: ReleaseProfile | None = field(default=None, repr=False)

    @property
    def tracks(self) -> int:
        """Tracks held, by which the cache is bounded."""
        feedback = self.feedback
        return (
            1
            + len(feedback.likes)
            + len(feedback.set_aside)
            + len(feedback.in_playlists)
            + len(feedback.dislikes)
            + len(feedback.never)
            + len(feedback.played)
            + len(feedback.heard)
        )
