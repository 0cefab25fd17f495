"""What a scam can be known again by: the accounts, phones, handles and trackers that a site's pages name."""

from collections.abc import Iterator

from crawler.detection.facts import PageFacts, PhoneKind, SiteFacts

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
