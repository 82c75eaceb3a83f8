"""Decides which comparisons may be stated: corrects for the number of comparisons that one report makes.

A report makes some hundred comparisons at once. Whoever likes at random must read a claim in at most 5 % of reports, so
each family of comparisons has a part of .05 (Bonferroni) and its members share it by Holm's step-down rule (Holm 1979,
Scandinavian Journal of Statistics 6). Besides, a claim needs FEWEST likes and an effect worth a sentence.
tests/services/report/test_claims.py counts false claims over 1,000 simulated listeners.
"""

import math
from collections.abc import Sequence

from kit.wire.report_sections import Claim

FEWEST = 20
"""Likes below which nothing is compared: the interval of a superiority is 25 points wide at 20."""
HIGHER, LOWER = 60.0, 40.0
"""Superiority, in percent, from which a difference is worth a sentence."""
ALPHA = {
    "sound": 0.02,
    "popularity": 0.004,
    "era": 0.004,
    "keys": 0.004,
    "mood": 0.004,
    "genres": 0.004,
    "diversity": 0.005,
    "drift": 0.005,
}
"""The part of .05 that each family of comparisons may err by."""
NEGLIGIBLE = 1e-12


def adjusted(p_values: Sequence[float]) -> list[float]:
    """Holm's adjusted p-values, in the order given: a comparison holds at level a where its own is at most a."""
    order = sorted(range(len(p_values)), key=lambda at: p_values[at])
    found, largest = [1.0] * len(p_values), 0.0
    for step, at in enumerate(order):
        largest = max(largest, min(1.0, (len(p_values) - step) * p_values[at]))
        found[at] = largest
    return found


def two_sided(z: float) -> float:
    """The chance that a standard normal value is at least as far from 0."""
    return math.erfc(abs(z) / math.sqrt(2))


def upper_tail(count: int, n: int, share: float) -> float:
    """P(X >= count) for X binomial (n, share), exact: how often n random tracks hold at least so many of a category.

    Drawing without replacement gives smaller tails, so the figure is an upper bound.
    """
    if count <= 0 or share >= 1:
        return 1.0
    if share <= 0:
        return 0.0
    log_binomial = math.lgamma(n + 1) - math.lgamma(count + 1) - math.lgamma(n - count + 1)
    term = math.exp(log_binomial + count * math.log(share) + (n - count) * math.log1p(-share))
    total, odds = 0.0, share / (1 - share)
    for k in range(count, n + 1):
        total += term
        if k > n * share and term < NEGLIGIBLE * total:
            break
        term *= (n - k) / (k + 1) * odds
    return min(1.0, total)


def against(claim_higher: bool, claim_lower: bool, n: int) -> Claim:
    """The claim of a comparison, `insufficient` below FEWEST likes."""
    if n < FEWEST:
        return Claim.INSUFFICIENT
    return Claim.HIGHER if claim_higher else Claim.LOWER if claim_lower else Claim.TYPICAL
