"""A module to be forked: prints as JSON what it finds, or ends as its first argument tells."""

import json
import os
import random
import sys
import threading
import time

import numpy as np
import uuid_utils


def found() -> dict[str, object]:
    """What a process has of its own, and what it shares."""
    return {
        "arguments": sys.argv[1:],
        "environment": dict(os.environ),
        "input": sys.stdin.read(),
        "input descriptor": sys.stdin.fileno(),
        "leads its session": os.getsid(0) == os.getpid(),
        "shared": "fastapi" in sys.modules,
        "threads": threading.active_count(),
        "random": [random.random(), float(np.random.random()), float(np.random.default_rng().random())],
        "id": str(uuid_utils.uuid7()),
    }


if __name__ == "__main__":
    if sys.argv[1] == "end":
        sys.exit(int(sys.argv[2]))
    if sys.argv[1] == "stay":
        time.sleep(600)
    sys.stdout.write(json.dumps(found()))
