"""Prints docs/settings.md and env.example from the settings classes, so that every setting is documented where it is
defined.

python -m tests.repo.settings_page
"""

from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings

from kit.topology import SERVICES

COMPOSE = {
    "SEGUE_PORT": ("8000", "Port of the gateway on this machine."),
    "SEGUE_MAILCATCHER_PORT": ("8025", "Port of the mail catcher's page on this machine, on loopback."),
    "SEGUE_BASE_IMAGE": ("python:3.11-slim-bookworm", "What the images are built on."),
}
"""Variables that docker-compose.yml itself reads, with their defaults: no process sees them."""

ROOT = Path(__file__).parents[2]
PAGE, TEMPLATE = ROOT / "docs" / "settings.md", ROOT / "env.example"


def classes() -> dict[str, type[BaseSettings]]:
    """Section title -> settings class, in the order of the page."""
    from gateway.settings import Settings as Gateway
    from kit.mail.settings import MailSettings
    from kit.release_settings import ReleaseSettings
    from kit.settings import CommonSettings
    from pipelines.settings import Settings as Pipelines

    services = {row.name: import_module(f"services.{row.name}.settings").Settings for row in SERVICES}
    common = {"Every process": CommonSettings, "Mail": MailSettings, "Releases": ReleaseSettings}
    return {**common, "gateway": Gateway, **services, "pipelines": Pipelines}


def page() -> str:
    """The whole page."""
    lines = [
        "# Settings",
        "",
        "Environment variables. The defaults are the embedded mode: everything on this machine, nothing to set.",
        "Printed from the code by `make settings`; a test fails when this page and the code differ.",
        "[env.example](../env.example) has the same as a file to copy and load. `SEGUE_DATA` is the one folder that",
        "all stages of the pipeline and all services share: finished stages in `work`, what serves in `releases`.",
    ]
    for title, settings, fields in sections():
        rows = [row(settings, name, field) for name, field in fields.items()]
        lines += ["", f"## {title}", "", "| variable | default | meaning |", "|---|---|---|", *rows]
    return "\n".join(lines) + "\n"


def template() -> str:
    """The file to copy: every variable with its default, commented out; those without one, secrets too, are empty."""
    lines = [
        "# Settings of Segue. Copy this to segue.env (git ignores it), take the # from what you set, and load it:",
        "#     set -a; . ./segue.env; set +a; make run",
        "# For docker-compose.yml copy it to .env, which is read by itself; there the stores, the URLs of services and",
        "# SEGUE_DATA are set already, and secrets are files (deploy/make-secrets.sh).",
        "# Printed from the code by `make settings`. What has no value has no default; secrets never stand here.",
    ]
    for title, settings, fields in sections():
        lines += ["", f"# == {title} =="]
        for name, field in fields.items():
            lines += [f"# {field.description}", f"#{variable(settings, name, field)}={value(field)}"]
    lines += ["", "# == docker-compose.yml alone =="]
    for name, (default, meaning) in COMPOSE.items():
        lines += [f"# {meaning}", f"#{name}={default}"]
    return "\n".join(lines) + "\n"


def sections() -> Iterator[tuple[str, type[BaseSettings], dict[str, FieldInfo]]]:
    """Title, class and fields of each part; what several processes read is told once."""
    shown: set[str] = set()
    for title, settings in classes().items():
        yield title, settings, {name: field for name, field in settings.model_fields.items() if name not in shown}
        shown |= set(settings.model_fields) if title in ("Every process", "Mail", "Releases") else set()


def value(field: FieldInfo) -> str:
    """The default as the environment writes it."""
    default = field.get_default(call_default_factory=True)
    return "" if default is None or default == () else str(default)


def variable(settings: type[BaseSettings], name: str, field: FieldInfo) -> str:
    """The environment variable that sets a field."""
    alias = field.validation_alias
    return str(alias) if alias else f"{settings.model_config.get('env_prefix', '')}{name}".upper()


def row(settings: type[BaseSettings], name: str, field: FieldInfo) -> str:
    default = field.get_default(call_default_factory=True)
    shown = "" if default is None else f"`{default}`"
    return f"| `{variable(settings, name, field)}` | {shown} | {field.description} |"


if __name__ == "__main__":
    PAGE.write_text(page())
    TEMPLATE.write_text(template())
