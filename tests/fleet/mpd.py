"""Debian's mpd with a null output and mpdscribble beside it, as processes that play a generated file."""

import shutil
import socket
import struct
import subprocess
import wave
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.fleet.fleets import eventually
from tests.ports import LOOPBACK, free_port
from tests.real import missing

RATE = 8_000


@contextmanager
def playing(
    folder: Path, title: str, artist: str, seconds: int, door: str, username: str, password: str
) -> Iterator["Mpd"]:
    """An mpd that plays one file, whose scrobbler sends to `door`; both end afterwards."""
    for program in ("mpd", "mpdscribble"):
        if shutil.which(program) is None:
            missing("mpd", f"{program} is not installed: apt-get install mpd mpdscribble")
    music = folder / "music"
    music.mkdir()
    write_wave(music / "track.wav", title, artist, seconds)
    port = free_port()
    processes = [_run(folder, "mpd", ["--no-daemon", "--stderr", str(_mpd_conf(folder, port))])]
    try:
        mpd = Mpd(port)
        scrobbler = _scrobbler_conf(folder, port, door, username, password)
        processes.append(_run(folder, "mpdscribble", ["--no-daemon", "--conf", str(scrobbler)]))
        yield mpd
    finally:
        for process in reversed(processes):
            process.terminate()
            process.wait(20)


def write_wave(path: Path, title: str, artist: str, seconds: int) -> None:
    """A silent WAV file with a LIST INFO chunk, from which mpd reads title and artist."""
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(b"\0\0" * RATE * seconds)
    fields = b"".join(_chunk(name, text.encode() + b"\0") for name, text in ((b"INAM", title), (b"IART", artist)))
    content = path.read_bytes() + _chunk(b"LIST", b"INFO" + fields)
    path.write_bytes(content[:4] + struct.pack("<I", len(content) - 8) + content[8:])


def _chunk(name: bytes, content: bytes) -> bytes:
    return name + struct.pack("<I", len(content)) + content + b"\0" * (len(content) % 2)


class Mpd:
    """A client of the protocol of mpd."""

    def __init__(self, port: int) -> None:
        self._address = (LOOPBACK, port)
        eventually(lambda: self.send("update"), "mpd answers")
        eventually(lambda: "file: track.wav" in self.send("listall"), "mpd found the file")

    def play(self) -> None:
        """Plays the file from its beginning."""
        self.send("add track.wav", "play")

    def stop(self) -> None:
        """Ends the track, wherever it is."""
        self.send("clear")

    def elapsed(self) -> float:
        """Seconds of the file that were played."""
        return float(dict(line.split(": ", 1) for line in self.send("status")).get("elapsed", 0))

    def send(self, *commands: str) -> list[str]:
        """The lines of the answers."""
        try:
            with socket.create_connection(self._address, timeout=5) as connection, connection.makefile("rw") as stream:
                stream.readline()
                lines = []
                for command in commands:
                    stream.write(f"{command}\n")
                    stream.flush()
                    while (line := stream.readline().rstrip("\n")) and not line.startswith(("OK", "ACK")):
                        lines.append(line)
                    assert not line.startswith("ACK"), line
                return lines
        except ConnectionError:
            return []


def _mpd_conf(folder: Path, port: int) -> Path:
    path = folder / "mpd.conf"
    path.write_text(
        f'music_directory "{folder}/music"\ndb_file "{folder}/mpd.db"\nstate_file "{folder}/mpd.state"\n'
        f'bind_to_address "{LOOPBACK}"\nport "{port}"\naudio_output {{\n type "null"\n name "none"\n}}\n'
    )
    return path


def _scrobbler_conf(folder: Path, port: int, door: str, username: str, password: str) -> Path:
    path = folder / "mpdscribble.conf"
    path.write_text(
        f"host = {LOOPBACK}\nport = {port}\nlog = -\nverbose = 2\n\n[segue]\nurl = {door}\nusername = {username}\n"
        f"password = {password}\njournal = {folder}/segue.journal\n"
    )
    return path


def _run(folder: Path, program: str, arguments: list[str]) -> "subprocess.Popen[bytes]":
    log = (folder / f"{program}.log").open("wb")
    with log:
        return subprocess.Popen([program, *arguments], stdout=log, stderr=log, cwd=folder)
