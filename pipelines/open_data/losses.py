"""How many listens each rule of `open sessions` leaves, and what to do when it leaves none."""

from collections import Counter
from collections.abc import Mapping
from itertools import pairwise

from pipelines.open_data.rules import SessionRules

_ADVICE = {
    "with a recording id": "ListenBrainz has matched few of them (column recording_mbid): fetch other members",
    "of a known recording": "the canonical dump lacks their recordings: open fetch --canonical with a current dump",
    "of people": "their users were taken for programs: fetch more members, and check the times of the listens",
    "in sessions": "each was replaced by the next within {skipped_s} s: fetch more members",
    "of common tracks": "fewer than {users_each} users played each track: fetch more members",
    "in playlists": "few sessions have {fewest} tracks with gaps up to {minutes} min: raise --gap, fetch more members",
    "published": "fewer than {users_each} users share their tracks: fetch more members",
}
_BOUNDS = "the bounds leave no room for them: raise --most-tracks or --most-entries"


class Losses:
    """Counts of listens after each rule, in the order of the rules."""

    def __init__(self, rules: SessionRules, read: Mapping[str, int]) -> None:
        self._rules = rules
        self.left: Counter[str] = Counter(read)

    def sentence(self, over_bounds: bool) -> str:
        """Why nothing is left: all counts, and advice about the rule that removed the largest share."""
        if not self.left["listens"]:
            return "the fetched members have no listen: open fetch --listens with more --members, or another dump"
        order = ["listens", *_ADVICE]
        lost = {rule: (self.left[before] + 1) / (self.left[rule] + 1) for before, rule in pairwise(order)}
        most = max(lost, key=lambda rule: lost[rule])
        advice = _BOUNDS if most == "published" and over_bounds else _ADVICE[most]
        counts = ", ".join(f"{self.left[rule]:,} {rule}" for rule in order)
        why = f"The largest share was lost at {most!r}: {self._filled(advice)}"
        return f"no playlist is left of these listens ({counts}). {why}"

    def _filled(self, advice: str) -> str:
        return advice.format(minutes=self._rules.gap_s // 60, **self._rules.document())
