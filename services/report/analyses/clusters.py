"""Sides of a taste: spherical k-means over the likes' vectors, the number of clusters by silhouette.

k-means on the unit sphere (Dhillon and Modha 2001) from farthest-first seeds, so that a run depends on nothing but the
likes. Of k = 2 to 5 the one with the largest mean silhouette (Rousseeuw 1987, distance 1 - cosine) is taken if that is
at least ONE_SIDE, else the taste has one side. Above SAMPLED likes an evenly spaced sample is clustered and every like
joins the nearest centre, which bounds the cost.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from kit.release import Floats, Ints
from services.report.analyses import claims
from services.report.analyses.portions import FEWEST_OF_A_KIND
from services.report.analyses.superiority import Reference, compare

FEWEST = 30
MOST_SIDES = 5
SAMPLED = 300
ROUNDS = 12
ONE_SIDE = 0.1
"""Mean silhouette below which likes are one cluster. Likes at random stay below it, likes of two or three genres of
the demo release are above it, also those of one genre with its subgenres (tests/services/report/test_analyses.py)."""
EXAMPLES = 4
SURE, FAR = 0.01, 10.0
"""Holm's p-value and distance of the superiority from 50 that a feature needs to name a cluster."""
FEATURE_WORDS = {
    "energy": ("energetic", "calm"),
    "acousticness": ("acoustic", "electric"),
    "valence": ("bright", "dark"),
    "danceability": ("danceable", "free-flowing"),
    "instrumentalness": ("instrumental", "sung"),
    "loudness": ("loud", "quiet"),
}


def sides(directions: Floats) -> Ints:
    """(n,) the cluster of each unit vector (n, dim), 0 the largest; all 0 below FEWEST."""
    n = len(directions)
    if n < FEWEST:
        return np.zeros(n, np.int64)
    sample = directions[np.linspace(0, n - 1, min(n, SAMPLED)).astype(np.int64)]
    cosines = sample @ sample.T
    best, centres = ONE_SIDE, None
    for k in range(2, MOST_SIDES + 1):
        number, middle = _k_means(sample, cosines, k)
        if len(np.unique(number)) == k and (score := _silhouette(cosines, number)) > best:
            best, centres = score, middle
    if centres is None:
        return np.zeros(n, np.int64)
    return _largest_first((directions @ centres.T).argmax(axis=1))


def silhouette(directions: Floats, number: Ints) -> float:
    """Mean silhouette of unit vectors (n, dim) in clusters (n,)."""
    return _silhouette(directions @ directions.T, number)


def nearest_to_centre(directions: Floats) -> Ints:
    """Positions of the EXAMPLES vectors nearest to their mean, nearest first."""
    return np.argsort(-(directions @ directions.sum(axis=0)), kind="stable")[:EXAMPLES]


def genre_label(tagged: Sequence[Ints], catalogue_counts: Ints, catalogue_tagged: int) -> int | None:
    """The genre that names a cluster: of those that at least half of the tagged likes have, the one with the largest
    lift; else the most frequent over-represented one; None where no genre is on a quarter of them."""
    known = [numbers for numbers in tagged if len(numbers)]
    if len(known) < FEWEST_OF_A_KIND:
        return None
    shares = np.bincount(np.concatenate(known), minlength=len(catalogue_counts)) / len(known)
    lift = shares * catalogue_tagged / np.maximum(catalogue_counts, 1)
    for least in (0.5, 0.25):
        if (able := (shares >= least) & (lift > 1)).any():
            return int(np.where(able, lift, -1.0).argmax())
    return None


def feature_label(values: dict[str, npt.NDArray[np.floating]], references: dict[str, Reference]) -> str | None:
    """The word of the feature in which a cluster is farthest from the catalogue; None where none differs for sure."""
    every = {name: one for name in FEATURE_WORDS if (one := compare(values[name], references[name]))}
    corrected = dict(zip(every, claims.adjusted([one.p for one in every.values()]), strict=True))
    found = {name: one for name, one in every.items() if corrected[name] <= SURE and abs(one.ps - 50) >= FAR}
    if not found:
        return None
    name = max(found, key=lambda one: abs(found[one].ps - 50))
    return FEATURE_WORDS[name][0 if found[name].ps >= 50 else 1]


def distinct(labels: Sequence[str], artists: Sequence[str]) -> list[str]:
    """Labels of sides that no two share: one that stands twice gets the artist nearest to the side's centre, and a
    number where that is not enough."""
    named = [
        f"{label} around {artist}" if labels.count(label) > 1 and artist else label
        for label, artist in zip(labels, artists, strict=True)
    ]
    return [
        f"{label} ({named[: at + 1].count(label)})" if named.count(label) > 1 else label
        for at, label in enumerate(named)
    ]


def _k_means(sample: Floats, cosines: Floats, k: int) -> tuple[Ints, Floats]:
    """The cluster (n,) of each vector and the unit centres (k, dim)."""
    centres = sample[_farthest_first(cosines, k)]
    number = np.full(len(sample), -1)
    for _ in range(ROUNDS):
        before, number = number, (sample @ centres.T).argmax(axis=1)
        if np.array_equal(before, number):
            break
        sums = np.equal.outer(np.arange(k), number).astype(np.float32) @ sample
        lengths = np.linalg.norm(sums, axis=1, keepdims=True)
        centres = np.where(lengths > 0, sums / np.maximum(lengths, 1e-9), centres)
    return number, centres


def _farthest_first(cosines: Floats, k: int) -> list[int]:
    """The most central vector, then each time the one farthest from all chosen (Gonzalez 1985)."""
    chosen = [int(cosines.sum(axis=1).argmax())]
    while len(chosen) < k:
        chosen.append(int(cosines[:, chosen].max(axis=1).argmin()))
    return chosen


def _silhouette(cosines: Floats, number: Ints) -> float:
    member = np.equal.outer(number, np.unique(number)).astype(np.float32)
    sizes, own = member.sum(axis=0), member.argmax(axis=1)
    sums, rows = (1 - cosines) @ member, np.arange(len(number))
    inside = sums[rows, own] / np.maximum(sizes[own] - 1, 1)
    means = sums / sizes
    means[rows, own] = np.inf
    outside = means.min(axis=1)
    widest = np.maximum(np.maximum(inside, outside), 1e-9)
    return float(np.where(sizes[own] > 1, (outside - inside) / widest, 0.0).mean())


def _largest_first(number: Ints) -> Ints:
    _, inverse, counts = np.unique(number, return_inverse=True, return_counts=True)
    rank = np.empty(len(counts), np.int64)
    rank[np.argsort(-counts, kind="stable")] = np.arange(len(counts))
    return rank[inverse]
