"""Tests of exported playlists: names of files, and files that other programs and our own pipeline read."""

import csv
import io
import json
from pathlib import Path
from uuid import uuid4

import pytest

from kit.formats import Row, read
from services.catalog.playlists.file_names import LONGEST, file_name
from tests.services.catalog.listener import CRAZY, HALO, Listener

pytestmark = pytest.mark.anyio
PATH = "/v1/me/playlists"
NAMES = [
    *("Quiet/Loud", "Quiet:Loud", "quiet_loud", "QUIET/LOUD", "\U0001f30a\U0001f30a", "Ünder & Över", "海の歌", "nul"),
    *("Nul.", "..", "", "   ", "=SUM(1)", "a" * 300, "a" * 299 + "b", "e\u0301t\u00e9", "\u00e9te\u0301", "x\u202ey"),
]


def test_no_file_overwrites_another_and_every_name_is_valid_everywhere() -> None:
    names = {uuid4(): name for name in NAMES}
    files = [file_name(names, playlist, "jspf") for playlist in names]
    assert len({name.casefold() for name in files}) == len(NAMES)
    assert all(len(name.encode()) <= LONGEST and name.endswith(".jspf") for name in files)
    assert not [name for name in files if set(name) & set('<>:"/\\|?*') or name.startswith(".")]
    assert not [name for name in files if name.split(".")[0].strip().lower() in ("con", "nul", "aux", "prn")]
    assert "海の歌.jspf" in files
    assert "Ünder & Över.jspf" in files
    assert files[:4] == ["Quiet_Loud.jspf", "Quiet_Loud (2).jspf", "quiet_loud (3).jspf", "QUIET_LOUD (4).jspf"]


async def exported(listener: Listener, name: str, form: str) -> tuple[bytes, str]:
    body = {"name": name, "description": "late", "tracks": [HALO, CRAZY]}
    which = (await listener.request("POST", PATH, json=body)).json()["playlist"]["id"]
    answer = await listener.request("GET", f"{PATH}/{which}/export?format={form}")
    assert answer.status_code == 200, answer.text
    return answer.content, answer.headers["content-disposition"]


async def test_jspf_has_what_listenbrainz_reads(ann: Listener) -> None:
    content, named = await exported(ann, 'Night "drive" 海', "jspf")
    found = json.loads(content)["playlist"]
    assert (found["title"], found["annotation"]) == ('Night "drive" 海', "late")
    assert [(track["title"], track["creator"]) for track in found["track"]] == [
        ("Halo", "Beyoncé"),
        ("Crazy In Love", "Beyoncé"),
    ]
    assert named.startswith('attachment; filename="Night _drive_ _.jspf"; filename*=UTF-8')


async def test_m3u8_has_a_line_of_each_track(ann: Listener) -> None:
    content, _ = await exported(ann, "Two\nlines", "m3u8")
    lines = content.decode().splitlines()
    assert lines[:2] == ["#EXTM3U", "#PLAYLIST:Two lines"]
    assert lines[2].startswith("#EXTINF:")
    assert lines[2].endswith(",Beyoncé - Halo")
    assert len(lines) == 6


async def test_json_has_whole_tracks(ann: Listener) -> None:
    found = json.loads((await exported(ann, "All", "json"))[0])
    assert (found["name"], [item["track"]["id"] for item in found["tracks"]]) == ("All", [HALO, CRAZY])
    assert "like" not in found["tracks"][0]["track"]


async def test_csv_is_read_back_with_its_name_by_the_pipeline(ann: Listener, tmp_path: Path) -> None:
    content, _ = await exported(ann, "=SUM(1), a name", "csv")
    rows = list(csv.DictReader(io.StringIO(content.decode())))
    assert [(row["track_id"], row["position"], row["playlist_name"]) for row in rows] == [
        (HALO, "0", "=SUM(1), a name"),
        (CRAZY, "1", "=SUM(1), a name"),
    ]
    file = tmp_path / "exported.csv"
    file.write_bytes(content)
    found = [row for row in read(file) if isinstance(row, Row)]
    assert [row.values["track_id"] for row in found] == [HALO, CRAZY]
    assert {row.values["playlist_name"] for row in found} == {"=SUM(1), a name"}


async def test_an_unknown_format_is_422(ann: Listener) -> None:
    which = (await ann.request("POST", PATH, json={"name": "x"})).json()["playlist"]["id"]
    assert (await ann.request("GET", f"{PATH}/{which}/export?format=xspf")).status_code == 422
