"""The documentation pages: the OpenAPI document and a bundled Swagger UI.

No resource is loaded from another host, and the Content-Security-Policy enforces that.
"""

from functools import cache
from hashlib import blake2b
from pathlib import Path

from fastapi import APIRouter, Request, Response
from fastapi.responses import FileResponse
from fastapi.staticfiles import StaticFiles

from kit.etags import matches

STATIC = Path(__file__).with_name("static")
DOCUMENT = Path(__file__).with_name("openapi.json")
PAGE_HEADERS = {
    "content-security-policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
}

router = APIRouter(include_in_schema=False)
assets = StaticFiles(directory=STATIC)


@router.api_route("/docs", methods=["GET", "HEAD"])
async def docs() -> FileResponse:
    """Swagger UI over the committed document."""
    return FileResponse(STATIC / "docs.html", headers=PAGE_HEADERS)


@router.api_route("/openapi.json", methods=["GET", "HEAD"])
async def openapi(request: Request) -> Response:
    """The public contract: the committed file, the same in every copy of this version, and so is its tag."""
    tag = _tag_of_document()
    headers = {"etag": tag, "cache-control": "no-cache"}
    if matches(request.headers.get("if-none-match", "").encode("latin-1"), tag.encode()):
        return Response(status_code=304, headers=headers)
    return FileResponse(DOCUMENT, media_type="application/json", headers=headers)


@cache
def _tag_of_document() -> str:
    return f'"{blake2b(DOCUMENT.read_bytes(), digest_size=12).hexdigest()}"'
