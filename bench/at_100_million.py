"""The arithmetic of docs/at-100-million.md: `python -m bench.at_100_million` prints its tables.

Inputs are figures measured on small releases; the page names the source of each. Nothing here is measured.
"""

import sys
from collections.abc import Iterator

TRACKS = PEOPLE = 100_000_000
STEPS = 120  # of the graph network's training
LIKES = 50  # of a person: the smaller of the two people that bench.serve measures
EVENT_BYTES = 300
COLUMNS = 512
CODE_BYTES = 64  # of a track of 512 columns
INDEX_DISK, INDEX_RESIDENT, INDEX_TRACKS = 502e6, 302e6, 154_714
MACHINE = 48e9  # bytes that an index may hold of a machine of 64 GB
ENTRIES = PEOPLE * LIKES
MEASURED_ENTRIES = 68_372_511  # of the generated world of share 1 in docs/scale.md
# CPU seconds of each stage at MEASURED_ENTRIES ("A million playlists" there) and the exponent from 4,250,498 entries to
# them ("Every stage" there)
STAGES = {
    "ingest": (437, 1.15),
    "graph train": (38, 1.26),
    "train held-out": (1_127, 1.01),
    "train train": (1_217, 0.84),
    "query model": (1_959, 0.75),
    "evaluate": (976, 0.72),
    "cold-start evaluation": (302, 0.70),
    "graph all": (577, 1.24),
    "train all": (1_073, 0.93),
    "coldstart": (195, 0.66),
    "map": (341, 0.80),
    "calibrate": (1_249, 0.98),
    "release": (877, 1.10),
    "publish": (3_423, 1.57),
}
RATES = {  # CPU microseconds of a request for a person with 50 likes
    "demo, busy machine": 1e6 / 80,
    "demo, quiet machine": 2_408,
    "154,714 tracks, quiet machine": 3_420,
    "500,000 tracks, quiet machine": 5_883,
    "2,262,292 tracks, a no-op of 900 us": 25_100,
}
SCAN_MS, SCAN_TRACKS = (18.4, 21.1), 2_262_292  # of a bare look-up by the scan of codes, 0 and 1,000 left out
ACTIVE, REQUESTS_A_DAY, PEAK = 0.1, 20, 3


def vectors() -> Iterator[str]:
    """Gigabytes of one array of vectors by number of columns and type."""
    yield "| columns | float32 | float16 | int8 |"
    for columns in (64, 128, 256, COLUMNS):
        sizes = (TRACKS * columns * width / 1e9 for width in (4, 2, 1))
        yield f"| {columns} | " + " | ".join(f"{size:,.1f} GB" for size in sizes) + " |"


def index() -> Iterator[str]:
    """The index and the shards that hold it."""
    resident = INDEX_RESIDENT / INDEX_TRACKS * TRACKS
    shards = -(-resident // MACHINE)
    yield "| index of 512 columns | |"
    yield f"| on disk, in proportion | {INDEX_DISK / INDEX_TRACKS * TRACKS / 1e9:,.0f} GB |"
    yield f"| resident, in proportion | {resident / 1e9:,.0f} GB |"
    yield f"| shards of 48 GB | {shards:.0f} |"
    yield f"| with 2 replicas, three releases during a publish | {shards * 6:.0f} |"
    yield f"| codes of the scan | {TRACKS * CODE_BYTES / 1e9:.1f} GB |"
    least, most = (ms * TRACKS / SCAN_TRACKS for ms in SCAN_MS)
    yield f"| one look-up by the scan, in proportion | {least:,.0f} to {most:,.0f} ms |"


def storage() -> Iterator[str]:
    """What catalog's database holds of people, and what training makes of it."""
    yield "| people | |"
    yield f"| events of 50 likes each | {ENTRIES * EVENT_BYTES / 1e12:.1f} TB |"
    yield f"| events of 1,000 each | {PEOPLE * 1000 * EVENT_BYTES / 1e12:.0f} TB |"
    yield f"| entries of the playlist-track matrix | {ENTRIES / 1e9:.0f} billion |"
    yield f"| the matrix and its transpose, 12 bytes an entry | {ENTRIES * 24 / 1e9:.0f} GB |"
    nodes = (PEOPLE + TRACKS) * 64 * 4 / 1e9
    yield f"| one copy of the graph network's vectors, 64 columns | {nodes:.1f} GB |"
    yield f"| vectors, gradient and Adam's two moments | {4 * nodes:.1f} GB |"
    yield f"| gradients that {STEPS} steps add up over several processes | {STEPS * nodes / 1e3:.1f} TB |"
    yield f"| a tenth of people and tracks: matrix and transpose, 8 bytes an entry | {ENTRIES * 16 / 10 / 1e9:.0f} GB |"
    yield f"| a tenth: vectors, gradient and moments | {4 * nodes / 10:.1f} GB |"


def requests() -> Iterator[str]:
    """Cores for the recommendations of the busiest moment."""
    mean = PEOPLE * ACTIVE * REQUESTS_A_DAY / 86_400
    yield f"| {mean:,.0f} requests a second, {PEAK * mean:,.0f} at the peak | requests a core and second | cores |"
    for name, cost in RATES.items():
        yield f"| {name} | {1e6 / cost:,.0f} | {PEAK * mean * cost / 1e6:,.0f} |"


def training() -> Iterator[str]:
    """CPU hours of each stage by its exponent, and in proportion to the entries; the last row is their sum."""
    factor = ENTRIES / MEASURED_ENTRIES
    yield f"| stage | CPU s at {MEASURED_ENTRIES:,} entries | exponent | CPU hours by the exponent | in proportion |"
    hours = []
    for name, (seconds, exponent) in STAGES.items():
        hours.append((seconds * factor**exponent / 3600, seconds * factor / 3600))
        yield f"| {name} | {seconds:,} | {exponent:.2f} | {hours[-1][0]:,.1f} | {hours[-1][1]:,.1f} |"
    measured = sum(seconds for seconds, _ in STAGES.values())
    by_exponent, linear = map(sum, zip(*hours, strict=True))
    yield f"| sum | {measured:,} | | {by_exponent:,.1f} | {linear:,.1f} |"


TABLES = (vectors, index, storage, requests, training)


def main() -> None:
    """Prints the tables."""
    for table in TABLES:
        sys.stdout.write("\n".join([*table(), "", ""]))


if __name__ == "__main__":
    main()
