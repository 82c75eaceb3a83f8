"""Headlines about one audio feature: what the likes have more or less of than the songs here."""

from typing import NamedTuple

from kit.wire.report_sections import Claim
from services.report.findings import Findings
from services.report.wording.lines import Line, Text, in_ten, interval


class Wording(NamedTuple):
    """Words for one direction of a feature. `playful` needs a superiority of `from_ps` or as far below 50."""

    family: str
    phrase: str
    title: str
    compared: str  # "More energetic than" 7 in 10 songs here
    opposite: str  # 7 in 10 songs here "have less energy"
    playful: str
    from_ps: float = 60.0


WORDINGS = {
    ("energy", Claim.HIGHER): Wording(
        "intensity",
        "energetic",
        "Full of energy",
        "More energetic than",
        "have less energy",
        "You are so Passionate",
        70.0,
    ),
    ("energy", Claim.LOWER): Wording(
        "intensity", "calm", "On the calm side", "Calmer than", "have more energy", "You take it easy"
    ),
    ("loudness", Claim.HIGHER): Wording(
        "loudness", "loud", "Mastered loud", "Mastered louder than", "are mastered quieter", "You turn it up"
    ),
    ("loudness", Claim.LOWER): Wording(
        "loudness",
        "quiet",
        "Mastered quiet",
        "Mastered quieter than",
        "are mastered louder",
        "You leave the volume down",
    ),
    ("acousticness", Claim.HIGHER): Wording(
        "instruments",
        "acoustic",
        "On the acoustic side",
        "More acoustic than",
        "are less acoustic",
        "You're an acoustic lover",
        65.0,
    ),
    ("acousticness", Claim.LOWER): Wording(
        "instruments",
        "electric",
        "On the electric side",
        "Less acoustic than",
        "are more acoustic",
        "You keep it plugged in",
    ),
    ("instrumentalness", Claim.HIGHER): Wording(
        "voice",
        "instrumental",
        "Often without a voice",
        "More instrumental than",
        "have more singing",
        "You let the instruments talk",
    ),
    ("instrumentalness", Claim.LOWER): Wording(
        "voice",
        "sung",
        "Nearly always sung",
        "Less instrumental than",
        "are more instrumental",
        "You want to hear a voice",
    ),
    ("speechiness", Claim.HIGHER): Wording(
        "voice",
        "wordy",
        "Many spoken words",
        "More spoken words than",
        "have fewer spoken words",
        "You have a thing for words",
    ),
    ("speechiness", Claim.LOWER): Wording(
        "voice",
        "sparing with words",
        "Few spoken words",
        "Fewer spoken words than",
        "have more spoken words",
        "You need few words",
    ),
    ("danceability", Claim.HIGHER): Wording(
        "rhythm",
        "danceable",
        "Made to dance to",
        "More danceable than",
        "are less danceable",
        "You can't sit still",
        65.0,
    ),
    ("danceability", Claim.LOWER): Wording(
        "rhythm",
        "free of a beat",
        "Not for the dance floor",
        "Less danceable than",
        "are more danceable",
        "You'd rather sit this one out",
        65.0,
    ),
    ("valence", Claim.HIGHER): Wording(
        "mood", "bright", "On the bright side", "Brighter than", "sound darker", "You like it sunny"
    ),
    ("valence", Claim.LOWER): Wording(
        "mood", "dark", "On the dark side", "Darker than", "sound brighter", "You like it moody"
    ),
    ("liveness", Claim.HIGHER): Wording(
        "liveness",
        "live",
        "With an audience in the room",
        "More of a live sound than",
        "sound less live",
        "You want to be there",
    ),
    ("liveness", Claim.LOWER): Wording(
        "liveness",
        "recorded in a studio",
        "From the studio",
        "Less of a live sound than",
        "sound more live",
        "You like a quiet studio",
    ),
}
ACOUSTIC_LIFT = 1.5


def sound_lines(found: Findings) -> list[Line]:
    """A line for every feature with a claim."""
    return [_line(found, at) for at, one in enumerate(found.features) if (one.name, one.claim) in WORDINGS]


def _line(found: Findings, at: int) -> Line:
    feature = found.features[at]
    compared, p = found.sound[feature.name]
    words, many = WORDINGS[feature.name, feature.claim], in_ten(compared.ps)
    sentence = f"{words.compared} {many} in 10 songs here."
    plain = Text(words.title, f"{sentence} {interval(compared)}")
    playful = Text(words.playful, f"{words.playful}: {sentence[0].lower()}{sentence[1:]}")
    return Line(
        code=f"{feature.name}_{feature.claim.value}",
        family=words.family,
        strength=compared.strength,
        plain=plain,
        playful=playful if _is_playful(found, at, words) else plain,
        evidence=f"/features/{at}",
        p=p,
        phrase=words.phrase,
        figure=f"{many} in 10",
        caption=f"songs here {words.opposite}.",
        params={"feature": feature.name, "superiority": round(compared.ps, 1), "in_ten": many, "n": compared.n},
    )


def _is_playful(found: Findings, at: int, words: Wording) -> bool:
    """Whether the seed's line may be said: it asks for more than the claim does."""
    feature = found.features[at]
    compared, _ = found.sound[feature.name]
    far = max(compared.ps, 100 - compared.ps) >= words.from_ps
    if feature.name == "energy" and feature.claim is Claim.HIGHER:
        return far and compared.low > 60
    if feature.name == "acousticness" and feature.claim is Claim.HIGHER:
        return far and (found.acoustic_lift or 0.0) >= ACOUSTIC_LIFT
    return far
