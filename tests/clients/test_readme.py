"""The client's README, pasted line by line: its Python blocks, in order, against running servers."""

import re
from inspect import signature
from typing import Any

import httpx2
import pytest

from tests.clients.conftest import PROJECT

README = (PROJECT / "README.md").read_text()
BLOCKS = re.findall(r"^```python\n(.*?)^```$", README, re.DOTALL | re.MULTILINE)
PLACEHOLDERS = ("http://127.0.0.1:8000", "your API key", "you@example.com", "your password")
SCOPES = ["recommend:read", "feedback:write", "catalog:read", "report:read"]


@pytest.fixture(scope="module")
def account(public: str) -> tuple[str, str, str]:
    """An API key, the address and the password of somebody new."""
    email, password = "reader@example.com", "a long enough password"
    body = {"name": "Reader", "email": email, "password": password}
    token = httpx2.post(f"{public}/v1/auth/signup", json=body).json()["access_token"]
    made = httpx2.post(
        f"{public}/v1/me/api-keys",
        json={"name": "readme", "scopes": SCOPES},
        headers={"authorization": f"Bearer {token}"},
    )
    assert made.status_code == 201, made.text
    return made.json()["key"], email, password


@pytest.mark.usefixtures("installed")
def test_the_readme_works_as_it_is_written(
    public: str, account: tuple[str, str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    names: dict[str, Any] = {"__name__": "readme"}
    printed = []
    for number, block in enumerate(BLOCKS):
        for placeholder, value in zip(PLACEHOLDERS, (public, *account), strict=True):
            block = block.replace(placeholder, value)
        exec(compile(block, f"README.md, block {number}", "exec"), names)
        printed.append(capsys.readouterr().out)
    assert len(printed[0].splitlines()) == 15  # five tracks found, ten recommended
    assert names["first"].title in printed[2].splitlines()[0]
    assert "From Python" in printed[2]
    assert printed[3].startswith("['stored', 'stored', 'stored', 'stored', 'stored', 'refused']")
    assert printed[3].splitlines()[-1] == "5"
    assert printed[4].startswith("not_found")
    assert all(printed[at] for at in range(len(printed)) if at != 1)


def test_every_method_is_in_the_readme(segue_client: Any) -> None:
    public = {name for name in vars(segue_client.Segue) if not name.startswith("_")}
    assert [name for name in sorted(public) if not re.search(rf"\b{name}\b", README)] == []


def test_the_async_client_has_the_same_methods(segue_client: Any) -> None:
    for name, method in vars(segue_client.Segue).items():
        if callable(method) and not name.startswith("__"):
            other = vars(segue_client.AsyncSegue)[name]
            assert [str(one) for one in signature(method).parameters.values()] == [
                str(one) for one in signature(other).parameters.values()
            ], name
