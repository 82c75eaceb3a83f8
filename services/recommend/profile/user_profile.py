"""What is known of one person: their record in catalog, and what it means for the release being served."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

from kit.wire.library import Taste
from services.recommend.values import QueryVector


@dataclass(frozen=True, slots=True)
class ReleaseProfile:
    """For one release; rows of that release, those left out with every version of them."""

    release: str
    kinds: list[QueryVector]  # one for each kind of music the person likes
    whole: list[QueryVector]  # everything in one question, for the pure ranking
    known: frozenset[int]
    refused: frozenset[int]
    opinions: Mapping[int, int]
    degraded: str | None

    def query_vectors(self, *, pure: bool) -> list[QueryVector]:
        """What to ask the index; empty when nothing the person likes is in the release."""
        return self.whole if pure else self.kinds

    def left_out(self, *, with_known: bool) -> frozenset[int]:
        """Rows that never come, and with them those that are no news."""
        return self.known if with_known else self.refused


@dataclass
class UserProfile:
    """A person's taste, the version that catalog gave it, and what was worked out of it for one release."""

    person: UUID
    etag: str | None
    taste: Taste
    release_profile: ReleaseProfile | None = field(default=None, repr=False)

    @property
    def tracks(self) -> int:
        """What it takes of the memory."""
        taste = self.taste
        return 1 + len(taste.likes) + len(taste.dislikes) + len(taste.never) + len(taste.played) + len(taste.heard)
