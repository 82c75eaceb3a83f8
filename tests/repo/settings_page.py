"""Prints docs/settings.md from the settings classes, so that every setting is documented where it is defined.

python -m tests.repo.settings_page
"""

from pathlib import Path

from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings

PAGE = Path(__file__).parents[2] / "docs" / "settings.md"


def classes() -> dict[str, type[BaseSettings]]:
    """Section title -> settings class, in the order of the page."""
    from gateway.settings import Settings as Gateway
    from kit.settings import CommonSettings
    from pipelines.settings import Settings as Pipelines
    from services.auth.settings import Settings as Auth
    from services.catalog.settings import Settings as Catalog
    from services.recommend.settings import Settings as Recommend

    return {
        "Every process": CommonSettings,
        "gateway": Gateway,
        "auth": Auth,
        "catalog": Catalog,
        "recommend": Recommend,
        "pipelines": Pipelines,
    }


def page() -> str:
    """The whole page."""
    lines = [
        "# Settings",
        "",
        "Environment variables. The defaults are the embedded mode: everything on this machine, nothing to set.",
        "Printed from the code by `make settings`; a test fails when this page and the code differ.",
    ]
    shown: set[str] = set()
    for title, settings in classes().items():
        rows = [row(settings, name, field) for name, field in settings.model_fields.items() if name not in shown]
        shown |= set(settings.model_fields) if title == "Every process" else set()
        lines += ["", f"## {title}", "", "| variable | default | meaning |", "|---|---|---|", *rows]
    return "\n".join(lines) + "\n"


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
