"""What a service keeps of a person, as it goes into the export of their data: internal routes of auth and catalog."""

from typing import Any

from pydantic import BaseModel

Row = dict[str, Any]


class SectionAbout(BaseModel):
    """A file of an export: its name, what its lines are, and what each field means."""

    name: str
    about: str
    fields: dict[str, str]


class SectionList(BaseModel):
    """GET /internal/personal-data: the sections of a service."""

    items: list[SectionAbout]


class SectionPage(BaseModel):
    """GET /internal/personal-data/{section}: rows of the bearer; `next` is the `after` of the next page, null on the
    last one."""

    items: list[Row]
    next: str | None = None
