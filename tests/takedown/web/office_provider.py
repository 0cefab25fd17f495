"""A sign-in provider for tests: discovery, keys, codes that count once, real signatures, and every way of lying."""

import hmac
import json
import secrets
import threading
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256
from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey

from takedown.oidc.provider import Answer, ProviderSettings
from tests.takedown.desk import NOW

SECRET = "khoa cua ban lam viec & co dau"
Claims = dict[str, Any]


@cache
def rsa() -> RSAKey:
    return RSAKey.generate_key(2048, {"kid": "r1"})


@cache
def curve(kid: str = "e1") -> ECKey:
    return ECKey.generate_key("P-256", {"kid": kid})


def packed(value: bytes) -> str:
    return urlsafe_b64encode(value).rstrip(b"=").decode()


def unsigned(header: Claims, claims: Claims) -> str:
    return ".".join(packed(json.dumps(each).encode()) for each in (header, claims))


def signed(claims: Claims, header: Claims | None = None, key: RSAKey | ECKey | None = None) -> str:
    return jwt.encode(
        {"alg": "RS256", "kid": "r1"} | (header or {}), claims, key or rsa(), algorithms=["RS256", "ES256"]
    )


def without_signature(claims: Claims) -> str:
    return unsigned({"alg": "none", "kid": "r1"}, claims) + "."


def by_the_public_key(claims: Claims) -> str:
    """Signed with what everybody knows, as if it were a shared secret."""
    text = unsigned({"alg": "HS256", "kid": "r1"}, claims)
    return f"{text}.{packed(hmac.digest(rsa().as_pem(private=False), text.encode(), 'sha256'))}"


def with_a_critical_header(claims: Claims) -> str:
    """Rightly signed, with an extension that must be understood."""
    text = unsigned({"alg": "RS256", "kid": "r1", "crit": ["exp"], "exp": 1}, claims)
    return f"{text}.{packed(rsa().private_key.sign(text.encode(), PKCS1v15(), SHA256()))}"


@dataclass
class OfficeProvider:
    """``claims``, ``token``, ``metadata``, ``answers`` (by path) change what it says."""

    issuer: str = "https://id.office.example/realms/so"
    back: str = "http://desk.example/sign-in/provider/back"
    subject: str = "7f3c-an"
    now: datetime = NOW
    claims: Claims = field(default_factory=dict)
    token: Callable[[Claims], str] = signed
    metadata: Claims = field(default_factory=dict)
    keys: list[Any] = field(default_factory=lambda: [rsa(), curve()])
    answers: dict[str, Answer] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    codes: dict[str, dict[str, str]] = field(default_factory=dict)

    @property
    def settings(self) -> ProviderSettings:
        return ProviderSettings(self.issuer, "lachan", self.back, secret=SECRET)

    def ask(self, method: str, address: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        path = urlsplit(address).path.removeprefix(urlsplit(self.issuer).path)
        self.asked.append(f"{method} {path}")
        if path in self.answers:
            return self.answers[path]
        if path == "/.well-known/openid-configuration":
            return self._json(self._discovery())
        if path == "/keys":
            return self._json({"keys": [key.as_dict(private=False) for key in self.keys]})
        if (method, path) == ("POST", "/token"):
            return self._exchange({key: each[0] for key, each in parse_qs(body.decode()).items()}, headers)
        return Answer(404, b"")

    def authorize(self, url: str, **more: str) -> str:
        """Where a browser is sent that was signed in at the provider."""
        asked = {key: each[0] for key, each in parse_qs(urlsplit(url).query).items()}
        assert (asked["client_id"], asked["response_type"], asked["scope"]) == ("lachan", "code", "openid")
        assert (asked["redirect_uri"], asked["code_challenge_method"]) == (self.back, "S256")
        code = secrets.token_urlsafe(8)
        self.codes[code] = asked
        given = {"state": asked["state"], "code": code, "iss": self.issuer} | more
        return f"{self.back}?{urlencode({key: value for key, value in given.items() if value})}"

    def _discovery(self) -> Claims:
        names = {
            "authorization_endpoint": "auth",
            "token_endpoint": "token",
            "jwks_uri": "keys",
            "end_session_endpoint": "end",
        }
        found = {"issuer": self.issuer} | {name: f"{self.issuer}/{path}" for name, path in names.items()}
        return found | {"code_challenge_methods_supported": ["plain", "S256"]} | self.metadata

    def _exchange(self, form: dict[str, str], headers: Mapping[str, str]) -> Answer:
        from base64 import b64decode
        from urllib.parse import unquote_plus

        name, _, secret = b64decode(headers["Authorization"].removeprefix("Basic ")).decode().partition(":")
        assert (name, unquote_plus(secret)) == ("lachan", SECRET)
        asked = self.codes.pop(form["code"], None)
        if asked is None or asked["redirect_uri"] != form["redirect_uri"]:
            return self._json({"error": "invalid_grant"}, 400)
        if packed(sha256(form["code_verifier"].encode()).digest()) != asked["code_challenge"]:
            return self._json({"error": "invalid_grant"}, 400)
        at = int(self.now.timestamp())
        claims = {
            "iss": self.issuer,
            "sub": self.subject,
            "aud": "lachan",
            "exp": at + 300,
            "iat": at,
            "nonce": asked["nonce"],
        }
        claims = {key: value for key, value in (claims | self.claims).items() if value is not None}
        return self._json({"access_token": "x", "token_type": "Bearer", "id_token": self.token(claims)})

    def _json(self, value: object, status: int = 200) -> Answer:
        return Answer(status, json.dumps(value).encode())


@contextmanager
def listening(office: OfficeProvider) -> Iterator[int]:
    """The provider on loopback, its issuer set to the address; gives the port."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if urlsplit(self.path).path == "/auth":
                self.send_response(303)
                self.send_header("Location", office.authorize(self.path))
                self.send_header("Content-Length", "0")
                self.end_headers()
                return
            self._answer(b"")

        def do_POST(self) -> None:
            self._answer(self.rfile.read(int(self.headers["Content-Length"])))

        def _answer(self, body: bytes) -> None:
            answer = office.ask(self.command, office.issuer + self.path, body, self.headers)
            self.send_response(answer.status)
            if 300 <= answer.status < 400:
                self.send_header("Location", answer.body.decode())
            self.send_header("Content-Length", str(len(answer.body)))
            self.end_headers()
            try:
                self.wfile.write(answer.body)
            except OSError:
                pass  # whoever asked has had enough

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    office.issuer = f"http://127.0.0.1:{server.server_port}"
    try:
        yield server.server_port
    finally:
        server.shutdown()
        server.server_close()
        thread.join(10)
