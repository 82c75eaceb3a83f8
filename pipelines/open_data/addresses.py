"""The address of a file on a web server: what is requested, and what may be printed, recorded and published.

A query may be a signature (`?X-Amz-Signature=...`) and the part before the host a password, so neither is ever shown.
Imports the standard library only.
"""

import string
from base64 import b64encode
from dataclasses import dataclass, field, replace
from urllib.parse import SplitResult, quote, unquote, urlsplit, urlunsplit

from pipelines.open_data.dump_errors import DumpError, plain

NAME_BYTES = 200  # a file name has 255 at most, and suffixes are added to this one
_KEPT = string.punctuation  # what is percent-encoded already stays so


@dataclass(frozen=True, slots=True)
class Address:
    """`url` is requested, with the header `authorization` where that is not empty; `shown` is for everybody's eyes."""

    url: str = field(repr=False)
    shown: str
    name: str
    authorization: str = field(repr=False)

    def beside(self, suffix: str) -> "Address":
        """The file whose name has a suffix more; the query stays a query."""
        parts = urlsplit(self.url)
        url = urlunsplit(parts._replace(path=parts.path + suffix))
        return replace(self, url=url, shown=self.shown + suffix, name=self.name + suffix)


def is_url(where: str) -> bool:
    """True for what is fetched over HTTP; anything else is a path."""
    return where.lower().startswith(("http://", "https://"))


def shown(where: str) -> str:
    """An address as it may be printed and recorded; a path as it is. DumpError when it cannot be fetched from."""
    return parsed(where).shown if is_url(where) else where


def parsed(where: str) -> Address:
    """The address, with what is not ASCII percent-encoded; DumpError when it is none or its path names no file."""
    try:
        parts = urlsplit(where.strip())
        host = (parts.hostname or "").encode("idna").decode()
        netloc = (f"[{host}]" if ":" in host else host) + (f":{parts.port}" if parts.port else "")
        path, query = quote(parts.path, safe=_KEPT), quote(parts.query, safe=_KEPT)
        authorization = _authorization(parts)
    except ValueError:  # UnicodeError too
        raise DumpError(f"{_echo(where)} is no address to fetch from: check it") from None
    if not host:
        raise DumpError(f"{_echo(where)} names no server: use http://SERVER/PATH, https://SERVER/PATH or a path")
    url = urlunsplit((parts.scheme, netloc, path, query, ""))
    clean = urlunsplit((parts.scheme, netloc, path, "", ""))
    return Address(url, clean, _name(path, clean), authorization)


def _authorization(parts: SplitResult) -> str:
    if parts.username is None:
        return ""
    pair = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
    return f"Basic {b64encode(pair.encode()).decode()}"


def _echo(where: str) -> str:
    """What was typed, unless a password may be in it."""
    return "the address" if "@" in where else repr(plain(where.partition("?")[0].partition("#")[0]))


def _name(path: str, clean: str) -> str:
    """The name of the file. Unquoted before it is split, so that an encoded slash leads to no other folder."""
    name = unquote(path).rpartition("/")[2]
    if name in ("", ".", "..") or "\\" in name or not name.isprintable():
        raise DumpError(f"{clean} does not end in the name of a file: name the archive itself")
    if len(name.encode()) > NAME_BYTES:
        raise DumpError(f"{plain(clean)} has a name of more than {NAME_BYTES} bytes: download it under a shorter one")
    return name
