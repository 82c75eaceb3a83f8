"""A release that continues another has the columns and cards that it would have if it were written anew."""

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from kit.release import BrokenRelease, Release
from pipelines.recordings.groups import NEW, groups
from pipelines.release.artist_column import artist_column
from pipelines.release.contents import check_contents
from pipelines.release.contents.kept_cards import kept_from
from pipelines.release.place import Arrivals, content
from pipelines.release.write import write_release
from pipelines.stage import Built
from tests.pipelines.test_place import DEMO, arrivals, built, joined, source  # noqa: F401 - fixtures

NAMES = ["Beyoncé", "Abba", None, "The Zombies", "beyonce", "Moby", "Aaliyah", "ABBA", "Moby"]


@pytest.mark.parametrize("known", [range(0), range(3), range(5), range(len(NAMES))])
def test_artists_have_the_numbers_of_a_new_release(known: range) -> None:
    whole = artist_column(NAMES)
    earlier = np.full(len(NAMES), NEW, np.int32)
    earlier[: len(known)] = artist_column(NAMES[: len(known)])
    assert artist_column(NAMES, earlier).tolist() == whole.tolist()
    assert whole[0] == whole[4] >= 0
    assert whole[2] == -1


def test_groups_of_new_tracks_are_found_and_others_stay() -> None:
    titles = ["One", "Two", "One (Remastered)", "Three", "Two", "One", "Four"]
    artists = [["A"], ["B"], ["A"], ["C"], ["B"], ["B"], []]
    lengths = np.array([200_000, 100_000, 201_000, -1, 150_000, 200_000, -1], np.int32)
    whole = groups(titles, artists, lengths)
    for known in range(len(titles)):
        earlier = np.full(len(titles), NEW, np.int32)
        earlier[:known] = groups(titles[:known], artists[:known], lengths[:known])
        assert groups(titles, artists, lengths, earlier).tolist() == whole.tolist(), known
    assert whole[0] == whole[2]
    assert whole[1] != whole[4]


def test_columns_and_cards_are_those_of_a_release_written_anew(
    arrivals: Arrivals,  # noqa: F811
    built: Built,  # noqa: F811
    joined: Release,  # noqa: F811
    tmp_path: Path,
) -> None:
    anew = write_release(tmp_path, replace(content(Release(DEMO), arrivals, built), base=None))
    rows = anew.rows([one.decode() for one in joined.ids.tolist()])
    for name in ("artist", "main_artist", "popularity", "state", "playlists", "year", "features"):
        assert np.array_equal(joined.column(name), anew.column(name)[rows], equal_nan=True), name
    same = joined.column("group")[:, None] == joined.column("group")[::499][None]
    assert np.array_equal(same, anew.column("group")[rows][:, None] == anew.column("group")[rows[::499]][None])
    assert all(joined.card(row) == anew.card(int(rows[row])) for row in range(joined.size))


# -- checking a release whose base was checked -----------------------------------------------------------------------
def test_cards_of_the_base_are_found_and_no_others(joined: Release) -> None:  # noqa: F811
    base = Release(DEMO)
    kept = kept_from(joined, base)
    assert np.array_equal(joined.ids[kept >= 0], base.ids[kept[kept >= 0]])
    assert (kept >= 0).sum() == base.size
    check_contents(joined, base)


def test_a_changed_card_below_a_row_without_a_base_is_no_kept_one(joined: Release, tmp_path: Path) -> None:  # noqa: F811
    base, path = Release(DEMO), shutil.copytree(joined.path, tmp_path / joined.version)
    order = np.roll(np.arange(joined.size), 1)  # the last track, which the base lacks, above those of the base
    cards = [joined.card(row) for row in order.tolist()]
    cards[3] = cards[3].replace(b'"title"', b'"tITLE"')
    (path / "cards.jsonl").write_bytes(b"".join(cards))
    np.save(path / "cards.offsets.npy", np.cumsum([0, *map(len, cards)]))
    for name in ("ids", "columns/state", "columns/year", "columns/duration_ms"):
        np.save(path / f"{name}.npy", np.load(path / f"{name}.npy")[order])
    kept, same = kept_from(Release(path), base), kept_from(joined, base)[order]
    assert kept[0] == kept[3] == -1
    assert same[3] >= 0
    assert np.array_equal(kept[kept >= 0], same[kept >= 0])


def changed_copy(release: Release, folder: Path, name: str, change: tuple[int, float]) -> Release:
    """A copy with one value of a column changed; its manifest is not read by what is tested here."""
    path = shutil.copytree(release.path, folder / release.version)
    column = np.load(path / "columns" / name)
    column[change[0]] = change[1]
    np.save(path / "columns" / name, column)
    return Release(path)


@pytest.mark.parametrize("value", [0, -1])
def test_an_artist_number_that_is_not_its_own_is_refused_in_a_kept_row_too(
    joined: Release,  # noqa: F811
    tmp_path: Path,
    value: int,
) -> None:
    row = int(np.flatnonzero(Release(DEMO).column("artist") > 5)[3])
    with pytest.raises(BrokenRelease):
        check_contents(changed_copy(joined, tmp_path, "artist.npy", (row, value)), Release(DEMO))


def test_a_row_with_another_year_than_the_base_is_read(joined: Release, tmp_path: Path) -> None:  # noqa: F811
    with pytest.raises(BrokenRelease, match="says another year"):
        check_contents(changed_copy(joined, tmp_path, "year.npy", (11, 1901)), Release(DEMO))


def test_a_changed_card_is_read(joined: Release, tmp_path: Path) -> None:  # noqa: F811
    path = shutil.copytree(joined.path, tmp_path / joined.version)
    card = joined.card(42)
    with (path / "cards.jsonl").open("r+b") as file:
        file.seek(sum(len(joined.card(row)) for row in range(42)))
        file.write(card.replace(b'"title":"', b'"title" "', 1))
    with pytest.raises(BrokenRelease, match="row 42 is no track"):
        check_contents(Release(path), Release(DEMO))
