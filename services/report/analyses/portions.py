"""Shares of categories among the likes against the catalogue, and which of them may be called more frequent."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kit.wire.report_sections import Claim
from services.report.analyses import claims

FEWEST_OF_A_KIND = 8
"""Likes of a category below which its share makes no claim."""
LEAST_LIFT = 1.3


@dataclass(frozen=True, slots=True)
class Share:
    """n likes of a category, their share, the catalogue's, the ratio, the claim, and the corrected p-value."""

    n: int
    share: float
    catalogue_share: float
    lift: float | None
    claim: Claim
    p: float

    @property
    def fields(self) -> dict[str, float | int | Claim | None]:
        """The fields of kit.wire.report.Portion."""
        return {
            "n": self.n,
            "share": round(self.share, 4),
            "catalogue_share": round(self.catalogue_share, 4),
            "lift": None if self.lift is None else round(self.lift, 2),
            "claim": self.claim,
        }


def shares(
    counts: Sequence[int],
    of: int,
    catalogue_shares: Sequence[float],
    alpha: float,
    fewest: int = claims.FEWEST,
    tested: int | None = None,
) -> list[Share]:
    """The share of each category among `of` likes; those far above the catalogue's carry the claim `higher`.

    A claim needs `fewest` likes in all, FEWEST_OF_A_KIND of the category, a lift of LEAST_LIFT and an exact binomial
    tail of alpha / `tested` (all categories when left out), the Bonferroni correction for many tests.
    """
    number = len(counts) if tested is None else tested
    pairs = zip(counts, catalogue_shares, strict=True)
    return [_share(count, of, share, alpha, fewest, number) for count, share in pairs]


def _share(count: int, of: int, catalogue: float, alpha: float, fewest: int, tested: int) -> Share:
    own = count / of if of else 0.0
    lift = own / catalogue if catalogue > 0 else None
    if of < fewest:
        return Share(count, own, catalogue, lift, Claim.INSUFFICIENT, 1.0)
    enough = count >= FEWEST_OF_A_KIND and lift is not None and lift >= LEAST_LIFT
    p = min(1.0, tested * claims.upper_tail(count, of, catalogue)) if enough else 1.0
    return Share(count, own, catalogue, lift, Claim.HIGHER if p <= alpha else Claim.TYPICAL, p)


def by_name(names: Sequence[str], found: Sequence[Share]) -> Mapping[str, Share]:
    """The shares by the names of their categories."""
    return dict(zip(names, found, strict=True))
