"""Public routes of the map: points, ids and labels of the release being served, cached for ever under its version."""

import asyncio
from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Path, Request
from fastapi.responses import RedirectResponse, Response

from kit import map as maps
from kit.errors import NotFound
from kit.release import Release
from kit.wire.map import MapLabels
from services.recommend.served.release_store import ReleaseStore

router = APIRouter(prefix="/v1/map", tags=["map"])
CURRENT = "current"
BINARY, JSON = "application/octet-stream", "application/json"
IMMUTABLE = "public, max-age=31536000, immutable"
Named = Annotated[str, Path(max_length=100, description="A version, or `current`, which redirects to the served one.")]
RESPONSES: dict[int | str, dict[str, object]] = {
    307: {"description": "`current` was asked for: the address of the served release"},
    304: {"description": "Unchanged since the ETag of If-None-Match"},
    404: {"description": "This release is not being served, or has no map"},
}
BYTES = RESPONSES | {200: {"content": {BINARY: {"schema": {"type": "string", "format": "binary"}}}}}


@router.get("/{release}.bin", response_class=Response, responses=BYTES)
async def points(release: Named, request: Request) -> Response:
    """Where each track of a release stands: 16 bytes of header, then x (uint16 each), y (uint16 each) and cluster
    (uint8 each), little-endian, in the order of the release; cluster 255 is not on the map."""
    return await _immutable(request, release, "{}.bin", maps.points_bytes, BINARY)


@router.get("/{release}/ids.bin", response_class=Response, responses=BYTES)
async def ids(release: Named, request: Request) -> Response:
    """The track id of each point, in the same order: 16 bytes of header, then 22 ASCII characters each."""
    return await _immutable(request, release, "{}/ids.bin", maps.ids_bytes, BINARY)


@router.get("/{release}/labels", response_model=MapLabels, responses=RESPONSES)
async def labels(release: Named, request: Request) -> Response:
    """The clusters of the map, the largest first, and what they are called; no two are called the same."""
    return await _immutable(request, release, "{}/labels", _labels, JSON)


def _labels(release: Release) -> bytes:
    found = maps.clusters(release)
    return (
        MapLabels(release=release.version, points=release.embedded, clusters=found.clusters).model_dump_json().encode()
    )


async def _immutable(
    request: Request, version: str, path: str, content: Callable[[Release], bytes], media_type: str
) -> Response:
    """The content made from the served release; 304 when the caller has it, a redirect for `current`."""
    store: ReleaseStore = request.app.state.store
    async with store.lease() as serving:
        release = serving.release
        _check(release, version)
        if version == CURRENT:
            to = f"{router.prefix}/{path.format(release.version)}"
            return RedirectResponse(to, headers={"cache-control": "no-cache"})
        headers = {"etag": f'"{path.format(release.version)}"', "cache-control": IMMUTABLE}
        if _matches(request.headers.get("if-none-match", ""), headers["etag"]):
            return Response(status_code=304, headers=headers)
        return Response(await asyncio.to_thread(content, release), headers=headers, media_type=media_type)


def _check(release: Release, version: str) -> None:
    """NotFound unless this is the served release and it has a map."""
    if version not in (CURRENT, release.version):
        raise NotFound(f"{version!r} is not being served: ask for {release.version}, or for {CURRENT}")
    if not maps.has_map(release):
        raise NotFound(f"{release.version} has no map: segue-pipeline refresh makes a release with one")


def _matches(if_none_match: str, etag: str) -> bool:
    """Whether If-None-Match (RFC 9110 section 13.1.2, weak comparison) names the tag."""
    return if_none_match.strip() == "*" or etag in (one.strip().removeprefix("W/") for one in if_none_match.split(","))
