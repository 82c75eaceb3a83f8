"""Addresses and checksums of dumps: no secret is shown, no name leads elsewhere, and only what is absent is absent."""

import hashlib
from base64 import b64encode
from pathlib import Path

import pytest

from pipelines.open_data.addresses import parsed, shown
from pipelines.open_data.download import download, published_digest
from pipelines.open_data.remote import DumpChanged, DumpError, opened
from tests.open_dumps import served

CONTENT = bytes(range(256)) * 40
DIGEST = hashlib.sha256(CONTENT).hexdigest()


@pytest.fixture
def mirror(tmp_path: Path) -> Path:
    folder = tmp_path / "mirror"
    folder.mkdir()
    (folder / "z.tar").write_bytes(CONTENT)
    return folder


def quiet(_done: int, _total: int, _what: str) -> None:
    """Progress that is not shown."""


# -- addresses ---------------------------------------------------------------------------------------------------------
def test_query_fragment_user_and_password_are_sent_and_never_shown(mirror: Path) -> None:
    with served(mirror) as running:
        host = running.url.removeprefix("http://")
        source = opened(f"http://reader:pass%20word@{host}/z.tar?X-Amz-Signature=abc#part")
        assert b"".join(source.read(0, 600)) == CONTENT[:600]
        assert running.headers["Authorization"] == f"Basic {b64encode(b'reader:pass word').decode()}"
        assert (source.where, source.name) == (f"{running.url}/z.tar", "z.tar")
        assert not any(secret in repr(source) for secret in ("word", "abc", b64encode(b"reader:pass word").decode()))
        running.tags["z.tar"] = '"another"'
        with pytest.raises(DumpChanged) as refused:
            b"".join(source.read(0, 600))
    assert not any(secret in str(refused.value) for secret in ("word", "abc"))


def test_a_password_goes_to_no_other_server(mirror: Path) -> None:
    with served(mirror) as one, served(mirror) as other:
        one.redirects["moved.tar"] = f"{other.url}/z.tar"
        assert opened(f"{one.url.replace('//', '//reader:word@')}/moved.tar").size == len(CONTENT)
    assert "Authorization" in one.headers
    assert "Authorization" not in other.headers


@pytest.mark.parametrize(
    ("where", "message"),
    [
        ("http://[bad/x.tar", r"'http://\[bad/x\.tar' is no address to fetch from"),
        ("http://host:port/x.tar", "is no address to fetch from"),
        ("https:///x.tar", "names no server"),
        ("http://user:pass word/x@host/x.tar", "^the address is no address to fetch from"),
        (f"http://{'a' * 70}.org/x.tar", "is no address to fetch from"),
        ("http://host/", "does not end in the name of a file"),
        ("http://host/a/..", "does not end in the name of a file"),
        ("http://host/a/%2e%2e", "does not end in the name of a file"),
        ("http://host/a%5c..%5cb.tar", "does not end in the name of a file"),
        ("http://host/a%00.tar", "does not end in the name of a file"),
        ("http://host/a%0a.tar", "does not end in the name of a file"),
        ("http://host/" + "a" * 300 + ".tar", "name of more than 200 bytes"),
        ("HTTP://[bad/x.tar", "is no address to fetch from"),
    ],
)
def test_what_is_no_address_of_a_file_is_refused(where: str, message: str) -> None:
    with pytest.raises(DumpError, match=message):
        opened(where)


@pytest.mark.parametrize(
    ("where", "name"),
    [
        ("http://host/..%2f..%2f..%2fescaped.tar.zst", "escaped.tar.zst"),
        ("http://host/%2fetc%2fpasswd", "passwd"),
        ("http://host/a%20b.tar?name=/other", "a b.tar"),
    ],
)
def test_an_encoded_slash_leads_to_no_other_folder(where: str, name: str) -> None:
    assert parsed(where).name == name


def test_spelling_of_the_scheme_and_letters_beyond_ascii_are_accepted(mirror: Path) -> None:
    (mirror / "ü b.tar").write_bytes(CONTENT)
    with served(mirror) as running:
        assert opened(running.url.replace("http", "HTTP") + "/z.tar").size == len(CONTENT)
        source = opened(f"{running.url}/ü b.tar")
        assert b"".join(source.read(0, 300)) == CONTENT[:300]
    assert source.where == f"{running.url}/%C3%BC%20b.tar"
    assert shown("http://bücher.example/x.tar") == "http://xn--bcher-kva.example/x.tar"


@pytest.mark.parametrize("target", ["loop.tar", "file:///etc/passwd", "http://[bad/x.tar", "ftp://127.0.0.1/x.tar"])
def test_a_redirect_that_leads_nowhere_is_one_sentence(target: str, mirror: Path) -> None:
    with served(mirror) as running:
        running.redirects["loop.tar"] = target
        with pytest.raises(DumpError, match=r"redirects|cannot be reached") as refused:
            opened(f"{running.url}/loop.tar")
    assert "\n" not in str(refused.value)


def test_a_server_that_delivers_a_little_at_a_time_is_given_up(mirror: Path) -> None:
    with served(mirror) as running:
        source = opened(f"{running.url}/z.tar")
        begun, running.breaks = len(running.ranges), [10] * 1_000
        with pytest.raises(DumpError, match=r"broke off at byte 50 .*, 5 times in a row .*: run it again later"):
            b"".join(source.read(0, len(CONTENT)))
        assert len(running.ranges) - begun == 5


# -- checksums ---------------------------------------------------------------------------------------------------------
def test_only_a_file_that_is_not_there_means_that_there_is_no_checksum(mirror: Path) -> None:
    with served(mirror) as running:
        where = f"{running.url}/z.tar"
        assert published_digest(where) == ""
        running.statuses["z.tar.sha256"] = 410
        assert published_digest(where) == ""
        for status in (403, 500, 503):
            running.statuses["z.tar.sha256"] = status
            with pytest.raises(DumpError, match=rf"checksum at .*/z\.tar\.sha256 cannot be read .*{status}"):
                published_digest(where)
    with pytest.raises(DumpError, match=r"cannot be read .*: run it again later"):
        published_digest(where)


def test_a_server_without_ranges_can_publish_a_checksum(mirror: Path) -> None:
    (mirror / "z.tar.sha256").write_text(f"{DIGEST.upper()} *z.tar\n")
    with served(mirror) as running:
        running.without_ranges = True
        assert published_digest(f"{running.url}/z.tar") == DIGEST


def test_the_suffix_belongs_to_the_path_of_an_address(mirror: Path) -> None:
    (mirror / "z.tar.sha256").write_text(DIGEST)
    with served(mirror) as running:
        assert published_digest(f"{running.url}/z.tar?sig=abc#x") == DIGEST


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "has no SHA-256 in it: have it corrected or removed"),
        ("<html>not found</html>", "has no SHA-256 in it"),
        (DIGEST[:-1], "has no SHA-256 in it"),
        ("x" * 70_000, "has more than 65,536 bytes: it is no checksum"),
    ],
)
def test_a_file_without_a_checksum_is_not_taken_for_none(text: str, message: str, mirror: Path) -> None:
    (mirror / "z.tar.sha256").write_text(text)
    with served(mirror) as running:
        for where in (f"{running.url}/z.tar?sig=abc", str(mirror / "z.tar")):
            with pytest.raises(DumpError, match=message) as refused:
                published_digest(where)
            assert "abc" not in str(refused.value)


def test_a_folder_or_a_dead_link_in_place_of_a_checksum_is_an_error(mirror: Path) -> None:
    beside = mirror / "z.tar.sha256"
    beside.mkdir()
    with pytest.raises(DumpError, match="is no plain file"):
        published_digest(str(mirror / "z.tar"))
    beside.rmdir()
    beside.symlink_to(mirror / "nowhere")
    with pytest.raises(DumpError, match="is no plain file"):
        published_digest(str(mirror / "z.tar"))


# -- downloads ---------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("found", "requests"), [(CONTENT, 0), (CONTENT[:-1] + b"?", 1), (CONTENT[:-9], 1)])
def test_a_whole_file_of_an_earlier_run_is_verified_and_used(
    found: bytes, requests: int, mirror: Path, tmp_path: Path
) -> None:
    target = tmp_path / "z.tar"
    target.write_bytes(found)
    with served(mirror) as running:
        source = opened(f"{running.url}/z.tar")
        begun = len(running.ranges)
        assert download(source, 0, len(CONTENT), target, quiet, DIGEST) == DIGEST
        assert len(running.ranges) - begun == requests
        assert download(source, 0, len(CONTENT), target, quiet) == DIGEST  # nothing to verify it by
        assert len(running.ranges) - begun == requests + 1
    assert target.read_bytes() == CONTENT
