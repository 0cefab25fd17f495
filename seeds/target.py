"""Reads what a person or a file names as a target: a URL, a bare host name, a defanged copy from a report."""

import re
import unicodedata
from functools import lru_cache
from ipaddress import ip_address
from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit, urlunsplit

import idna

from seeds.model import GIVEN, Seed, SeedProblem

if TYPE_CHECKING:
    from tldextract import TLDExtract

MAX_URL = 2000  # characters

# Defanged spellings of reports: hxxps://shop[.]example, hxxp[:]//shop(dot)example
DEFANGED = (
    (re.compile(r"[\[({](?:dot|chấm|cham)[\])}]", re.IGNORECASE), "."),
    (re.compile(r"[\[({]\.[\])}]"), "."),
    (re.compile(r"^h(?:xx|tt|\*\*)p(s?)(?:\[:\]//|\[://\]|://)", re.IGNORECASE), r"http\1://"),
)
WILDCARD = re.compile(r"^(?:\*\.|\.)(?=[^./])")  # lists write «.shop.example» for a domain with all below it
LABEL = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)", re.ASCII)
SCHEME = re.compile(r"^([a-z][a-z0-9+.-]*):(?=//|[^0-9/])", re.IGNORECASE)


class UnusableTargetError(ValueError):
    """What was named is no target; ``remedy`` says what to write instead."""

    def __init__(self, message: str, remedy: str, message_vi: str, remedy_vi: str) -> None:
        super().__init__(message)
        self.remedy, self.message_vi, self.remedy_vi = remedy, message_vi, remedy_vi


@lru_cache(maxsize=1)
def suffixes() -> "TLDExtract":
    """The public suffix list as shipped: never fetched, never cached on disk."""
    from tldextract import TLDExtract  # loads slowly, and whoever reads the brands alone has no use for it

    return TLDExtract(suffix_list_urls=(), cache_dir=None)


@lru_cache(maxsize=65_536)
def registrable_domain(host: str) -> str:
    """eTLD+1 of ``host``; the host itself where there is none (an address, a bare suffix). An ending that the list does
    not have, as one younger than the list, counts as a suffix of one label: the list's own default."""
    read = suffixes()(host)
    if read.suffix or ":" in host or read.domain == host:
        return read.top_domain_under_public_suffix or host
    return ".".join(host.rstrip(".").split(".")[-2:])


def parse_target(text: str, *, path: str = GIVEN, line: int = 0) -> Seed | SeedProblem:
    """A seed, or the problem with its remedy; never raises. A bare host name is taken for ``https://host/``."""
    try:
        url, host = read_url(text)
    except UnusableTargetError as error:
        return SeedProblem(
            path,
            line,
            f"{shown(text)} is no target: {error}",
            error.remedy,
            f"{shown(text)} không phải mục tiêu: {error.message_vi}",
            error.remedy_vi,
        )
    source = f"{path}:{line}" if line else path
    return Seed(url=url, host=host, domain=registrable_domain(host), source=source[:500])


def read_url(text: str) -> tuple[str, str]:
    """(URL in ASCII, host in A-label form). Raises UnusableTargetError."""
    plain = WILDCARD.sub("", undefang(text.strip().strip("<>\"'")))
    if not plain:
        raise UnusableTargetError(
            "it is empty", "remove the line, or name a host", "trống", "bỏ dòng này, hoặc nêu tên máy"
        )
    if any(unicodedata.category(letter).startswith("C") for letter in plain) or " " in plain:
        raise UnusableTargetError(
            "it holds blanks or control characters",
            "write one address a line, without them",
            "có khoảng trắng hoặc ký tự điều khiển",
            "mỗi dòng một địa chỉ, không có chúng",
        )
    scheme = SCHEME.match(plain)
    if scheme and scheme[1].lower() not in {"http", "https"} and not plain[scheme.end() :].startswith("//"):
        raise UnusableTargetError(
            f"{scheme[1].lower()}: is not a web address",
            "write an http or https address",
            f"{scheme[1].lower()}: không phải địa chỉ web",
            "viết địa chỉ http hoặc https",
        )
    if "://" not in plain:
        plain = f"https://{plain}"
    return assemble(plain)


def assemble(plain: str) -> tuple[str, str]:
    """The normalised URL of an address with a scheme."""
    try:
        parts = urlsplit(plain)
        port = parts.port
    except ValueError as error:
        raise UnusableTargetError(
            str(error), "correct the address", f"địa chỉ sai ({error})", "sửa lại địa chỉ"
        ) from error
    if port == 0:
        raise UnusableTargetError(
            "port 0 is nobody's", "leave the port out, or correct it", "cổng 0 không có thật", "bỏ cổng, hoặc sửa lại"
        )
    if parts.scheme.lower() not in {"http", "https"}:
        scheme = plain.partition("://")[0]  # as it was written: what is no scheme at all is parsed as none
        raise UnusableTargetError(
            f"{scheme}: is not a web address",
            "write an http or https address",
            f"{scheme}: không phải địa chỉ web",
            "viết địa chỉ http hoặc https",
        )
    if parts.username is not None or parts.password is not None:
        raise UnusableTargetError(
            "it carries a user name or password",
            "leave out what stands before the @",
            "có tên hoặc mật khẩu trong địa chỉ",
            "bỏ phần trước dấu @",
        )
    host = ascii_host(parts.hostname or "")
    netloc = f"[{host}]" if ":" in host else host
    default = {"http": 80, "https": 443}[parts.scheme.lower()]
    if port not in {None, default}:
        netloc = f"{netloc}:{port}"
    path = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~-._")
    query = quote(parts.query, safe="/?%:@!$&'()*+,;=~-._[]")
    url = urlunsplit((parts.scheme.lower(), netloc, path, query, ""))
    if len(url) > MAX_URL:
        raise UnusableTargetError(
            f"it is longer than {MAX_URL} characters",
            "cut what comes after the path",
            f"dài quá {MAX_URL} ký tự",
            "cắt phần sau đường dẫn",
        )
    return url, host


def ascii_host(host: str) -> str:
    """``host`` in lower-case A-label form. Raises UnusableTargetError."""
    bare = unicodedata.normalize("NFKC", host).rstrip(".").lower()
    if not bare:
        raise UnusableTargetError(
            "there is no host name in it", "write it as https://host/", "không có tên máy", "viết như https://tên-máy/"
        )
    if ":" in bare:
        return ip_host(bare)
    if not bare.isascii():
        bare = a_labels(bare)
    if "." not in bare:
        raise UnusableTargetError(
            f"«{bare[:60]}» is no full host name",
            "write it with its ending, as shop.example",
            f"«{bare[:60]}» không phải tên máy đầy đủ",
            "viết cả đuôi, như shop.example",
        )
    if len(bare) > 253 or any(len(label) > 63 for label in bare.split(".")):
        raise UnusableTargetError(
            "the host name is longer than any may be (253 characters, 63 between two dots)",
            "correct the host name",
            "tên máy dài hơn mức cho phép (253 ký tự, giữa hai dấu chấm 63)",
            "sửa lại tên máy",
        )
    if not all(LABEL.fullmatch(label) for label in bare.split(".")):
        raise UnusableTargetError(
            "the host name holds what none may hold",
            "correct the host name",
            "tên máy có ký tự không được phép",
            "sửa lại tên máy",
        )
    return ip_host(bare) if bare.rpartition(".")[2].isdigit() else bare


def ip_host(text: str) -> str:
    """An address in its usual spelling. Raises UnusableTargetError."""
    try:
        return str(ip_address(text))
    except ValueError as error:
        raise UnusableTargetError(
            f"«{text[:60]}» is no address",
            "correct it, or name the host",
            f"«{text[:60]}» không phải địa chỉ",
            "sửa lại, hoặc nêu tên máy",
        ) from error


def a_labels(name: str) -> str:
    """A name in other letters than ASCII, in its A-label form. Raises UnusableTargetError."""
    try:
        return idna.encode(name, uts46=True).decode("ascii")
    except idna.IDNAError as error:
        raise UnusableTargetError(
            f"the host name cannot be written in ASCII ({error})"[:200],
            "correct it",
            f"tên máy không viết được bằng ASCII ({error})"[:200],
            "sửa lại",
        ) from error


def undefang(text: str) -> str:
    """``hxxps://shop[.]example`` as a browser would need it."""
    for pattern, plain in DEFANGED:
        text = pattern.sub(plain, text)
    return text


def shown(text: str) -> str:
    """The text in a message: short, and without characters that act on a terminal."""
    short = text if len(text) <= 100 else f"{text[:100]}…"
    return "«" + "".join(c if c.isprintable() and unicodedata.category(c) != "Cf" else "�" for c in short) + "»"
