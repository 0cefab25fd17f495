"""The reasons of visits and look-ups are told in Vietnamese; a server's own words stay as they are."""

import pytest

from crawler import binaries
from crawler.enrichment.answer import REDACTED
from crawler.enrichment.rdap import UNCONFIRMED
from crawler.enrichment.registries import VIETNAM
from crawler.enrichment.registries import refuse as refuse_domain
from crawler.enrichment.servers import NOWHERE
from crawler.explaining import judge_bytes
from crawler.reading.job import WITHOUT_STRUCTURE
from crawler.reading.reader import ReaderDiedError, ReadingFailedError, ReadTooLongError
from crawler.site_outcome import cut_short
from takedown.reasons import reason_words


@pytest.mark.parametrize(
    "reason",
    [
        REDACTED,
        UNCONFIRMED,
        VIETNAM,
        NOWHERE,
        "bytes that are no text",
        *(WITHOUT_STRUCTURE + error.why for error in (ReadingFailedError, ReadTooLongError, ReaderDiedError)),
        *(kind for _, kind in binaries.MAGIC),
        judge_bytes(b" ")[1],
        *judge_bytes(b"MIME-Version: 1.0\nContent-Type: multipart/related")[1].split("; "),
        judge_bytes(b"\x1f\x8b")[1],
        judge_bytes(b"7z\xbc\xaf\x27\x1c")[1],
        cut_short(("text cut at 2000 characters",)),
        *(refusal.reason for name in ("192.0.2.1", "a.test") if (refusal := refuse_domain(name, mirrored=False))),
    ],
)
def test_our_own_reasons_are_told_in_both_languages(reason: str) -> None:
    assert reason_words(reason, "vi") != reason
    assert reason_words(reason, "en") == reason


@pytest.mark.parametrize(
    ("reason", "vietnamese"),
    [
        (".shop has no public WHOIS service", ".shop không có dịch vụ WHOIS công khai"),
        ("RDAP answered: found", "RDAP đã trả lời: có"),
        (
            "registrant redacted; registrar whois.example:43: throttled HTTP 429",
            "chủ thể được che; nhà đăng ký whois.example:43: bị hạn chế, tra lại sau (HTTP 429)",
        ),
        (
            "192.0.2.1: no registry has this network; its certificate is for another name (*.b.example)",
            "192.0.2.1: không cơ quan đăng ký nào quản lý dải mạng này; chứng chỉ cấp cho tên khác (*.b.example)",
        ),
        ("cut at 2,000,000 bytes", "bị cắt ở 2,000,000 byte"),
        ("no whole answer within 9 s", "không có câu trả lời trọn vẹn trong 9 giây"),
        (
            "DownloadTimeoutError: Getting http://a.example/ took longer than 5.0 seconds.",
            "tải http://a.example/ quá 5.0 giây",
        ),
        ("Query rate {0} limit\n", "Query rate {0} limit\n"),
        ("", ""),
    ],
)
def test_what_is_not_ours_stays(reason: str, vietnamese: str) -> None:
    assert reason_words(reason, "vi") == vietnamese
