"""Every reader of a stranger's bytes, what it may raise, and small samples of ours to begin from."""

import gzip
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from tempfile import TemporaryDirectory

from whois.exceptions import WhoisError
from whois.parser import WhoisEntry

from crawler.bounds import DEFAULT_BOUNDS
from crawler.codings import undo_codings
from crawler.config_check import setting_faults
from crawler.detection.engine import assess
from crawler.detection.facts import PageView, SiteFacts
from crawler.egress.hostname import parse_host
from crawler.egress.http import FetchError, _followed
from crawler.egress.policy import EgressPolicy
from crawler.egress.proxy_head import ProxyHeadError, parse_proxy_head
from crawler.enrichment.address_bootstrap import parse_address_bootstrap
from crawler.enrichment.answer import MalformedAnswerError
from crawler.enrichment.bootstrap_json import parse_bootstrap, parse_copy
from crawler.enrichment.contract_api import parse_contract
from crawler.enrichment.network_json import parse_network
from crawler.enrichment.networks import parse_origin
from crawler.enrichment.rdap_json import parse_rdap
from crawler.enrichment.registry_paste import UnreadablePasteError, parse_paste
from crawler.enrichment.vietnam_dates import read_date
from crawler.enrichment.whois_servers import parse_iana
from crawler.enrichment.whois_text import iana_id, judge_opening, named, referral, tame_text
from crawler.errors import EgressRefusedError, EvidenceError, SettingsError
from crawler.evidence.manifest import parse_manifest
from crawler.feeds.ct_entry import UnreadableEntryError, parse_leaf
from crawler.middlewares.robots import ROBOTS_BYTES, parse_robots
from crawler.page_types import is_page_type
from crawler.parsing.contacts import find_emails, parse_phone
from crawler.parsing.encoding import decode_html
from crawler.parsing.firstlook import first_look
from crawler.parsing.handles import parse_handle
from crawler.parsing.likeness import picture_mark
from crawler.parsing.message import parse_message
from crawler.parsing.page import parse_page
from crawler.parsing.prices import find_amounts, read_number
from crawler.parsing.qr import read_codes
from crawler.parsing.vietqr import parse_code_url, parse_payload, read_tlv
from crawler.rendering.vantages import FETCH
from crawler.stand_ins import judge_look
from crawler.visit import Exchange, Outcome, Visit
from seeds import parse_target
from seeds.book import read_csv, read_toml
from seeds.brands import load_brands
from seeds.model import SeedDataError
from seeds.protected import load_protected
from takedown.delivery.replies import body_text, judge_kind
from takedown.inert import inert
from takedown.recipients import load
from tests.drawn_logos import as_bytes, draw_logo

WHOIS_ERRORS = (WhoisError, ValueError, TypeError, LookupError, AttributeError, OverflowError)  # as in whois_child.py
NOW = datetime(2026, 11, 1, tzinfo=UTC)
DOMAIN = "shop.example"
URL = f"https://{DOMAIN}/a"
HERE = Path("seeds.csv")


@dataclass(frozen=True, slots=True)
class Reader:
    """``declared``: what it may raise. ``shown``: every text in what it returns stands on screens as it is."""

    name: str
    read: Callable[[bytes], object]
    samples: tuple[bytes, ...]
    declared: tuple[type[Exception], ...] = ()
    shown: bool = False


def text(data: bytes) -> str:
    """Any bytes as text, half pairs included: scripts and JSON can spell them."""
    return (
        data.decode("utf-8", "surrogatepass" if b"\xed" in data else "replace")
        if _is_utf8(data)
        else data.decode("latin-1")
    )


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        return False
    return True


def read_facts(data: bytes) -> object:
    """A page's whole way: facts, first look, score."""
    facts = parse_page(data, url=URL, observed_at=NOW)
    assess(SiteFacts(DOMAIN, DOMAIN, NOW, (PageView(facts),)))
    return facts, first_look(data, url=URL)


def read_vietqr(data: bytes) -> object:
    """Payloads, their fields, and the addresses of generators."""
    return parse_payload(text(data)), read_tlv(text(data)), parse_code_url(text(data))


def read_whois(data: bytes) -> object:
    """An answer's way up to the parser that has a process of its own."""
    tamed = tame_text(data)
    return tamed, judge_opening(tamed), referral(tamed), iana_id(tamed), named(tamed), parse_iana(tamed, "example")


def read_mail(data: bytes) -> object:
    """An answer to a notice."""
    message = message_from_bytes(data, policy=policy.default)
    assert isinstance(message, EmailMessage)
    return judge_kind(message), body_text(message)


def read_coded(data: bytes) -> object:
    """All codings that are known, on the same bytes."""
    return [undo_codings(data, coding, 100_000) for coding in ("gzip", "deflate", "br", "zstd", "gzip, br")]


def read_record(data: bytes) -> object:
    """What the library makes of an answer, in the process that may be killed."""
    return WhoisEntry.load(DOMAIN, tame_text(data))


def on_disk(name: str, load: Callable[[Path], object]) -> Callable[[bytes], object]:
    """A loader of a file, fed with bytes."""

    def read(data: bytes) -> object:
        with TemporaryDirectory() as folder:
            file = Path(folder, name)
            file.write_bytes(data)
            return load(file)

    return read


def read_settings(data: bytes) -> object:
    """What an operator wrote, as far as it is taken apart."""
    return [EgressPolicy.parse(**{name: text(data)}) for name in ("egress_allow", "egress_map", "egress_ports")]


def read_look(data: bytes) -> object:
    """What a first look makes of answers in each of a stand-in's clothes."""
    look = first_look(data, url=URL)
    refresh = Exchange(URL, "GET", 200, NOW, response_headers=(("Refresh", text(data)[:300]),))
    visits = (Visit(URL, URL, FETCH, outcome, NOW, NOW, html=data, exchanges=(refresh,)) for outcome in Outcome)
    return [judge_look(look, visit, ()) for visit in visits], is_page_type(text(data), data)


def read_location(data: bytes) -> object:
    """Where a registry's server sends its client."""
    return _followed("http://rdap.a.example/x", text(data))


PAGE = (
    "<!doctype html><html lang=vi><title>Kho giày</title><h1>Giảm 90%</h1><p>1.290.000đ, chuyển khoản STK 0123456789"
    " Vietcombank, chủ TK NGUYEN VAN A, Zalo 0905 123 456, MST 0312345678</p><form action=/a><input name=otp></form>"
    '<a href=\'https://t.me/kho_giay\'>Telegram</a><script type=\'application/ld+json\'>{"@type":"Product","offers":'
    '{"price":"99000"}}</script><script>var a="\\ud800\\u202e"</script><img src="data:image/png;base64,AAAA">'
).encode()
QR = (
    b"00020101021238570010A00000072701270006970436011301234567890120208QRIBFTTA530370454061000005802VN62080804thue63"
    b"04ABCD"
)
WHOIS = (
    b"Domain Name: SHOP.EXAMPLE\r\nRegistrar: Registrar A\r\nRegistrar WHOIS Server: whois.a.example\r\n"
    b"Registrar IANA ID: 1234\r\nCreation Date: 2026-11-01T00:00:00Z\r\nDomain Status: clientHold https://icann.org/epp\r\n"
    b"Name Server: ns1.a.example\r\n>>> Last update <<<\r\nterms"
)
RDAP = json.dumps(
    {
        "objectClassName": "domain",
        "ldhName": DOMAIN,
        "status": ["client hold"],
        "events": [{"eventAction": "registration", "eventDate": "2026-11-01T00:00:00Z"}],
        "nameservers": [{"ldhName": "ns1.a.example"}],
        "links": [{"rel": "related", "type": "application/rdap+json", "href": "https://rdap.a.example/domain/x"}],
        "entities": [
            {
                "roles": ["registrar", "abuse"],
                "publicIds": [{"type": "IANA Registrar ID", "identifier": "1234"}],
                "vcardArray": ["vcard", [["fn", {}, "text", "Registrar A"], ["email", {}, "text", "abuse@a.example"]]],
            }
        ],
    }
).encode()
NETWORK = json.dumps(
    {
        "objectClassName": "ip network",
        "startAddress": "203.0.113.0",
        "endAddress": "203.0.113.255",
        "name": "NET",
        "country": "VN",
        "entities": [{"roles": ["abuse"], "vcardArray": ["vcard", [["email", {}, "text", "abuse@b.example"]]]}],
    }
).encode()
SERVICES = [[["com"] + [f"e{n}x" for n in range(300)], ["https://rdap.a.example/"]]]
BOOTSTRAP = json.dumps({"version": "1.0", "services": SERVICES}).encode()
COPY = json.dumps({"source": "a", "fetched_at": "2026-11-01T00:00:00+00:00", "services": SERVICES}).encode()
ADDRESSES = json.dumps(
    {"services": [[["192.0.2.0/24"], ["https://a.example/"]], [["198.51.100.0/24"], ["https://b.example/"]]]}
).encode()
PASTE = (
    "Tên miền: shop.example\nNhà đăng ký: Công ty A\nChủ thể: Nguyễn Văn A\nNgày đăng ký: 02-11-2026\n"
    "Trạng thái: clientHold, ok\nMáy chủ tên miền:\n- ns1.a.example\n- ns2.a.example\nlạ"
).encode()
CONTRACT = json.dumps({"data": {"domainName": DOMAIN, "registrar": "A", "creationDate": "2026-11-01"}}).encode()
HEAD = (
    b"GET http://a.example:8080/x?y HTTP/1.1\r\nHost: a.example\r\nProxy-Authorization: Basic YQ==\r\n"
    b"Content-Length: 3\r\n\r\n"
)
MAIL = (
    b"From: a@b.example\r\nSubject: =?utf-8?b?4oCu?= LC-23456789AB\r\nMIME-Version: 1.0\r\n"
    b"Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n"
    b"Content-Type: text/html; charset=utf-7\r\n\r\n<b>Da go</b>\r\n"
    b"--x\r\nContent-Type: application/pdf; name*=utf-8''..%2fa\r\n"
    b"Content-Transfer-Encoding: base64\r\n\r\nAA==\r\n--x--\r\n"
)
BRANDS = (
    "[[brand]]\nid = 'a'\ntype = 'bank'\nname_vi = 'Ngân hàng A'\ndomain_confirmed = true\ndomain_source = 'a'\n"
    "official_domains = ['a.example']\n"
).encode()
PROTECTED = (
    b"domain,kind,reason,source,confirmed,last_verified\n.gov.vn,suffix,a,b,yes,2026-11\na.example,domain,a,b,no,\n"
)
RECIPIENT = Path(load.__file__).parent.joinpath("registrars").glob("*.toml")
READERS = (
    Reader("brands", on_disk("brands.toml", load_brands.__wrapped__), (BRANDS,), (SeedDataError,)),
    Reader("protected", on_disk("protected.csv", load_protected.__wrapped__), (PROTECTED,), (SeedDataError,)),
    Reader(
        "recipient",
        on_disk("a.toml", load.read_recipient),
        tuple(path.read_bytes() for path in sorted(RECIPIENT)[:2]),
        (load.RecipientDataError,),
    ),
    Reader(
        "egress settings", read_settings, (b"127.0.0.1:80", b"*.a.example=192.0.2.1:80", b"80,443"), (SettingsError,)
    ),
    Reader("settings file", on_disk("lachan.toml", lambda file: list(setting_faults({}, file))), (b"delay = 1\n",)),
    Reader(
        "first look", read_look, (PAGE, b"<title>404</title><meta http-equiv=refresh content='0; /a'>", b"0; url=/a")
    ),
    Reader("location", read_location, (b"/a", b"https://a.example/"), (FetchError, ValueError)),
    Reader("facts", read_facts, (PAGE, b"<table><template shadowrootmode=open><b>x", b"<svg><title><p></svg>")),
    Reader(
        "vietqr",
        read_vietqr,
        (
            QR,
            b"https://img.vietqr.io/image/VCB-0123456789-compact.png?accountName=A",
            b"https://qr.sepay.vn/img?acc=1&bank=MB",
        ),
    ),
    Reader("whois", read_whois, (WHOIS, b"No match for SHOP.EXAMPLE", b"domain: EXAMPLE\nwhois: whois.a.example\n")),
    Reader("whois record", read_record, (WHOIS,), WHOIS_ERRORS),
    Reader("rdap", lambda data: parse_rdap(data, DOMAIN), (RDAP,), (MalformedAnswerError,)),
    Reader(
        "network", lambda data: parse_network(data, "203.0.113.7", "a"), (NETWORK,), (MalformedAnswerError,), shown=True
    ),
    Reader("origin", lambda data: parse_origin(text(data)), (b'"64500 | 192.0.2.0/24 | VN | apnic | 2014-03-28"',)),
    Reader("bootstrap", lambda data: parse_bootstrap(data, "a", NOW), (BOOTSTRAP,), (MalformedAnswerError,)),
    Reader("bootstrap copy", parse_copy, (COPY,), (MalformedAnswerError,)),
    Reader(
        "address bootstrap", lambda data: parse_address_bootstrap(data, 4, NOW), (ADDRESSES,), (MalformedAnswerError,)
    ),
    Reader("contract", lambda data: parse_contract(data, DOMAIN), (CONTRACT,), (MalformedAnswerError,), shown=True),
    Reader("paste", lambda data: parse_paste(text(data), DOMAIN), (PASTE,), (UnreadablePasteError,), shown=True),
    Reader("date", lambda data: read_date(text(data)), (b"02-11-2026", b"2026-11-02T00:00:00Z", b"02/11/2026 07:00")),
    Reader(
        "certificate log",
        parse_leaf,
        (b"\0\0" + b"\0" * 8 + b"\0\0\0\0\x05\x30\x03\x02\x01\x00\0\0",),
        (UnreadableEntryError,),
    ),
    Reader(
        "codings",
        read_coded,
        (gzip.compress(b"a" * 99), b"\x28\xb5\x2f\xfd\x04\x00\x01\x00\x00", b"\x0b\x02\x80abc\x03"),
    ),
    Reader("proxy head", parse_proxy_head, (HEAD, b"CONNECT a.example:443 HTTP/1.1\r\n\r\n"), (ProxyHeadError,)),
    Reader(
        "host", lambda data: parse_host(text(data)), (b"xn--a.example", "１２７.0.0.1".encode()), (EgressRefusedError,)
    ),
    Reader(
        "robots",
        lambda data: parse_robots(200, data[:ROBOTS_BYTES]),
        (b"User-agent: *\nDisallow: /a*$\nCrawl-delay: 1",),
    ),
    Reader("encoding", lambda data: decode_html(data, content_type=""), (b"<meta charset=utf-7>a", b"\xff\xfea\0")),
    Reader("message", lambda data: parse_message(text(data)), (b"OTP 123456 bit.ly/x STK 0123456789 MB",)),
    Reader("prices", lambda data: (find_amounts(text(data)), read_number(text(data))), ("1.290.000đ, 99k".encode(),)),
    Reader(
        "contacts",
        lambda data: (parse_phone(text(data)), find_emails(text(data))),
        (b"+84 905 123 456", b"a@b.example"),
    ),
    Reader("handle", lambda data: parse_handle(text(data)), (b"https://t.me/a", b"https://zalo.me/0905123456")),
    Reader(
        "picture", lambda data: read_codes(data, DEFAULT_BOUNDS), (b"GIF89a\x01\0\x01\0\0\0\0;", b"<svg xmlns='a'/>")
    ),
    Reader(
        "likeness",
        lambda data: picture_mark(data, DEFAULT_BOUNDS),
        (as_bytes(draw_logo(width=80)), b"\0\0\1\0\1\0\x10\x10\0\0\1\0\x20\0\x10\0\0\0\x16\0\0\0"),
    ),
    Reader("manifest", parse_manifest, (b"0" * 64 + b"  a\n",), (EvidenceError,)),
    Reader("mail", read_mail, (MAIL,)),
    Reader("target", lambda data: parse_target(text(data)), (b"hxxps://shop[.]example/a", "tên.vn".encode())),
    Reader("seed table", lambda data: list(read_csv(HERE, text(data))), (b'url,priority\nshop.example,3\n"a,b',)),
    Reader(
        "seed sites",
        lambda data: list(read_toml(HERE, text(data))),
        (b"[[site]]\nurl = 'shop.example'\npriority = 3\n",),
    ),
    Reader("inert", lambda data: inert(text(data)), ("a\u202eb\x1b[31m".encode(),), shown=True),
)
