"""Accounts of the cloud platform: login, signup, password, forget, authorize."""

from collections.abc import Iterable

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from gateway.dialects.classic.requests import Handlers, envelope, text
from kit.errors import BadRequest


class CloudAccounts(Handlers):
    """Handlers of accounts."""

    def paths(self, prefix: str) -> Iterable[Route]:
        """The paths of the contract."""
        yield Route(f"{prefix}/login", self.login, methods=["POST"])
        yield Route(f"{prefix}/signup", self.sign_up, methods=["POST"])
        yield Route(f"{prefix}/password/{{user}}", self.password, methods=["PUT"])
        yield Route(f"{prefix}/forget", self.forget, methods=["POST"])
        yield Route(f"{prefix}/authorize", self.authorize, methods=["POST"])

    async def login(self, request: Request) -> Response:
        """Begins a session."""
        document = await self.body(request)
        given = {name: text(document, name) for name in ("email", "password")}
        session = await self.call(request, "POST", "/v1/auth/login", given)
        token = session["access_token"]
        return envelope({"userId": session["user"]["id"], "accessToken": token, "message": "login successfully"})

    async def sign_up(self, request: Request) -> Response:
        """Creates an account and begins a session."""
        document = await self.body(request)
        given = {name: text(document, name) for name in ("email", "password")} | {"name": text(document, "userName")}
        session = await self.call(request, "POST", "/v1/auth/signup", given)
        token = session["access_token"]
        return envelope({"userId": session["user"]["id"], "accessToken": token, "message": "create user successfully"})

    async def password(self, request: Request) -> Response:
        """Changes a password: with the old one and the person's token, or with the token of a mailed link."""
        document, user_id = await self.body(request), str(request.path_params["user"])
        new, forget = text(document, "newPassword"), document.get("forget", False)
        if not isinstance(forget, bool):
            raise BadRequest("forget must be true or false")
        if forget:
            given = {"token": text(document, "token"), "new_password": new, "person": user_id}
            session = await self.call(request, "POST", "/v1/auth/reset", given)
        else:
            await self.owned_by(request, user_id)
            given = {"old_password": text(document, "oldPassword"), "new_password": new}
            session = await self.call(request, "PUT", "/v1/me/password", given)
        return envelope({"accessToken": session["access_token"], "message": "update password successfully"})

    async def forget(self, request: Request) -> Response:
        """Has a link mailed; the answer is the same for addresses without an account."""
        document = await self.body(request)
        await self.call(request, "POST", "/v1/auth/forgot", {"email": text(document, "email")})
        return envelope({"message": "send email successfully"})

    async def authorize(self, request: Request) -> Response:
        """Hands the person's own access token of Spotify to their link."""
        document = await self.body(request)
        await self.owned_by(request, text(document, "userId"))
        await self.call(request, "POST", "/v1/spotify/token", {"access_token": text(document, "accessToken")})
        return envelope({"message": "authorize spotify successfully"})
