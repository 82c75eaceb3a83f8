"""Keyword chips: what a report found, as filters that GET /v1/me/recommendations takes.

A chip of a claim filters by the likes' own quartile on the side of the claim, so that three of four likes pass it.
Genre, decade and tempo chips describe the likes and need no claim.
"""

from urllib.parse import urlencode

from kit.wire.report_sections import Claim
from kit.wire.report_sharing import Chip
from services.report.analyses import claims
from services.report.findings import Findings

MOST_GENRES = 3
FEWEST_OF_GENRE = 3
LABELS = {
    ("energy", Claim.HIGHER): "Passionate",
    ("energy", Claim.LOWER): "Calm",
    ("loudness", Claim.HIGHER): "Loud",
    ("loudness", Claim.LOWER): "Quiet",
    ("acousticness", Claim.HIGHER): "Acoustic",
    ("acousticness", Claim.LOWER): "Electric",
    ("danceability", Claim.HIGHER): "Dance",
    ("danceability", Claim.LOWER): "Not for dancing",
    ("valence", Claim.HIGHER): "Bright",
    ("valence", Claim.LOWER): "Dark",
    ("instrumentalness", Claim.HIGHER): "Instrumental",
    ("instrumentalness", Claim.LOWER): "Sung",
    ("speechiness", Claim.HIGHER): "Wordy",
    ("speechiness", Claim.LOWER): "Few words",
    ("liveness", Claim.HIGHER): "Live",
    ("liveness", Claim.LOWER): "Studio",
}
Filters = dict[str, int | float | str]


def keywords(found: Findings) -> list[Chip]:
    """The chips: claims on features and era first, then genres, tempo and decade."""
    return [*_features(found), *_era(found), *_genres(found), *_tempo(found), *_decade(found)]


def _chip(code: str, label: str, filters: Filters, evidence: str) -> Chip:
    return Chip(code=code, label=label, filters=filters, query=urlencode(filters), evidence=evidence)


def _features(found: Findings) -> list[Chip]:
    made = []
    for at, one in enumerate(found.features):
        label = LABELS.get((one.name, one.claim))
        if label and one.iqr:
            higher = one.claim is Claim.HIGHER
            bound = f"{'min' if higher else 'max'}_{one.name}"
            value = round(one.iqr[0] if higher else one.iqr[1], 3)
            made.append(_chip(f"{one.name}_{one.claim.value}", label, {bound: value}, f"/features/{at}"))
    return made


def _era(found: Findings) -> list[Chip]:
    if (split := found.era_split) is None:
        return []
    if split.newer:
        return [_chip("era_newer", f"From {split.year} on", {"min_year": split.year}, "/era")]
    label = "Nostalgic" if found.nostalgic else f"Before {split.year}"
    return [_chip("era_older", label, {"max_year": split.year - 1}, "/era")]


def _genres(found: Findings) -> list[Chip]:
    frequent = [one for one in found.genres.items if one.n >= FEWEST_OF_GENRE][:MOST_GENRES]
    return [_chip("genre", one.name, {"genres": one.name}, f"/genres/items/{at}") for at, one in enumerate(frequent)]


def _tempo(found: Findings) -> list[Chip]:
    if found.tempo_band is None:
        return []
    low, high = found.tempo_band
    label = f"{low:.0f} to {high:.0f} BPM"
    return [_chip("tempo", label, {"min_tempo": low, "max_tempo": high}, "/tempo")]


def _decade(found: Findings) -> list[Chip]:
    if found.n < claims.FEWEST or not found.decades:
        return []
    at = max(range(len(found.decades)), key=lambda one: found.decades[one].n)
    first = found.decades[at].decade
    return [_chip("decade", f"{first}s", {"min_year": first, "max_year": first + 9}, f"/decades/{at}")]
