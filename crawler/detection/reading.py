"""A page and a site as rules read them: the facts, with what several rules need worked out once."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice

from crawler.detection.brands import BrandIndex, Mention, index_brands
from crawler.detection.facts import Brand, Form, FormField, PageFacts, SiteFacts, TrickKind
from crawler.detection.fold import Folded, fold_plain
from crawler.detection.hosts import host_of, is_official, registrable, same_site
from crawler.detection.lexicon import Hit, Hits, load_warning_words
from crawler.detection.secrets import Secret, judge_field

_READ_AT_MOST = 300_000  # characters: enough for any honest page, and a bound on hostile ones
_LINE_AT_MOST = 2_000
_WARNS_ANYWAY, _WARNS_QUOTING, _LONG = 6, 4, 2_000  # distinct words of warning, twice; characters
# Sites that half the web links to or takes pictures from: leading there borrows nothing.
_EVERYWHERE = frozenset(
    [
        *("facebook.com", "twitter.com", "x.com", "instagram.com", "youtube.com", "linkedin.com", "pinterest.com"),
        *("tiktok.com", "zalo.me", "t.me", "google.com", "apple.com", "github.com", "vimeo.com", "flickr.com"),
        *("gstatic.com", "googleusercontent.com", "cloudfront.net", "amazonaws.com", "akamaihd.net", "wp.com"),
        *("imgur.com", "postimg.cc", "gravatar.com", "cloudinary.com", "shopify.com", "bootstrapcdn.com"),
        *("onetrust.com", "w3.org", "schema.org"),
    ]
)


_LOGO = re.compile(r"logo|thuong hieu")
_RIGHTS = re.compile(r"©|\(c\)|[Cc]opyright|Bản quyền")
_TITLE_PARTS = re.compile(r"\s[-–—|·•:»«]\s|\s?[|·•»]\s?")
_TITLE_PART_WORDS = 7  # a longer part of a title is a sentence: it speaks of a brand, rather than as one


@dataclass(frozen=True)
class PageReading:
    """One page's facts and the brands to protect, with folded words, brand mentions and form secrets on demand."""

    facts: PageFacts
    brands: tuple[Brand, ...] = field(default=(), repr=False)
    vantage: str = "fetch"
    together: list["PageReading"] = field(default_factory=list, repr=False, compare=False)  # the site's pages

    @property
    def host(self) -> str:
        return host_of(self.facts.url)

    @cached_property
    def index(self) -> BrandIndex:
        return index_brands(self.brands)

    @cached_property
    def words(self) -> str:
        """All that a visitor may read, one block a line: title, text, labels, descriptions of pictures."""
        facts = self.facts
        parts = [facts.title, facts.site_name, facts.description, facts.text[:_READ_AT_MOST]]
        parts += [f"{entry.label}" for form in facts.forms for entry in form.fields if entry.label]
        parts += [image.alt for image in facts.images[:200] if image.alt]
        return "\n".join(_broken(part) for part in parts if part)[:_READ_AT_MOST]

    @cached_property
    def hits(self) -> Hits:
        return Hits(Folded(self.words))

    def said(self, *lexicons: str) -> tuple[Hit, ...]:
        """Phrases of these lexicons that the page offers; none where the page warns of fraud."""
        return () if self.is_warning else self.hits.of(*lexicons)

    def topic(self, topic: str) -> tuple[Hit, ...]:
        return self.hits.topic(topic)

    def about(self, topic: str) -> int:
        """Distinct words on a topic that the whole site uses, its articles and warnings aside."""
        pages = [entry for entry in self.together or [self] if not (entry.is_warning or entry.is_story)]
        return len({hit.phrase for entry in pages for hit in entry.topic(topic)})

    # -- what kind of page it is

    @cached_property
    def is_warning(self) -> bool:
        """Does it warn of fraud? Many words of warning, and nothing that takes secrets or money."""
        markers = len(self.hits.warning_markers)
        if self.hits.of("recovery") and not self.facts.is_article:
            return False  # who promises the victims' money back speaks of fraud all the time
        if not self.takes_something:
            return markers + (len(self.hits.news_markers) >= 2) >= load_warning_words().needed
        if self.secrets - {Secret.CONTACT, Secret.PASSWORD} or self.impersonated:
            return False
        if Secret.PASSWORD in self.secrets:  # a newspaper's sign-in box is not a trap
            return not self.takes_money and markers >= _WARNS_ANYWAY and len(self.facts.text) >= _LONG
        return markers >= _WARNS_QUOTING and self.only_quotes_money

    @cached_property
    def only_quotes_money(self) -> bool:
        """Accounts in the text alone, on a page that neither sells nor collects: a victim's story quotes them."""
        facts = self.facts
        offered = facts.payment_qrs or facts.crypto_addresses or facts.downloads or self.collects
        return not offered and len(self.topic("shop")) < 3

    @cached_property
    def is_story(self) -> bool:
        """An article that takes nothing from its reader: what it names and quotes is its subject, not its offer."""
        return self.facts.is_article and not self.takes_something

    @cached_property
    def takes_something(self) -> bool:
        """Can a visitor lose a secret, money or the phone's safety on this page itself?"""
        return bool(self.secrets - {Secret.CONTACT}) or self.takes_money

    @cached_property
    def takes_money(self) -> bool:
        """Does it name an account, wallet or address to pay, or offer an app from outside the stores?"""
        facts = self.facts
        pays = facts.bank_accounts or facts.payment_qrs or facts.wallets or facts.crypto_addresses
        return bool(pays) or any(entry.kind in {"apk", "mobileconfig"} for entry in facts.downloads)

    @cached_property
    def offers(self) -> bool:
        """Does some page of the site make an offer that fraud makes? Ordinary words do not count."""
        pages = [entry for entry in self.together or [self] if not (entry.is_warning or entry.is_story)]
        return any(hit.phrase.alone and hit.phrase.weight >= 0.6 for entry in pages for hit in entry.hits.offered)

    @cached_property
    def takes_money_anywhere(self) -> bool:
        return any(entry.takes_money for entry in self.together or [self])

    @cached_property
    def sells(self) -> bool:
        return len(self.facts.prices) >= 3 or len(self.topic("shop")) >= 3

    @cached_property
    def says_company(self) -> bool:
        """Does it present itself as a company, a shop or an office, rather than a person?"""
        folded = fold_plain(
            f"{self.facts.title}\n{self.facts.owner.name if self.facts.owner else ''}\n{self.facts.text[-3000:]}"
        )
        return bool(re.search(r"\b(?:cong ty|tnhh|co phan|cua hang|shop|store|tap doan|ngan hang|company)\b", folded))

    # -- forms

    @cached_property
    def asked(self) -> tuple[tuple[Form, FormField, Secret], ...]:
        """Each field that asks for something worth stealing, with what it asks for."""
        rows = ((form, entry, judge_field(entry)) for form in self.facts.forms for entry in form.fields)
        return tuple((form, entry, secret) for form, entry, secret in rows if secret is not None)

    @cached_property
    def secrets(self) -> frozenset[Secret]:
        return frozenset(secret for _, _, secret in self.asked)

    @property
    def takes_credentials(self) -> bool:
        """A password, a one-time code, a card or a wallet's phrase can be typed in."""
        return bool(self.secrets & {Secret.PASSWORD, Secret.OTP, Secret.CARD, Secret.CVV, Secret.PIN, Secret.SEED})

    @cached_property
    def collects(self) -> bool:
        """Is there a form that takes answers, beyond a word to search for?"""
        asked = {Secret.CONTACT, Secret.NATIONAL_ID, Secret.ID_PHOTO, Secret.BANK_ACCOUNT, Secret.BIRTH, Secret.SSN}
        return bool(self.secrets & asked) or any(_takes_answers(form) for form in self.facts.forms)

    def field_words(self, *wanted: Secret) -> str:
        """The labels of the fields that ask for these, for an excerpt."""
        words = (entry.label or entry.name for _, entry, secret in self.asked if secret in wanted)
        return ", ".join(dict.fromkeys(word.strip() for word in words if word.strip()))

    def has_trick(self, kind: TrickKind) -> str | None:
        """The trick's text (perhaps ""), or None where the page does not play it."""
        return next((trick.text or kind.value for trick in self.facts.tricks if trick.kind is kind), None)

    # -- whom it claims to be

    @cached_property
    def claimed(self) -> tuple[Mention, ...]:
        """Brands by which the page presents itself: title, site name, first headings, logo, copyright line.

        An article's headline names whom it writes about, and a row of logos shows what one may pay with or sign in by:
        neither claims to be anybody.
        """
        if self.is_story:
            return ()
        named = (*self.titled, *self.index.mentions("\n".join(self._rights())))
        return (*named, *(mention for mention in self.shown if mention.brand not in {entry.brand for entry in named}))

    @cached_property
    def shown(self) -> tuple[Mention, ...]:
        """The brand whose logo stands at the head of the page; none where there are several, or a payment card's."""
        shown = self.index.mentions("\n".join(self._logos()))
        several = len({mention.brand.domains for mention in shown}) > 1
        return () if several or any(entry.brand.type == "card" for entry in shown) else shown

    @cached_property
    def titled(self) -> tuple[Mention, ...]:
        """Brands named by title, site name or first headings, where these are names rather than sentences."""
        return () if self.is_story else self.index.mentions("\n".join(_title_parts(self.facts)))

    def _logos(self) -> Iterator[str]:
        for place, image in enumerate(self.facts.images[:8]):
            if image.alt and (place == 0 or _LOGO.search(fold_plain(f"{image.alt} {image.url[-80:]}"))):
                yield image.alt[:80]

    def _rights(self) -> Iterator[str]:
        """Lines in which the page says whose it is."""
        for match in islice(_RIGHTS.finditer(self.facts.text, max(0, len(self.facts.text) - 5_000)), 3):
            yield self.facts.text[match.start() : match.start() + 80].split("\n")[0]

    @cached_property
    def impersonated(self) -> tuple[Mention, ...]:
        """Claimed brands of which this host is no site."""
        return tuple(entry for entry in self.claimed if not self.index.is_honest_host(self.host, entry.brand))

    @cached_property
    def is_at_home(self) -> bool:
        """Is the host some protected brand's or an office's own?"""
        return is_official(self.host) or self.index.owner_of(self.host) is not None

    @cached_property
    def linked_hosts(self) -> Counter[str]:
        """Registrable names that the page's links and pictures lead to, its own as "", how often each."""
        return self._hosts_of([link.url for link in self.facts.links[:400]]) + self._hosts_of(
            [image.url for image in self.facts.images[:100]]
        )

    def _hosts_of(self, urls: list[str]) -> Counter[str]:
        hosts = (host_of(url) for url in urls if url[:4].lower() == "http")
        return Counter("" if same_site(host, self.host) else registrable(host) for host in hosts if host)

    @cached_property
    def borrowed_from(self) -> str:
        """The one strange site that most of the page's links and pictures belong to, or "".

        Pictures alone borrow nothing: a warehouse of pictures has a name of its own.
        """
        name = registrable(self.host).split(".")[0]
        foreign = {host: count for host, count in self.linked_hosts.items() if host and host not in _EVERYWHERE}
        strange = Counter({host: count for host, count in foreign.items() if host.split(".")[0] != name})
        if not strange:
            return ""
        host, count = strange.most_common(1)[0]
        clicked = self._hosts_of([link.url for link in self.facts.links[:400]])[host]
        mostly = count > self.linked_hosts[""] and count >= 0.6 * strange.total()
        return host if clicked >= 3 and mostly else ""


@dataclass(frozen=True)
class SiteReading:
    """A site's facts with the readings of its pages."""

    facts: SiteFacts
    pages: tuple[PageReading, ...] = ()

    @cached_property
    def index(self) -> BrandIndex:
        return index_brands(self.facts.brands)

    @property
    def host(self) -> str:
        return self.facts.host.lower().removeprefix("www.")


def _takes_answers(form: Form) -> bool:
    typed = [entry for entry in form.fields if entry.type in {"text", "tel", "email", "number", "textarea", "password"}]
    return form.method == "post" and len(typed) >= 2


def _title_parts(facts: PageFacts) -> tuple[str, ...]:
    parts = (*_TITLE_PARTS.split(facts.title[:300]), facts.site_name[:200], *facts.headings[:2])
    return tuple(part for part in parts if 0 < len(part.split()) <= _TITLE_PART_WORDS)


def _broken(text: str) -> str:
    """``text`` with over-long lines broken at a space, so that no line costs more than its share."""
    if len(text) <= _LINE_AT_MOST:
        return text
    return "\n".join(piece for line in text.split("\n") for piece in _pieces(line))


def _pieces(line: str) -> Iterable[str]:
    while len(line) > _LINE_AT_MOST:
        cut = line.rfind(" ", _LINE_AT_MOST // 2, _LINE_AT_MOST)
        cut = cut if cut > 0 else _LINE_AT_MOST
        yield line[:cut]
        line = line[cut:]
    yield line
