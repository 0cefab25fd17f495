"""A sign-in on its way through the provider: begun in one browser, finished once, in the same one, in ten minutes.

Authorization code with PKCE (RFC 7636), state and nonce (OpenID Connect Core 1.0, section 3.1) and, where the provider
names itself, its issuer (RFC 9207). Kept by this process: a new start of the desk lets people begin once more.
"""

import hmac
import secrets
from base64 import urlsafe_b64encode
from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from threading import Lock
from typing import Generic, TypeVar
from urllib.parse import urlencode

from takedown.errors import ProviderError
from takedown.oidc.id_token import UnknownKeyError, read_id_token
from takedown.oidc.provider import Provider, shown_code

LIFE = timedelta(minutes=10)
MOST = 1000
MAX_CODE = 4096
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Begun:
    """``url``: where the browser goes; ``cookie``: what it must bring back."""

    url: str
    cookie: str


@dataclass(frozen=True, slots=True)
class Proven:
    """Whom the provider vouches for, and the page that they wanted."""

    issuer: str
    subject: str
    to: str


@dataclass(frozen=True, slots=True)
class Back:
    """What the browser brings back from the provider."""

    state: str = ""
    code: str = ""
    issuer: str = ""
    error: str = ""
    cookie: str = ""


@dataclass(frozen=True, slots=True)
class _Begun:
    nonce: str
    verifier: str
    cookie: str
    to: str


class _Waiting(Generic[T]):
    """Values under keys that nobody guesses, each for ten minutes; the oldest goes when there are too many."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, tuple[T, datetime]] = OrderedDict()
        self._lock = Lock()

    def put(self, value: T, now: datetime) -> str:
        key = secrets.token_urlsafe(32)
        with self._lock:
            self._kept[key] = (value, now + LIFE)
            while len(self._kept) > MOST:
                self._kept.popitem(last=False)
        return key

    def get(self, key: str, now: datetime, *, drop: bool) -> T | None:
        with self._lock:
            found = self._kept.pop(key, None) if drop else self._kept.get(key)
        return found[0] if found is not None and now < found[1] else None


@dataclass(frozen=True, slots=True)
class Flows:
    """The sign-ins under way through one provider."""

    provider: Provider
    _begun: _Waiting[_Begun] = field(default_factory=_Waiting)
    _proven: _Waiting[Proven] = field(default_factory=_Waiting)

    def begin(self, to: str, now: datetime) -> Begun:
        """Raises ProviderError where the provider cannot be asked."""
        endpoint = self.provider.endpoints(now).authorization
        begun = _Begun(secrets.token_urlsafe(32), secrets.token_urlsafe(48), secrets.token_urlsafe(32), to)
        settings = self.provider.settings
        asked = {
            "response_type": "code",
            "client_id": settings.client_id,
            "redirect_uri": settings.back,
            "scope": "openid",
            "state": self._begun.put(begun, now),
            "nonce": begun.nonce,
            "code_challenge": challenge_of(begun.verifier),
            "code_challenge_method": "S256",
        }
        return Begun(_with(endpoint, asked), begun.cookie)

    def finish(self, back: Back, now: datetime) -> Proven:
        """Takes the code to the provider and weighs its word. Raises ProviderError; each state is taken once."""
        begun = self._begun.get(back.state[:100], now, drop=True)
        if begun is None or not hmac.compare_digest(begun.cookie.encode(), back.cookie.encode()):
            raise ProviderError(
                "this sign-in was not begun in this browser, or is over: begin again",
                "lần đăng nhập này không bắt đầu từ trình duyệt này, hoặc đã xong: hãy làm lại từ đầu",
            )
        self._check_issuer(back.issuer, now)
        if back.error:
            code = shown_code(back.error)
            raise ProviderError(f"the provider says no ({code})", f"nơi đăng nhập từ chối ({code})")
        if not 0 < len(back.code) <= MAX_CODE:
            raise ProviderError("the provider sent no code: begin again", "nơi đăng nhập không gửi mã: hãy làm lại")
        token = self.provider.exchange(back.code, begun.verifier, now)
        return Proven(self.provider.settings.issuer, self._subject(token, begun.nonce, now), begun.to)

    def hold(self, proven: Proven, now: datetime) -> str:
        """Keeps it until the person has typed a one-time code; gives the cookie's value."""
        return self._proven.put(proven, now)

    def held(self, key: str, now: datetime, *, drop: bool = False) -> Proven | None:
        """What was held under the cookie's value."""
        return self._proven.get(key[:100], now, drop=drop)

    def way_out(self, after: str) -> str:
        """Where a browser ends its sign-in at the provider, or "" where that is not known (OpenID Connect RP-Initiated
        Logout 1.0); ``after``: where it comes back to."""
        endpoints, settings = self.provider.known_endpoints(), self.provider.settings
        if endpoints is None or not endpoints.end:
            return ""
        return _with(endpoints.end, {"client_id": settings.client_id, "post_logout_redirect_uri": after})

    def _check_issuer(self, named: str, now: datetime) -> None:
        if not named and not self.provider.endpoints(now).names_itself:
            return
        if named != self.provider.settings.issuer:
            raise ProviderError(
                "another provider answered than was asked (`iss`): begin again",
                "nơi trả lời không phải nơi đã hỏi (`iss`): hãy làm lại từ đầu",
            )

    def _subject(self, token: str, nonce: str, now: datetime) -> str:
        settings = self.provider.settings
        wanted = {"issuer": settings.issuer, "client_id": settings.client_id, "nonce": nonce}
        try:
            return read_id_token(token, self.provider.keys(now), now=now, **wanted)
        except UnknownKeyError:
            return read_id_token(token, self.provider.keys(now, anew=True), now=now, **wanted)


def challenge_of(verifier: str) -> str:
    """S256 of RFC 7636, section 4.2."""
    return urlsafe_b64encode(sha256(verifier.encode()).digest()).rstrip(b"=").decode()


def _with(address: str, fields: dict[str, str]) -> str:
    return f"{address}{'&' if '?' in address else '?'}{urlencode(fields)}"
