"""The documentation pages: the OpenAPI document and a bundled Swagger UI.

No resource is loaded from another host, and the Content-Security-Policy enforces that.
"""

from pathlib import Path

from fastapi import APIRouter
from fastapi.responses import FileResponse
from fastapi.staticfiles import StaticFiles

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
async def openapi() -> FileResponse:
    """The public contract: the committed file, the same in every copy of this version."""
    return FileResponse(DOCUMENT, media_type="application/json")
