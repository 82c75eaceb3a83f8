"""Tests that libraries with I/O are imported only by the modules that own them."""

import ast
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("kit", "services", "gateway", "pipelines", "supervisor")

OWNERS = {
    "sqlalchemy": (
        "kit/sql.py",
        "kit/sql_limit.py",
        "kit/migrations.py",
        "kit/outbox.py",
        "kit/jobs.py",
        "kit/personal_data.py",
        "services/*/store.py",
        "services/*/store/*.py",
        "services/*/migrations/**/*.py",
    ),
    "alembic": ("kit/migrations.py", "services/*/migrations/**/*.py", "services/*/migrate.py"),
    "qdrant_edge": ("kit/vectors/*.py",),
    "qdrant_client": ("kit/vectors/*.py",),
    "faiss": ("kit/vectors/scanned.py", "kit/vectors/code_fitting.py"),
    "httpx2": (),
    "httpx": (),
    "pydantic_settings": ("kit/settings.py", "services/*/settings.py", "gateway/settings.py", "pipelines/settings.py"),
    "aiohttp": ("gateway/*.py", "kit/http.py"),
    "obstore": ("kit/release_bucket.py",),
    "redis": ("gateway/shared_counts.py", "gateway/idempotency/redis_store.py"),
    "jwt": ("kit/tokens.py", "services/auth/*.py"),
    "aiosmtplib": ("kit/mail/sending.py",),
    "jinja2": ("kit/mail/pages.py",),
    "css_inline": ("kit/mail/pages.py",),
    "argon2": ("services/auth/passwords.py",),
    "requests": ("services/auth/spotify/port.py", "services/auth/oidc/provider.py"),
    "authlib": ("services/auth/oidc/provider.py",),
    "joserfc": ("services/auth/oidc/provider.py",),
    "spotipy": ("services/auth/spotify/port.py",),
    "torch": ("pipelines/**/*.py",),
    "pyspark": ("pipelines/graph/spark.py",),
    "matplotlib": ("pipelines/plots/*.py",),
    "mutagen": ("pipelines/local_audio/tags.py",),
    "sonara": ("pipelines/local_audio/measure.py",),
    "soundfile": ("pipelines/local_audio/measure.py",),
}


def sources() -> Iterator[Path]:
    for package in PACKAGES:
        yield from sorted((ROOT / package).rglob("*.py"))


@cache
def imported(path: Path) -> set[str]:
    names = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.add(node.module.split(".")[0])
    return names


def owned(path: Path, patterns: tuple[str, ...]) -> bool:
    return any(path in ROOT.glob(pattern) for pattern in patterns)


@pytest.mark.parametrize("library", OWNERS)
def test_a_library_that_touches_the_outside_is_imported_only_by_its_owner(library: str) -> None:
    outsiders = [
        str(p.relative_to(ROOT)) for p in sources() if library in imported(p) and not owned(p, OWNERS[library])
    ]
    assert outsiders == []


def test_the_environment_is_read_in_settings_files_only() -> None:
    """supervisor/ hands environments to the processes that it starts or becomes."""
    readers = [
        str(path.relative_to(ROOT))
        for path in sources()
        if path.name != "settings.py" and any(word in path.read_text() for word in ("os.environ", "getenv("))
    ]
    assert readers == ["supervisor/container.py", "supervisor/forked.py"]


def test_no_file_is_named_for_a_layer() -> None:
    forbidden = {"service.py", "utils.py", "helpers.py", "models.py", "crud.py", "base.py"}
    assert [str(p) for p in sources() if p.name in forbidden] == []


def test_nothing_is_pickled() -> None:
    assert [str(p) for p in sources() if imported(p) & {"pickle", "joblib", "dill"}] == []


def test_the_fleet_uses_the_standard_library_alone() -> None:
    """kit.topology, the table of the services, is all that it reads of ours, and that reads nothing else."""
    ours = [ROOT / "fleet.py", *sorted((ROOT / "supervisor").glob("*.py"))]
    allowed = {*sys.stdlib_module_names, "supervisor"}
    assert len(ours) > 5
    outsiders = {p.relative_to(ROOT).as_posix(): names for p in ours if (names := imported(p) - allowed)}
    assert outsiders == {"supervisor/container.py": {"kit"}, "supervisor/programs.py": {"kit"}}
    assert imported(ROOT / "kit" / "topology.py") | imported(ROOT / "kit" / "__init__.py") <= sys.stdlib_module_names


def test_one_function_makes_the_verifier_of_auths_tokens_and_one_groups_addresses() -> None:
    """auth alone verifies with its own keys; everybody else asks for them through kit.tokens.verifier_of."""
    texts = {str(path.relative_to(ROOT)): path.read_text() for path in sources()}
    verifiers = {name for name, text in texts.items() if " Verifier(" in text}
    groupers = {name for name, text in texts.items() if "ip_network(" in text}
    assert (verifiers, groupers) == ({"kit/tokens.py", "services/auth/app.py"}, {"kit/addresses.py"})
