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
MEASURED_ENTRIES = 695_741
# CPU seconds at 695,741 entries and the measured exponent
STAGES = {
    "ingest": (6.38, 0.72),
    "graph all": (11.67, 1.28),
    "train all": (41.99, 0.64),
    "query model": (139.17, 1.03),
    "evaluate": (23.63, 1.32),
    "cold-start evaluation": (202.75, 0.62),
    "release": (25.91, 0.66),
    "publish": (189.07, 0.64),
}
RATES = {  # CPU microseconds of a request for a person with 50 likes
    "demo, busy machine": 1e6 / 80,
    "demo, quiet machine": 2_408,
    "154,714 tracks, quiet machine": 3_420,
    "500,000 tracks, quiet machine": 5_883,
}
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
    """CPU hours of each stage by its exponent, and in proportion to the entries."""
    factor = ENTRIES / MEASURED_ENTRIES
    yield "| stage | exponent | CPU hours by the exponent | in proportion |"
    for name, (seconds, exponent) in STAGES.items():
        by_exponent, linear = seconds * factor**exponent / 3600, seconds * factor / 3600
        yield f"| {name} | {exponent} | {by_exponent:,.1f} | {linear:,.1f} |"


TABLES = (vectors, index, storage, requests, training)


def main() -> None:
    """Prints the tables."""
    for table in TABLES:
        sys.stdout.write("\n".join([*table(), "", ""]))


if __name__ == "__main__":
    main()
