"""Opaque pagination cursors: a position with a checksum over it and the query, so that it fits no other query.

The checksum needs no secret: a forged position gives access to nothing that another page would not.
"""

import base64
import binascii
import hashlib
import struct

from kit.errors import Malformed

CHECKSUM_BYTES = 10  # 18 bytes with the position: 24 base64 characters without padding
LARGEST = 2**63 - 1  # largest BIGINT of a database
_FORM = struct.Struct(f">Q{CHECKSUM_BYTES}s")


def write(position: int, *query: str) -> str:
    """Encodes a position (0 to LARGEST) in the results of a query."""
    return base64.urlsafe_b64encode(_FORM.pack(position, _checksum(position, query))).decode()


def read(cursor: str, *query: str) -> int:
    """Decodes the position; Malformed when the cursor was changed or belongs to another query."""
    try:
        packed = base64.b64decode(cursor, altchars=b"-_", validate=True)
        position, checksum = _FORM.unpack(packed)
    except (binascii.Error, ValueError, struct.error):
        raise _malformed(cursor) from None
    if checksum != _checksum(position, query) or position > LARGEST:
        raise _malformed(cursor)
    return int(position)


def _checksum(position: int, query: tuple[str, ...]) -> bytes:
    return hashlib.blake2b("\0".join((str(position), *query)).encode(), digest_size=CHECKSUM_BYTES).digest()


def _malformed(cursor: str) -> Malformed:
    return Malformed(
        f"cursor {cursor[:40]!r} is not one of this list: take next_cursor as it was given, or leave it out"
    )
