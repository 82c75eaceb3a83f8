"""A profile's query vectors and exclusions for one release, computed once for each version of the profile.

pipeline.py's part between the profile and the retrieval stages: neither imports the other.
"""

from collections.abc import Iterable
from datetime import UTC, datetime

from kit.release import Release
from kit.wire.library import Played, UserFeedback
from kit.wire.recommend import RecommendationOptions
from services.recommend.profile import preference_weights
from services.recommend.profile.user_profile import ReleaseProfile, UserProfile
from services.recommend.retrieval.query_vectors import query_vectors, single_query_vector
from services.recommend.retrieval.seeds import ResolvedSeeds, TrackLookup, resolve
from services.recommend.served.served_release import ServedRelease


async def release_profile_of(profile: UserProfile, serving: ServedRelease, tracks_of: TrackLookup) -> ReleaseProfile:
    """Computed once for a version of the profile and a release; not kept where catalog was unavailable for a part."""
    release_profile = profile.release_profile
    if release_profile is None or release_profile.release != serving.release.version:
        release_profile = await profile_for_release(profile.feedback, serving, tracks_of)
        profile.release_profile = None if release_profile.degraded else release_profile
    return release_profile


async def profile_for_release(found: UserFeedback, serving: ServedRelease, tracks_of: TrackLookup) -> ReleaseProfile:
    """The profile in one release; catalog is called only for liked tracks that the release does not hold."""
    found, resolved = _with_current_ids(found, serving.release), ResolvedSeeds()
    muted = await serving.muted(found.mutes)
    liked = preference_weights.liked_seeds(without_rows(found, muted, serving.release))
    await resolve(liked, preference_weights.disliked_seeds(found), serving, tracks_of, resolved)
    clusters = query_vectors(serving.poolings, resolved.seeds, resolved.avoid)
    one = single_query_vector(serving.poolings, resolved.seeds, resolved.avoid) if len(clusters) > 1 else None
    for seed in resolved.seeds:
        seed.query.clear()  # the query vectors hold what was pooled of it, for as long as the profile is kept
    opinion_weights = preference_weights.opinions(found)
    rows = serving.release.rows(list(opinion_weights)).tolist()
    return ReleaseProfile(
        serving.release.version,
        clusters,
        [one] if one else clusters,
        _rows(serving, preference_weights.known(found)),
        _rows(serving, preference_weights.never_recommended(found)),
        {row: value for row, value in zip(rows, opinion_weights.values(), strict=True) if row >= 0},
        resolved.degraded,
    )


def _with_current_ids(found: UserFeedback, release: Release) -> UserFeedback:
    """The taste with older ids of likes, dislikes, plays and `never` replaced by those of the release, each track once:
    catalog may import a release a little later than it serves, and a cached taste keeps the ids it came with.

    For profile_for_release alone: plays of one track are added up and have no `last_day` (0), which nothing there
    reads; the other lists keep their ids.
    """
    if not release.manifest.counts.get("aliases"):
        return found
    names = list({*preference_weights.known(found)})
    rows = release.rows(names).tolist()
    name = {one: release.track_id(row) if row >= 0 else one for one, row in zip(names, rows, strict=True)}
    likes, dislikes, never = (
        list(dict.fromkeys(name[track] for track in ids)) for ids in (found.likes, found.dislikes, found.never)
    )
    played: dict[str, Played] = {}
    for one in found.played:
        before = played.get(name[one.track], Played(track=name[one.track]))
        counted = {"plays": before.plays + one.plays, "skips": before.skips + one.skips}
        played[name[one.track]] = before.model_copy(update=counted)
    renamed = {"likes": likes, "dislikes": dislikes, "never": never, "played": list(played.values())}
    return found.model_copy(update=renamed)


def without_rows(found: UserFeedback, rows: frozenset[int], release: Release) -> UserFeedback:
    """The taste without likes and plays of (muted) rows: they make no query and stand in no reason."""
    if not rows:
        return found
    names = [*found.likes, *(one.track for one in found.played)]
    gone = {name for name, row in zip(names, release.rows(names).tolist(), strict=True) if row in rows}
    likes = [track for track in found.likes if track not in gone]
    return found.model_copy(update={"likes": likes, "played": [one for one in found.played if one.track not in gone]})


def excluded_rows(
    wishes: RecommendationOptions, feedback: UserFeedback, release_profile: ReleaseProfile, serving: ServedRelease
) -> frozenset[int]:
    """The rows that a request leaves out for what the person dislikes, knows and has played lately."""
    excluded = release_profile.known_or_disliked(include_known=wishes.exclude_known or wishes.only_new)
    if wishes.not_played_for_days is None:
        return excluded
    day = datetime.now(UTC).toordinal() - wishes.not_played_for_days
    return excluded | _rows(serving, preference_weights.played_since(feedback, day))


def _rows(serving: ServedRelease, tracks: Iterable[str]) -> frozenset[int]:
    """The rows of the tracks and of every other version of them."""
    return serving.tables.recording_groups.expand(
        row for row in serving.release.rows(list(tracks)).tolist() if row >= 0
    )
