"""Generates segue_client/_api from openapi.json: python generate.py [folder].

The generator (openapi-python-client, in this interpreter's environment) cannot read four things of the document as it
is; `prepared` and CONFIG put them in a form that it can. It must print no warning: a warning is a route left out.
"""

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
ALTERNATIVES = ("anyOf", "oneOf")
LINES = "application/x-ndjson"
CONFIG = {
    "content_type_overrides": dict.fromkeys(
        ("application/zip", "image/png", "image/svg+xml"), "application/octet-stream"
    ),
    "post_hooks": [],
}


class GenerationFailed(RuntimeError):
    """The generator refused the document or left something of it out."""


def source(root: Path) -> Path:
    """The document to generate from: beside this file in a source distribution, else that of the checkout."""
    for path in (root / "openapi.json", root.parents[1] / "openapi.json"):
        if path.is_file():
            return path
    raise GenerationFailed(f"no openapi.json in {str(root)!r} or two folders above: build from a checkout of Segue")


def prepared(document: Mapping[str, Any]) -> dict[str, Any]:
    """A copy without JSON Lines, and without the alternatives of objects that list their fields as well.

    Where a route takes or gives JSON Lines beside one document, a method of the document is what people want.

    `RecommendationRequest` has fields, and beside them an anyOf of which fields are required; `Seed` and `Continuation`
    likewise. The generator makes a class of each alternative (twice the same name) or none at all. The fields alone
    are the class that people want; that one of them is required, the server checks.
    """
    copy: dict[str, Any] = json.loads(json.dumps(document))
    for schema in copy.get("components", {}).get("schemas", {}).values():
        if "properties" in schema:
            for word in ALTERNATIVES:
                schema.pop(word, None)
    for content in _contents(copy.get("paths", {})):
        content.pop(LINES, None)
    return copy


def _contents(node: Any) -> Iterator[dict[str, Any]]:
    """Every table of media types, of bodies and of answers."""
    if isinstance(node, dict):
        if isinstance(node.get("content"), dict):
            yield node["content"]
        for inner in node.values():
            yield from _contents(inner)


def generate(openapi: Path, folder: Path) -> None:
    """Writes the package `folder` anew; GenerationFailed with the generator's words where it warns."""
    with tempfile.TemporaryDirectory() as name:
        document, config = Path(name, "openapi.json"), Path(name, "config.yml")
        document.write_text(json.dumps(prepared(json.loads(openapi.read_text()))))
        config.write_text(json.dumps(CONFIG))  # JSON is YAML
        words = _run(*_command(document, config, folder))
    if "warning" in words.lower():
        raise GenerationFailed(f"openapi-python-client left something out:\n{words}")
    # It writes `version != 1and ...`, which Python warns of; formatted, that is well formed.
    _run("ruff", "format", "--quiet", "--isolated", "--no-respect-gitignore", str(folder))


def _run(module: str, *arguments: str) -> str:
    """What a module of this interpreter's environment prints; GenerationFailed where it fails."""
    command = [sys.executable, "-P", "-m", module, *arguments]
    ran = subprocess.run(command, capture_output=True, text=True)  # noqa: S603
    if ran.returncode:
        raise GenerationFailed(f"{module} ended with code {ran.returncode}:\n{ran.stdout}{ran.stderr}")
    return ran.stdout + ran.stderr


def _command(document: Path, config: Path, folder: Path) -> list[str]:
    options = ["--meta", "none", "--overwrite", "--fail-on-warning"]
    paths = ["--path", str(document), "--config", str(config), "--output-path", str(folder)]
    return ["openapi_python_client", "generate", *options, *paths]


if __name__ == "__main__":
    generate(source(HERE), Path(sys.argv[1]) if len(sys.argv) > 1 else HERE / "segue_client" / "_api")
