"""The typer application of segue-pipeline without its commands, and the decorator that registers a command."""

import inspect
from collections.abc import Callable
from typing import Any, TypeVar

import typer

HELP = "\n\n".join(
    (
        "Playlists in, release out.",
        "Most people need one command: [bold]segue-pipeline refresh playlists.csv tracks.csv[/] reads the files, "
        "learns, measures and publishes; a running Segue serves the result within a second.",
        "Every command does what is missing before it and reuses what is finished: stages are kept under the work "
        "folder, keyed by what went in, so an interrupted run goes on where it stopped.",
        "Progress goes to standard error, results to standard output. Exit status: 0 done, 1 something to mend (one "
        "sentence says what), 2 wrong usage, 130 ended by Ctrl-C.",
    )
)

app = typer.Typer(
    help=HELP, no_args_is_help=True, add_completion=False, rich_markup_mode="rich", pretty_exceptions_enable=False
)
LEARNING, MEASURING, TRACKS, SERVING = "Learning", "Measuring", "Tracks", "Serving"
open_app = typer.Typer(no_args_is_help=True, rich_markup_mode="rich", pretty_exceptions_enable=False)
app.add_typer(
    open_app,
    name="open",
    rich_help_panel=LEARNING,
    help="Make or install a model of open data: ListenBrainz listens, MusicBrainz and AcousticBrainz dumps.",
)
Command = TypeVar("Command", bound=Callable[..., Any])


def command(panel: str, *examples: str, group: typer.Typer = app) -> Callable[[Command], Command]:
    """Registers a command whose docstring is its help; typer would keep the line breaks of its paragraphs. Examples of
    a command of a group begin with the group's name."""

    def register(function: Command) -> Command:
        paragraphs = inspect.cleandoc(function.__doc__ or "").split("\n\n")
        shown = "\n\n".join(f"Example: [bold]segue-pipeline {example}[/]" for example in examples)
        text = "\n\n".join(" ".join(paragraph.split()) for paragraph in paragraphs)
        name = examples[0].split()[0 if group is app else 1]
        return group.command(name, help=text, epilog=shown, rich_help_panel=panel)(function)

    return register
