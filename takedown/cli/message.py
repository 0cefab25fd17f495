"""What `lachan text` says of a message. Loads no parser of options: that takes longer than a message to judge."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from crawler.detection.texts.judge import TextJudgement

_READ_BYTES = 200_000


def plain_words(words: list[str]) -> tuple[list[str], bool, bool] | None:
    """The message's words, and whether JSON and English are asked for; None where options must be parsed with care."""
    given = [word for word in words if word not in {"--json", "--en"}]
    if any(word.startswith("-") and word != "-" for word in given):
        return None
    return given, "--json" in words, "--en" in words


def say_message(words: list[str], *, as_json: bool, english: bool) -> None:
    """Judge the message that was named, and say what it is. Raises WrongUsageError where there is none."""
    from crawler.texts import judge_text
    from takedown.cli.language import chosen_language
    from takedown.cli.shown import say, say_json

    judged = judge_text(read_words(words))
    if as_json:
        say_json(as_object(judged))
    else:
        say(*shown_lines(judged, chosen_language(english)))


def read_words(words: list[str]) -> str:
    """The message that was named. Raises WrongUsageError where there is none."""
    from takedown.cli.faults import WrongUsageError

    if not words and sys.stdin.isatty():
        raise WrongUsageError(
            "no message: give it in quotation marks, name a file, or pipe it in",
            "không có tin nhắn: đặt trong ngoặc kép, nêu tệp, hoặc đưa qua ống dẫn",
        )
    given = " ".join(words)
    if given in {"", "-"}:
        return _decoded(sys.stdin.buffer.read(_READ_BYTES))
    if len(words) == 1 and len(given) < 1_000 and "\n" not in given and "\0" not in given and Path(given).is_file():
        with Path(given).open("rb") as file:
            return _decoded(file.read(_READ_BYTES))
    if len(words) == 1 and " " not in given and Path(given).suffix in {".txt", ".eml", ".md"}:
        raise WrongUsageError(
            f"{given}: no such file; give a file that is there, or the message in quotation marks",
            f"{given}: không có tệp này; nêu tệp có thật, hoặc đặt tin nhắn trong ngoặc kép",
        )
    return given


def _decoded(data: bytes) -> str:
    if data[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        return data.decode("utf-16", "replace")
    return data.decode("utf-8-sig", "replace")


def as_object(judged: "TextJudgement") -> dict[str, object]:
    """The judgement for a program; keys are stable."""
    facts = judged.facts
    return {
        "level": judged.level,
        "points": judged.points,
        "probability": judged.probability,
        "category": judged.categories[0][0] if judged.categories else None,
        "categories": [{"category": kind, "points": points} for kind, points in judged.categories],
        "signals": [
            {
                "rule": signal.rule,
                "family": signal.family,
                "points": signal.points,
                "vi": signal.message_vi,
                "en": signal.message_en,
                "excerpt": signal.excerpt,
            }
            for signal in judged.signals
        ],
        "links": [
            {"url": link.url, "host": link.host, "text": link.text, "hidden": link.hidden} for link in facts.links
        ],
        "phones": [{"number": phone.number, "kind": phone.kind, "text": phone.text} for phone in facts.phones],
        "accounts": [
            {"number": account.number, "bank": account.bank, "bin": account.bin, "holder": account.holder}
            for account in facts.accounts
        ],
        "handles": [{"platform": handle.platform, "value": handle.value} for handle in facts.handles],
        "cut": facts.cut,
    }


def shown_lines(judged: "TextJudgement", language: str) -> list[str]:
    """The judgement for a person; addresses are defanged, so that no terminal makes links of them."""
    from crawler.detection.score import Level
    from takedown.cli.shown import in_language, shown_word

    if judged.level is Level.UNKNOWN:
        return [in_language(language, "Tin trống: không có gì để đọc", "The message is empty: nothing to read")]
    kinds = ", ".join(kind for kind, _ in judged.categories[:2])
    level = shown_word("level", judged.level, language)
    lines = [f"{level} ({judged.points:+.1f})" + (f" · {kinds}" if kinds else "")]
    lines += [f"  {signal.points:+5.1f}  {signal.message(language)}" for signal in judged.signals]
    facts = judged.facts
    rows = (
        (in_language(language, "Đường dẫn", "Links"), [_defanged(link.url) for link in facts.links]),
        (in_language(language, "Điện thoại", "Phones"), [phone.number for phone in facts.phones]),
        (in_language(language, "Tài khoản", "Accounts"), [f"{a.number} {a.bank}".strip() for a in facts.accounts]),
        (in_language(language, "Trò chuyện", "Chats"), [f"{h.platform} {h.value}" for h in facts.handles]),
    )
    return lines + [f"{title}: {', '.join(found)}" for title, found in rows if found]


def _defanged(url: str) -> str:
    scheme, _, rest = url.partition("://")
    host, slash, path = rest.partition("/")
    return f"{scheme.replace('tt', 'xx')}://{host.replace('.', '[.]')}{slash}{path}"
