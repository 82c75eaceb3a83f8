import pytest

from kit.formats.lists import artists_in, listed


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("['Uli', \"children's choir\"]", ["Uli", "children's choir"]),
        ("('dance pop', 'pop')", ["dance pop", "pop"]),
        ("('hip hop',)", ["hip hop"]),
        ("('hip hop')", ["hip hop"]),
        ("()", []),
        ("Ann; Ben ;", ["Ann", "Ben"]),
        ("Earth, Wind & Fire", ["Earth, Wind & Fire"]),
        ("[", ["["]),
        ("[unclosed]", ["[unclosed]"]),
        ("(Sandy)", ["(Sandy)"]),
        ("(311)", ["(311)"]),
        ("[{[]}]", ["[{[]}]"]),
        (f"[0x{'F' * 6000}]", [f"[0x{'F' * 6000}]"]),
        ("[]", []),
        ("", []),
    ],
)
def test_cells_that_hold_several_values(text, values):
    assert listed(text) == values


def test_a_comma_separates_only_where_the_caller_says_so():
    assert listed("soul, funk;jazz", ",;") == ["soul", "funk", "jazz"]


@pytest.mark.parametrize(
    ("cell", "uris", "names"),
    [
        ("Ann, Ben", "x:1, x:2", ["Ann", "Ben"]),
        ("Ann; Ben", "x:1; x:2", ["Ann", "Ben"]),
        ("['Ann', 'Ben']", "['1', '2']", ["Ann", "Ben"]),
        ("['Ann, B']", "['1']", ["Ann, B"]),
        ("Earth, Wind; Fire", "x:1", ["Earth, Wind; Fire"]),
        ("Earth, Wind & Fire, Ann", "x:1,x:2", ["Earth, Wind & Fire, Ann"]),
        ("Marlow\\, The Dune, Ann", "x:1, x:2", ["Marlow, The Dune", "Ann"]),
        ("Earth, Wind & Fire", None, ["Earth, Wind & Fire"]),
    ],
)
def test_as_many_artists_as_uris_stand_beside_them(cell, uris, names):
    assert artists_in(cell, uris, escaped=False) == names
