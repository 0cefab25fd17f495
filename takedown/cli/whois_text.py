"""What a look-up found, in words: each fact with its source, conflicts beside each other, unknown said as unknown."""

from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any, Final

from storage.owner_names import SEALED, read_marker
from takedown.cli.shown import in_language, say, shown_time, shown_word
from takedown.owner_words import owner_words
from takedown.reasons import reason_words

if TYPE_CHECKING:
    from crawler.detection.facts import DomainFacts
    from takedown.cli.whois_ask import Found

FIELDS: Final = {
    "registrar": ("nhà đăng ký", "registrar"),
    "registrar_id": ("số IANA", "IANA number"),
    "registrant": ("chủ thể (tự khai)", "owner (own words)"),
    "registered_at": ("ngày đăng ký", "registered"),
    "updated_at": ("cập nhật", "updated"),
    "expires_at": ("hết hạn", "expires"),
    "statuses": ("trạng thái", "status"),
    "nameservers": ("máy chủ tên miền", "name servers"),
    "abuse_emails": ("liên hệ lạm dụng", "abuse contact"),
    "addresses": ("địa chỉ", "addresses"),
    "logged_at": ("vào nhật ký chứng thư", "in a certificate log"),
    "registration": ("đăng ký", "registration"),
}
SHARED: Final = {
    "address": ("địa chỉ", "address"),
    "name_server": ("máy chủ tên miền", "name server"),
    "certificate": ("chứng thư", "certificate"),
}


def say_record(found: "Found", language: str) -> None:
    """The whole record."""
    facts = found.facts
    head = f"{facts.host}" if facts.host == facts.domain else f"{facts.host}  ({facts.domain})"
    say(head, *_lookups(facts, language), "", *_statements(facts, language))
    say(*_servers(facts, language))
    for conflict in found.conflicts:
        said = " / ".join(
            f"{_owner(entry.value, language)} ({entry.service}, {entry.source})" for entry in conflict.said
        )
        words = in_language(language, *FIELDS[conflict.field])
        say(in_language(language, "KHÁC NHAU  ", "CONFLICT  ") + f"{words}: {said}")
    for shared in found.shared:
        words = in_language(language, "{} trang khác đã biết dùng chung {} {}", "{} other known sites share the {} {}")
        say("  " + words.format(shared.others, in_language(language, *SHARED[shared.kind]), shared.value))
    say(in_language(language, "bản ghi số ", "record ") + str(found.record_id))


def say_history(history: dict[str, Any], language: str) -> None:
    """Look-ups and changes, oldest first."""
    say(history["domain"])
    for row in history["records"]:
        asked = ((entry.get("service"), str(entry.get("state"))) for entry in row["lookups"])
        states = ", ".join(f"{service} {shown_word('lookup', state, language)}" for service, state in asked)
        say(f"  {shown_time(row['at'])}  #{row['record']}  {states}")
    for row in history["changes"]:
        name = in_language(language, *FIELDS.get(row["field"], (row["field"], row["field"])))
        say(f"  {shown_time(row['at'])}  {name}: {_words(row['before'], language)} → {_words(row['after'], language)}")
    if not history["records"]:
        say(in_language(language, "  chưa tra lần nào", "  never looked up"))


def _lookups(facts: "DomainFacts", language: str) -> Iterator[str]:
    for entry in facts.lookups:
        at = f"  {shown_time(entry.asked_at)}" if entry.asked_at else ""
        state, reason = shown_word("lookup", entry.state.value, language), reason_words(entry.reason, language)
        yield f"  {entry.service:<8}  {'  '.join(filter(None, (state, entry.source, reason)))}{at}"


def _statements(facts: "DomainFacts", language: str) -> Iterator[str]:
    for entry in facts.statements:
        name = in_language(language, *FIELDS[entry.field])
        value = _moment(entry.value) if entry.field.endswith("_at") else _owner(entry.value, language)
        yield f"  {name}: {value}  [{entry.service}, {entry.source}, {entry.confidence}]"
    if not facts.statements:
        yield in_language(language, "  đăng ký: không rõ", "  registration: unknown")


def _servers(facts: "DomainFacts", language: str) -> Iterator[str]:
    for record in facts.dns_records:
        yield f"  {record.type:<5} {record.name}: {', '.join(record.values)}"
    for network in facts.networks:
        parts = (
            network.range,
            network.name,
            network.holder,
            network.country,
            f"AS{network.asn}" if network.asn else "",
        )
        words = "  ".join(filter(None, (*parts, " ".join(network.abuse_emails))))
        yield f"  {network.address}: {words or in_language(language, 'mạng không rõ', 'network unknown')}"
    if facts.shield:
        words = in_language(language, "máy chủ gốc bị che sau {} ({})", "the origin is hidden behind {} ({})")
        yield "  " + words.format(facts.shield, facts.shield_sign)
    if facts.platform:
        yield in_language(language, "  trang của khách trên nền tảng: ", "  a customer's page on: ") + facts.platform
    for certificate in facts.certificates[:1]:
        yield f"  TLS: {certificate.issuer}  {shown_time(certificate.not_before)} – {shown_time(certificate.not_after)}"
    if facts.logged_at:
        words = in_language(language, "  vào nhật ký chứng thư lần đầu: ", "  first in a certificate log: ")
        yield words + shown_time(facts.logged_at)


def _words(values: list[str], language: str) -> str:
    """What a fact was or is; of an owner's name only that it is sealed."""
    return in_language(language, "(niêm phong)", "(sealed)") if values == [SEALED] else " ".join(values)


def _owner(value: str, language: str) -> str:
    """A sealed or erased name in words; anything else as it is."""
    marker = read_marker(value)
    return value if marker is None else owner_words(marker, language)


def _moment(text: str) -> str:
    """In Vietnam's time, where its registries' days are whole days."""
    when = datetime.fromisoformat(text).astimezone(timezone(timedelta(hours=7)))
    return when.strftime("%Y-%m-%d %H:%M +07")
