"""Readers of finished stages: content that cannot be read is a sentence with the folder to remove."""

from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar
from zipfile import BadZipFile

import polars as pl

from pipelines.stage import StageError

FAULTS = (pl.exceptions.PolarsError, OSError, ValueError, KeyError, EOFError, BadZipFile)
Rest = ParamSpec("Rest")
Found = TypeVar("Found")


def reads_stage(read: Callable[Concatenate[Path, Rest], Found]) -> Callable[Concatenate[Path, Rest], Found]:
    """A reader whose first argument is the folder of a stage, with StageError for content that it cannot read."""

    @wraps(read)
    def reader(folder: Path, /, *rest: Rest.args, **named: Rest.kwargs) -> Found:
        try:
            return read(folder, *rest, **named)
        except FAULTS as error:
            why = str(error).partition("\n")[0] or type(error).__name__
            raise StageError(
                f"the stage {folder.parent.name}/{folder.name} in {folder.parent.parent} is damaged ({why}): remove "
                "that folder and run again"
            ) from error

    return reader
