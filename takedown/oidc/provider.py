"""The sign-in provider as its discovery document describes it: where to send people, whom to ask, which keys sign.

OpenID Connect Discovery 1.0, section 3, and RFC 8414. Nothing is asked but at the origins that the operator named.
"""

import json
import re
from base64 import b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import BoundedSemaphore
from typing import Any
from urllib.parse import quote_plus, urlencode, urlsplit

from joserfc.jwk import KeySet

from takedown.errors import ProviderDownError, ProviderError
from takedown.oidc.kept import Kept
from takedown.oidc.keys import read_keys

MAX_BYTES = 256_000
KEPT = timedelta(hours=1)
RENEWED = timedelta(minutes=1)  # keys are asked for anew no more often, whatever a token names
LONGEST_ADDRESS = 2000
AT_ONCE = 8  # codes that are exchanged at once: the rest of the desk keeps its threads
PATIENCE = 2.0  # seconds
_CODE = re.compile(r"[a-z_]{1,40}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP answer, not redirected."""

    status: int
    body: bytes


# (method, address, body, headers) -> the answer; bounded in bytes and time. Raises ProviderDownError.
Ask = Callable[[str, str, bytes, Mapping[str, str]], Answer]


@dataclass(frozen=True, slots=True)
class ProviderSettings:
    """``issuer`` as the provider spells it; ``back``: where it sends people; ``origins``: where it may be asked."""

    issuer: str
    client_id: str
    back: str
    secret: str = ""
    origins: frozenset[str] = frozenset()

    @property
    def label(self) -> str:
        """How people know it."""
        return urlsplit(self.issuer).hostname or self.issuer


@dataclass(frozen=True, slots=True)
class Endpoints:
    """``names_itself``: each answer to a browser carries the issuer (RFC 9207); ``end``: "" where there is none."""

    authorization: str
    token: str
    keys: str
    end: str
    names_itself: bool
    basic: bool  # the secret travels as HTTP Basic, else in the form


class Provider:
    """One provider. What it answers is kept for an hour, its silence for a quarter of a minute."""

    def __init__(self, settings: ProviderSettings, ask: Ask) -> None:
        self.settings = settings
        self._ask = ask
        self._origins = settings.origins | {origin_of(settings.issuer)}
        self._endpoints = Kept(self._discover, KEPT)
        self._keys = Kept(self._fetch_keys, KEPT)
        self._exchanges = BoundedSemaphore(AT_ONCE)

    def endpoints(self, now: datetime) -> Endpoints:
        """Raises ProviderError."""
        return self._endpoints.get(now)

    def known_endpoints(self) -> Endpoints | None:
        """What was learnt last, without asking."""
        return self._endpoints.last

    def keys(self, now: datetime, *, anew: bool = False) -> KeySet:
        """The keys that sign; ``anew``: a token names none of those kept. Raises ProviderError."""
        return self._keys.get(now, older_than=RENEWED if anew else None)

    def exchange(self, code: str, verifier: str, now: datetime) -> str:
        """The ID token for a code. Raises ProviderError."""
        endpoints = self.endpoints(now)
        form, headers = self._credentials(endpoints)
        form |= {"grant_type": "authorization_code", "code": code, "redirect_uri": self.settings.back}
        form["code_verifier"] = verifier
        headers |= {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
        if not self._exchanges.acquire(timeout=PATIENCE):
            raise ProviderDownError("too many sign-ins at once: try again", "nhiều người đăng nhập cùng lúc: thử lại")
        try:
            answer = self._ask("POST", endpoints.token, urlencode(form).encode(), headers)
        finally:
            self._exchanges.release()
        said = read_object(answer)
        if answer.status != 200:
            raise _refusal(answer.status, said)
        token = said.get("id_token")
        if not isinstance(token, str):
            raise ProviderDownError(
                "the provider gave no ID token: is `openid` allowed there?",
                "nơi đăng nhập không trả ID token: nơi đó đã cho phép `openid` chưa?",
            )
        return token

    def _credentials(self, endpoints: Endpoints) -> tuple[dict[str, str], dict[str, str]]:
        """Form fields and headers that say who asks (RFC 6749, section 2.3.1)."""
        name, secret = self.settings.client_id, self.settings.secret
        if not secret:
            return {"client_id": name}, {}
        if not endpoints.basic:
            return {"client_id": name, "client_secret": secret}, {}
        pair = f"{quote_plus(name)}:{quote_plus(secret)}".encode()
        return {}, {"Authorization": f"Basic {b64encode(pair).decode()}"}

    def _get(self, address: str) -> dict[str, Any]:
        answer = self._ask("GET", address, b"", {"Accept": "application/json"})
        if answer.status != 200:
            raise _refusal(answer.status, {})
        return read_object(answer)

    def _fetch_keys(self, now: datetime) -> KeySet:
        return read_keys(self._get(self.endpoints(now).keys))

    def _discover(self, now: datetime) -> Endpoints:
        found = self._get(self.settings.issuer.rstrip("/") + "/.well-known/openid-configuration")
        if found.get("issuer") != self.settings.issuer:
            raise ProviderDownError(
                "the provider calls itself otherwise than LACHAN_OIDC_ISSUER does, to the letter: "
                f"{str(found.get('issuer'))[:200]}",
                "nơi đăng nhập tự xưng khác với LACHAN_OIDC_ISSUER, phải đúng từng chữ: "
                f"{str(found.get('issuer'))[:200]}",
            )
        methods = found.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
        challenges = found.get("code_challenge_methods_supported", ["S256"])
        _require(_holds(challenges, "S256"), "PKCE with S256", "PKCE với S256")
        basic = _holds(methods, "client_secret_basic")
        way = basic or _holds(methods, "client_secret_post") or not self.settings.secret
        _require(way, "client_secret_basic or client_secret_post", "client_secret_basic hoặc client_secret_post")
        return Endpoints(
            authorization=self._address(found, "authorization_endpoint"),
            token=self._address(found, "token_endpoint"),
            keys=self._address(found, "jwks_uri"),
            end=self._address(found, "end_session_endpoint") if found.get("end_session_endpoint") else "",
            names_itself=found.get("authorization_response_iss_parameter_supported") is True,
            basic=basic,
        )

    def _address(self, found: Mapping[str, Any], name: str) -> str:
        address = found.get(name)
        plain = isinstance(address, str) and address.isascii() and address.isprintable() and "#" not in address
        if not plain or len(str(address)) > LONGEST_ADDRESS or " " in str(address):
            raise ProviderDownError(
                f"the provider's discovery document has no usable `{name}`",
                f"tài liệu khám phá của nơi đăng nhập không có `{name}` dùng được",
            )
        origin = origin_of(str(address))
        if origin not in self._origins:
            raise ProviderDownError(
                f"the provider's `{name}` lies at {origin or 'no origin'}, which is not allowed: LACHAN_OIDC_ORIGINS",
                f"`{name}` của nơi đăng nhập nằm ở {origin or 'nơi lạ'}, chưa được phép: LACHAN_OIDC_ORIGINS",
            )
        return str(address)


def origin_of(address: str) -> str:
    """Scheme, host and port as browsers compare them; "" for what has none."""
    try:
        parts = urlsplit(address)
        port = parts.port or {"https": 443, "http": 80}.get(parts.scheme)
    except ValueError:
        return ""
    if port is None or not parts.hostname or "@" in parts.netloc or "\\" in address:
        return ""
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return f"{parts.scheme}://{host}:{port}"


def read_object(answer: Answer) -> dict[str, Any]:
    """The JSON object of an answer. Raises ProviderDownError."""
    try:
        found = json.loads(answer.body) if len(answer.body) <= MAX_BYTES else None
    except (ValueError, RecursionError):
        found = None
    if isinstance(found, dict):
        return found
    raise ProviderDownError(
        f"the provider's answer (HTTP {answer.status}) is no JSON object of at most {MAX_BYTES:,} bytes",
        f"trả lời của nơi đăng nhập (HTTP {answer.status}) không phải đối tượng JSON dưới {MAX_BYTES:,} byte",
    )


def shown_code(value: object) -> str:
    """An error code of OAuth 2.0 as it may be shown; whatever else was sent is not."""
    return value if isinstance(value, str) and _CODE.fullmatch(value) else "?"


def _refusal(status: int, said: Mapping[str, Any]) -> ProviderError:
    if status >= 500 or "error" not in said:
        return ProviderDownError(f"the provider answers HTTP {status}", f"nơi đăng nhập trả lời HTTP {status}")
    code = shown_code(said["error"])
    return ProviderError(
        f"the provider does not take the code ({code}): sign in again",
        f"nơi đăng nhập không nhận mã này ({code}): đăng nhập lại",
    )


def _holds(values: object, wanted: str) -> bool:
    return isinstance(values, list) and wanted in values


def _require(there: bool, en: str, vi: str) -> None:
    if not there:
        raise ProviderDownError(f"the provider does not offer {en}", f"nơi đăng nhập không hỗ trợ {vi}")
