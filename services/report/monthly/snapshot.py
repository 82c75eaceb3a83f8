"""The numbers of a report that are kept by month, about 1 KiB: no tracks, no sentences, nothing that names a like."""

from typing import Any

from kit.wire.report import Report

MOST_GENRES = 10


def numbers(report: Report) -> dict[str, Any]:
    """Counts, medians and shares that months can be compared by; `rules` and `release` say what is comparable."""
    return {
        "version": 1,
        "rules": report.model_version,
        "release": report.catalogue_version,
        "n_likes": report.n_likes,
        "n_in_release": report.n_in_release,
        "n_artists": report.n_artists,
        "medians": {one.name: one.median for one in report.features},
        "superiority": {one.name: one.superiority for one in report.features},
        "median_year": report.era.median_year,
        "median_tempo": report.tempo.median,
        "popularity": report.mainstream.superiority,
        "evenness": report.diversity.evenness,
        "mean_cosine": report.diversity.mean_cosine,
        "mood": {one.name: one.share for one in report.mood.shares},
        "genres": {one.name: one.share for one in report.genres.items[:MOST_GENRES]},
        "headlines": [one.code for one in report.headlines],
    }
