"""Ports for servers that a test starts as processes of their own.

The kernel gives ports of its ephemeral range to any outgoing connection, so a port found free there may be taken a
moment later. These lie below that range, and two test processes draw different ones."""

import random
import socket

LOWEST, HIGHEST = 12_000, 30_000
LOOPBACK = "127.0.0.1"
_draw = random.SystemRandom()


def free_port(following: int = 0) -> int:
    """A port that nobody listens on at this moment, and neither on the `following` ones after it."""
    while True:
        port = _draw.randrange(LOWEST, HIGHEST)
        if all(_is_free(port + step) for step in range(following + 1)):
            return port


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
    return True
