"""The signs that a message gives, each as one signal: what it says, where it leads, how it hides."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from crawler.detection.brands import BrandIndex, Mention
from crawler.detection.facts import PhoneKind
from crawler.detection.fold import fold_plain
from crawler.detection.hosts import is_official, on_free_platform
from crawler.detection.lexicon import load_hosting, load_offices
from crawler.detection.names.index import NameIndex
from crawler.detection.names.judge import judge_name
from crawler.detection.names.words import load_name_words
from crawler.detection.score import Level
from crawler.detection.signal import Category, Family, Signal
from crawler.detection.texts.disguise import find_disguises, has_random_tail
from crawler.detection.texts.facts import MessageFacts, MessageLink
from crawler.detection.texts.phrases import WEIGHTS, Group, Said, opens_an_app

_WORDS_EACH, _WORDS_AT_MOST = 2.9, 4.6
_SENDER = 120  # characters in which a message says who speaks
_LONG = 900  # characters: longer than any message, as long as an article
_CHATS = frozenset({"zalo.me", "t.me", "telegram.me", "m.me", "wa.me", "chat.whatsapp.com", "line.me"})
_GIVEN = frozenset({"sites.google.com", "docs.google.com", "forms.gle", "drive.google.com"})
_BONUS = re.compile(
    r"\b(?:tang|thuong|nhan|hoan tra|len den|toi da|code|free|von|kiem|thu nhap|luong)\W{0,3}(?:\w{1,9}\W{1,3}){0,3}"
    r"\d{1,3}(?:[.,]?\d{3})?\s?k\b"
)
_CHAT = re.compile(
    r"\b(?:add|ket ban|lien he|inbox|lh|qua|nhan tin|tham gia|vao nhom|zalo|nt)\b.{0,30}\b(?:zalo|telegram|tele|zl)\b"
    r"|\b(?:zalo|telegram|tele|zl)\b\W{0,3}(?:id\b.{0,12})?[:@+]?\s?\d{6,}"
)
_OPEN = re.compile(
    r"\b(?:truy cap|bam|nhan|click|vao|dang ky|dang nhap|xem|tai|link|mo|tham gia|kiem tra|nhap)(?: \w{1,8}){0,3}? "
    r"(?:vao|tai|link|duong link|duong dan|website|web|trang|http|https|www|day|ngay|de)\b"
)
_HURRY = re.compile(
    r"\b(?:trong (?:vong )?\d{1,2} ?(?:h|gio|phut|ngay)|truoc \d{1,2} ?(?:h|g|gio)|lan cuoi|cuoi cung|ngay lap tuc"
    r"|het han|sap het|gap|qua han|chi con \d{1,3}|con \d{1,3} luot|trong hom nay|ngay hom nay)\b"
)
_SHORT_CODE = re.compile(r"\bsoan (?:tin )?(?:ngay )?\w{1,12}(?: \w{1,12}){0,3}? gui \d{3,5}\b")
_ADDRESSED = re.compile(r"\b(?:ong ba|quy khach|anh chi|quy vi|cua ban|cua em|ban da|ban co|ban se)\b")
_REPORTS = 3  # words of reporting that make news of a short text, where nobody is spoken to
_SEARCH = re.compile(
    r"google\.[a-z.]{2,6}/search\?|(?:go|tra|tim|vao)\W{1,2}(?:tu khoa|google)|tim kiem google|g\W?o\W?o\W?g\W?l\W?e\b"
)
_ADVERTS = frozenset({"gambling", "gift", "loan", "invest"})
_NAMED_OUTRIGHT = 0.7  # weight of words from which «speaks for a brand» is more than an advert


@dataclass(frozen=True)
class MessageReading:
    """A message with what several signs need, worked out once."""

    facts: MessageFacts
    said: tuple[Said, ...]
    names: NameIndex
    brands: BrandIndex

    @cached_property
    def plain(self) -> str:
        return fold_plain(self.facts.text)

    @cached_property
    def groups(self) -> list[tuple[Group, float, list[Said]]]:
        """Groups by the weight of what was said, the weightiest first."""
        found: dict[str, tuple[Group, list[Said]]] = {}
        for said in self.said:
            if said.phrase.group is not None:
                found.setdefault(said.phrase.group.id, (said.phrase.group, []))[1].append(said)
        kept = [(group, self._counted(entries)) for group, entries in found.values()]
        rows = [(group, _weight(entries), entries) for group, entries in kept if entries]
        return sorted(rows, key=lambda row: (-row[1], row[0].id))

    def _counted(self, entries: list[Said]) -> list[Said]:
        """All of them in a message; in an article, where words of every kind turn up, the unmistakable ones."""
        return [said for said in entries if not self.is_long or said.phrase.weight == WEIGHTS["strong"]]

    @property
    def is_long(self) -> bool:
        return len(self.facts.text) > _LONG

    def honest(self, kind: str) -> int:
        """Distinct words of one kind that honest senders write."""
        return sum(said.phrase.kind == kind for said in self.said)

    @property
    def is_telling(self) -> bool:
        """Does it say more than ordinary words of some kind of fraud?"""
        return any(weight >= 0.4 for _, weight, _ in self.groups)

    @cached_property
    def mentions(self) -> tuple[Mention, ...]:
        return self.brands.mentions(self.facts.text[:600])

    @cached_property
    def strangers(self) -> list[MessageLink]:
        """Links to hosts that are no brand's, no office's and no chat."""
        return [link for link in self.facts.links if not (self.is_known(link.host) or opens_an_app(link.host))]

    def is_known(self, host: str) -> bool:
        """A brand's, an office's or a chat's own host; what a platform gives to anyone is not its own."""
        if on_free_platform(host) or host in _GIVEN:
            return False
        return is_official(host) or self.brands.owner_of(host) is not None or host in _CHATS


def all_clues(message: MessageReading) -> Iterator[Signal]:
    """Every sign that the message gives."""
    for find in (_words, _link_name, _link_kind, _call, _hurry, _stranger, _disguise, _bonus, _chat, _search, _excuses):
        yield from find(message)


def _weight(entries: list[Said]) -> float:
    weights = sorted((said.phrase.weight for said in _longest(entries)), reverse=True)
    if weights[0] <= WEIGHTS["weak"]:
        return 0.0
    return sum(weight * 0.7**place for place, weight in enumerate(weights))


def _longest(entries: list[Said]) -> list[Said]:
    """Phrases that are no part of another one found."""
    return [one for one in entries if not any(_covers(two, one) for two in entries)]


def _covers(two: Said, one: Said) -> bool:
    inside = two is not one and one.phrase.text in two.phrase.text
    return inside and two.phrase.weight >= one.phrase.weight


def _words(message: MessageReading) -> Iterator[Signal]:
    for place, (group, weight, entries) in enumerate(message.groups[:2]):
        points = min(_WORDS_EACH * weight, _WORDS_AT_MOST) * (0.4 if place else 1.0)
        if points >= 0.4:
            shown = sorted(entries, key=lambda said: -said.phrase.weight)
            words = ", ".join(said.phrase.text for said in shown[:3])
            yield _signal(
                f"text.{group.id.replace('_', '-')}",
                Family.WORDING,
                points,
                f"Lời lẽ {group.vi}: «{words}».",
                f"Words of {group.en}: «{words}».",
                words,
                group.category,
            )


def _link_name(message: MessageReading) -> Iterator[Signal]:
    judged = [(judge_name(link.host, message.names), link) for link in message.strangers]
    judged = [(found, link) for found, link in judged if found.level.at_least(Level.WATCH) or found.brand]
    if judged:
        found, link = max(judged, key=lambda row: row[0].points)
        reason = found.signals[0]
        points = {Level.SUSPICIOUS: 3.4, Level.WATCH: 2.0}.get(found.level, 1.4)
        yield Signal(
            "text.link-name", Family.NAME, points, reason.message_vi, reason.message_en, found.categories, link.text
        )


def _link_kind(message: MessageReading) -> Iterator[Signal]:
    hosting, words = load_hosting(), load_name_words()
    for link in message.strangers[:1]:
        ending = link.host.rpartition(".")[2]
        if link.host in hosting.shorteners:
            yield _signal("text.shortener", Family.TECHNIQUE, 1.4, "Đường dẫn rút gọn, không thấy nơi đến.",
                          "A shortened link that hides where it leads.", link.text)  # fmt: skip
        elif link.host in _GIVEN or on_free_platform(link.host):
            yield _signal("text.free-platform", Family.TECHNIQUE, 1.4, "Đường dẫn tới trang dựng miễn phí.",
                          "A link to a page on a free platform.", link.text)  # fmt: skip
        elif ending in words.very_risky:
            yield _signal("text.risky-suffix", Family.NAME, 1.4, f"Đường dẫn có đuôi .{ending} hay bị lợi dụng.",
                          f"The link ends in .{ending}, which is often abused.", link.text)  # fmt: skip
        elif ending != "vn":
            yield _signal("text.unknown-link", Family.NAME, 0.8, "Đường dẫn tới trang không quen biết.",
                          "A link to a site that is nobody known.", link.text)  # fmt: skip
    hidden = [link for link in message.facts.links if link.hidden]
    if hidden:
        yield _signal("text.hidden-link", Family.TECHNIQUE, 2.0, "Đường dẫn viết tách ra để tránh bộ lọc.",
                      "A link spelt so that filters miss it.", hidden[0].text)  # fmt: skip


def _call(message: MessageReading) -> Iterator[Signal]:
    """The reader is told to open a link that is nobody's known."""
    found = _OPEN.search(message.plain[:2_000])
    if found and message.strangers and message.is_telling:
        yield _signal("text.call-to-link", Family.IDENTITY, 0.8, f"Giục mở đường dẫn lạ: «{found[0]}».",
                      f"Urges to open a strange link: «{found[0]}».", found[0])  # fmt: skip


def _hurry(message: MessageReading) -> Iterator[Signal]:
    found = _HURRY.search(message.plain[:2_000])
    if found and message.is_telling and not message.is_long:
        yield _signal("text.hurry", Family.WORDING, 0.5, f"Thúc giục: «{found[0]}».",
                      f"Presses for haste: «{found[0]}».", found[0])  # fmt: skip


def _stranger(message: MessageReading) -> Iterator[Signal]:
    """Speaks in a brand's or an office's name, and leads elsewhere."""
    telling = any(weight >= (_NAMED_OUTRIGHT if group.id in _ADVERTS else 0.4) for group, weight, _ in message.groups)
    for mention in message.mentions[:3] if telling else ():
        strange = [link for link in message.strangers if not message.brands.is_honest_host(link.host, mention.brand)]
        if strange:
            kind = Category.GOVERNMENT if mention.brand.type == "government" else Category.PHISHING
            yield _leads_elsewhere(mention.brand.name, kind, strange[0])
            return
    office = next((name for name in load_offices() if fold_plain(name) in message.plain[:_SENDER]), "")
    if office and telling and message.strangers:
        yield _leads_elsewhere(office, Category.GOVERNMENT, message.strangers[0])


def _leads_elsewhere(name: str, kind: Category, link: MessageLink) -> Signal:
    points = 1.2 if link.host.endswith(".vn") else 2.2  # few frauds have one; it proves nothing
    return _signal("text.brand-elsewhere", Family.IMPERSONATION, points, f"Nhân danh {name} mà dẫn tới nơi khác.",
                   f"Speaks for {name} and leads elsewhere.", link.text, kind)  # fmt: skip


def _disguise(message: MessageReading) -> Iterator[Signal]:
    if message.is_long:
        return
    found = [*find_disguises(message.facts.text), *(said.phrase.text for said in message.said if said.disguised)]
    if found:
        points = min(0.7 + 0.7 * len(found), 3.6)
        words = ", ".join(found[:5])
        yield _signal("text.disguised-words", Family.TECHNIQUE, points, f"Chữ viết né bộ lọc: «{words}».",
                      f"Words spelt to slip past filters: «{words}».", words)  # fmt: skip
    if has_random_tail(message.facts.text):
        yield _signal("text.random-tail", Family.TECHNIQUE, 0.9, "Kết thúc bằng chữ vô nghĩa để mỗi tin mỗi khác.",
                      "Ends in letters without meaning, so that no two copies are alike.",
                      message.facts.text.split()[-1])  # fmt: skip


def _bonus(message: MessageReading) -> Iterator[Signal]:
    found = _BONUS.search(message.plain[:2_000])
    if found:
        points = 2.4 if message.strangers else 1.5
        yield _signal("text.bonus", Family.MONEY, points, f"Hứa tiền thưởng: «{found[0]}».",
                      f"Promises a bonus: «{found[0]}».", found[0])  # fmt: skip


def _chat(message: MessageReading) -> Iterator[Signal]:
    chats = [link.text for link in message.facts.links if link.host in _CHATS]
    found = _CHAT.search(message.plain[:2_000])
    if chats or found or message.facts.handles:
        shown = chats[0] if chats else found[0] if found else message.facts.handles[0].value
        yield _signal("text.chat-contact", Family.IDENTITY, 1.6 if message.is_telling else 0.8,
                      "Kéo sang trò chuyện riêng (Zalo, Telegram).",
                      "Draws the reader into a private chat.", shown)  # fmt: skip
    mobiles = [phone for phone in message.facts.phones if phone.kind is PhoneKind.MOBILE]
    if mobiles and message.is_telling:
        yield _signal("text.private-number", Family.IDENTITY, 0.9, "Liên hệ bằng số di động riêng.",
                      "A private mobile number is the contact.", mobiles[0].text)  # fmt: skip
    if message.facts.accounts and message.groups:
        account = message.facts.accounts[0]
        yield _signal("text.account", Family.MONEY, 0.8, f"Nêu tài khoản nhận tiền {account.number}.",
                      f"Names an account to pay: {account.number}.", account.text)  # fmt: skip


def _search(message: MessageReading) -> Iterator[Signal]:
    found = _SEARCH.search(message.facts.text[:2_000].lower()) or _SEARCH.search(message.plain[:2_000])
    if found:
        yield _signal("text.search-detour", Family.TECHNIQUE, 2.2, "Chỉ đường qua Google thay cho đường dẫn.",
                      "Sends the reader through a search instead of a link.", found[0])  # fmt: skip


def _excuses(message: MessageReading) -> Iterator[Signal]:
    told = message.is_long or (message.honest("news") >= _REPORTS and not _ADDRESSED.search(message.plain))
    warned = message.honest("warning") + (message.honest("news") if told else 0)
    if warned >= 2 and (message.is_long or not message.strangers):
        yield _signal("text.warning", Family.INNOCENT, -min(1.0 * warned, 4.0), "Cảnh báo hoặc kể về lừa đảo.",
                      "Warns of fraud or reports on it.", "")  # fmt: skip
    if message.is_long:
        yield _signal("text.article", Family.INNOCENT, -3.5, "Dài như một bài viết, không phải tin nhắn.",
                      "As long as an article, not a message.", "")  # fmt: skip
    hosts = [link.host for link in message.facts.links]
    if message.strangers:
        if message.honest("opt_out") or _SHORT_CODE.search(message.plain[:2_000]):
            yield _signal("text.opt-out", Family.INNOCENT, -1.0, "Có cách từ chối nhận tin.",
                          "Says how to refuse such messages.", "")  # fmt: skip
        return
    detour = _SEARCH.search(message.facts.text[:2_000].lower())
    if hosts and not detour and all(message.is_known(host) and host not in _CHATS for host in hosts):
        yield _signal("text.official-links", Family.INNOCENT, -2.5, "Chỉ dẫn tới trang chính thức.",
                      "Leads to official sites only.", message.facts.links[0].text)  # fmt: skip
    if message.honest("opt_out") or _SHORT_CODE.search(message.plain[:2_000]):
        yield _signal("text.opt-out", Family.INNOCENT, -2.0, "Tin của nhà mạng, có cách từ chối.",
                      "A carrier's message, with a way to refuse it.", "")  # fmt: skip
    if message.honest("code") and not message.facts.phones:
        yield _signal("text.code", Family.INNOCENT, -1.5, "Gửi một mã xác nhận.", "Delivers a one-time code.", "")
    if message.honest("balance"):
        yield _signal("text.balance", Family.INNOCENT, -1.5, "Báo số dư.", "Reports a balance.", "")


def _signal(rule: str, family: Family, points: float, vi: str, en: str, excerpt: str, *kinds: Category) -> Signal:
    return Signal(rule, family, round(points, 2), vi, en, kinds, excerpt[:300])
