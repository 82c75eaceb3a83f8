"""Opaque cursors of pages: a position, sealed with what was asked so that it fits no other question.

The seal is a checksum, not a secret: a forged position would show nothing that a page would not.
"""

import base64
import binascii
import hashlib
import struct

from kit.errors import Malformed

SEAL_BYTES = 10  # with the position 18 bytes: 24 letters, none of them padding
LARGEST = 2**63 - 1  # of the whole numbers that a database counts with
_FORM = struct.Struct(f">Q{SEAL_BYTES}s")


def write(position: int, *asked: str) -> str:
    """The cursor of a position (0 to LARGEST) in the answer to `asked`."""
    return base64.urlsafe_b64encode(_FORM.pack(position, _seal(position, asked))).decode()


def read(cursor: str, *asked: str) -> int:
    """The position; Malformed when the cursor was changed or belongs to another question."""
    try:
        packed = base64.b64decode(cursor, altchars=b"-_", validate=True)
        position, seal = _FORM.unpack(packed)
    except (binascii.Error, ValueError, struct.error):
        raise _wrong(cursor) from None
    if seal != _seal(position, asked) or position > LARGEST:
        raise _wrong(cursor)
    return int(position)


def _seal(position: int, asked: tuple[str, ...]) -> bytes:
    return hashlib.blake2b("\0".join((str(position), *asked)).encode(), digest_size=SEAL_BYTES).digest()


def _wrong(cursor: str) -> Malformed:
    return Malformed(
        f"cursor {cursor[:40]!r} is not one of this list: take next_cursor as it was given, or leave it out"
    )
