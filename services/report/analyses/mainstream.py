"""How popular the likes are against the catalogue, and the share from its less popular half."""

import numpy as np
import numpy.typing as npt

from kit.wire.report_sections import Mainstream
from services.report.analyses import claims, superiority
from services.report.analyses.superiority import Comparison, Reference


def mainstream(liked: npt.NDArray[np.floating], reference: Reference) -> tuple[Mainstream, Comparison | None, float]:
    """From popularities (likes,), NaN unknown: the report, its comparison and p-value."""
    compared = superiority.compare(liked, reference)
    p = compared.p if compared else 1.0
    known = liked[np.isfinite(liked)]
    middle = reference.quantile(0.5)
    bottom = None if middle is None or not len(known) else round(float((known < middle).mean()), 4)
    found = superiority.decide(compared, p, claims.ALPHA["popularity"])
    return Mainstream(**found.model_dump(), n=len(known), bottom_half=bottom), compared, p
