"""Console script segue-pipeline: builds releases from playlist files.

Training libraries are imported inside the commands that need them, so that publish, releases and rollback run where
only the serving packages are installed.

Exit status: 0 done, 1 a user error (one sentence says what), 2 wrong usage, 130 ended by Ctrl-C.
"""

import sys

from pipelines import console
from pipelines.commands.program import app

# Importing them registers their commands, in the order of the help, which begins with `refresh`.
# isort: off
from pipelines.commands import learning, open_data, evaluating, tracks, local_audio, serving  # noqa: F401
# isort: on


def main() -> None:
    """Runs the CLI. A user error is printed as one sentence; any other error is a bug and shows its traceback."""
    from pipelines.failures import sentence

    try:
        app(prog_name="segue-pipeline")
    except SystemExit as ended:  # typer ends with this status on Ctrl-C and says nothing
        if ended.code == console.INTERRUPTED:
            console.note("stopped by Ctrl-C: what is finished is kept, run the same command again to go on")
        raise
    except Exception as error:
        message = sentence(error)
        if message is None:
            raise
        sys.exit(console.fail(message))


if __name__ == "__main__":
    main()
