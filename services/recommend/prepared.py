"""What is worked out of a taste once for a release: its questions, the songs it leaves out, the likes to show."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from kit.release import Release
from kit.wire.library import Played, Taste
from services.recommend import liking
from services.recommend.catalog import Catalog
from services.recommend.seeds import Resolved, resolve
from services.recommend.store import Serving
from services.recommend.taste import Taste as Question
from services.recommend.taste import questions, taste


@dataclass(frozen=True, slots=True)
class Prepared:
    """For one release; rows of that release, those left out with every version of them."""

    release: str
    kinds: list[Question]  # one for each kind of music the person likes
    whole: list[Question]  # everything in one question, for the pure ranking
    known: frozenset[int]
    refused: frozenset[int]
    opinions: Mapping[int, int]
    degraded: str | None

    def questions(self, *, pure: bool) -> list[Question]:
        """What to ask the index; empty when nothing the person likes is in the release."""
        return self.whole if pure else self.kinds

    def left_out(self, *, with_known: bool) -> frozenset[int]:
        """Rows that never come, and with them those that are no news."""
        return self.known if with_known else self.refused


async def prepare(found: Taste, serving: Serving, catalog: Catalog) -> Prepared:
    """Asks catalog only about liked tracks that the release does not hold."""
    found, resolved = _today(found, serving.release), Resolved()
    await resolve(liking.wanted(found), liking.unwanted(found), serving, catalog, resolved)
    kinds = questions(serving.poolings, resolved.seeds, resolved.avoid)
    one = taste(serving.poolings, resolved.seeds, resolved.avoid) if len(kinds) > 1 else None
    said = liking.opinions(found)
    rows = serving.release.rows(list(said)).tolist()
    return Prepared(
        serving.release.version,
        kinds,
        [one] if one else kinds,
        _rows(serving, liking.known(found)),
        _rows(serving, liking.refused(found)),
        {row: value for row, value in zip(rows, said.values(), strict=True) if row >= 0},
        resolved.degraded,
    )


def _today(found: Taste, release: Release) -> Taste:
    """The taste with older ids replaced by those of the release, each track once: catalog may import it a little later
    than it serves, and a taste that is remembered keeps the ids it came with."""
    if not release.manifest.counts.get("aliases"):
        return found
    names = list({*liking.known(found)})
    rows = release.rows(names).tolist()
    name = {one: release.track_id(row) if row >= 0 else one for one, row in zip(names, rows, strict=True)}
    likes, dislikes, never = (
        list(dict.fromkeys(name[track] for track in said)) for said in (found.likes, found.dislikes, found.never)
    )
    played: dict[str, Played] = {}
    for one in found.played:
        before = played.get(name[one.track], Played(track=name[one.track]))
        counted = {"plays": before.plays + one.plays, "skips": before.skips + one.skips}
        played[name[one.track]] = before.model_copy(update=counted)
    said = {"likes": likes, "dislikes": dislikes, "never": never, "played": list(played.values())}
    return found.model_copy(update=said)


def _rows(serving: Serving, tracks: Iterable[str]) -> frozenset[int]:
    """The rows of the tracks and of every other version of them."""
    return serving.tables.versions.spread(row for row in serving.release.rows(list(tracks)).tolist() if row >= 0)
