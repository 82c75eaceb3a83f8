"""Headlines about what is not one audio feature: era, key, mood, popularity, genres, languages, sides, change."""

import math

from kit.wire.report_sections import Claim
from services.report.analyses import claims, diversity, keys_and_modes
from services.report.analyses.portions import Share
from services.report.findings import Findings
from services.report.wording.lines import Line, Text, in_ten, interval, percent, times

MOODS = {
    "bright_lively": ("bright and lively", "You like it sunny and fast"),
    "dark_intense": ("dark and intense", "You like it stormy"),
    "dark_calm": ("dark and calm", "You like it late at night"),
    "bright_calm": ("bright and calm", "You like a slow Sunday"),
}
MOST_OF_SHARE = 0.5
DESCRIBED = 1.0
"""Strength of lines that compare nothing: after every claim, which has at least 1."""


def taste_lines(found: Findings) -> list[Line]:
    """Every line that the findings allow."""
    made = [_era(found), _key(found), _mood(found), _popularity(found), _genre(found), _language(found)]
    made += [_spread(found), _sides(found), _change(found)]
    return [line for line in made if line]


def _era(found: Findings) -> Line | None:
    split, compared = found.era_split, found.era_comparison
    if split is None or compared is None or found.era.claim not in (Claim.HIGHER, Claim.LOWER):
        return None
    when = f"{'from' if split.newer else 'before'} {split.year}"
    came = f"came out {'in ' + str(split.year) + ' or later' if split.newer else when}"
    text = f"{percent(split.share)} of what you like {came}. In the catalogue it is {percent(split.catalogue_share)}."
    plain = Text(f"Mostly {when}" + (" on" if split.newer else ""), text)
    nostalgic = Text("You have a Nostalgic soul", f"You have a Nostalgic soul: {text}")
    modern = Text("You live in the present", f"You live in the present: {text}")
    return Line(
        code="era_newer" if split.newer else "era_older",
        family="era",
        strength=compared.strength,
        plain=plain,
        playful=modern if split.recent else nostalgic if found.nostalgic and not split.newer else plain,
        evidence="/era",
        p=found.era_p,
        phrase=f"mostly {when}{' on' if split.newer else ''}" if split.share >= MOST_OF_SHARE else "",
        figure=percent(split.share),
        caption=f"{when}{' on' if split.newer else ''}. In the catalogue, {percent(split.catalogue_share)}.",
        params={"year": split.year, "share": round(split.share, 3), "median_year": found.era.median_year},
    )


def _key(found: Findings) -> Line | None:
    if (at := keys_and_modes.home_key(found.key_shares)) is None:
        return None
    share, name = found.key_shares[at], found.keys[at].name
    lift = times(share.lift or 0.0)
    text = f"{name} turns up {lift} as often as in the catalogue, in {share.n} songs."
    return Line(
        code="home_key",
        family="key",
        strength=_strength(share),
        plain=Text(f"Home key: {name}", text),
        playful=Text(f"You live in {name}", f"You live in {name}: it turns up {lift} as often as in the catalogue."),
        evidence=f"/keys/{at}",
        p=share.p,
        figure=lift,
        caption=f"as much {name} as in the catalogue.",
        params={"key": name, "lift": round(share.lift or 0.0, 2), "n": share.n},
    )


def _mood(found: Findings) -> Line | None:
    claimed = [at for at, share in enumerate(found.mood_shares) if share.claim is Claim.HIGHER]
    if not claimed:
        return None
    at = max(claimed, key=lambda one: found.mood_shares[one].lift or 0.0)
    share, (words, playful) = found.mood_shares[at], MOODS[found.mood.shares[at].name]
    text = f"{percent(share.share)} of your songs are {words}. In the catalogue it is {percent(share.catalogue_share)}."
    return Line(
        code=f"mood_{found.mood.shares[at].name}",
        family="mood",
        strength=_strength(share),
        plain=Text(words.capitalize(), text),
        playful=Text(playful, f"{playful}: {text}"),
        evidence=f"/mood/shares/{at}",
        p=share.p,
        phrase=words.replace(" and ", ", "),
        figure=percent(share.share),
        caption=f"{words}. In the catalogue, {percent(share.catalogue_share)}.",
        params={"quadrant": found.mood.shares[at].name, "share": round(share.share, 3)},
    )


def _popularity(found: Findings) -> Line | None:
    compared, claim = found.mainstream_comparison, found.mainstream.claim
    if compared is None or claim not in (Claim.HIGHER, Claim.LOWER):
        return None
    known, many = claim is Claim.HIGHER, in_ten(compared.ps)
    text = f"{'Better' if known else 'Lesser'} known than {many} in 10 songs here. {interval(compared)}"
    playful = "You know the hits" if known else "You dig deep"
    return Line(
        code=f"popularity_{claim.value}",
        family="popularity",
        strength=compared.strength,
        plain=Text("Well-known songs" if known else "Lesser-known songs", text),
        playful=Text(playful, f"{playful}: {'better' if known else 'lesser'} known than {many} in 10 songs here."),
        evidence="/mainstream",
        p=found.mainstream_p,
        phrase="well known" if known else "little known",
        figure=f"{many} in 10",
        caption=f"songs here are {'less' if known else 'better'} known.",
        params={"superiority": round(compared.ps, 1), "in_ten": many, "n": compared.n},
    )


def _genre(found: Findings) -> Line | None:
    claimed = {name: one for name, one in found.genre_shares.items() if one.claim is Claim.HIGHER}
    if not claimed:
        return None
    name = max(claimed, key=lambda one: claimed[one].share - claimed[one].catalogue_share)
    share, known = claimed[name], found.genres.coverage
    text = f"{percent(share.share)} of your songs are {name}. In the catalogue it is {percent(share.catalogue_share)}."
    if known.share < 1:
        text += f" By the {known.known} of {known.of} songs whose genre is known."
    return Line(
        code="genre_higher",
        family="genre",
        strength=_strength(share),
        plain=Text(f"A lot of {name}", text),
        playful=Text(f"You can't leave {name} alone", f"You can't leave {name} alone: {text}"),
        evidence="/genres",
        p=share.p,
        figure=percent(share.share),
        caption=f"{name}. In the catalogue, {percent(share.catalogue_share)}.",
        params={"genre": name, "share": round(share.share, 3), "lift": round(share.lift or 0.0, 2)},
    )


def _language(found: Findings) -> Line | None:
    items, known = found.languages.items, found.languages.coverage
    if not found.languages.stated or not items or items[0].share <= MOST_OF_SHARE:
        return None
    text = (
        f"Most of the {percent(known.share)} whose language we know are in {items[0].name}: {percent(items[0].share)}."
    )
    return Line(
        code="language",
        family="language",
        strength=DESCRIBED * items[0].share,
        plain=Text(f"Mostly in {items[0].name}", text),
        playful=Text(f"Mostly in {items[0].name}", text),
        evidence="/languages",
        figure=percent(items[0].share),
        caption=f"in {items[0].name}, where it is known.",
        params={"language": items[0].language, "share": items[0].share, "coverage": known.share},
    )


def _spread(found: Findings) -> Line | None:
    spread = found.diversity
    if spread.claim not in (Claim.HIGHER, Claim.LOWER):
        return None
    wide = spread.claim is Claim.HIGHER
    text = (
        f"{spread.n} songs by {spread.artists} artists, {'farther apart' if wide else 'closer together'} than as many "
        "drawn at random."
    )
    return Line(
        code=f"diversity_{spread.claim.value}",
        family="diversity",
        strength=min(diversity.strength(spread), 3.0),  # a list of one genre is far from random in any case
        plain=Text("Spread wide" if wide else "Close together", text),
        playful=Text("You go everywhere" if wide else "You know what you like", text),
        evidence="/diversity",
        p=claims.ALPHA["diversity"],  # the bound that the thresholds keep
        params={"artists": spread.artists, "n": spread.n, "mean_cosine": spread.mean_cosine},
    )


def _sides(found: Findings) -> Line | None:
    labels = [cluster.label for cluster in found.clusters]
    if len(labels) < 2 or len(set(labels)) < len(labels):
        return None
    number = {2: "Two", 3: "Three", 4: "Four", 5: "Five"}[len(labels)]
    listed = f"{', '.join(labels[:-1])} and {labels[-1]}"
    shares = ", ".join(percent(cluster.share) for cluster in found.clusters)
    text = f"Your songs fall into {number.lower()} groups: {listed} ({shares})."
    return Line(
        code="sides",
        family="sides",
        strength=DESCRIBED,
        plain=Text(f"{number} sides: {listed}", text),
        playful=Text(f"{number} of you: {listed}", text),
        evidence="/clusters",
        params={"sides": labels},
    )


def _change(found: Findings) -> Line | None:
    if found.drift.claim != "changed" or not found.drift.direction:
        return None
    first, word = found.drift.months[0].month, found.drift.direction
    text = f"What you like has become {word} since {first} (p = {found.drift.p})."
    return Line(
        code="drift",
        family="drift",
        strength=1.5,
        plain=Text(f"{word.capitalize()} since {first}", text),
        playful=Text(f"{word.capitalize()} since {first}", text),
        evidence="/drift",
        p=found.drift.p,
        params={"direction": word, "since": first},
    )


def _strength(share: Share) -> float:
    """Effect of a share in half widths of its 95 % interval (normal, Wald)."""
    of = share.n / share.share if share.share else 1.0
    half = 1.96 * math.sqrt(max(share.share * (1 - share.share), 0.01) / of)
    return abs(share.share - share.catalogue_share) / half
