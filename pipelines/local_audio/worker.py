"""A process that reads tags and measures files, one at a time (measuring.py starts it).

A line of standard input is a path as JSON; the answer is one line of JSON on standard output with `tags`, and
`measured` or `error`, and `lasting` with an error that will not pass. It ends with its input, hence with the process
that started it, however that ends.
"""

import json
import os
import sys
from pathlib import Path
from typing import Any

from pipelines.local_audio import measure, tags
from pipelines.local_audio.files import read_through, reason


def measured(path: Path) -> dict[str, Any]:
    """Tags and measurements of a file, or tags and the reason why it was not measured.

    `lasting` where the content of the file is the reason, so that measuring it again would end in the same way.
    """
    found: tags.Tags = {}
    try:
        found = tags.read(path) or _without_tags(path)
        return {"tags": found, "measured": measure.measure(path, found.get("duration_ms"))}
    except (KeyboardInterrupt, SystemExit):
        raise
    except OSError as error:
        return {"tags": {}, "error": reason(error)}
    except MemoryError:
        return {"tags": {}, "error": "memory was short"}
    except BaseException as error:  # a panic of sonara is no Exception
        return {"tags": found, "error": f"{error}"[:200] or type(error).__name__, "lasting": True}


def _without_tags(path: Path) -> tags.Tags:
    """No tags; OSError where they cannot be read, of which mutagen tells no more than of damaged ones."""
    read_through(path)
    return {}


def main() -> None:
    """Answers until the input ends. Only answers reach the output: libraries may print."""
    os.putenv("RAYON_NUM_THREADS", "1")  # sonara reads it with its first file
    out = os.fdopen(os.dup(1), "w", encoding="ascii")
    os.dup2(2, 1)
    for line in sys.stdin:
        out.write(json.dumps(measured(Path(json.loads(line)))) + "\n")
        out.flush()
