"""Reads what a service keeps of a person, table by table in pages: for the export of their own data (decision 0031).

A service names its tables as `Section`s in its store. A page goes on after the values of the order columns of the last
row before (keyset pagination), so that memory does not grow with the data and no row comes twice.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import orjson
import sqlalchemy as sa

from kit import ids
from kit.errors import Malformed, NotFound
from kit.sql import Database
from kit.wire.personal_data import Row, SectionAbout, SectionList, SectionPage

PAGE_ROWS = 500
Convert = Callable[[Any], Any]


@dataclass(frozen=True, slots=True, eq=False)
class Section:
    """A table with rows of people. `fields` are the exported columns and what they mean; `order` identifies a row
    among those of a person; `person` is the column with the person's id; `convert` changes values of columns."""

    name: str
    about: str
    table: sa.Table
    order: Sequence[str]
    fields: Mapping[str, str]
    person: str = "person"
    convert: Mapping[str, Convert] = field(default_factory=dict)
    rows: int = PAGE_ROWS

    @property
    def described(self) -> SectionAbout:
        """The section as the data dictionary of an export describes it."""
        return SectionAbout(name=self.name, about=self.about, fields=dict(self.fields))


class PersonalData:
    """Reads the sections of one database."""

    def __init__(self, database: Database, sections: Sequence[Section]) -> None:
        self._database = database
        self._sections = {section.name: section for section in sections}

    @property
    def listed(self) -> SectionList:
        """All sections, in the order in which they are exported."""
        return SectionList(items=[section.described for section in self._sections.values()])

    async def page(self, name: str, person: UUID, after: str | None) -> SectionPage:
        """The next rows of a section that belong to the person; NotFound, Malformed."""
        if (section := self._sections.get(name)) is None:
            raise NotFound(f"no section is named {name!r}: {', '.join(self._sections)} are")
        keys = [section.table.c[column] for column in section.order]
        columns = dict.fromkeys([*(section.table.c[column] for column in section.fields), *keys])
        chosen = sa.select(*columns).where(section.table.c[section.person] == person).order_by(*keys)
        if after is not None:
            chosen = chosen.where(sa.tuple_(*keys) > sa.tuple_(*_read(after, keys)))
        async with self._database.read() as connection:
            rows = (await connection.execute(chosen.limit(section.rows + 1))).mappings().all()
        shown = rows[: section.rows]
        last = _written(section.order, shown[-1]) if len(rows) > section.rows else None
        return SectionPage(items=[_row(section, row) for row in shown], next=last)


def seconds(value: float | None) -> datetime | None:
    """Seconds since 1970 as a moment in UTC."""
    return None if value is None else datetime.fromtimestamp(value, UTC)


def track_id(value: UUID | None) -> str | None:
    """A track's 128 bits in the form that every address of the API has."""
    return None if value is None else ids.encode(value)


def _row(section: Section, row: Mapping[Any, Any]) -> Row:
    def value(column: str) -> Any:
        found, change = row[column], section.convert.get(column)
        return change(found) if change else found

    return {column: value(column) for column in section.fields}


def _written(order: Sequence[str], row: Mapping[Any, Any]) -> str:
    values = [row[column] for column in order]
    return orjson.dumps([value.hex() if isinstance(value, bytes) else value for value in values]).hex()


def _read(after: str, keys: Sequence[sa.Column[Any]]) -> list[Any]:
    """The values of the order columns; Malformed for anything that `_written` did not make."""
    try:
        values = orjson.loads(bytes.fromhex(after))
        return [sa.literal(_typed(value, key), key.type) for value, key in zip(values, keys, strict=True)]
    except (ValueError, TypeError):
        raise Malformed("after: this is no `next` of a page") from None


def _typed(value: Any, key: sa.Column[Any]) -> Any:
    if isinstance(key.type, sa.Uuid):
        return UUID(value)
    if isinstance(key.type, sa.LargeBinary):
        return bytes.fromhex(value)
    return int(value) if isinstance(key.type, sa.Integer) else str(value)
