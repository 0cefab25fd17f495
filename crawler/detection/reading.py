"""A page and a site as rules read them: the facts, with what several rules need worked out once."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property

from crawler.detection.borrowing import count_hosts, find_lender
from crawler.detection.brands import BrandIndex, Mention, index_brands
from crawler.detection.claims import OWN_DRESS, Claims
from crawler.detection.concepts import Sense, Sentences
from crawler.detection.facts import Brand, Form, FormField, PageFacts, SiteFacts, TrickKind
from crawler.detection.fold import Folded, fold_plain
from crawler.detection.hosts import host_of, is_official, is_under
from crawler.detection.lexicon import Hit, Hits, load_warning_words
from crawler.detection.secrets import Secret, judge_field

_READ_AT_MOST = 300_000  # characters: enough for any honest page, and a bound on hostile ones
_LINE_AT_MOST = 2_000
_SENSE_HEAD, _SENSE_TAIL = 15_000, 5_000  # characters read for what they mean: an offer stands at one end
_CREDENTIALS = frozenset(
    {
        *(Secret.PASSWORD, Secret.OTP, Secret.CARD, Secret.CVV, Secret.PIN, Secret.SEED, Secret.SESSION),
        Secret.MAIL_PASSWORD,
    }
)
_IDENTITY = frozenset({Secret.NATIONAL_ID, Secret.ID_PHOTO, Secret.SSN, Secret.BANK_ACCOUNT, Secret.QUESTION})
_LENDERS = frozenset({"bank", "consumer_finance", "ewallet"})
_SIGN_IN = re.compile(
    r"\b(?:log ?[io]n|sign ?[io]n|send otp|dang nhap|continue|next|tiep tuc|tiep theo|user ?name|user ?id|online ?id)\b"
)
_NAMES_USER = re.compile(
    r"user|login|log ?in|online ?id|id ?log|account|e ?mail|phone|sdt|dien thoai|tai khoan|ten dang nhap"
)
_BARE_FIELDS = 2
_SHORT = 1_500  # characters
_BESIDE = (
    (Secret.OTP, re.compile(r"\b(?:ma (?:xac thuc )?otp|otp|one time (?:code|password))\b")),
    (Secret.PASSWORD, re.compile(r"\b(?:mat khau (?:truy cap|dang nhap)|mat khau|password)\b")),
    (Secret.CARD, re.compile(r"\b(?:card number|so the)\b")),
    (Secret.CVV, re.compile(r"\b(?:cvv2?|cvc2?)\b")),
    (Secret.PIN, re.compile(r"\b(?:atm pin|ma pin|pin code)\b")),
    (Secret.SSN, re.compile(r"\b(?:social security number|ssn|mother s maiden name)\b")),
)
_PAPERS = re.compile(
    r"\b(?:mat truoc|mat sau|cccd|cmnd|can cuoc|giay to tuy than|ekyc|photo id|identity (?:card|document)|id card"
    r"|id upload|selfie|upload (?:your )?id|driver s licen[cs]e)\b"
)
_WARNS_ANYWAY, _WARNS_QUOTING, _LONG = 6, 4, 2_000  # distinct words of warning, twice; characters


@dataclass(frozen=True)
class PageReading:
    """One page's facts and the brands to protect, with folded words, brand mentions and form secrets on demand."""

    facts: PageFacts
    brands: tuple[Brand, ...] = field(default=(), repr=False)
    vantage: str = "fetch"
    together: list["PageReading"] = field(default_factory=list, repr=False, compare=False)  # the site's pages

    @property
    def host(self) -> str:
        """Where the page stands; "" where that is unknown, and then nothing may be said against its name."""
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

    @cached_property
    def _sentences(self) -> Sentences:
        words = self.words
        return Sentences(
            words if len(words) < _SENSE_HEAD + _SENSE_TAIL else f"{words[:_SENSE_HEAD]}\n{words[-_SENSE_TAIL:]}"
        )

    def sense(self, concept: str) -> Sense | None:
        """Where the page says this by its meaning (``concepts.toml``); None on warnings, stories and at home."""
        told = not (self.is_warning or self.is_story or self.is_at_home)
        return self._sentences.find(concept) if told else None

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
            if self.poses_as_lender:
                return False  # it says «do not transfer» in the lender's name, and names whom to write to
            return markers + (len(self.hits.news_markers) >= 2) >= load_warning_words().needed
        if self.secrets - {Secret.CONTACT, Secret.PASSWORD} or self.impersonated:
            return False
        if Secret.PASSWORD in self.secrets:  # a newspaper's sign-in box is not a trap
            return not self.takes_money and markers >= _WARNS_ANYWAY and len(self.facts.text) >= _LONG
        needed = _WARNS_ANYWAY if self.facts.is_article and self.about_shopping else _WARNS_QUOTING
        return markers >= needed and self.only_quotes_money

    @cached_property
    def poses_as_lender(self) -> bool:
        """Does it bear a bank's or lender's name in title and logo alike, on a host that is not theirs?"""
        lenders = (entry.brand for entry in self.impersonated if entry.brand.type in _LENDERS)
        return not self.facts.is_article and any(self.claims.places(brand) > 2 for brand in lenders)

    @cached_property
    def only_quotes_money(self) -> bool:
        """Accounts in the text alone, on a page that neither sells nor collects: a victim's story quotes them."""
        facts = self.facts
        offered = facts.payment_qrs or facts.crypto_addresses or facts.downloads or self.collects
        return not offered and (facts.is_article or not self.about_shopping)

    @cached_property
    def about_shopping(self) -> bool:
        return len(self.topic("shop")) >= 3

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
    def wants_something(self) -> bool:
        """Does it ask, sell, make an offer or bear another's name? A page that does nothing of it can rob nobody."""
        return self.takes_something or self.collects or self.sells or self.offers or bool(self.impersonated)

    @cached_property
    def sells(self) -> bool:
        return len(self.facts.prices) >= 3 or len(self.topic("shop")) >= 3

    @cached_property
    def says_company(self) -> bool:
        """Does it present itself as a company, a shop or an office, rather than a person?"""
        folded = fold_plain(f"{self.facts.title}\n{self.facts.owner.name if self.facts.owner else ''}\n{self.words}")
        return bool(re.search(r"\b(?:cong ty|tnhh|co phan|cua hang|shop|store|tap doan|ngan hang|company)\b", folded))

    # -- forms

    @cached_property
    def asked(self) -> tuple[tuple[Form, FormField, Secret], ...]:
        """Each field that asks for something worth stealing, with what it asks for."""
        rows = ((form, entry, self._judge(form, entry)) for form in self.facts.forms for entry in form.fields)
        told = tuple((form, entry, secret) for form, entry, secret in rows if secret is not None)
        return (*told, *(row for form in self.facts.forms for row in _asked_beside(form, self.facts.text)))

    def _judge(self, form: Form, entry: FormField) -> Secret | None:
        """What a field asks for; a file's own name says little, so the words around it tell of papers."""
        secret = judge_field(entry)
        if secret is None and entry.type == "file":
            around = fold_plain("\n".join((self.facts.title, *self.facts.headings[:4], form.text[:1_500])))
            return Secret.ID_PHOTO if _PAPERS.search(around) else None
        return secret

    @cached_property
    def secrets(self) -> frozenset[Secret]:
        return frozenset(secret for _, _, secret in self.asked)

    @cached_property
    def asked_together(self) -> tuple[frozenset[Secret], ...]:
        """What each form asks for by itself: a large page has several that have nothing to do with each other."""
        together: dict[int, set[Secret]] = {}
        for form, _, secret in self.asked:
            together.setdefault(id(form), set()).add(secret)
        return tuple(map(frozenset, together.values()))

    @property
    def takes_credentials(self) -> bool:
        """A password, a one-time code, a card, a wallet's phrase or a session can be typed in."""
        return bool(self.secrets & _CREDENTIALS)

    @property
    def takes_identity(self) -> bool:
        """Papers, an account's number or what proves a person's identity can be typed in."""
        return bool(self.secrets & _IDENTITY)

    @cached_property
    def signs_in(self) -> bool:
        """Does a form ask who signs in, and nothing else? The step before the password's."""
        return not self.takes_credentials and any(map(_asks_user, self.facts.forms))

    def is_sent_to(self, brand: Brand) -> bool:
        """Does all that is typed in reach the brand's own host? Then this page harvests nothing."""
        hosts = {host_of(form.action) for form, _, _ in self.asked}
        return bool(hosts) and "" not in hosts and all(is_under(host, brand.domains) for host in hosts)

    @cached_property
    def collects(self) -> bool:
        """Is there a form that takes answers, beyond a word to search for?"""
        asked = {Secret.CONTACT, Secret.NATIONAL_ID, Secret.ID_PHOTO, Secret.BANK_ACCOUNT, Secret.BIRTH, Secret.SSN}
        return bool(self.secrets & asked) or any(_takes_answers(form) for form in self.facts.forms)

    def field_words(self, *wanted: Secret) -> str:
        """The labels of the fields that ask for these, for an excerpt."""
        words = (entry.label or entry.name for _, entry, secret in self.asked if secret in wanted)
        return ", ".join(dict.fromkeys(word.strip() for word in words if word.strip()))

    @cached_property
    def sent_to(self) -> tuple[str, ...]:
        """Addresses that get what is typed: of forms that ask, or of any that posts, and of scripts that post."""
        forms = [form.action for form in self.facts.forms if form.method == "post" and form.action]
        return (*forms, *(trick.text for trick in self.facts.tricks if trick.kind is TrickKind.SCRIPT_POSTS))

    def has_trick(self, kind: TrickKind) -> str | None:
        """The trick's text (perhaps ""), or None where the page does not play it."""
        return next((trick.text or kind.value for trick in self.facts.tricks if trick.kind is kind), None)

    # -- whom it claims to be

    @cached_property
    def claims(self) -> Claims:
        return Claims(self.facts, self.index, self.host, is_story=self.is_story, asks=self.takes_credentials)

    @property
    def claimed(self) -> tuple[Mention, ...]:
        """Brands by which the page presents itself, those of its title first."""
        return self.claims.all

    @property
    def titled(self) -> tuple[Mention, ...]:
        """Brands named by title, site name or first headings, where these are names rather than sentences."""
        return self.claims.titled

    @property
    def impersonated(self) -> tuple[Mention, ...]:
        """Claimed brands of which this host is no site."""
        return self.claims.false

    @cached_property
    def worn(self) -> frozenset[Brand]:
        """Brands falsely claimed whose own sheets or icon dress the page: it was copied from theirs.

        Only of brands that lend these to nobody; a portal's are on many pages of its own family.
        """
        told = self.impersonated
        claimed = (entry.brand for entry in told if entry.brand in self.brands or entry.brand.type in OWN_DRESS)
        return frozenset(
            brand for brand in claimed if any(is_under(host, brand.domains) for host in self.facts.dress_hosts)
        )

    @cached_property
    def is_at_home(self) -> bool:
        """Is the host some protected brand's or an office's own?"""
        return is_official(self.host) or self.index.owner_of(self.host) is not None

    @cached_property
    def linked_hosts(self) -> Counter[str]:
        """Registrable names that the page's links and pictures lead to, its own as "", how often each."""
        return count_hosts(self.facts, self.host)

    @cached_property
    def borrowed_from(self) -> str:
        """The one strange site that the page was built from, or ""."""
        return find_lender(self.facts, self.host, self.linked_hosts)


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


def _asked_beside(form: Form, text: str) -> Iterable[tuple[Form, FormField, Secret]]:
    """What fields without any label ask for, by the words beside them; of a short page all that is seen of it is."""
    bare = [
        entry
        for entry in form.fields
        if entry.type in {"text", "tel", "number"} and not entry.label and not _telling(entry)
    ]
    if len(bare) < _BARE_FIELDS:
        return
    words = fold_plain(f"{form.text[:600]}\n{text if len(text) < _SHORT else ''}")
    wanted = [secret for secret, pattern in _BESIDE if pattern.search(words)]
    yield from ((form, entry, secret) for entry, secret in zip(bare, wanted, strict=False))


def _telling(entry: FormField) -> bool:
    return judge_field(entry) is not None


def _asks_user(form: Form) -> bool:
    typed = [entry for entry in form.fields if entry.type in {"text", "tel", "email"}]
    if form.method != "post" or not 1 <= len(typed) <= 2:
        return False
    named = _NAMES_USER.search(fold_plain(f"{typed[0].name} {typed[0].label}"))
    return bool(named and _SIGN_IN.search(fold_plain(f"{form.text[:300]} {typed[0].name} {typed[0].label}")))


def _takes_answers(form: Form) -> bool:
    typed = [entry for entry in form.fields if entry.type in {"text", "tel", "email", "number", "textarea", "password"}]
    return form.method == "post" and len(typed) >= 2


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
