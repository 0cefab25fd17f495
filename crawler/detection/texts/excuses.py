"""What honest messages show, and the signs that speak for one."""

import re
from collections.abc import Iterator

from crawler.detection.signal import Family, Signal
from crawler.detection.texts.reading import CHATS, SEARCH, MessageReading, make_signal

_SHORT_CODE = re.compile(r"\bsoan (?:tin )?(?:ngay )?\w{1,12}(?: \w{1,12}){0,3}? gui \d{3,5}\b")
_ADDRESSED = re.compile(r"\b(?:ong ba|quy khach|anh chi|quy vi|cua ban|cua em|ban da|ban co|ban se)\b")
_REPORTS = 3  # words of reporting that make news of a short text, where nobody is spoken to


def excuses(message: MessageReading) -> Iterator[Signal]:
    told = message.is_long or (message.honest("news") >= _REPORTS and not _ADDRESSED.search(message.plain))
    warned = message.honest("warning") + (message.honest("news") if told else 0)
    if warned >= 2 and (message.is_long or not message.strangers):
        yield make_signal("text.warning", Family.INNOCENT, -min(1.0 * warned, 4.0), "Cảnh báo hoặc kể về lừa đảo.",
                      "Warns of fraud or reports on it.", "")  # fmt: skip
    if message.is_long:
        yield make_signal("text.article", Family.INNOCENT, -3.5, "Dài như một bài viết, không phải tin nhắn.",
                      "As long as an article, not a message.", "")  # fmt: skip
    hosts = [link.host for link in message.facts.links]
    if message.strangers:
        if message.honest("opt_out") or _SHORT_CODE.search(message.plain[:2_000]):
            yield make_signal("text.opt-out", Family.INNOCENT, -1.0, "Có cách từ chối nhận tin.",
                          "Says how to refuse such messages.", "")  # fmt: skip
        return
    detour = SEARCH.search(message.facts.text[:2_000].lower())
    if hosts and not detour and all(message.is_known(host) and host not in CHATS for host in hosts):
        yield make_signal("text.official-links", Family.INNOCENT, -2.5, "Chỉ dẫn tới trang chính thức.",
                      "Leads to official sites only.", message.facts.links[0].text)  # fmt: skip
    if message.honest("opt_out") or _SHORT_CODE.search(message.plain[:2_000]):
        yield make_signal("text.opt-out", Family.INNOCENT, -2.0, "Tin của nhà mạng, có cách từ chối.",
                      "A carrier's message, with a way to refuse it.", "")  # fmt: skip
    if message.honest("code") and not message.facts.phones:
        yield make_signal("text.code", Family.INNOCENT, -1.5, "Gửi một mã xác nhận.", "Delivers a one-time code.", "")
    if message.honest("balance"):
        yield make_signal("text.balance", Family.INNOCENT, -1.5, "Báo số dư.", "Reports a balance.", "")
