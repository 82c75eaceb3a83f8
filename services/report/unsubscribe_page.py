"""The page behind the link that ends the monthly mail: a form, because link scanners follow links and submit nothing.

It holds nothing of the request: the form is sent to the address of the page itself, with its token.
"""

HEADERS = {
    "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; "
    "frame-ancestors 'none'; base-uri 'none'",
    "cache-control": "private, no-store",
    "referrer-policy": "no-referrer",
    "x-robots-tag": "noindex",
}
"""The address holds the token: nothing keeps it or passes it on, and no other page frames the button."""
STYLE = (
    ":root{color-scheme:light dark}body{margin:0;background:#f6f4f1;color:#201b16;font:16px/24px 'Instrument Sans',"
    "system-ui,sans-serif}main{max-width:560px;margin:0 auto;padding:48px 24px}h1{font-size:34px;line-height:38px}"
    "button{padding:13px 20px;border:0;border-radius:8px;background:#201b16;color:#f6f4f1;font:inherit;"
    "font-weight:600;cursor:pointer}@media(prefers-color-scheme:dark){body{background:#161310;color:#f0ece7}"
    "button{background:#f0ece7;color:#161310}}"
)
CONFIRM = (
    "Stop the monthly mail?",
    "<p>Nothing has changed yet. Press the button and no further mail of this kind is sent. Your account, your likes "
    'and your report stay as they are.</p><form method="post"><button>Stop these mails</button></form>',
)
STOPPED = (
    "No more monthly mails",
    "<p>They have ended. You can ask for them again in your settings.</p>",
)


def page(title: str, content: str) -> str:
    """The document; both texts are the constants above."""
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{title}</title><style>{STYLE}</style></head>"
        f"<body><main><h1>{title}</h1>{content}</main></body></html>"
    )
