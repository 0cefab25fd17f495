"""From a page's bytes to its facts: the one door to this package's slower readers."""

from collections.abc import Mapping
from datetime import datetime

from crawler.bounds import DEFAULT_BOUNDS, Bounds
from crawler.detection.facts import BankAccount, Link, PageFacts, Wallet
from crawler.parsing import (
    article,
    contacts,
    crypto,
    downloads,
    emblems,
    forms,
    goods,
    handles,
    identity,
    kits,
    language,
    links,
    payments,
    prices,
    qr,
    text,
    trackers,
    tricks,
)
from crawler.parsing.encoding import decode_html
from crawler.parsing.tree import read_document

_NO_IMAGES: Mapping[str, bytes] = {}


def parse_page(
    html: bytes,
    *,
    url: str,
    observed_at: datetime,
    content_type: str = "",
    status: int = 200,
    images: Mapping[str, bytes] = _NO_IMAGES,
    bounds: Bounds = DEFAULT_BOUNDS,
) -> PageFacts:
    """Facts of one page. ``images``: bytes of pictures by absolute URL, read for payment codes.

    Never raises on hostile bytes; what was cut or could not be read is in ``gaps``.
    """
    gaps = [f"page cut at {bounds.html_bytes} bytes"] if len(html) > bounds.html_bytes else []
    decoded = decode_html(html[: bounds.html_bytes], content_type=content_type)
    document = read_document(decoded.text, url=url, bounds=bounds)
    visible = text.parse_text(document)
    pictures = links.parse_images(document)
    codes = qr.parse_codes(document, pictures, images)
    found_links = (*links.parse_links(document), *_coded_links(codes.texts))
    accounts = _merge(payments.parse_accounts(document), codes.accounts)
    tax_codes = identity.parse_tax_codes(document)
    return PageFacts(
        url=url,
        observed_at=observed_at,
        title=text.parse_title(document),
        text=visible,
        description=text.parse_description(document),
        site_name=text.parse_site_name(document),
        headings=text.parse_headings(document),
        language=language.judge_language(visible),
        declared_language=text.declared_language(document),
        canonical=links.parse_canonical(document),
        links=found_links,
        forms=forms.parse_forms(document),
        prices=prices.parse_prices(document),
        emails=contacts.parse_emails(document),
        phones=contacts.parse_phones(document, (*(a.number for a in accounts), *(t.value for t in tax_codes))),
        handles=handles.parse_handles(document, found_links),
        bank_accounts=accounts,
        payment_qrs=tuple(codes.payments),
        wallets=_wallets(payments.parse_wallets(document, found_links), codes.wallets),
        crypto_addresses=crypto.parse_crypto(document),
        tax_codes=tax_codes,
        badges=identity.parse_badges(document),
        owner=identity.parse_owner(document),
        tricks=tricks.parse_tricks(document),
        trackers=trackers.parse_trackers(document),
        kits=kits.parse_kits(document),
        goods=goods.parse_goods(document),
        downloads=downloads.parse_downloads(document, found_links),
        images=pictures,
        emblems=emblems.parse_emblems(document, images),
        script_hosts=links.parse_script_hosts(document),
        dress_hosts=links.parse_dress_hosts(document),
        frame_urls=links.parse_frames(document),
        published_at=article.published_at(document),
        is_article=article.judge_article(document),
        status=status,
        html_bytes=len(html),
        gaps=(*gaps, *decoded.gaps, *document.gaps, *codes.gaps),
    )


def _coded_links(texts: list[str]) -> tuple[Link, ...]:
    """Links that a QR code carries."""
    return tuple(Link(code, "QR") for code in texts if code[:8].lower().startswith(("http://", "https://")))


def _merge(written: tuple[BankAccount, ...], coded: list[BankAccount]) -> tuple[BankAccount, ...]:
    """Accounts by number; a code confirms a written one, and the written one keeps the holder that codes lack."""
    known = {account.number for account in written}
    return (*written, *(account for account in coded if account.number not in known))


def _wallets(written: tuple[Wallet, ...], coded: list[Wallet]) -> tuple[Wallet, ...]:
    known = {(wallet.provider, wallet.account) for wallet in written}
    return (*written, *(wallet for wallet in coded if (wallet.provider, wallet.account) not in known))
