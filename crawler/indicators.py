"""What a scam can be known again by: accounts, phones, handles, trackers that its pages name, and what built them."""

from collections.abc import Iterator

from crawler.detection.borrowing import count_hosts, find_lender
from crawler.detection.facts import PageFacts, PhoneKind, SiteFacts, TrickKind
from crawler.detection.hosts import host_of

MAX_INDICATORS = 200
MAX_VALUE = 255


def site_indicators(site: SiteFacts) -> list[list[str]]:
    """``[kind, value, note]`` of every page, each once, at most 200. The note: the bank, the account's holder."""
    found: dict[tuple[str, str], str] = {}
    for page in site.pages:
        for kind, value, note in page_indicators(page.facts):
            if value and len(value) <= MAX_VALUE and len(found) < MAX_INDICATORS:
                found.setdefault((kind, value), note)
    return [[kind, value, note] for (kind, value), note in found.items()]


def page_indicators(facts: PageFacts) -> Iterator[tuple[str, str, str]]:
    """Those of one page, the money first."""
    for account in facts.bank_accounts:
        holder = " ".join(filter(None, (account.bank, account.holder)))
        yield "bank_account", f"{account.bin}:{account.number}", holder
    for code in facts.payment_qrs:
        if code.account:
            yield "bank_account", f"{code.bin}:{code.account}", "VietQR"
    for wallet in facts.wallets:
        yield "wallet", f"{wallet.provider}:{wallet.account}", wallet.holder
    for coin in facts.crypto_addresses:
        yield "crypto", f"{coin.currency}:{coin.address}", ""
    if facts.kits and not _is_anothers(facts):
        yield from (("kit", f"{mark.kind}:{mark.value}", "") for mark in facts.kits)
    for phone in facts.phones:
        if phone.kind is PhoneKind.MOBILE:  # hotlines and short numbers belong to many
            yield "phone", phone.number, ""
    for handle in facts.handles:
        yield "handle", f"{handle.platform}:{handle.value}", ""
    for tax_code in facts.tax_codes:
        yield "tax_code", tax_code.value, tax_code.kind
    for tracker in facts.trackers:
        yield "tracker", f"{tracker.kind}:{tracker.value}", ""
    for email in facts.emails:
        yield "email", email.lower(), ""


def _is_anothers(facts: PageFacts) -> bool:
    """Was the page copied from a site? Then its skeleton is that site's, which must not be found by it."""
    host = host_of(facts.url)
    copied = any(trick.kind is TrickKind.COPIED_PAGE for trick in facts.tricks)
    return copied or bool(find_lender(facts, host, count_hosts(facts, host)))
