"""A process that reads tags and measures files, one at a time (measuring.py starts it).

A line of standard input is a path as JSON; the answer is one line of JSON on standard output with `tags`, and
`measured` or `error`. It ends with its input, hence with the process that started it, however that ends.
"""

import json
import os
import sys
from pathlib import Path
from typing import Any

from pipelines.local_audio import measure, tags


def measured(path: Path) -> dict[str, Any]:
    """Tags and measurements of a file, or tags and the reason why it was not measured."""
    found = tags.read(path)
    try:
        return {"tags": found, "measured": measure.measure(path, found.get("duration_ms"))}
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:  # a panic of sonara is no Exception
        return {"tags": found, "error": f"{error}"[:200] or type(error).__name__}


def main() -> None:
    """Answers until the input ends. Only answers reach the output: libraries may print."""
    os.putenv("RAYON_NUM_THREADS", "1")  # sonara reads it with its first file
    out = os.fdopen(os.dup(1), "w", encoding="ascii")
    os.dup2(2, 1)
    for line in sys.stdin:
        out.write(json.dumps(measured(Path(json.loads(line)))) + "\n")
        out.flush()
