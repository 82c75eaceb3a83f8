"""End-to-end test of a forgotten password on a real fleet: the mail is a file in the data folder."""

import re
import stat
from collections.abc import Iterator
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import httpx2
import pytest

from tests.fleet.fleets import Fleet, eventually, fleet
from tests.fleet.people import PASSWORD, sign_up
from tests.published import copy

pytestmark = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="processes are watched through /proc")
NEW = "a new password of ada"


@pytest.fixture(scope="module")
def running(published: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fleet]:
    settings = {"SEGUE_GATEWAY_SIGN_IN_PER_MINUTE": "0"}
    with fleet(copy(published, tmp_path_factory.mktemp("forgotten")), **settings) as started:
        started.wait_for_output("Ctrl-C stops everything")
        yield started


def post(running: Fleet, path: str, **body: str) -> httpx2.Response:
    return httpx2.post(running.url + path, json=body, timeout=15)


def mail_to(running: Fleet, address: str, kind: str) -> EmailMessage:
    """The newest mail of a kind to an address, from the folder that the fleet named at its start."""
    [line] = [line for line in running.output if "Mails (forgotten passwords) are written to" in line]
    folder = Path(line.partition("written to ")[2].partition(" as .eml")[0])
    assert folder == running.data.resolve() / "mail"

    def found() -> list[EmailMessage]:
        files = sorted(folder.glob(f"[!.]*-{kind}-*.eml"))
        assert {stat.S_IMODE(file.stat().st_mode) for file in files} <= {0o600}
        mails = [message_from_bytes(file.read_bytes(), policy=default) for file in files]
        return [mail for mail in mails if isinstance(mail, EmailMessage) and mail["To"] == address]

    eventually(found, f"a mail to {address}")
    return found()[-1]


def link_in(mail: EmailMessage) -> tuple[str, str]:
    """Address and token of the link in a mail."""
    plain = mail.get_body(("plain",))
    assert plain is not None
    [(url, token)] = re.findall(r"(\S+)[?]token=(\S+)", plain.get_content())
    return url, token


@pytest.mark.must("S0-04", "S0-30", "S0-42", "S0-43")
def test_a_forgotten_password_is_reset_by_mail_and_ends_sessions_and_api_keys(running: Fleet) -> None:
    ada = sign_up(running.url)
    scopes = {"name": "k", "scopes": ["recommend:read"]}
    key = ada.request("POST", "/v1/me/api-keys", expected=201, json=scopes).json()["key"]
    with_key = {"x-api-key": key}
    assert httpx2.get(f"{running.url}/v1/me/recommendations", headers=with_key, timeout=15).status_code == 200
    answers = [post(running, "/v1/auth/forgot", email=email) for email in (ada.email, "nobody@example.com")]
    assert [answer.status_code for answer in answers] == [202, 202]
    assert answers[0].text == answers[1].text
    url, token = link_in(mail_to(running, ada.email, "reset"))
    assert url == f"{running.url}/reset"
    done = post(running, "/v1/auth/reset", token=token, new_password=NEW)
    assert done.status_code == 200, done.text
    ada.request("GET", "/v1/me", expected=401)
    assert post(running, "/v1/auth/refresh", refresh_token=ada.session["refresh_token"]).status_code == 401
    assert post(running, "/v1/auth/login", email=ada.email, password=PASSWORD).status_code == 401
    assert post(running, "/v1/auth/login", email=ada.email, password=NEW).status_code == 200
    again = post(running, "/v1/auth/reset", token=token, new_password=PASSWORD)
    assert (again.status_code, again.json()["code"]) == (400, "link_refused")
    eventually(lambda: refused(running, with_key), "the API key is refused within a minute")


def refused(running: Fleet, headers: dict[str, str]) -> bool:
    answer = httpx2.get(f"{running.url}/v1/me/recommendations", headers=headers, timeout=15)
    return answer.status_code == 401


@pytest.mark.must("S0-42", "S0-43")
def test_the_classic_routes_reset_a_password_with_the_mailed_token_alone(running: Fleet) -> None:
    ada, eve = sign_up(running.url), sign_up(running.url, "Eve")
    user, other = (person.session["user"]["id"] for person in (ada, eve))
    sent = post(running, "/classic/forget", email=ada.email)
    assert sent.json() == {"statusCode": 200, "body": {"message": "send email successfully"}}
    _, token = link_in(mail_to(running, ada.email, "reset"))
    forgotten = {"newPassword": NEW, "forget": True, "token": token}

    def put(person: str, **body: object) -> httpx2.Response:
        return httpx2.put(f"{running.url}/classic/password/{person}", json=body, timeout=15)

    assert put(user, newPassword=NEW, forget=True).status_code == 400
    assert put(other, **forgotten).status_code == 400, "the token is of another account"
    done = put(user, **forgotten)
    assert (done.status_code, done.json()["body"]["message"]) == (200, "update password successfully")
    assert put(user, **forgotten).status_code == 400, "it works once"
    back = post(running, "/classic/login", email=ada.email, password=NEW).json()["body"]
    assert (back["userId"], back["message"]) == (user, "login successfully")


@pytest.mark.must("S0-04")
def test_a_new_address_is_confirmed_by_mail(running: Fleet) -> None:
    ada = sign_up(running.url)
    new = f"new.{ada.email}"
    changed = ada.request("PATCH", "/v1/me", json={"email": new, "password": PASSWORD}).json()
    assert (changed["email"], changed["confirmation_sent_to"]) == (ada.email, new)
    assert mail_to(running, ada.email, "notice")["Subject"] == "Another mail address was asked for"
    _, token = link_in(mail_to(running, new, "change"))
    assert post(running, "/v1/auth/verify", token=token).json()["code"] == "password_needed"
    assert post(running, "/v1/auth/verify", token=token, password=PASSWORD).json() == {"email": new}
    assert ada.request("GET", "/v1/me").json()["email"] == new


def test_no_log_names_an_address_or_a_token(running: Fleet) -> None:
    ada = sign_up(running.url)
    post(running, "/v1/auth/forgot", email=ada.email)
    _, token = link_in(mail_to(running, ada.email, "reset"))
    logs = "".join(file.read_text() for file in (running.data / "logs").iterdir())
    assert '"mail done"' in logs
    assert ada.email not in logs
    assert token not in logs
