"""App factory of auth: opens and migrates the store, opens the keyring and the hashing threads, closes them."""

import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from fastapi import FastAPI

from kit import log
from kit.app import create_service
from kit.background import Background
from kit.mail.sending import sender
from kit.mail.settings import sender_of
from kit.tokens import Jwks, Verifier
from services.auth.accounts import Accounts
from services.auth.api_keys import ApiKeyService
from services.auth.delegated_tokens import DelegatedTokens
from services.auth.email_addresses import EmailAddresses
from services.auth.internal import router as internal
from services.auth.key_encryption import KeyEncryption
from services.auth.keyring import Keyring
from services.auth.mail import Mailer
from services.auth.mail_delivery import MailDelivery
from services.auth.mail_queue import MailQueue
from services.auth.oidc.routes import router as oidc_routes
from services.auth.oidc.sign_in import Offer, OidcSignIn
from services.auth.password_check import PasswordCheck
from services.auth.password_reset import ForgottenPasswords
from services.auth.passwords import OWASP, Hasher, Passwords
from services.auth.permissions import Permissions
from services.auth.personal_data_routes import router as personal_data
from services.auth.routes import router, well_known
from services.auth.scrobbling import Scrobbling
from services.auth.sessions import Sessions
from services.auth.settings import Settings
from services.auth.spotify.access import Configured, SpotifyAccess
from services.auth.spotify.internal import router as spotify_internal
from services.auth.spotify.library import SpotifyLibrary
from services.auth.spotify.links import SpotifyLinks
from services.auth.spotify.routes import router as spotify_routes
from services.auth.spotify.token_encryption import TokenEncryption
from services.auth.store import Store
from services.auth.store.spotify_budget import Budget
from services.auth.token_secrets import MailedTokens, ScrobbleSecrets, Successors

if TYPE_CHECKING:
    from services.auth.oidc.provider import OidcProvider


def create_app(
    settings: Settings | None = None, *, hasher: Hasher = OWASP, clock: Callable[[], float] = time.time
) -> FastAPI:
    """Creates the app; nothing is opened before its lifespan starts. Tests replace `hasher` and `clock`."""
    settings = settings or Settings()
    store = Store(settings.database)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        log.configure("auth", settings.log_level)
        sealer, app.state.service_key = KeyEncryption(settings.sealing_secret()), settings.shared_key()
        keyring = Keyring(store.keys, sealer, settings.key_days, clock)
        passwords = Passwords(settings.hash_threads, settings.hash_waiting, hasher)
        spotify, provider = _spotify(settings), _provider(settings)
        try:
            if settings.migrate_at_start:
                await store.migrate()
            await keyring.ping()  # fails at start, not at the first login, when the secret is wrong
            _attach(app, settings, store, keyring, passwords, clock)
            _attach_spotify(app, spotify, store, clock)
            _attach_oidc(app, settings, provider, store, passwords, clock)
            delivery, background = app.state.mail_delivery, Background()
            app.state.checks["mail_delivery"] = background.ping
            async with background.running({"mail delivery": delivery.run}, stops={"mail delivery": delivery.stop}):
                yield
        finally:
            passwords.close()
            if spotify:
                spotify.port.close()
            if provider:
                provider.close()
            await store.close()

    app = create_service(
        "auth",
        routers=[router, well_known, oidc_routes, spotify_routes, internal, spotify_internal, personal_data],
        lifespan=lifespan,
        checks={"database": store.ping},
        drain_s=settings.drain_s,
        traces=settings.tracing,
    )
    app.state.metrics.gauge("segue_auth_mails_waiting", "Mails that wait to be sent.", store.mails.waiting)
    return app


def _attach(
    app: FastAPI,
    settings: Settings,
    store: Store,
    keyring: Keyring,
    passwords: Passwords,
    clock: Callable[[], float],
) -> None:
    async def keys() -> Jwks:
        return (await keyring.jwks()).model_dump()

    password_check = PasswordCheck(store.tries, passwords, clock)
    successors = Successors(settings.sealing_secret())
    permissions = Permissions(settings.unverified_scopes, settings.admin_keys, password_signup=settings.password_signup)
    sessions = Sessions(
        store.sessions, keyring, successors, permissions, settings.refresh_days, settings.refresh_grace_s, clock
    )
    queue = MailQueue(store.mails, store.tries, clock)
    emails = EmailAddresses(queue, store.mailed_tokens, password_check, clock)
    app.state.checks["keys"] = keyring.ping
    app.state.store, app.state.keyring, app.state.sessions = store, keyring, sessions
    mailer = Mailer(sender(settings, clock), sender_of(settings.mail_from), settings.public_url, clock)
    app.state.accounts = Accounts(
        store.people, store.sessions, passwords, password_check, sessions, emails, permissions, mailer, clock
    )
    app.state.permissions = permissions
    app.state.forgotten = ForgottenPasswords(queue, store.mailed_tokens, store.sessions, passwords, sessions, clock)
    app.state.emails = emails
    scrobbles = ScrobbleSecrets(settings.sealing_secret())
    app.state.api_keys = ApiKeyService(store.api_keys, keyring, permissions, scrobbles, clock)
    app.state.scrobbling = Scrobbling(store.people, store.api_keys, scrobbles, clock)
    app.state.delegated = DelegatedTokens(store.people, keyring, permissions)
    app.state.verifier = Verifier(keys)
    derived = MailedTokens(settings.sealing_secret())
    app.state.mail_delivery = MailDelivery(store.mails, store.mailed_tokens, derived, mailer, queue.added, clock)


def _spotify(settings: Settings) -> Configured | None:
    """What Spotify needs; None where no client id is set. SecretNotSet."""
    if not settings.spotify_client_id:
        return None
    from services.auth.spotify.port import SpotifyPort  # here, because it loads spotipy

    accounts, client_id = settings.spotify_accounts_url, settings.spotify_client_id
    return Configured(
        SpotifyPort(accounts, settings.spotify_api_url, client_id, settings.spotify_timeout_s),
        TokenEncryption(settings.spotify_key_list()),
        client_id,
        accounts,
        settings.redirect_uri,
        Budget(settings.spotify_calls_per_day, settings.spotify_calls_per_person),
    )


def _attach_spotify(app: FastAPI, spotify: Configured | None, store: Store, clock: Callable[[], float]) -> None:
    access = SpotifyAccess(spotify, store.spotify, store.spotify_budget, clock) if spotify else None
    app.state.spotify_links = SpotifyLinks(spotify, access, store.spotify, clock)
    app.state.spotify_library = SpotifyLibrary(spotify, access, store.spotify, clock)


def _provider(settings: Settings) -> "OidcProvider | None":
    """The OpenID Connect provider; None where no issuer is set."""
    if not settings.oidc_issuer:
        return None
    from services.auth.oidc.provider import Client, OidcProvider  # here, because it loads Authlib

    secret = settings.oidc_client_secret.get_secret_value() if settings.oidc_client_secret else None
    timeout_s, redirect = settings.oidc_timeout_s, settings.oidc_redirect
    return OidcProvider(Client(settings.oidc_issuer, settings.oidc_client_id, secret or None, redirect, timeout_s))


def _attach_oidc(
    app: FastAPI,
    settings: Settings,
    provider: "OidcProvider | None",
    store: Store,
    passwords: Passwords,
    clock: Callable[[], float],
) -> None:
    offer, secret = Offer(provider, settings.oidc_name, settings.password_signup), settings.sealing_secret()
    tables, state = (store.oidc, store.people), app.state
    app.state.oidc = OidcSignIn(
        offer, secret, *tables, state.sessions, passwords, state.emails, state.permissions, clock
    )
