"""Scopes of accounts: all, fewer until the e-mail address is verified (where that is asked for), and admin for some."""

from collections.abc import Collection

from kit.errors import Forbidden
from kit.tokens import ACCOUNT, ADMIN, SCOPES
from services.auth.store.rows import Account


class Permissions:
    """Scopes of accounts. `unverified` are those without a verified address; None = verification is not asked for.

    `admins` are the keys of the addresses (services/auth/names.py) whose accounts have the scope admin. With
    `password_signup` anybody may make an account.
    """

    def __init__(
        self, unverified: Collection[str] | None = None, admins: Collection[str] = (), *, password_signup: bool = True
    ) -> None:
        self.password_signup = password_signup
        self.verification = unverified is not None
        self._admins = frozenset(admins)
        self._unverified = SCOPES if unverified is None else tuple(scope for scope in SCOPES if scope in unverified)

    def scopes(self, account: Account) -> tuple[str, ...]:
        """The scopes of a person's access tokens; managing the account is always among them. No key has admin."""
        return (*self._of(account), ACCOUNT, *([ADMIN] if self._is_admin(account) else []))

    def check_key(self, account: Account, scopes: Collection[str]) -> None:
        """Forbidden when an API key would have a scope that the account has not."""
        if missing := sorted(set(scopes) - set(self._of(account))):
            raise Forbidden(
                f"a key with the scope {missing[0]!r} needs a verified e-mail address: follow the link mailed to you, "
                "or have another one mailed by POST /v1/me/verification"
            )

    def _is_admin(self, account: Account) -> bool:
        return account.email_key in self._admins and account.verified_at is not None

    def _of(self, account: Account) -> tuple[str, ...]:
        return SCOPES if account.verified_at is not None else self._unverified
