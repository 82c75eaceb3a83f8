"""The cookie that holds a browser's refresh token. Pure.

HttpOnly: no script reads it. SameSite=Strict: no other site sends it. Path: only /web/ requests carry it.
"""

from collections.abc import Iterable

NAME = "segue_session"
MAX_AGE_S = 400 * 86_400  # the most that browsers keep (RFC 6265bis section 5.6.1); auth decides when a session ends
LONGEST = 200  # characters, as kit.wire.auth.Opaque takes
ATTRIBUTES = "Path=/web; HttpOnly; SameSite=Strict"


def token_of(cookies: Iterable[bytes]) -> str | None:
    """The refresh token in the values of the Cookie headers; None without one, and for what cannot be one."""
    for pair in b";".join(cookies).split(b";"):
        name, _, value = pair.strip().partition(b"=")
        if name == NAME.encode() and 0 < len(value) <= LONGEST and value.isascii():
            return value.decode()
    return None


def kept(token: str, secure: bool) -> bytes:
    """The Set-Cookie value that keeps a token; `secure` where the browser came by https."""
    return _cookie(token, MAX_AGE_S, secure)


def cleared(secure: bool) -> bytes:
    """The Set-Cookie value that removes the cookie."""
    return _cookie("", 0, secure)


def _cookie(value: str, max_age_s: int, secure: bool) -> bytes:
    return f"{NAME}={value}; Max-Age={max_age_s}; {ATTRIBUTES}{'; Secure' if secure else ''}".encode("latin-1")
