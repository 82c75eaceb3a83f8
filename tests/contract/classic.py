"""A person of the classic routes, as a front end of the first system would speak for them."""

from typing import Any
from uuid import uuid4

import httpx2

PASSWORD = "correct horse battery"


class Listener:
    """Somebody who signed up at /classic/signup."""

    def __init__(self, url: str) -> None:
        self.url, self.email = url, f"classic.{uuid4().hex[:8]}@example.com"
        body = self.body("POST", "/signup", json={"userName": "Ann", "email": self.email, "password": PASSWORD})
        assert body.keys() == {"userId", "accessToken", "message"}
        assert body["message"] == "create user successfully"
        self.id, self.token = str(body["userId"]), str(body["accessToken"])

    def request(self, method: str, path: str, signed: bool = True, **more: Any) -> httpx2.Response:
        """A request below /classic."""
        headers = more.pop("headers", {})
        if signed and hasattr(self, "token"):
            headers |= {"authorization": f"Bearer {self.token}"}
        return httpx2.request(method, f"{self.url}/classic{path}", headers=headers, timeout=15, **more)

    def body(self, method: str, path: str, **more: Any) -> dict[str, Any]:
        """The body in the envelope of an answer that succeeds."""
        answer = self.request(method, path, **more)
        assert answer.status_code == 200, answer.text
        document = answer.json()
        assert document.keys() == {"statusCode", "body"}
        assert document["statusCode"] == 200
        body: dict[str, Any] = document["body"]
        return body

    def native(self, path: str, **query: Any) -> Any:
        """The answer of a public route to the same person."""
        answer = httpx2.get(
            self.url + path, params=query, headers={"authorization": f"Bearer {self.token}"}, timeout=15
        )
        assert answer.status_code == 200, answer.text
        return answer.json()


def assert_refused(answer: httpx2.Response, status: int, words: str = "") -> None:
    """An error in the envelope of the classic routes."""
    document = answer.json()
    assert (answer.status_code, document["statusCode"], document["body"].keys()) == (status, status, {"message"})
    assert words in document["body"]["message"], answer.text
