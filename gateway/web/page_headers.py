"""Security headers of the web app's pages: a Content-Security-Policy with a nonce for each response. Pure."""

from collections.abc import Sequence


def page_headers(nonce: str, media_origins: Sequence[str] = ()) -> dict[str, str]:
    """Headers of one page. `media_origins` are web origins whose pictures and audio it may load.

    The nonce is for style elements that the component library adds; scripts are files of ours alone. Styles set
    through the CSSOM need no permission. The one frame is Spotify's player.
    """
    media = " ".join(("", *media_origins))
    policy = (
        "default-src 'none'",
        "script-src 'self'",
        f"style-src 'self' 'nonce-{nonce}'",
        "font-src 'self'",
        f"img-src 'self' data: blob:{media}",
        f"media-src 'self' blob:{media}",
        "connect-src 'self'",
        "frame-src https://open.spotify.com",
        "worker-src 'self' blob:",
        "manifest-src 'self'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
    return {
        "content-security-policy": "; ".join(policy),
        "x-content-type-options": "nosniff",
        "referrer-policy": "no-referrer",
        "cache-control": "no-cache",
    }
