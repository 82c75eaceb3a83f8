"""Decides whether a request to the browser session comes from a page of this server (CSRF). Pure.

A page of another site cannot send the header without a CORS preflight, which these routes never grant. Browsers state
the relation of the sites in Sec-Fetch-Site, where the server has a trustworthy address; Origin covers the others.
"""

from collections.abc import Mapping
from urllib.parse import urlsplit

from kit.errors import Forbidden

MARK = "x-segue-web"
OWN = ("same-origin", "none")


def check_same_origin(headers: Mapping[str, str], host: str) -> None:
    """Forbidden unless a page of `host` (with or without a port) sent the request. Header names are lower case."""
    if headers.get(MARK) != "1":
        raise Forbidden(f"this address is for the web app: send {MARK}: 1, or use the same route under /v1")
    if headers.get("sec-fetch-site", "none") not in OWN:
        raise Forbidden("this address answers pages of this server only, not those of another site")
    origin = headers.get("origin")
    if origin is not None and _host_of(origin) != _host_of(f"//{host}"):
        raise Forbidden(
            f"a page of {origin[:100]!r} asks {host[:100]!r}: a proxy in front must pass Host on, or send "
            "X-Forwarded-Host and be named in SEGUE_GATEWAY_TRUSTED_PROXIES"
        )


def _host_of(url: str) -> str | None:
    """The host name without its port: Sec-Fetch-Site tells ports apart, and many proxies drop the port from Host."""
    try:
        return urlsplit(url).hostname or url
    except ValueError:
        return url
