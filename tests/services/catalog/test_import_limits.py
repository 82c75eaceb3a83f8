"""Tests of the limits of imports through catalog: names, rows, what a job shows."""

import pytest

from services.catalog.imports import importer
from tests.kit.formats.user_exports.opening import as_bytes
from tests.services.catalog.listener import Listener
from tests.services.catalog.test_imports import imported, play, plays_of

pytestmark = pytest.mark.anyio
NUL = "a\0b.json"


async def test_a_nul_in_a_files_name_is_refused_or_left_out(ann: Listener) -> None:
    content = as_bytes([play("Halo", "Beyoncé", 3)])
    query = await ann.request("POST", "/v1/me/imports", params={"name": NUL}, content=content)
    begun = await ann.request("POST", "/v1/me/imports:upload", json={"name": NUL, "size": 9})
    assert (query.status_code, begun.status_code) == (422, 422)
    form = b'--x\r\nContent-Disposition: form-data; name="file"; filename="C:\\a\0b.json"\r\n\r\n' + content + b"\r\n--x--"
    header = {"content-type": "multipart/form-data; boundary=x"}
    answer = await ann.request("POST", "/v1/me/imports", headers=header, content=form)
    assert (answer.status_code, answer.json()["name"]) == (202, "ab.json")


@pytest.mark.parametrize("batch", [2, 500])
async def test_rows_beyond_the_limit_of_an_import_are_not_read(
    ann: Listener, monkeypatch: pytest.MonkeyPatch, batch: int
) -> None:
    monkeypatch.setattr(importer, "MOST_ROWS", 4)
    counts = (await imported(ann, as_bytes([play("Halo", "Beyoncé", 5 * at) for at in range(9)])))["counts"]
    assert (counts["read"], counts["new"], counts["skipped"]) == (3, 3, 1)
    assert "an import reads 4 rows" in counts["reasons"][0]["reason"]
    assert sum(plays_of(await ann.taste()).values()) == 3


def test_an_import_that_goes_on_beyond_the_limit_reads_nothing(
    tmp_path: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importer, "MOST_ROWS", 4)
    path = importer.Path(str(tmp_path)) / "upload"
    path.write_bytes(as_bytes([play("Halo", "Beyoncé", 5 * at) for at in range(9)]))
    assert [len(list(importer._steps(path, "a.json", position))) for position in (0, 3, 4, 5)] == [5, 2, 1, 0]
