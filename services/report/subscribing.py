"""The monthly mail's subscription: asked for by a person with a verified address, ended by them or by a mail's link."""

from datetime import UTC, datetime
from uuid import UUID

from kit.errors import Conflict, NotFound
from kit.http import ServiceClient
from kit.tokens import Caller
from kit.wire.report import Voice
from kit.wire.report_sharing import Subscription, SubscriptionWish
from services.report import share_tokens
from services.report.names import is_verified
from services.report.store import Store
from services.report.store.subscriptions import SubscriptionRow


async def shown(store: Store, person: UUID) -> Subscription:
    """The present subscription."""
    row = await store.subscriptions.of(person)
    if row is None:
        return Subscription(monthly=False, voice=Voice.PLAIN)
    return Subscription(monthly=True, voice=Voice(row.voice), since=row.created_at)


async def change(store: Store, auth: ServiceClient, caller: Caller, wish: SubscriptionWish) -> Subscription:
    """Begins, changes or ends it. Conflict for an address that is not verified: it may be somebody else's."""
    if not wish.monthly:
        await store.subscriptions.remove(caller.person)
    elif await is_verified(auth, caller):
        await store.subscriptions.put(SubscriptionRow(caller.person, wish.voice, datetime.now(UTC)))
    else:
        raise Conflict("your e-mail address is not verified: POST /v1/me/verification mails a link; then ask again")
    return await shown(store, caller.person)


async def unsubscribe(store: Store, token: str) -> None:
    """Ends the subscription that a mail's token belongs to; NotFound for an unknown token."""
    if not await store.subscriptions.unsubscribe(share_tokens.digest(token)):
        raise NotFound("this link ends no mails: it is not whole, or its account was deleted; see your settings")
