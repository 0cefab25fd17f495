"""The signs that a message gives against itself, each as one signal: what it says, where it leads, how it hides."""

import re
from collections.abc import Iterator

from crawler.detection.facts import PhoneKind
from crawler.detection.fold import fold_plain
from crawler.detection.hosts import on_free_platform
from crawler.detection.lexicon import load_hosting, load_offices
from crawler.detection.names.judge import judge_name
from crawler.detection.names.words import load_name_words
from crawler.detection.score import Level
from crawler.detection.signal import Category, Family, Signal
from crawler.detection.texts.disguise import find_disguises, has_random_tail
from crawler.detection.texts.excuses import excuses
from crawler.detection.texts.facts import MessageLink
from crawler.detection.texts.reading import CHATS, GIVEN, SEARCH, MessageReading, make_signal

_WORDS_EACH, _WORDS_AT_MOST = 2.9, 4.6
_SENDER = 120  # characters in which a message says who speaks
_BONUS = re.compile(
    r"\b(?:tang|thuong|nhan|hoan tra|len den|toi da|code|free|mien phi|von|kiem|thu nhap|luong)\W{0,3}"
    r"(?:\w{1,9}\W{1,3}){0,3}\d{1,3}(?:[.,]?\d{3})?\s?k\b"
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
_GROUPS = re.compile(r"(?:zalo\.me/g/|t\.me/(?:\+|joinchat/)|chat\.whatsapp\.com/)\w")
_TYPED_AT_RANDOM = re.compile(r"[a-z][A-Z]")  # «drwhcP.GeqrE.me»
# What a message says by its meaning, in one sentence: concept, points, kind, words in both languages.
_MEANT = (
    (
        "office_installs",
        3.4,
        Category.FAKE_APP,
        "cán bộ, cơ quan bảo cài ứng dụng",
        "an officer has one install an app",
    ),
    ("pay_to_be_paid", 2.6, Category.OTHER, "nộp tiền trước để được nhận tiền", "pay first to be paid"),
    ("prepaid_task", 2.6, Category.JOB_TASK, "thanh toán đơn trước, hoàn lại sau", "orders paid first, refunded later"),
    ("safe_account", 2.6, Category.GOVERNMENT, "chuyển tiền để kiểm tra", "money moved to be examined"),
    ("code_to_staff", 2.6, Category.PHISHING, "đọc mã OTP cho nhân viên", "a code told to the staff"),
    ("frozen_payout", 2.0, Category.LOAN, "tiền bị treo vì lỗi", "money frozen for a mistake"),
    ("money_grows", 2.0, Category.INVESTMENT, "tiền tự nhân lên", "money that multiplies by itself"),
)
_ADVERTS = frozenset({"gambling", "gift", "loan", "invest"})
_NAMED_OUTRIGHT = 0.7  # weight of words from which «speaks for a brand» is more than an advert


def all_clues(message: MessageReading) -> Iterator[Signal]:
    """Every sign that the message gives."""
    for find in (
        _words,
        _meaning,
        _link_name,
        _link_kind,
        _call,
        _hurry,
        _stranger,
        _disguise,
        _bonus,
        _chat,
        _search,
        excuses,
    ):
        yield from find(message)


def _words(message: MessageReading) -> Iterator[Signal]:
    for place, (group, weight, entries) in enumerate(message.groups[:2]):
        points = min(_WORDS_EACH * weight, _WORDS_AT_MOST) * (0.4 if place else 1.0)
        if points >= 0.4:
            shown = sorted(entries, key=lambda said: -said.phrase.weight)
            words = ", ".join(said.phrase.text for said in shown[:3])
            yield make_signal(
                f"text.{group.id.replace('_', '-')}",
                Family.WORDING,
                points,
                f"Lời lẽ {group.vi}: «{words}».",
                f"Words of {group.en}: «{words}».",
                words,
                group.category,
            )


def _meaning(message: MessageReading) -> Iterator[Signal]:
    if message.honest("opt_out"):
        return  # a carrier's or lender's own advert says «nhận», «giải ngân» and «đăng ký» in one breath
    for concept, points, kind, vi, en in _MEANT:
        sense = message.sense(concept)
        if sense is not None:
            yield make_signal(f"text.{concept.replace('_', '-')}", Family.MONEY, points, f"Ý trong tin: {vi}.",
                              f"What it means: {en}.", sense.words, kind)  # fmt: skip
            return


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
            yield make_signal("text.shortener", Family.TECHNIQUE, 1.4, "Đường dẫn rút gọn, không thấy nơi đến.",
                          "A shortened link that hides where it leads.", link.text)  # fmt: skip
        elif link.host in GIVEN or on_free_platform(link.host):
            yield make_signal("text.free-platform", Family.TECHNIQUE, 1.4, "Đường dẫn tới trang dựng miễn phí.",
                          "A link to a page on a free platform.", link.text)  # fmt: skip
        elif ending in words.very_risky:
            yield make_signal("text.risky-suffix", Family.NAME, 1.4, f"Đường dẫn có đuôi .{ending} hay bị lợi dụng.",
                          f"The link ends in .{ending}, which is often abused.", link.text)  # fmt: skip
        elif ending != "vn":
            yield make_signal("text.unknown-link", Family.NAME, 0.8, "Đường dẫn tới trang không quen biết.",
                          "A link to a site that is nobody known.", link.text)  # fmt: skip
    typed = next((link.text for link in message.strangers if _is_typed_at_random(link)), "")
    if typed:
        yield make_signal("text.typed-link", Family.TECHNIQUE, 1.4, "Đường dẫn lẫn lộn chữ hoa và chữ thường.",
                          "A link in capitals and small letters at random.", typed)  # fmt: skip
    hidden = [link for link in message.facts.links if link.hidden]
    if hidden:
        yield make_signal("text.hidden-link", Family.TECHNIQUE, 2.0, "Đường dẫn viết tách ra để tránh bộ lọc.",
                      "A link spelt so that filters miss it.", hidden[0].text)  # fmt: skip


def _is_typed_at_random(link: MessageLink) -> bool:
    """Do capitals turn up inside several parts of the host, or twice in one? A trade name has one such place."""
    shown = re.sub(r"^\w+://", "", link.text).split("/")[0]
    return len(_TYPED_AT_RANDOM.findall(shown)) >= 2


def _call(message: MessageReading) -> Iterator[Signal]:
    """The reader is told to open a link that is nobody's known."""
    found = _OPEN.search(message.plain[:2_000])
    if found and message.strangers and message.is_telling:
        yield make_signal("text.call-to-link", Family.IDENTITY, 0.8, f"Giục mở đường dẫn lạ: «{found[0]}».",
                      f"Urges to open a strange link: «{found[0]}».", found[0])  # fmt: skip


def _hurry(message: MessageReading) -> Iterator[Signal]:
    found = _HURRY.search(message.plain[:2_000])
    if found and message.is_telling and not message.is_long:
        yield make_signal("text.hurry", Family.WORDING, 0.5, f"Thúc giục: «{found[0]}».",
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
    return make_signal("text.brand-elsewhere", Family.IMPERSONATION, points, f"Nhân danh {name} mà dẫn tới nơi khác.",
                   f"Speaks for {name} and leads elsewhere.", link.text, kind)  # fmt: skip


def _disguise(message: MessageReading) -> Iterator[Signal]:
    if message.is_long:
        return
    found = [*find_disguises(message.facts.text), *(said.phrase.text for said in message.said if said.disguised)]
    if found:
        points = min(0.7 + 0.7 * len(found), 4.6)
        words = ", ".join(found[:5])
        yield make_signal("text.disguised-words", Family.TECHNIQUE, points, f"Chữ viết né bộ lọc: «{words}».",
                      f"Words spelt to slip past filters: «{words}».", words)  # fmt: skip
    if has_random_tail(message.facts.text):
        yield make_signal("text.random-tail", Family.TECHNIQUE, 0.9, "Kết thúc bằng chữ vô nghĩa để mỗi tin mỗi khác.",
                      "Ends in letters without meaning, so that no two copies are alike.",
                      message.facts.text.split()[-1])  # fmt: skip


def _bonus(message: MessageReading) -> Iterator[Signal]:
    found = _BONUS.search(message.plain[:2_000])
    if found:
        points = 2.4 if message.strangers else 1.5
        yield make_signal("text.bonus", Family.MONEY, points, f"Hứa tiền thưởng: «{found[0]}».",
                      f"Promises a bonus: «{found[0]}».", found[0])  # fmt: skip


def _chat(message: MessageReading) -> Iterator[Signal]:
    chats = [link.text for link in message.facts.links if link.host in CHATS]
    found = _CHAT.search(message.plain[:2_000])
    if chats or found or message.facts.handles:
        shown = chats[0] if chats else found[0] if found else message.facts.handles[0].value
        invited = 0.8 if _GROUPS.search(shown) else 0.0  # into a closed group, unasked
        yield make_signal("text.chat-contact", Family.IDENTITY, (1.6 if message.is_telling else 0.8) + invited,
                      "Kéo sang trò chuyện riêng (Zalo, Telegram).",
                      "Draws the reader into a private chat.", shown)  # fmt: skip
    mobiles = [phone for phone in message.facts.phones if phone.kind is PhoneKind.MOBILE]
    if mobiles and message.is_telling:
        yield make_signal("text.private-number", Family.IDENTITY, 0.9, "Liên hệ bằng số di động riêng.",
                      "A private mobile number is the contact.", mobiles[0].text)  # fmt: skip
    if message.facts.accounts and message.groups:
        account = message.facts.accounts[0]
        yield make_signal("text.account", Family.MONEY, 0.8, f"Nêu tài khoản nhận tiền {account.number}.",
                      f"Names an account to pay: {account.number}.", account.text)  # fmt: skip


def _search(message: MessageReading) -> Iterator[Signal]:
    found = SEARCH.search(message.facts.text[:2_000].lower()) or SEARCH.search(message.plain[:2_000])
    if found:
        yield make_signal("text.search-detour", Family.TECHNIQUE, 2.2, "Chỉ đường qua Google thay cho đường dẫn.",
                      "Sends the reader through a search instead of a link.", found[0])  # fmt: skip
