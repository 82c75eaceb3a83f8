"""Computes a report: runs the analyses over the likes and puts sections, headlines and counts together."""

from collections.abc import Callable, Sequence
from datetime import datetime
from uuid import UUID, uuid5

import numpy as np
import numpy.typing as npt

from kit.release import Floats, Ints
from kit.wire.catalog import FEATURES
from kit.wire.report import Report, Voice
from kit.wire.report_sections import Claim, Cluster, Genres, Languages, Record
from services.report.analyses import (
    claims,
    clusters,
    decades,
    flat_averages,
    genres_and_languages,
    histograms,
    keys_and_modes,
    records,
)
from services.report.analyses.diversity import diversity
from services.report.analyses.drift import drift
from services.report.analyses.mainstream import mainstream
from services.report.analyses.mood import mood
from services.report.analyses.portions import Share
from services.report.analyses.tempo import narrowest_band, tempo
from services.report.findings import EraSplit, Findings
from services.report.liked_tracks import LikedTracks
from services.report.reference import ACOUSTIC_FROM, CatalogueTables
from services.report.wording import headlines

RULES = "report-1"
"""Version of the rules; rises when a figure of the same likes changes."""
RECENT_YEARS = 20
Columns = dict[str, npt.NDArray[np.floating]]
GuessLanguages = Callable[[Sequence[str]], list[str | None]]


def findings(likes: LikedTracks, tables: CatalogueTables, guess: GuessLanguages, today: datetime) -> Findings:
    """Everything that the analyses find in the likes."""
    catalogue, rows = tables.catalogue, likes.rows
    liked: Columns = dict(zip(FEATURES, catalogue.features[rows].T, strict=True))
    year, popularity = catalogue.year[rows], catalogue.popularity[rows]
    directions, placed = catalogue.directions(rows)
    features, sound = histograms.feature_reports(liked, catalogue.references)
    era, era_comparison, era_p = decades.era(year, catalogue.references["year"], today.year)
    keys, key_shares = keys_and_modes.keys(keys_and_modes.counts(liked["key"], liked["mode"]), tables.key_counts)
    mood_report, mood_shares = mood(liked["valence"], liked["energy"], tables.plane)
    popular, popular_comparison, popular_p = mainstream(popularity, catalogue.references["popularity"])
    genres, genre_shares = _genres(likes, tables)
    by_decade = decades.decades(year, catalogue.references["year"])
    return Findings(
        n=len(likes),
        n_artists=len(np.unique(catalogue.artist[rows])),
        features=features,
        sound=sound,
        acoustic_lift=_acoustic_lift(liked["acousticness"], tables.acoustic_share),
        era=era,
        era_comparison=era_comparison,
        era_p=era_p,
        era_split=_era_split(era.claim, year, tables, today.year),
        nostalgic=decades.is_nostalgic(era, catalogue.references["year"].quantile(0.25)),
        decades=by_decade,
        keys=keys,
        key_shares=key_shares,
        tempo=tempo(liked["tempo"], tables.tempo_counts),
        tempo_band=_tempo_band(liked["tempo"]),
        mood=mood_report,
        mood_shares=mood_shares,
        diversity=diversity(catalogue.artist[rows], directions, catalogue.moments),
        mainstream=popular,
        mainstream_comparison=popular_comparison,
        mainstream_p=popular_p,
        genres=genres,
        genre_shares=genre_shares,
        languages=_languages(likes, tables, guess),
        clusters=_clusters(likes, tables, directions, placed),
        drift=drift(liked["valence"], liked["energy"], likes.months),
        records=_records(likes, tables, directions, placed),
        averages=flat_averages.averages(liked, by_decade),
        quartiles={one.name: one.iqr for one in features if one.iqr},
    )


def report(
    likes: LikedTracks, tables: CatalogueTables, found: Findings, period: str, voice: Voice, person: UUID, now: datetime
) -> Report:
    """The report as it is sent."""
    chosen, catalogue = headlines.lines(found), tables.catalogue
    digest = f"{RULES}/{catalogue.release.version}/{period}/{voice}/{likes.rows.tolist()}"
    return Report(
        report_id=uuid5(person, digest),
        period=period,
        voice=voice,
        generated_at=now,
        model_version=RULES,
        catalogue_version=catalogue.release.version,
        catalogue_size=catalogue.size,
        n_likes=likes.of_period,
        n_considered=likes.considered,
        n_in_release=len(likes),
        n_with_features=int(np.isfinite(catalogue.features[likes.rows]).any(axis=1).sum()),
        n_artists=found.n_artists,
        likes_needed=max(0, claims.FEWEST - len(likes)),
        summary=headlines.summary(chosen, len(likes)),
        headlines=[headlines.headline(line, voice) for line in chosen],
        **sections(found),
    )


def sections(found: Findings) -> dict[str, object]:
    """The sections of the report by field."""
    names = (
        *("features", "era", "decades", "keys", "tempo", "mood", "diversity", "mainstream", "genres", "languages"),
        *("clusters", "drift", "records", "averages"),
    )
    return {name: getattr(found, name) for name in names}


def _acoustic_lift(acousticness: npt.NDArray[np.floating], usual: float) -> float | None:
    known = acousticness[np.isfinite(acousticness)]
    return float((known >= ACOUSTIC_FROM).mean()) / usual if len(known) and usual else None


def _era_split(
    claim: Claim, year: npt.NDArray[np.floating], tables: CatalogueTables, this_year: int
) -> EraSplit | None:
    if claim not in (Claim.HIGHER, Claim.LOWER):
        return None
    newer = claim is Claim.HIGHER
    split, share, usual = decades.split_year(year, tables.catalogue.references["year"], newer)
    return EraSplit(split, share, usual, newer, recent=newer and split >= this_year - RECENT_YEARS)


def _tempo_band(tempo: npt.NDArray[np.floating]) -> tuple[float, float] | None:
    known = np.asarray(tempo[np.isfinite(tempo) & (tempo > 0)], np.float64)
    return narrowest_band(known) if len(known) >= claims.FEWEST else None


def _genres(likes: LikedTracks, tables: CatalogueTables) -> tuple[Genres, dict[str, Share]]:
    known = tables.catalogue.genres
    return genres_and_languages.genres(known.of_rows(likes.rows), known.names, known.counts, known.tagged)


def _languages(likes: LikedTracks, tables: CatalogueTables, guess: GuessLanguages) -> Languages:
    if len(likes) < claims.FEWEST:
        return genres_and_languages.languages([None] * len(likes))
    return genres_and_languages.languages(guess([tables.catalogue.title(row) for row in likes.rows.tolist()]))


def _clusters(likes: LikedTracks, tables: CatalogueTables, directions: Floats, placed: Ints) -> list[Cluster]:
    if len(directions) < clusters.FEWEST:
        return []
    number = clusters.sides(directions)
    members = [np.flatnonzero(number == one) for one in range(int(number.max()) + 1)]
    found = [_cluster(likes, tables, directions[inside], placed[inside], len(directions)) for inside in members]
    nearest = [next(iter(side.tracks[0].artists), "") for side in found]
    labels = clusters.distinct([side.label for side in found], nearest)
    return [side.model_copy(update={"label": label}) for side, label in zip(found, labels, strict=True)]


def _cluster(likes: LikedTracks, tables: CatalogueTables, directions: Floats, at: Ints, of: int) -> Cluster:
    catalogue, rows = tables.catalogue, likes.rows[at]
    genres = catalogue.genres
    genre = clusters.genre_label(genres.of_rows(rows), genres.counts, genres.tagged)
    if genre is not None:
        label, by = genres.names[genre], "genre"
    else:
        sound: Columns = dict(zip(FEATURES, catalogue.features[rows].T, strict=True))
        word = clusters.feature_label(sound, catalogue.references)
        label, by = (word, "feature") if word else ("mixed", "none")
    nearest = rows[clusters.nearest_to_centre(directions)]
    tracks = [catalogue.track(row) for row in nearest.tolist()]
    return Cluster.model_validate(
        {"label": label, "by": by, "n": len(at), "share": round(len(at) / of, 4), "tracks": tracks}
    )


def _records(likes: LikedTracks, tables: CatalogueTables, directions: Floats, placed: Ints) -> list[Record]:
    catalogue, rows = tables.catalogue, likes.rows
    columns = catalogue.year[rows], catalogue.popularity[rows], catalogue.duration_ms[rows]
    return [
        Record(kind=kind, value=value, track=catalogue.track(int(rows[at])))
        for kind, at, value in records.records(*columns, directions, placed)
    ]
