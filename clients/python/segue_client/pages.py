"""Walks lists that the server gives in pages: the cursor of each page asks for the next one."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from typing import Protocol, TypeVar

from segue_client._api.types import Unset

T_co = TypeVar("T_co", covariant=True)
T = TypeVar("T")


class Page(Protocol[T_co]):
    """What every page has. A page without a next cursor is the last."""

    @property
    def items(self) -> Sequence[T_co]: ...

    @property
    def next_cursor(self) -> str | Unset | None: ...


def items(fetch: Callable[[str | None], Page[T]]) -> Iterator[T]:
    """Every item, page by page; a page is fetched when its first item is wanted."""
    cursor: str | Unset | None = None
    while True:
        page = fetch(cursor or None)
        yield from page.items
        if not (cursor := page.next_cursor):
            return


async def items_async(fetch: Callable[[str | None], Awaitable[Page[T]]]) -> AsyncIterator[T]:
    """As `items`."""
    cursor: str | Unset | None = None
    while True:
        page = await fetch(cursor or None)
        for item in page.items:
            yield item
        if not (cursor := page.next_cursor):
            return
