"""The licence and the notice of what is made from open dumps."""

from pathlib import Path

LICENCE = "CC0-1.0"
LICENSE_TEXT = """CC0-1.0: Creative Commons Zero v1.0 Universal, public domain dedication

To the extent possible under law, whoever made these files has waived all copyright and related or neighbouring rights
to them. The text of the dedication is at https://creativecommons.org/publicdomain/zero/1.0/legalcode

They are derived from dumps that are CC0 themselves: ListenBrainz listens, MusicBrainz canonical data and AcousticBrainz
features, all by the MetaBrainz Foundation.
"""
NOTICE_TEXT = """This was made from open data of the MetaBrainz Foundation and its contributors: listens
that people gave to ListenBrainz, canonical recordings of MusicBrainz, and measurements that
people submitted to AcousticBrainz. Thank you.

The data costs nothing and making it does. MetaBrainz asks those who use it commercially to support the foundation:
https://metabrainz.org/supporters

No listener of ListenBrainz is named or numbered here, and no time of a listen is kept. Please do not try to find out
who listened to what.
"""


def write_terms(folder: Path) -> None:
    """Writes LICENSE, which `ingest` reads, and NOTICE."""
    (folder / "LICENSE").write_text(LICENSE_TEXT)
    (folder / "NOTICE").write_text(NOTICE_TEXT)
