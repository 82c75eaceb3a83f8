"""A process that answers /health/live as ours do; /block keeps its only thread busy, /end ends it, /flood logs much.

python -m tests.supervisor.answering PORT
"""

import socket
import sys


def serve(port: int) -> None:
    with socket.create_server(("127.0.0.1", port)) as server:
        sys.stderr.write("begins\n")
        while True:
            connection, _ = server.accept()
            with connection:
                answer(connection, connection.recv(1000).split(b" ")[1])


def answer(connection: socket.socket, path: bytes) -> None:
    if path == b"/end":
        sys.exit(3)
    for number in range(20_000 if path == b"/flood" else 0):
        sys.stderr.write(f'{{"level": "info", "event": "line {number} of a flood"}}\n')
    while path == b"/block":
        pass
    connection.sendall(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n")


if __name__ == "__main__":
    serve(int(sys.argv[1]))
