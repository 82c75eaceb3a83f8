"""What auth keeps of a person, as sections of the export of their data. Secrets (hashes, digests) are not in it."""

from kit.personal_data import Section, seconds
from services.auth.store.schema import api_keys, mailed_tokens, mails, people, sessions

SECTIONS = (
    Section(
        "account",
        "The account: one line.",
        people,
        ["id"],
        {
            "id": "the account's id",
            "name": "the name that is shown",
            "email": "the e-mail address",
            "created_at": "when the account was made",
            "verified_at": "when the address was confirmed, null = not yet",
        },
        person="id",
        convert={"created_at": seconds, "verified_at": seconds},
    ),
    Section(
        "sessions",
        "Where the account is signed in.",
        sessions,
        ["id"],
        {
            "id": "the session's id",
            "created_at": "when it began",
            "last_used_at": "when it was last renewed",
            "expires_at": "when it ends unless it is used",
        },
        person="person_id",
        convert=dict.fromkeys(("created_at", "last_used_at", "expires_at"), seconds),
    ),
    Section(
        "api_keys",
        "API keys, without the keys themselves.",
        api_keys,
        ["id"],
        {
            "id": "the key's id",
            "name": "the name that it was given",
            "prefix": "its first characters",
            "scopes": "what it may do, separated by blanks",
            "created_at": "when it was made",
            "last_used_at": "when it was last used, null = never",
        },
        person="person_id",
        convert=dict.fromkeys(("created_at", "last_used_at"), seconds),
    ),
    Section(
        "mailed_links",
        "Links that were mailed to set a password or to confirm an address, the newest of each purpose.",
        mailed_tokens,
        ["purpose"],
        {
            "purpose": "what the link is for",
            "email": "the address that it was mailed to",
            "created_at": "when it was made",
            "expires_at": "until when it works",
            "used_at": "when it was used, null = not yet",
        },
        person="person_id",
        convert=dict.fromkeys(("created_at", "expires_at", "used_at"), seconds),
    ),
    Section(
        "mails_waiting",
        "Mails of the account that are not sent yet; those that were sent are not kept.",
        mails,
        ["id"],
        {
            "kind": "what the mail is about",
            "email": "the address that it goes to",
            "created_at": "when it was asked for",
            "expires_at": "until when it is tried",
            "tries": "attempts so far",
        },
        person="person_id",
        convert=dict.fromkeys(("created_at", "expires_at"), seconds),
    ),
)
