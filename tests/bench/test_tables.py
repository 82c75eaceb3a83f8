"""Tables of figures: Markdown that is aligned."""

from bench.tables import Table, show

SHOWN = """What it is

| stage  | CPU s |
|--------|------:|
| ingest |   1.5 |
| all    |  20.0 |"""


def test_a_table_is_markdown_and_aligned():
    assert str(Table("What it is", ["stage", "CPU s"], [["ingest", "1.5"], ["all", "20.0"]])) == SHOWN


def test_tables_are_printed_and_written_alike(tmp_path, capsys):
    table = Table("What it is", ["stage", "CPU s"], [["ingest", "1.5"], ["all", "20.0"]])
    show([table, table], tmp_path / "deep" / "out.md")
    assert capsys.readouterr().out == (tmp_path / "deep" / "out.md").read_text() == f"{SHOWN}\n\n{SHOWN}\n"
