"""Requests a file, or a byte range of it, from a web server. Imports the standard library only.

Only http and https are followed, also after a redirect, and a password goes to no other server than the one named.
"""

import http.client
import urllib.error
import urllib.request
from typing import Any

from pipelines.open_data.addresses import Address
from pipelines.open_data.dump_errors import DumpError, NotThere, plain

SILENCE_S = 60.0  # a connection that delivers nothing for this long is given up


def get(address: Address, span: tuple[int, int] | None = None, version: str = "") -> Any:
    """The response, open, to a request for the bytes start..stop - 1, or for all; If-Range names the version.

    NotThere when there is no such file; DumpError when the server refuses; OSError or HTTPException when it cannot be
    reached or is overloaded, which may pass.
    """
    try:
        return _OPENER.open(_request(address, span, version), timeout=SILENCE_S)
    except urllib.error.HTTPError as error:
        error.close()
        raise _refusal(address, error) from None
    except ValueError:
        raise DumpError(f"{address.shown} redirects to what is no address: name another mirror") from None


def reason(error: Exception) -> str:
    """Why a request failed, in a few words."""
    return plain(getattr(error, "reason", error))


def _request(address: Address, span: tuple[int, int] | None, version: str) -> urllib.request.Request:
    headers = {"Accept-Encoding": "identity", "User-Agent": "segue-pipeline"}
    if span:
        headers["Range"] = f"bytes={span[0]}-{span[1] - 1}"
    if version:
        headers["If-Range"] = version
    request = urllib.request.Request(address.url, headers=headers)  # noqa: S310 - is_url, and _http_only
    if address.authorization:
        request.add_unredirected_header("Authorization", address.authorization)
    return request


def _refusal(address: Address, error: urllib.error.HTTPError) -> Exception:
    if error.code >= 500 or error.code == 429:
        return http.client.HTTPException(f"{error.code} {plain(error.reason)}")
    if 300 <= error.code < 400:
        why = "redirects in a circle, too often, or to what is not on the web"
        return DumpError(f"{address.shown} {why}: name the address where the file is")
    what = "is empty" if error.code == 416 else f"answers {error.code} {plain(error.reason)}"
    kind = NotThere if error.code in (404, 410) else DumpError
    return kind(f"{address.shown} {what}: check the address; dumps are removed after some weeks")


class _Redirects(urllib.request.HTTPRedirectHandler):
    """Closes the response whose Location is no address; urllib leaves it open."""

    def http_error_302(self, req: Any, fp: Any, code: Any, msg: Any, headers: Any) -> Any:
        try:
            return super().http_error_302(req, fp, code, msg, headers)
        except ValueError:
            fp.close()
            raise

    http_error_301 = http_error_303 = http_error_307 = http_error_308 = http_error_302


def _http_only() -> urllib.request.OpenerDirector:
    """An opener that follows redirects to http and https only; urllib's own also opens files and FTP."""
    director = urllib.request.OpenerDirector()
    for handler in (
        urllib.request.ProxyHandler,
        urllib.request.HTTPHandler,
        urllib.request.HTTPSHandler,
        urllib.request.HTTPDefaultErrorHandler,
        _Redirects,
        urllib.request.HTTPErrorProcessor,
        urllib.request.UnknownHandler,
    ):
        director.add_handler(handler())
    return director


_OPENER = _http_only()
