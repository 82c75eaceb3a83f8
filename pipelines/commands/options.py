"""Arguments and options shared by several commands of segue-pipeline."""

import re
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

SEED_MOST = 2**32 - 1  # of numpy's and scikit-learn's generators
NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,39}")


def _name(text: str) -> str:
    if not NAME.fullmatch(text) or ".." in text:
        raise typer.BadParameter(
            f"{text!r} cannot begin the name of a folder: use up to 40 of a-z 0-9 . _ -, a letter or digit first"
        )
    return text


def _numbers(text: str) -> str:
    if not re.fullmatch(r"(\d+(,\d+)*)?", text, re.ASCII):
        raise typer.BadParameter(f"{text!r} is no list of seeds: write whole numbers with commas, as in 0,1,2")
    if large := next((one for one in text.split(",") if len(one) > 10 or int(one or 0) > SEED_MOST), None):
        raise typer.BadParameter(f"{large} is no seed: use numbers from 0 to {SEED_MOST}")
    return text


Sources = Annotated[
    list[Path],
    typer.Argument(
        help="Playlists, tracks, listens: CSV or Parquet tables, Million Playlist Dataset slices, or folders of them.",
        metavar="FILES",
        show_default=False,
    ),
]
DATA = Path("data")
Data = Annotated[Path, typer.Option(help="The folder of releases, index and databases.", envvar="SEGUE_DATA")]
Work = Annotated[Path | None, typer.Option(help="The folder of finished stages.", show_default="DATA/work")]
Seed = Annotated[
    int, typer.Option(min=0, max=SEED_MOST, help="Seed of all random choices: the same seed gives the same release.")
]
Name = Annotated[str, typer.Option(help="First part of the release's version.", callback=_name)]
Warm = Annotated[
    bool,
    typer.Option(
        "--warm", help="Start the graph network from the current release: faster, with other bits than without."
    ),
]
Update = Annotated[
    bool,
    typer.Option(
        "--update",
        help="Where at most 2 % of the entries changed since the last full refresh in the work folder, fold them in "
        "and keep what it measured on held-out playlists; else refresh in full.",
    ),
]
Mapped = Annotated[
    bool, typer.Option("--map/--no-map", help="Lay the catalogue out as a map; its release holds the map.")
]
Force = Annotated[bool, typer.Option("--force", help="Publish it even if it is worse than the current release.")]
Jobs = Annotated[
    int | None,
    typer.Option(
        min=1,
        max=4,
        help="How many processes build stages at once, with the cores divided between them; each needs its own memory.",
        show_default="2 where data, cores and free memory are enough",
    ),
]
PruneDays = Annotated[
    float | None,
    typer.Option(
        min=1, help="Afterwards remove the stages that no run has used for so many days.", show_default="all are kept"
    ),
]
Index = Annotated[
    str | None,
    typer.Option(
        "--index-url",
        help="A Qdrant server to fill.",
        envvar="SEGUE_RECOMMEND_INDEX_URL",
        show_default="the embedded index in DATA",
    ),
]


class View(StrEnum):
    """Which tracks may be recommended."""

    CORE = "5-core"
    FULL = "full"


class Positions(StrEnum):
    """Which tracks of a held-out playlist are seeds; none: only its name is known."""

    RANDOM = "random"
    FIRST = "first"
    NONE = "none"


class Grid(StrEnum):
    """Models that `tune` has a grid for: the names of tune.GRIDS, which is not imported here since it loads torch."""

    ALS = "als"
    ALS_S1 = "als_s1"
    ALS_SIDE = "als_side"
    EASE = "ease"
    FUSED = "fused"
    IALS = "ials"
    ITEM_KNN = "item_knn"
    LMF = "lmf"
    LMF_S1 = "lmf_s1"
    NCF = "ncf"
    PLAYLIST_KNN = "playlist_knn"
    RP3BETA = "rp3beta"
    SVD_RATINGS = "svd_ratings"


Product = Annotated[
    str | None,
    typer.Option(
        "--from-catalog",
        metavar="URL",
        help="Also train on the likes of the running Segue; the URL of its catalog service.",
        show_default="only FILES",
    ),
]
MaybeSources = Annotated[
    list[Path] | None,
    typer.Argument(
        help="Playlists, tracks, listens: CSV or Parquet tables, Million Playlist Dataset slices, or folders of them.",
        metavar="FILES",
        show_default=False,
    ),
]
Models = Annotated[str, typer.Option(help="Comma-separated names.", show_default="all of the leaderboard")]
ReleaseFolder = Annotated[Path | None, typer.Option(help="Evaluate this release folder instead of training.")]
Unseen = Annotated[Path | None, typer.Option(help="With --release: the file of playlists to continue.")]
Role = Annotated[str | None, typer.Option(help="With --release: only playlists of this role.", show_default="all")]
Views = Annotated[View, typer.Option(help="5-core: tracks in 5 or more playlists; full: all tracks.")]
Seeds = Annotated[Positions, typer.Option(help="Which tracks are the seeds; none: only the name is known.")]
All = Annotated[bool, typer.Option("--all", help="Every model on all tasks; takes long.")]
TestPart = Annotated[
    bool,
    typer.Option(
        "--test",
        help="Evaluate on the test playlists (role *_test, else a seeded part of the training role that no choice was "
        "made by): for a last look, never to choose.",
    ),
]
Triplets = Annotated[
    Path,
    typer.Argument(
        help="CSV or Parquet table with the columns user_id, song_id and count.", metavar="FILE", show_default=False
    ),
]
Users = Annotated[int | None, typer.Option(min=10, help="Only this many users, drawn at random.", show_default="all")]
MoreSeeds = Annotated[
    str,
    typer.Option(
        "--seeds",
        help="With --all: train with these seeds too (0,1,2): figures are means, intervals hold their spread.",
        callback=_numbers,
        show_default="none",
    ),
]
SeedModels = Annotated[
    str,
    typer.Option(
        "--seed-models", help="With --seeds: train only these models with the further seeds.", show_default="all"
    ),
]
Page = Annotated[
    Path | None,
    typer.Option(
        "--out", help="With --all: the page; its figures are written beside it.", show_default="DATA/leaderboard.md"
    ),
]
Json = Annotated[Path | None, typer.Option(help="Also write the figures to this file.")]
Plots = Annotated[Path, typer.Option("--out", help="The folder to draw into.")]


def everything(sources: list[Path] | None, product: str | None, data: Path, work: Path | None) -> list[Path]:
    """The sources: the files and, when its address is given, the likes of the running product."""
    from pipelines.ingest.training_input import with_catalog_likes

    if not sources and not product:
        raise typer.BadParameter("Missing argument 'FILES': name what to read, or --from-catalog URL, or both")
    return with_catalog_likes(product, sources or [], data, work or data / "work") if product else list(sources or [])
