"""Asking a neighbour: a passing fault is tried again, a lasting one is NeighbourUnavailable, never something else."""

import httpx2
import pytest

from kit.errors import NeighbourUnavailable
from kit.http import Neighbour

pytestmark = pytest.mark.anyio


def neighbour(answers: list[int | Exception], seen: list[httpx2.Request]) -> Neighbour:
    def answer(request: httpx2.Request) -> httpx2.Response:
        seen.append(request)
        found = answers.pop(0)
        if isinstance(found, Exception):
            raise found
        return httpx2.Response(found, json={"ok": True})

    return Neighbour("catalog", "http://catalog", httpx2.MockTransport(answer))


async def test_a_passing_fault_is_tried_once_more() -> None:
    seen: list[httpx2.Request] = []
    async with neighbour([503, 200], seen) as catalog:
        assert await catalog.post("/x", {"a": 1}) == {"ok": True}
    assert len(seen) == 2


@pytest.mark.parametrize("fault", [503, 502, httpx2.ConnectError("refused"), httpx2.ReadTimeout("slow")])
async def test_a_lasting_fault_is_neighbour_unavailable(fault: int | Exception) -> None:
    async with neighbour([fault, fault, fault], []) as catalog:
        with pytest.raises(NeighbourUnavailable, match="catalog did not answer"):
            await catalog.post("/x", {})


async def test_a_refusal_is_not_tried_again() -> None:
    seen: list[httpx2.Request] = []
    async with neighbour([422], seen) as catalog:
        with pytest.raises(NeighbourUnavailable, match="answered 422"):
            await catalog.post("/x", {})
    assert len(seen) == 1
