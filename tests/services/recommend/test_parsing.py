"""Options in an address: every field of the body has its parameter, and what is wrong is said by its name."""

from typing import Any
from urllib.parse import urlencode

import pytest
from fastapi.exceptions import RequestValidationError
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel

from kit.wire.mutes import Mutes
from kit.wire.ranges import Range
from kit.wire.recommend import RecommendationOptions, RecommendationRequest
from kit.wire.recommend_options import TARGETS, Dials, Filters, Mode, Targets
from services.recommend.app import create_app
from services.recommend.request.parsing import PARAMETERS, parameters, similar_request, wishes_of

RANGES = [name for name in Filters.model_fields if name not in ("genres", "explicit")]


def flat(wishes: RecommendationOptions) -> list[tuple[str, str]]:
    """RecommendationOptions as somebody would write them into an address."""
    found: list[tuple[str, Any]] = [
        (name, getattr(wishes, name))
        for name in ("limit", "set", "exclude_known", "exclude_shown", "only_new", "not_played_for_days")
    ]
    found.append(("mode", wishes.mode.value))
    for name in RANGES:
        if bounds := getattr(wishes.filters, name):
            found += [(f"min_{name}", bounds.min), (f"max_{name}", bounds.max)]
    found += [("genres", genre) for genre in wishes.filters.genres]
    found += [("explicit", wishes.filters.explicit)]
    found += [(f"target_{name}", value) for name, value in dict(wishes.targets).items()]
    found += list(dict(wishes.dials).items())
    return [
        (name, str(value).lower() if isinstance(value, bool) else str(value))
        for name, value in found
        if value is not None
    ]


share = st.floats(0, 1)


def bounds(name: str) -> st.SearchStrategy[dict[str, float]]:
    """Ranges on the scale of a filter."""
    bound = st.floats(*scale(Filters, name))
    return st.one_of(
        bound.map(lambda low: {"min": low}),
        bound.map(lambda high: {"max": high}),
        st.tuples(bound, bound).map(lambda ends: {"min": min(ends), "max": max(ends)}),
    )


def scale(model: type[BaseModel], name: str) -> tuple[float, float]:
    """The least and the greatest value of a field, or of the range that it holds, by the schema."""
    schema = model.model_json_schema()
    field = schema["properties"][name]["anyOf"][0]
    if reference := field.get("$ref"):
        field = schema["$defs"][reference.rpartition("/")[2]]["properties"]["min"]["anyOf"][0]
    return field.get("minimum", -1e6), field.get("maximum", 1e6)


SCALED = [name for name in TARGETS if name not in ("loudness", "tempo", "time_signature", "duration_ms")]
bodies = st.fixed_dictionaries(
    {},
    optional={
        "limit": st.integers(1, 250),
        "set": st.integers(1, 20),
        "mode": st.sampled_from([mode.value for mode in Mode if mode is not Mode.SEQUENCE]),
        "exclude_known": st.booleans(),
        "exclude_shown": st.booleans(),
        "only_new": st.booleans(),
        "not_played_for_days": st.integers(1, 3650),
        "filters": st.fixed_dictionaries(
            {},
            optional={
                "genres": st.lists(
                    st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20), max_size=4
                ),
                "explicit": st.booleans(),
                **{name: bounds(name) for name in RANGES},
            },
        ),
        "targets": st.fixed_dictionaries(
            {},
            optional={
                "energy": share,
                "tempo": st.floats(0, 400),
                "key": st.integers(-1, 11),
                "popularity": st.floats(0, 100),
            },
        ),
        "dials": st.fixed_dictionaries(
            {}, optional={"adventurous": share, "variety": share, "per_artist": st.integers(1, 500)}
        ),
    },
)


@given(bodies)
@settings(deadline=None, max_examples=200)
def test_an_address_says_what_the_body_says(body: dict[str, Any]) -> None:
    wishes = RecommendationOptions.model_validate(body)
    assert wishes_of(urlencode(flat(wishes)).encode()) == wishes


def refused(query: str) -> list[tuple[str, str]]:
    with pytest.raises(RequestValidationError) as caught:
        wishes_of(query.encode())
    return [(".".join(map(str, fault["loc"])), fault["msg"]) for fault in caught.value.errors()]


@pytest.mark.parametrize(
    ("query", "at", "reported"),
    [
        ("limit=0", "query.limit", "greater than or equal to 1"),
        ("limit=501", "query.limit", "less than or equal to 500"),
        ("limit=twenty", "query.limit", "expected a number, not 'twenty'"),
        ("limit=", "query.limit", "expected a number, not ''"),
        ("limit=true", "query.limit", "expected a number"),
        ("limit=1_000", "query.limit", "expected a number"),
        ("limit=%D9%A1", "query.limit", "expected a number"),
        ("limit=1.5", "query.limit", "valid integer"),
        ("limit=20&limit=30", "query.limit", "given 2 times"),
        ("limit=500&set=11", "query", "limit x set is 5500, above 5000"),
        ("mode=best", "query.mode", "'balanced'"),
        ("min_energy=NaN", "query.min_energy", "expected a number"),
        ("min_energy=1e999", "query.min_energy", "from 0 to 1"),
        ("max_energy=70", "query.max_energy", "from 0 to 1"),
        ("min_energy=7", "query.min_energy", "expected a number from 0 to 1"),
        ("min_energy=0.9&max_energy=0.1", "query.energy (min_, max_)", "min 0.9 is above max 0.1"),
        ("adventurous=1.01", "query.adventurous", "less than or equal to 1"),
        ("target_valence=-1", "query.target_valence", "greater than or equal to 0"),
        ("exclude_known=1", "query.exclude_known", "boolean"),
        ("explicit=no", "query.explicit", "boolean"),
        ("genres=", "query.genres.0", "at least 1 character"),
        ("&".join(["genres=a"] * 51), "query.genres", "at most 50"),
        ("&".join(["genres=a"] * 201), "query", "more than 200 parameters"),
    ],
)
def test_what_is_wrong_is_said_at_its_parameter(query: str, at: str, reported: str) -> None:
    [(position, message)] = refused(query)
    assert position == at
    assert reported in message


def test_what_has_a_unit_may_be_bounded_as_a_caller_likes() -> None:
    wide = wishes_of(b"min_tempo=-1&max_tempo=1e4&min_year=2900")
    assert (wide.filters.tempo, wide.filters.year) == (Range(min=-1, max=1e4), Range(min=2900))


@pytest.mark.parametrize("name", SCALED)
def test_a_range_and_a_target_have_one_scale(name: str) -> None:
    assert scale(Filters, name) == scale(Targets, name)


@pytest.mark.parametrize(
    ("name", "nearest"),
    [
        ("min_enrgy", "min_energy"),
        ("adventurousness", "adventurous"),
        ("genre", "genres"),
        ("targetvalence", "target_valence"),
    ],
)
def test_an_unknown_parameter_is_refused_with_the_nearest_names(name: str, nearest: str) -> None:
    [(position, message)] = refused(f"{name}=1")
    assert position == f"query.{name}"
    assert nearest in message


def test_a_name_like_no_parameter_points_to_the_documentation() -> None:
    [(_, message)] = refused(f"{'z' * 5000}=1")
    assert message == "no such parameter; /docs lists them all"


def test_every_field_of_the_wishes_has_a_parameter_and_every_parameter_is_documented() -> None:
    fields: set[tuple[str, ...]] = {
        (name,) for name in RecommendationOptions.model_fields if name not in ("filters", "targets", "dials", "mutes")
    }
    fields |= {("mutes", name) for name in Mutes.model_fields}
    fields |= {("filters", name, end) for name in RANGES for end in ("min", "max")}
    fields |= {("filters", "genres"), ("filters", "explicit")}
    fields |= {("targets", name) for name in Targets.model_fields} | {("dials", name) for name in Dials.model_fields}
    assert {position.path for position in PARAMETERS.values()} == fields
    operation = create_app().openapi()["paths"]["/v1/me/recommendations"]["get"]
    documented = {one["name"]: one["schema"] for one in operation["parameters"]}
    assert set(documented) == set(PARAMETERS)
    assert documented["limit"] == RecommendationRequest.model_json_schema()["properties"]["limit"]
    assert (documented["adventurous"]["minimum"], documented["adventurous"]["maximum"]) == (0, 1)
    assert documented["min_year"] == {"type": "number", "title": "Min"}
    assert len([name for name in documented if name.startswith("target_")]) == len(TARGETS)
    assert parameters() == operation["parameters"]


TRACK = "4iV5W9uYEdYUVa79Axb7Rh"


@pytest.mark.parametrize(("limit", "number"), [(20, 1), (50, 3)])
def test_a_request_for_similar_tracks_is_that_of_a_body(limit: int, number: int) -> None:
    body = {"seeds": [{"track": TRACK}], "limit": limit, "set": number, "mode": "similar"}
    assert similar_request(f"spotify:track:{TRACK}", limit, number) == RecommendationRequest.model_validate(body)


def test_what_is_wrong_with_a_request_for_similar_tracks_is_said_of_every_part() -> None:
    similar_request(TRACK, 1, 1)
    for limit in (0, True, "1"):  # True equals the 1 that was taken before
        with pytest.raises(RequestValidationError) as refusal:
            similar_request("nothing", limit, 1)
        assert [fault["loc"] for fault in refusal.value.errors()] == [("query", "limit"), ("path", "id")]
