"""clients/typescript: its types are those that the web app is built with, its README's example is the one compiled."""

import json
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "clients" / "typescript"


def test_the_types_are_those_of_the_web_app() -> None:
    """`make web-check` generates both from openapi.json and compares them with what is committed."""
    generated = (ROOT / "frontend" / "src" / "api" / "schema.ts").read_text()
    assert (PACKAGE / "schema.d.ts").read_text() == generated, "run npm run api in frontend/ and commit"


def test_every_short_name_is_a_schema_of_the_document() -> None:
    schemas = json.loads((ROOT / "openapi.json").read_text())["components"]["schemas"]
    named = re.findall(r"^export type (\w+) = Schemas\['(\w+)'\]$", (PACKAGE / "index.d.ts").read_text(), re.MULTILINE)
    assert named
    assert [name for name, schema in named if name != schema or schema not in schemas] == []


def test_the_example_of_the_readme_is_the_one_that_is_compiled() -> None:
    [shown] = re.findall(r"```ts\n(.*?)```", (PACKAGE / "README.md").read_text(), re.DOTALL)
    compiled = (PACKAGE / "example.ts").read_text().split("\n", 1)[1]
    assert shown.replace("'segue-api-types'", "'./index'") == compiled


def test_the_package_has_what_it_lists() -> None:
    package = json.loads((PACKAGE / "package.json").read_text())
    assert [name for name in package["files"] if not (PACKAGE / name).is_file()] == []
