"""Models of the map of a release's catalogue: its clusters and their labels."""

from typing import Annotated, Literal, Self

from pydantic import BaseModel, Field, StringConstraints, model_validator

Coordinate = Annotated[int, Field(ge=0, le=65_535)]
LabelText = Annotated[str, StringConstraints(min_length=1, max_length=200)]


class MapCluster(BaseModel):
    """One cluster of the map. `x` and `y` are in the units of the binary, where its label stands."""

    cluster: int = Field(ge=0, le=254, description="The number that its points have in the binary.")
    tracks: int = Field(ge=1, description="How many points it has.")
    x: Coordinate
    y: Coordinate
    label: LabelText | None = Field(None, description="null: it is too small, or nothing names it that names no other.")
    kind: Literal["genre", "artist"] | None = Field(None, description="What the label is.")


class MapClusters(BaseModel):
    """The clusters of a map, the largest first; no two have the same label."""

    clusters: list[MapCluster] = Field(max_length=255)

    @model_validator(mode="after")
    def _distinct(self) -> Self:
        labels = [one.label for one in self.clusters if one.label]
        if len(set(labels)) != len(labels):
            raise ValueError("two clusters share a label")
        if len({one.cluster for one in self.clusters}) != len(self.clusters):
            raise ValueError("two clusters share a number")
        if any((one.label is None) != (one.kind is None) for one in self.clusters):
            raise ValueError("a label and its kind come together")
        return self


class MapLabels(MapClusters):
    """The labels of the map of a release."""

    release: str
    points: int = Field(ge=0, description="Rows of the binary.")
