"""Whether an ID token is this provider's word about this very sign-in. Pure.

OpenID Connect Core 1.0, section 3.1.3.7.
"""

from datetime import datetime, timedelta
from typing import Any

from joserfc import jwt
from joserfc.errors import ExpiredTokenError, InvalidClaimError, InvalidKeyIdError, JoseError, MissingClaimError
from joserfc.jwk import KeySet
from joserfc.jws import JWSRegistry

from takedown.errors import ProviderError
from takedown.oidc.links import is_subject

# public keys alone: with `none` or a shared secret anybody could sign
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512")
MAX_TOKEN = 16_000
LEEWAY = timedelta(minutes=1)
OLDEST = timedelta(minutes=10)  # the token was made for this sign-in, a moment ago


class UnknownKeyError(ProviderError):
    """The token names a key that is not among those given: they may have been exchanged."""


def read_id_token(text: str, keys: KeySet, *, issuer: str, client_id: str, nonce: str, now: datetime) -> str:
    """The subject. Raises ProviderError, UnknownKeyError."""
    claims = _signed_claims(text, keys)
    at = int(now.timestamp())
    expected = jwt.JWTClaimsRegistry(
        now=at,
        leeway=int(LEEWAY.total_seconds()),
        iss={"essential": True, "value": issuer},
        aud={"essential": True, "value": client_id},
        sub={"essential": True},
        exp={"essential": True},
        iat={"essential": True},
        nonce={"essential": True, "value": nonce},
    )
    try:
        expected.validate(claims)
    except ExpiredTokenError as error:
        raise _fault("it has expired", "đã hết hạn") from error
    except (MissingClaimError, InvalidClaimError) as error:
        name = getattr(error, "claim", "") or "?"
        raise _fault(f"its `{name}` does not hold", f"`{name}` không đúng") from error
    _check_further(claims, client_id, nonce, at)
    return str(claims["sub"])


def _check_further(claims: dict[str, Any], client_id: str, nonce: str, at: int) -> None:
    """What the library leaves open: a list where one value belongs, a token for several, an old one."""
    if claims["nonce"] != nonce:
        raise _fault("its `nonce` does not hold", "`nonce` không đúng")
    several = isinstance(claims["aud"], list) and len(claims["aud"]) != 1
    if claims.get("azp", None if several else client_id) != client_id:
        raise _fault("it was made for another program (`azp`)", "được cấp cho chương trình khác (`azp`)")
    if claims["iat"] < at - (OLDEST + LEEWAY).total_seconds():
        raise _fault("it was made long ago (`iat`)", "đã cấp từ lâu (`iat`)")
    if not is_subject(claims["sub"]):
        raise _fault("its `sub` does not hold", "`sub` không đúng")


def _signed_claims(text: str, keys: KeySet) -> dict[str, Any]:
    if len(text) > MAX_TOKEN or not text.isascii():
        raise _fault("it is too long", "quá dài")
    registry = JWSRegistry(algorithms=list(ALGORITHMS), strict_check_header=False)
    try:
        return jwt.decode(text, keys, algorithms=list(ALGORITHMS), registry=registry).claims
    except InvalidKeyIdError as error:
        raise UnknownKeyError(
            "the provider's word does not hold: it is signed with a key that the provider does not show",
            "lời của nơi đăng nhập không đúng: ký bằng khóa mà nơi đó không công bố",
        ) from error
    except (JoseError, ValueError, TypeError, KeyError, RecursionError) as error:
        raise _fault("its signature does not hold", "chữ ký không đúng") from error


def _fault(en: str, vi: str) -> ProviderError:
    return ProviderError(
        f"the provider's word does not hold: {en}. Sign in again.",
        f"lời của nơi đăng nhập không đúng: {vi}. Hãy đăng nhập lại.",
    )
