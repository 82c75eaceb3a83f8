import pytest

from kit.formats.lists import listed


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
        ("[]", []),
        ("", []),
    ],
)
def test_cells_that_hold_several_values(text, values):
    assert listed(text) == values


def test_a_comma_separates_only_where_the_caller_says_so():
    assert listed("soul, funk;jazz", ",;") == ["soul", "funk", "jazz"]
