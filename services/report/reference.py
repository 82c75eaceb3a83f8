"""Tables of the catalogue that no like changes: key counts, the mood plane, tempo counts; made with the catalogue."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from services.report.analyses import keys_and_modes, tempo
from services.report.analyses.mood import Plane
from services.report.catalogue import Catalogue

ACOUSTIC_FROM = 0.5


@dataclass(frozen=True, slots=True, eq=False)
class CatalogueTables:
    """The catalogue and what the analyses compare categories with."""

    catalogue: Catalogue
    key_counts: npt.NDArray[np.int64]  # (24,)
    plane: Plane
    tempo_counts: list[int]
    acoustic_share: float  # tracks with acousticness from ACOUSTIC_FROM on

    @classmethod
    def of(cls, catalogue: Catalogue) -> "CatalogueTables":
        """Counts the columns once."""
        acoustic = catalogue.feature("acousticness")
        known = acoustic[np.isfinite(acoustic)]
        return cls(
            catalogue=catalogue,
            key_counts=keys_and_modes.counts(catalogue.feature("key"), catalogue.feature("mode")),
            plane=Plane.of(catalogue.feature("valence"), catalogue.feature("energy")),
            tempo_counts=tempo.counts(catalogue.feature("tempo")),
            acoustic_share=float((known >= ACOUSTIC_FROM).mean()) if len(known) else 0.0,
        )
