"""README.txt of an export: the files of the zip, what their lines are, and what each field means."""

from collections.abc import Iterable
from datetime import datetime
from textwrap import fill

from kit.wire.personal_data import SectionAbout

README = "README.txt"
WIDTH = 96
INTRODUCTION = (
    "Each file holds one JSON object a line (JSON Lines, UTF-8); a file without lines means that nothing is kept. "
    "Moments are in UTC (RFC 3339). A track is named by its id; `title` and `artists` stand beside it where the "
    "catalogue has it."
)
LEFT_OUT = (
    "Not in here, because only you know them or because they are no data about you: your password and the secrets of "
    "sessions, keys and links (digests of them are kept), counters against the guessing of passwords, files while they "
    "are being imported (they are deleted once they are read), and what this server keeps in memory for seconds. "
    "Tracks that your imports added to the catalogue are in it without your name; the lines that name them are here."
)


def file_name(section: SectionAbout) -> str:
    """The section's file in the zip."""
    return f"{section.name}.jsonl"


def readme(sections: Iterable[SectionAbout], made_at: datetime) -> str:
    """The text of README.txt."""
    head = f"Your data in Segue, as of {made_at:%Y-%m-%d %H:%M} UTC"
    parts = [head, "=" * len(head), "", fill(INTRODUCTION, WIDTH), ""]
    for section in sections:
        parts += ["", file_name(section), "-" * len(file_name(section)), fill(section.about, WIDTH), ""]
        width = max(map(len, section.fields))
        parts += [f"  {name:<{width}}  {about}" for name, about in section.fields.items()]
    return "\n".join([*parts, "", "", fill(LEFT_OUT, WIDTH), ""])
