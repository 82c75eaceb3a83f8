"""Routing table of the public API: the service of each path, and its limits."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from gateway.body_weight import FIELDS_IN_ALL, FIELDS_OF_PLAYS, is_lines, lines, map_file, picture, plays, text_seeds

LARGEST_UPLOAD = 2_049 << 20
"""Bytes; catalog is set to less (SEGUE_CATALOG_IMPORT_MOST_MB) and refuses the rest while it comes."""


LARGEST_BATCH = 1 << 20
"""Bytes of a batch of plays or feedback; no more is read before it is weighed (gateway.request_body.BUFFERED)."""


@dataclass(frozen=True)
class Route:
    """A path of the public API and its service.

    A prefix also matches what follows after / or :. `changes`: methods other than GET and HEAD are writes. `sign_in`:
    passwords can be tried, accounts created or mails asked for here. `weigh`: how many requests a body counts as.
    `body_limit` (bytes, `lines_limit` of JSON Lines alone) and `body_s` (seconds for the body to arrive) replace those
    of the settings. `pool`: the
    request slots it takes, when these are not the slots of its service. `upload`: the body is a file, whose fields are
    not counted; else it has at most `fields`. `keeps_answers`: answers to POSTs with an Idempotency-Key are stored for
    a day, so never where one carries a secret; `recognises_repeats`: its service knows a repeated key by itself too.
    """

    path: str
    service: str
    prefix: bool = True
    changes: bool = False
    sign_in: bool = False
    weigh: Callable[[bytes], int] | None = None
    body_limit: int | None = None
    lines_limit: int | None = None
    body_s: float | None = None
    pool: str = ""
    upload: bool = False
    fields: int = FIELDS_IN_ALL
    keeps_answers: bool = False
    recognises_repeats: bool = False

    @property
    def slots(self) -> str:
        """The name of the pool of request slots; a pool of its own keeps slow requests from taking all of a service."""
        return self.pool or self.service

    def limit(self, default: int, content_type: bytes) -> int:
        """The most bytes of a body of this type; `default` is that of the settings."""
        if self.lines_limit is not None and is_lines(content_type):
            return self.lines_limit
        return default if self.body_limit is None else self.body_limit

    @property
    def pattern(self) -> str:
        """The regular expression of the whole decoded path. A parameter in braces may be a link that has slashes."""
        return re.sub(r"\\\{\w+\\\}", ".+", re.escape(self.path)) + ("(?:[/:].*)?" if self.prefix else "")


# The more specific path stands first.
ROUTES = (
    Route("/v1/tracks/{id}/similar", "recommend", prefix=False),
    Route("/v1/tracks/{id}/versions", "recommend", prefix=False),
    Route("/v1/tracks:batch", "catalog", prefix=False, weigh=lines),
    Route("/v1/tracks", "catalog"),
    Route("/v1/search", "catalog"),
    Route("/v1/artists/{id}/similar", "recommend", prefix=False),
    Route("/v1/artists", "catalog"),
    Route("/v1/trending", "recommend", prefix=False),
    Route("/v1/me/home", "recommend", prefix=False),
    Route("/v1/genres", "catalog", prefix=False),
    Route("/v1/recommendations", "recommend", weigh=text_seeds),
    Route("/v1/playlists/continue", "recommend", prefix=False),
    Route("/v1/releases", "recommend"),
    Route("/v1/admin/releases", "recommend", changes=True),
    Route("/v1/admin/rollback", "recommend", prefix=False, changes=True),
    Route("/v1/map/{release}.bin", "recommend", prefix=False, weigh=map_file),
    Route("/v1/map/{release}/ids.bin", "recommend", prefix=False, weigh=map_file),
    Route("/v1/map", "recommend"),
    Route("/v1/shared/reports/{token}/card.png", "report", prefix=False, weigh=picture),
    Route("/v1/shared/reports", "report"),
    Route("/v1/me/recommendations/history", "catalog", prefix=False),
    Route("/v1/me/recommendations", "recommend"),
    Route("/v1/me/weekly/{key}/export", "catalog", prefix=False),
    Route("/v1/me/weekly/earlier", "catalog"),
    Route("/v1/me/weekly", "recommend", prefix=False),
    Route("/v1/me/report/card.png", "report", prefix=False, weigh=picture),
    Route("/v1/me/report", "report", changes=True),
    Route("/v1/me/export", "report", changes=True, keeps_answers=True, pool="exports"),
    Route("/v1/report/unsubscribe", "report", prefix=False, changes=True),
    Route("/v1/me/likes", "catalog", changes=True),
    Route("/v1/me/exclusions", "catalog", changes=True, keeps_answers=True),
    Route(
        *("/v1/me/plays", "catalog"),
        prefix=False,
        changes=True,
        keeps_answers=True,
        weigh=plays,
        body_limit=LARGEST_BATCH,
        fields=FIELDS_OF_PLAYS,
        pool="plays",
    ),
    Route("/v1/me/plays", "catalog", changes=True, keeps_answers=True),
    Route("/v1/me/playlists", "catalog", changes=True, keeps_answers=True, recognises_repeats=True),
    Route("/v1/me/mutes", "catalog", changes=True),
    Route("/v1/me/interest-test", "catalog", prefix=False, changes=True, keeps_answers=True),
    Route(
        "/v1/me/feedback",
        "catalog",
        prefix=False,
        changes=True,
        keeps_answers=True,
        recognises_repeats=True,
        weigh=lines,
        lines_limit=LARGEST_BATCH,
    ),
    Route("/v1/me/feedback", "catalog", changes=True, keeps_answers=True, recognises_repeats=True),
    Route(
        "/v1/me/imports",
        "catalog",
        changes=True,
        keeps_answers=True,
        body_limit=LARGEST_UPLOAD,
        body_s=30,
        pool="uploads",
        upload=True,
    ),
    Route("/v1/me/added-tracks", "catalog", changes=True),
    Route("/v1/me/jobs", "catalog", changes=True, keeps_answers=True),
    Route("/v1/spotify/library", "catalog", prefix=False),
    Route("/v1/spotify/tracks", "catalog", prefix=False),
    Route("/v1/spotify/sync", "catalog", prefix=False, changes=True, keeps_answers=True),
    Route("/v1/spotify/playlists", "catalog", prefix=False, changes=True, keeps_answers=True),
    Route("/v1/spotify", "auth", changes=True),
    Route("/v1/me/sessions", "auth", changes=True),
    Route("/v1/me/api-keys", "auth", changes=True),
    Route("/v1/me/identity", "auth", prefix=False),
    Route("/v1/me/password", "auth", prefix=False, changes=True),
    Route("/v1/me/verification", "auth", prefix=False, changes=True, keeps_answers=True),
    Route("/v1/me", "auth", prefix=False, changes=True),
    Route("/v1/auth/login", "auth", changes=True, sign_in=True),
    Route("/v1/auth/signup", "auth", changes=True, sign_in=True),
    Route("/v1/auth/forgot", "auth", changes=True, sign_in=True),
    Route("/v1/auth/reset", "auth", changes=True, sign_in=True),
    Route("/v1/auth/verify", "auth", changes=True, sign_in=True),
    Route("/v1/auth/oidc/start", "auth", changes=True, sign_in=True),
    Route("/v1/auth/oidc/finish", "auth", changes=True, sign_in=True),
    Route("/v1/me/oidc", "auth", prefix=False, changes=True),
    Route("/v1/auth", "auth", changes=True),
    Route("/.well-known/jwks.json", "auth", prefix=False),
)
# One expression for all routes: the number of the matching group is that of the route.
PATHS = re.compile("|".join(f"({route.pattern})" for route in ROUTES), re.DOTALL)


def route_of(path: str) -> Route | None:
    """The route of a decoded path; None for paths that are not public or have dot segments."""
    found = PATHS.fullmatch(path)
    if not found or not {".", ".."}.isdisjoint(path.split("/")):
        return None
    assert found.lastindex
    return ROUTES[found.lastindex - 1]
