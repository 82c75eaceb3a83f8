"""Build hook: a wheel gets the code generated from openapi.json, a source distribution gets openapi.json itself."""

import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

sys.path.insert(0, str(Path(__file__).parent))  # build front ends load this file by its path

import generate


class GeneratedCode(BuildHookInterface):  # type: ignore[type-arg, misc]
    """Runs before hatchling collects files."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002
        """`version` is hatchling's kind of build (standard, editable), not a version of this package."""
        root = Path(self.root)
        if self.target_name == "sdist":
            build_data["force_include"][str(generate.source(root))] = "openapi.json"
        else:
            generate.generate(generate.source(root), root / "segue_client" / "_api")
