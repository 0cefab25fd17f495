"""Sign-in through a provider: who is linked enters; what does not hold, of it or of the browser, opens nothing."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import httpx2
import pyotp
import pytest
from fastapi.testclient import TestClient
from joserfc.jwk import RSAKey
from sqlmodel import select

from storage.models import AuditEntry, Staff, StaffIdentity
from takedown import second_factor
from takedown.actor import CONSOLE
from takedown.errors import NotAllowedError, ProviderDownError, ProviderError, StaffError
from takedown.four_eyes import confirm_person, require_two_people
from takedown.oidc.flow import Back, Flows
from takedown.oidc.links import link_person, list_links, unlink_person
from takedown.oidc.provider import MAX_BYTES, Answer, Provider, origin_of
from takedown.one_time_codes import new_secret
from takedown.staff import set_active, set_password
from takedown.web.app import create_app
from takedown.web.desk import Desk
from takedown.web.throttle import LIMIT, PROVIDER_LIMIT
from tests.takedown.desk import AN, CHI, NOW
from tests.takedown.web.conftest import HOA, PASSWORD, token
from tests.takedown.web.office_provider import (
    OfficeProvider,
    by_the_public_key,
    curve,
    rsa,
    signed,
    with_a_critical_header,
    without_signature,
)

AT = int(NOW.timestamp())


@pytest.fixture
def office() -> OfficeProvider:
    return OfficeProvider()


@pytest.fixture
def linked(desk: Desk, office: OfficeProvider) -> Desk:
    """The desk with the provider, at which «an» is known."""
    link(desk, "an", office.subject)
    return replace(desk, provider=Provider(office.settings, office.ask))


@pytest.fixture
def visit(linked: Desk) -> Callable[[], TestClient]:
    app = create_app(linked)
    return lambda: TestClient(app, base_url="http://desk.example", follow_redirects=False)


def link(desk: Desk, name: str, subject: str, actor: object = CONSOLE) -> None:
    with desk.writing() as session:
        link_person(session, name=name, issuer=OfficeProvider().issuer, subject=subject, actor=actor, now=NOW)  # type: ignore[arg-type]


def begin(client: TestClient, to: str = "/cases") -> str:
    answer = client.get("/sign-in/provider", params={"to": to})
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])


def enter(client: TestClient, office: OfficeProvider, **more: str) -> httpx2.Response:
    return client.get(office.authorize(begin(client), **more))  # type: ignore[return-value]


def word_of(office: OfficeProvider, **more: str) -> str:
    """The subject that a sign-in ends with, without a desk around it. Raises ProviderError."""
    flows = Flows(Provider(office.settings, office.ask))
    begun = flows.begin("/", NOW)
    back = {key: each[0] for key, each in parse_qs(urlsplit(office.authorize(begun.url, **more)).query).items()}
    given = Back(back.get("state", ""), back.get("code", ""), back.get("iss", ""), back.get("error", ""), begun.cookie)
    return flows.finish(given, NOW).subject


def shut_out(client: TestClient) -> bool:
    return bool(client.get("/cases").status_code == 303)


def test_a_linked_person_enters_where_they_wanted_and_the_log_says_how(
    visit: Callable[[], TestClient], office: OfficeProvider, linked: Desk
) -> None:
    client = visit()
    assert "Đăng nhập qua id.office.example" in client.get("/sign-in").text
    answer = enter(client, office)
    assert (answer.status_code, answer.headers["location"]) == (303, "/cases")
    assert "lachan_provider" not in client.cookies
    assert client.get("/cases").status_code == 200
    assert client.post("/sign-out", data={"csrf": token(client)}).headers["location"] == "/sign-in?out=1"
    assert shut_out(client)
    way = client.get("/sign-in/provider/out").headers["location"]
    asked = parse_qs(urlsplit(way).query)
    assert way.startswith(f"{office.issuer}/end?")
    assert asked == {"client_id": ["lachan"], "post_logout_redirect_uri": ["http://desk.example/sign-in"]}
    with linked.reading() as session:
        told = session.exec(select(AuditEntry).where(AuditEntry.action == "staff.signed_in")).one()
    assert (told.actor, told.detail) == ("an", {"by": office.issuer})


def test_what_the_browser_is_sent_away_with_is_new_each_time(
    visit: Callable[[], TestClient], office: OfficeProvider
) -> None:
    one, other = (parse_qs(urlsplit(begin(visit())).query) for _ in range(2))
    for name in ("state", "nonce", "code_challenge"):
        assert len(one[name][0]) >= 43, name
        assert one[name] != other[name]
    assert office.asked == ["GET /.well-known/openid-configuration"], "asked once for both"


@pytest.mark.parametrize("alg", ["RS256", "ES256"])
def test_both_kinds_of_keys_are_read(office: OfficeProvider, alg: str) -> None:
    if alg == "ES256":
        office.token = lambda claims: signed(claims, {"alg": "ES256", "kid": "e1"}, curve())
    office.claims = {"aud": ["lachan", "account"], "azp": "lachan"}
    assert word_of(office) == office.subject


@pytest.mark.parametrize(
    ("claims", "said"),
    [
        ({"iss": "https://id.evil.example"}, "iss"),
        ({"iss": "https://id.office.example/realms/so/"}, "iss"),
        ({"iss": None}, "iss"),
        ({"aud": "another"}, "aud"),
        ({"aud": ["another", "third"]}, "aud"),
        ({"aud": ["lachan", "another"]}, "azp"),
        ({"aud": []}, "aud"),
        ({"azp": "another"}, "azp"),
        ({"nonce": "of another sign-in"}, "nonce"),
        ({"nonce": None}, "nonce"),
        ({"exp": AT - 61}, "hết hạn"),
        ({"exp": None}, "exp"),
        ({"exp": "never"}, "exp"),
        ({"exp": True}, "exp"),
        ({"iat": AT + 61}, "iat"),
        ({"iat": AT - 700}, "iat"),
        ({"iat": None}, "iat"),
        ({"nbf": AT + 61}, "nbf"),
        ({"sub": None}, "sub"),
        ({"sub": ""}, "sub"),
        ({"sub": 7}, "sub"),
        ({"sub": "a" * 256}, "sub"),
        ({"sub": "đỗ"}, "sub"),
    ],
)
def test_a_word_that_does_not_hold_opens_nothing(office: OfficeProvider, claims: dict[str, object], said: str) -> None:
    office.claims = claims
    with pytest.raises(ProviderError) as refused:
        word_of(office)
    assert said in refused.value.vi


def test_a_nonce_in_a_list_of_guesses_is_none(office: OfficeProvider) -> None:
    office.token = lambda claims: signed(claims | {"nonce": ["x", claims["nonce"]]})
    with pytest.raises(ProviderError, match="nonce"):
        word_of(office)


@pytest.mark.parametrize(
    "forged",
    [
        without_signature,
        by_the_public_key,
        lambda claims: signed(claims)[:-8] + "AAAAAAAA",
        lambda claims: signed(claims, {"kid": "r1"}, RSAKey.generate_key(2048)),
        lambda claims: signed(claims, {"kid": "e1"}),
        lambda claims: signed(claims, {"kid": "r1", "jwk": rsa().as_dict(private=False)}, RSAKey.generate_key(2048)),
        with_a_critical_header,
        lambda claims: signed({**claims, "pad": "x" * 20_000}),
        lambda claims: "a.b.c",
        lambda claims: "",
    ],
    ids=["none", "hs256", "altered", "other-key", "other-kind", "own-key", "crit", "long", "no-token", "empty"],
)
def test_a_forged_word_opens_nothing(office: OfficeProvider, forged: Callable[[dict[str, object]], str]) -> None:
    office.token = forged
    with pytest.raises(ProviderError, match=r"signature|too long"):
        word_of(office)


def test_new_keys_are_fetched_when_a_token_names_one_and_not_more_often_than_once_a_minute(
    office: OfficeProvider,
) -> None:
    provider = Provider(office.settings, office.ask)
    assert provider.keys(NOW).get_by_kid("r1")
    office.keys = [curve("e2")]
    assert provider.keys(NOW + timedelta(seconds=59), anew=True).get_by_kid("r1")
    assert provider.keys(NOW + timedelta(seconds=61), anew=True).get_by_kid("e2")
    assert office.asked.count("GET /keys") == 2


def test_a_token_with_a_key_that_nobody_shows_opens_nothing(office: OfficeProvider) -> None:
    office.token = lambda claims: signed(claims, {"alg": "ES256", "kid": "e2"}, curve("e2"))
    with pytest.raises(ProviderError, match="does not show"):
        word_of(office)


def test_weak_and_broken_keys_are_left_out(office: OfficeProvider) -> None:
    good = rsa().as_dict(private=False)
    secret = {"kty": "oct", "k": "c2VjcmV0", "kid": "r1", "alg": "HS256"}
    broken = [
        None,
        7,
        {"kty": "RSA", "n": "AQAB", "e": "AQAB", "kid": "r1"},
        {"kty": "RSA"},
        {"kty": "EC", "crv": "x"},
        secret,
    ]
    office.answers["/keys"] = Answer(200, json.dumps({"keys": [*broken, good]}).encode())
    assert word_of(office) == office.subject
    other = OfficeProvider(answers={"/keys": Answer(200, json.dumps({"keys": broken}).encode())})
    with pytest.raises(ProviderDownError, match="no key"):
        Provider(other.settings, other.ask).keys(NOW)


def test_a_sign_in_is_finished_once_in_the_browser_that_began_it(
    visit: Callable[[], TestClient], office: OfficeProvider
) -> None:
    victim, thief = visit(), visit()
    url = office.authorize(begin(victim))
    assert thief.get(url).status_code == 403, "a stolen address is no use elsewhere"
    assert victim.get(url).status_code == 403, "and is spent by the try"
    url = office.authorize(begin(victim))
    assert victim.get(url).status_code == 303
    victim.cookies.clear()
    assert victim.get(url).status_code == 403
    mine = office.authorize(begin(thief))
    begin(victim)
    assert victim.get(mine).status_code == 403, "nobody is signed in as somebody else by a link"
    assert shut_out(victim)


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"iss": "https://id.evil.example"}, "iss"),
        ({"code": "used-or-invented"}, "invalid_grant"),
        ({"code": ""}, "mã"),
        ({"error": "access_denied"}, "access_denied"),
        ({"error": "<script>alert(1)</script>"}, "(?)"),
        ({"state": "invented"}, "trình duyệt"),
        ({"state": ""}, "trình duyệt"),
    ],
)
def test_what_comes_back_otherwise_is_named_and_opens_nothing(
    office: OfficeProvider, more: dict[str, str], said: str
) -> None:
    with pytest.raises(ProviderError) as refused:
        word_of(office, **more)
    assert (said in refused.value.vi, "script" in refused.value.vi) == (True, False)


def test_a_provider_that_promises_its_name_must_send_it(office: OfficeProvider) -> None:
    assert word_of(office, iss="") == office.subject
    office.metadata = {"authorization_response_iss_parameter_supported": True}
    assert word_of(office) == office.subject
    with pytest.raises(ProviderError, match="another provider"):
        word_of(office, iss="")


@pytest.mark.parametrize(
    ("metadata", "said"),
    [
        ({"issuer": "https://id.evil.example"}, "LACHAN_OIDC_ISSUER"),
        ({"token_endpoint": "https://collect.evil.example/token"}, "LACHAN_OIDC_ORIGINS"),
        ({"token_endpoint": "https://id.office.example:8443/token"}, "LACHAN_OIDC_ORIGINS"),
        ({"token_endpoint": "http://id.office.example/token"}, "LACHAN_OIDC_ORIGINS"),
        ({"jwks_uri": "https://id.office.example@evil.example/keys"}, "LACHAN_OIDC_ORIGINS"),
        ({"jwks_uri": "file:///etc/passwd"}, "LACHAN_OIDC_ORIGINS"),
        ({"authorization_endpoint": "javascript:alert(1)"}, "LACHAN_OIDC_ORIGINS"),
        ({"authorization_endpoint": None}, "authorization_endpoint"),
        ({"end_session_endpoint": ["x"]}, "end_session_endpoint"),
        ({"code_challenge_methods_supported": ["plain"]}, "S256"),
        ({"token_endpoint_auth_methods_supported": ["private_key_jwt"]}, "client_secret_basic"),
    ],
)
def test_a_provider_that_points_elsewhere_or_offers_less_is_not_used(
    office: OfficeProvider, metadata: dict[str, object], said: str
) -> None:
    office.metadata = metadata
    with pytest.raises(ProviderDownError, match=said):
        word_of(office)
    assert office.asked == ["GET /.well-known/openid-configuration"]


@pytest.mark.parametrize("path", ["/.well-known/openid-configuration", "/token", "/keys"])
@pytest.mark.parametrize(
    "answer",
    [Answer(500, b""), Answer(200, b"<html>"), Answer(200, b"[]"), Answer(200, b"[" * 100_000), Answer(200, b"\xff"),
     Answer(200, b'{"a":' + b"1" * 5000 + b"}"), Answer(200, b" " * (MAX_BYTES + 1))],
    ids=["500", "html", "list", "deep", "bytes", "digits", "huge"],
)  # fmt: skip
def test_a_provider_that_answers_nonsense_is_named(office: OfficeProvider, path: str, answer: Answer) -> None:
    office.answers[path] = answer
    with pytest.raises(ProviderDownError):
        word_of(office)


def test_a_provider_that_is_down_is_asked_once_and_a_password_still_opens(
    visit: Callable[[], TestClient], office: OfficeProvider, linked: Desk
) -> None:
    office.answers["/.well-known/openid-configuration"] = Answer(502, b"")
    client = visit()
    gone = [client.get("/sign-in/provider") for _ in range(3)]
    assert [answer.status_code for answer in gone] == [503, 503, 503]
    assert "Vẫn vào được bằng mật khẩu" in gone[0].text
    assert len(office.asked) == 1
    assert client.post("/sign-in", data={"name": "an", "password": PASSWORD}).status_code == 303
    office.answers.clear()
    assert linked.provider is not None
    assert linked.provider.endpoints(NOW + timedelta(seconds=16)).token == f"{office.issuer}/token"


def test_whoever_has_a_code_types_it_after_the_providers_word_too(
    visit: Callable[[], TestClient], office: OfficeProvider, linked: Desk
) -> None:
    secret = new_secret()
    with linked.writing() as session:
        second_factor.begin(session, secret=secret, code=pyotp.TOTP(secret).at(NOW), actor=AN, now=NOW)
    client = visit()
    page = enter(client, office)
    assert (page.status_code, "Mã xác thực" in page.text, shut_out(client)) == (200, True, True)
    assert client.post("/sign-in/provider/code", data={"code": "000000"}).status_code == 401
    code = pyotp.TOTP(secret).at(NOW + timedelta(seconds=30))
    assert visit().post("/sign-in/provider/code", data={"code": code}).status_code == 403, "of another browser"
    assert client.post("/sign-in/provider/code", data={"code": code}).headers["location"] == "/cases"
    assert client.get("/cases").status_code == 200
    again = visit()
    enter(again, office)
    for _ in range(6):
        answer = again.post("/sign-in/provider/code", data={"code": code})
    assert (answer.status_code, "thử lại sau" in answer.text) == (401, True), "codes are not guessed here either"


def test_a_link_that_ended_meanwhile_opens_nothing(
    visit: Callable[[], TestClient], office: OfficeProvider, linked: Desk
) -> None:
    client = visit()
    assert enter(client, office).status_code == 303
    with linked.writing() as session:
        unlink_person(session, name="an", actor=HOA, now=NOW)
    assert shut_out(client)
    answer = enter(client, office)
    assert (answer.status_code, office.subject in answer.text) == (403, True), "they can tell an administrator"


def test_the_provider_makes_nobody_and_lets_no_blocked_person_in(
    visit: Callable[[], TestClient], office: OfficeProvider, linked: Desk
) -> None:
    office.subject, office.claims = (
        "a-stranger",
        {"preferred_username": "hoa", "email": "hoa@x.example", "roles": ["administrator"]},
    )
    assert enter(visit(), office).status_code == 403
    office.subject = "7f3c-an"
    with linked.writing() as session:
        set_active(session, name="an", active=False, actor=HOA, now=NOW)
    assert enter(visit(), office).status_code == 403
    with linked.reading() as session:
        assert len(session.exec(select(Staff)).all()) == 6


def test_a_password_of_an_administrators_is_changed_first_all_the_same(
    visit: Callable[[], TestClient], office: OfficeProvider, linked: Desk
) -> None:
    with linked.writing() as session:
        set_password(session, name="an", password="hai dong song lon", actor=HOA, now=NOW)
    client = visit()
    assert enter(client, office).status_code == 303
    assert client.get("/cases").headers["location"] == "/me"


def test_addresses_that_try_too_often_wait(visit: Callable[[], TestClient], office: OfficeProvider) -> None:
    client = visit()
    for _ in range(LIMIT):
        assert client.get("/sign-in/provider/back?state=x&code=y").status_code == 403
    assert client.get("/sign-in/provider/back?state=x&code=y").status_code == 429
    for _ in range(PROVIDER_LIMIT):
        begin(client)
    assert client.get("/sign-in/provider").status_code == 429


def test_without_a_provider_there_is_no_such_way(desk: Desk) -> None:
    client = TestClient(create_app(desk), base_url="http://desk.example", follow_redirects=False)
    assert "/sign-in/provider" not in client.get("/sign-in").text
    assert client.get("/sign-in/provider").status_code == 404


def test_a_link_counts_like_a_password_that_another_set(desk: Desk) -> None:
    link(desk, "an", "1", HOA)
    with desk.writing() as session:
        with pytest.raises(NotAllowedError, match="made or changed by «hoa»"):
            require_two_people(session, AN)
        confirm_person(session, name="an", only_account=True, actor=CHI, now=NOW)
        require_two_people(session, AN)
        told = session.exec(select(AuditEntry).where(AuditEntry.action == "staff.linked")).one()
    assert (told.actor, told.subject, told.detail["subject"]) == ("hoa", "staff an", "1")


def test_links_are_an_administrators_and_one_to_one(desk: Desk) -> None:
    link(desk, "an", "Ab")
    link(desk, "binh", "ab")  # subjects are compared to the letter
    for name, subject in (
        ("an", "other"),
        ("chi", "Ab"),
        ("nobody", "x"),
        ("chi", ""),
        ("chi", "a\nb"),
        ("chi", "x" * 256),
    ):
        with pytest.raises(StaffError):
            link(desk, name, subject)
    with pytest.raises(NotAllowedError):
        link(desk, "chi", "3", CHI)
    with pytest.raises(NotAllowedError), desk.writing() as session:
        unlink_person(session, name="an", actor=AN, now=NOW)
    with desk.reading() as session:
        assert [(row.staff_name, row.subject) for row in list_links(session)] == [("an", "Ab"), ("binh", "ab")]


def test_the_page_of_links(visit: Callable[[], TestClient], linked: Desk) -> None:
    client = visit()
    client.post("/sign-in", data={"name": "hoa", "password": PASSWORD})
    csrf = token(client, "/people/links")
    data = {"csrf": csrf, "name": "binh", "subject": " 9-binh "}
    assert client.post("/people/links", data=data).status_code == 303
    assert "9-binh" in client.get("/people/links").text
    assert client.post("/people/links", data=data).status_code == 409
    assert client.post("/people/links/end", data={"csrf": csrf, "name": "binh"}).status_code == 303
    with linked.reading() as session:
        assert session.exec(select(StaffIdentity.staff_name)).all() == ["an"]


@pytest.mark.parametrize(
    ("address", "origin"),
    [
        ("https://A.example/x", "https://a.example:443"),
        ("http://[::1]:80/", "http://[::1]:80"),
        ("https://a.example\\@b.example/", ""),
        ("https://a@b.example/", ""),
        ("https://a.example:99999/", ""),
        ("mailto:x", ""),
    ],
)
def test_origins_are_compared_as_browsers_do(address: str, origin: str) -> None:
    assert origin_of(address) == origin
