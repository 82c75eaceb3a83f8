"""Starts Segue on this machine and keeps it running: auth, catalog, recommend, report and the gateway, over loopback.

    python fleet.py [--port 8000] [--host 127.0.0.1] [--data data] [--workers 1] [--verbose]

One Ctrl-C stops everything, a second one at once. A process that ends or stops answering is started again. Only the
standard library is used; the parts are in supervisor/.
"""

import argparse
import asyncio
import os
import signal
import sys
import time
from collections.abc import Mapping
from pathlib import Path

from supervisor.child import Child
from supervisor.failures import CannotStart
from supervisor.first_publish import publish_first
from supervisor.greeting import greet
from supervisor.process import ROOT, allow_many_files
from supervisor.programs import LOOPBACK, programs
from supervisor.stop_order import stop_in_order
from supervisor.terminal import Terminal, standard_output


async def run(options: argparse.Namespace, terminal: Terminal) -> None:
    """Until a signal comes."""
    began, stop, children = time.monotonic(), asyncio.Event(), list[Child]()
    _on_signals(stop, children)
    allow_many_files()
    data, print_line = options.data.resolve(), terminal.print_line
    fleet = programs(options.port, data, options.workers, host=options.host)
    logs = _folder(data / "logs")
    await publish_first(data, options.releases, os.environ, print_line, stop)
    if stop.is_set():
        print_line("Stopped.")
        return
    print_line(f"Starting {', '.join(program.name for program in fleet)} (data and logs in {data}) ...")
    mail_files, environment = _mail(options.port, data, os.environ)
    children += [Child(program, logs, environment, print_line, options.verbose) for program in fleet]
    running = [asyncio.create_task(child.keep_running()) for child in children]
    guide = asyncio.create_task(greet(options.port, began, print_line, mail_files))
    await stop.wait()
    guide.cancel()
    print_line("Stopping ...")
    in_time = await stop_in_order(children, running)
    for child in children:
        child.kill()
    await asyncio.gather(*running)
    print_line("Stopped." if in_time else "Stopped; what had not finished was cut off.")


def _mail(port: int, data: Path, environment: Mapping[str, str]) -> tuple[Path | None, Mapping[str, str]]:
    """The folder where mails are written while no server is set (see kit/mail/settings.py), else None; and the
    environment in which their links lead to this fleet's port."""
    if environment.get("SEGUE_MAIL_HOST"):
        return None, environment
    folder = Path(environment.get("SEGUE_MAIL_FOLDER") or data / "mail")
    return folder, {"SEGUE_PUBLIC_URL": f"http://{LOOPBACK}:{port}", **environment}


def _on_signals(stop: asyncio.Event, children: list[Child]) -> None:
    def stop_or_kill() -> None:
        if stop.is_set():
            for child in children:
                child.stop()  # else those that come later in the order would be started again
                child.kill()
        stop.set()

    # nohup has SIGHUP ignored at the start: the fleet is to outlive its terminal.
    hangs_up = [signal.SIGHUP] if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN else []
    for number in (signal.SIGINT, signal.SIGTERM, *hangs_up):
        asyncio.get_running_loop().add_signal_handler(number, stop_or_kill)


def _folder(path: Path) -> Path:
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CannotStart(f"Cannot write to {path}: {error.strerror}. Choose another folder with --data") from error
    return path


def arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description="Starts Segue on this machine. Ctrl-C stops it.")
    parser.add_argument("--port", type=_port, default=8000, help="where the gateway listens (default %(default)s)")
    parser.add_argument("--host", default=LOOPBACK, help="its address; 0.0.0.0 in a container (default %(default)s)")
    shared = Path(os.environ.get("SEGUE_DATA") or "data")
    parser.add_argument("--data", type=Path, default=shared, help="releases, index, database and logs")
    parser.add_argument("--workers", type=_count, default=1, help="processes of recommend (default %(default)s)")
    parser.add_argument("--releases", type=Path, default=ROOT / "releases", help="where a first release is found")
    parser.add_argument("--verbose", action="store_true", help="show every log line, one per request included")
    return parser.parse_args()


def _port(text: str) -> int:
    if text.isdecimal() and 0 < int(text) < 65536:
        return int(text)
    raise argparse.ArgumentTypeError(f"{text!r} is not a port: use a number from 1 to 65535")


def _count(text: str) -> int:
    if text.isdecimal() and 0 < int(text) < 65:
        return int(text)
    raise argparse.ArgumentTypeError(f"{text!r} is not a number of processes: use 1 to 64")


def main() -> None:
    """What `python fleet.py` does."""
    options, terminal = arguments(), standard_output()
    try:
        asyncio.run(run(options, terminal))
    except CannotStart as reason:
        terminal.close()
        sys.exit(f"Segue cannot start. {reason}")
    finally:
        terminal.close()


if __name__ == "__main__":
    main()
