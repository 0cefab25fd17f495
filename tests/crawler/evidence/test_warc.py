"""The WARC of a visit: what it holds, that foreign tools accept it, and that nothing hostile breaks its framing."""

from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from warcio.archiveiterator import ArchiveIterator
from warcio.recordloader import ArcWarcRecord

from crawler.evidence.head import MAX_VALUE
from crawler.evidence.warc import WarcFile, write_warc
from crawler.visit import Exchange
from tests.crawler.evidence.visits import HTML, JPEG, NOW, PNG, URL, browser_visit, exchange, plain_visit


def records(data: bytes) -> list[tuple[ArcWarcRecord, bytes]]:
    """Each record with its stored payload; raises where a digest does not hold."""
    return [(record, record.raw_stream.read()) for record in ArchiveIterator(BytesIO(data), check_digests="raise")]


def one(warc: WarcFile, kind: str, url: str) -> tuple[ArcWarcRecord, bytes]:
    return next(
        (record, body)
        for record, body in records(warc.data)
        if record.rec_type == kind and record.rec_headers["WARC-Target-URI"] == url
    )


def with_exchange(each: Exchange) -> WarcFile:
    return write_warc(replace(plain_visit(), exchanges=(each,)))


def test_every_exchange_and_capture_is_a_record() -> None:
    warc = write_warc(browser_visit())
    kinds = [record.rec_type for record, _ in records(warc.data)]
    assert kinds == [
        "warcinfo",
        *("response", "request") * 3,  # the redirect among them
        *("metadata", "request"),  # no answer came
        "resource",
        "conversion",
    ]
    assert one(warc, "resource", f"urn:fullPage:{URL}")[1] == JPEG
    assert b"data-seen" in one(warc, "conversion", f"urn:dom:{URL}")[1]
    assert b"ERR_NAME_NOT_RESOLVED" in one(warc, "metadata", "https://track.example/p")[1]


def test_requests_point_at_their_responses() -> None:
    warc = write_warc(browser_visit())
    response, request = one(warc, "response", URL)[0], one(warc, "request", URL)[0]
    assert request.rec_headers["WARC-Concurrent-To"] == response.rec_headers["WARC-Record-ID"]
    assert response.rec_headers["WARC-IP-Address"] == "203.0.113.7"
    assert response.rec_headers["WARC-Protocol"] == "h2"
    assert request.http_headers.get_header("Host") == "shop-sale.example"


def test_a_decoded_body_keeps_honest_headers() -> None:
    record, body = one(write_warc(browser_visit()), "response", URL)
    assert body == HTML
    head = record.http_headers
    assert head.get_header("Content-Encoding") is None
    assert head.get_header("X-Archive-Orig-content-encoding") == "br"
    assert head.get_header("X-Archive-Orig-content-length") == "77"
    assert head.get_header("Content-Length") == str(len(HTML))
    assert [value for name, value in head.headers if name == "set-cookie"] == ["a=1", "b=2"]


def test_a_wire_body_keeps_its_content_coding_but_not_its_chunks() -> None:
    warc = write_warc(plain_visit())
    record = next(each for each in ArchiveIterator(BytesIO(warc.data)) if each.rec_type == "response")
    assert record.http_headers.get_header("Transfer-Encoding") is None
    assert record.content_stream().read() == HTML


def test_offsets_lengths_and_digests_are_those_of_the_file() -> None:
    warc = write_warc(browser_visit())
    for told in warc.records:
        member = warc.data[told.offset : told.offset + told.length]
        ((record, _),) = records(member)
        assert record.rec_type == told.kind
        assert (record.rec_headers.get_header("WARC-Target-URI") or "") == told.url
        if told.kind != "warcinfo":
            assert record.rec_headers.get_header("WARC-Payload-Digest") == told.digest
    assert sum(told.length for told in warc.records) == len(warc.data)
    assert [told.timestamp for told in warc.records if told.url == URL][:1] == ["20261120083016"]


def test_the_same_visit_gives_the_same_bytes() -> None:
    assert write_warc(browser_visit()).data == write_warc(browser_visit()).data


def test_a_body_cut_short_says_so() -> None:
    cut = replace(
        exchange(URL, headers=(("Content-Length", "9000"),), body=b"only this"), truncated=True, failure="ended early"
    )
    record, _ = one(with_exchange(cut), "response", URL)
    assert record.rec_headers["WARC-Truncated"] == "unspecified"
    assert record.http_headers.get_header("Content-Length") == "9"
    assert record.http_headers.get_header("X-Archive-Orig-Content-Length") == "9000"


@pytest.mark.parametrize(
    ("told", "body", "coding", "short"),
    [
        ("73", b"", "", True),  # a browser that kept nothing of it
        ("73", b"", "gzip", True),
        ("73", b"decoded to less", "gzip", False),
        ("73", b"less", "", True),
        ("4", b"less", "", False),
        ("0", b"", "", False),
        ("-1", b"", "", False),
        ("nine", b"", "", False),
    ],
)
def test_a_body_that_is_less_than_announced_says_so(told: str, body: bytes, coding: str, short: bool) -> None:
    headers = (("Content-Length", told), *([("Content-Encoding", coding)] if coding else []))
    record, _ = one(with_exchange(exchange(URL, headers=headers, body=body, decoded=True)), "response", URL)
    assert record.rec_headers.get_header("WARC-Truncated") == ("unspecified" if short else None)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Evil", "a\r\n\r\nHTTP/1.1 200 OK\r\n\r\nforged"),
        ("Evil\r\nWARC-Type", "response"),
        ("", "no name"),
        ("Content-Length ", "3"),
        ("Content-Length", "999999999999999999999"),
        ("Nul", "a\x00b"),
        ("Accents", "tiếng Việt"),
        ("Bytes", bytes(range(128, 256)).decode("latin-1")),
        ("Surrogate", "\ud800"),
        ("Huge", "x" * (MAX_VALUE + 10)),
        ("N" * 5000, "v"),
    ],
)
def test_a_hostile_header_stays_inside_its_line(name: str, value: str) -> None:
    warc = with_exchange(exchange(URL, headers=((name, value), ("After", "still here")), body=PNG))
    assert [record.rec_type for record, _ in records(warc.data)] == ["warcinfo", "response", "request"]
    record, body = one(warc, "response", URL)
    assert body == PNG
    assert record.http_headers.get_header("After") == "still here"
    assert record.http_headers.get_header("Content-Length") == str(len(PNG))


def test_a_head_beyond_the_bound_is_cut_and_says_so() -> None:
    many = tuple((f"X-{number}", "v" * 1000) for number in range(2000))
    record, body = one(with_exchange(exchange(URL, headers=many, body=PNG)), "response", URL)
    assert record.http_headers.get_header("X-Archive-Cut-Header")
    assert body == PNG


def test_foreign_bytes_in_a_header_survive() -> None:
    data = with_exchange(exchange(URL, headers=(("X", "caf\xe9"),), body=b"x")).data
    blocks = [record.raw_stream.read() for record in ArchiveIterator(BytesIO(data), no_record_parse=True)]
    assert b"X: caf\xe9\r\n" in blocks[1]


def test_what_is_no_web_exchange_is_named_not_written() -> None:
    strange = ("data:text/html,x", "ws://a.example/", "https://a.example/" + "x" * 40_000, "http://[")
    warc = write_warc(replace(plain_visit(), exchanges=tuple(exchange(url) for url in strange)))
    assert [reason for _, reason in warc.skipped] == [
        "not http or https",
        "not http or https",
        "URL of 40018 characters",
        "not a URL: Invalid IPv6 URL",
    ]
    assert [record.rec_type for record, _ in records(warc.data)] == ["warcinfo"]


TEXT = st.text(st.characters(), max_size=60)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    url=TEXT,
    method=TEXT,
    reason=TEXT,
    status=st.integers(-5, 100_000),
    protocol=TEXT,
    headers=st.lists(st.tuples(TEXT, TEXT), max_size=5),
    sent=st.lists(st.tuples(TEXT, TEXT), max_size=3),
    body=st.binary(max_size=200),
    address=TEXT,
    resource=TEXT,
    failure=TEXT,
    decoded=st.booleans(),
)
def test_no_exchange_breaks_the_file(
    url: str,
    method: str,
    reason: str,
    status: int,
    protocol: str,
    headers: list[tuple[str, str]],
    sent: list[tuple[str, str]],
    body: bytes,
    address: str,
    resource: str,
    failure: str,
    decoded: bool,
) -> None:
    hostile = Exchange(
        url=f"https://a.example/{url}",
        method=method,
        status=status,
        started_at=NOW,
        request_headers=tuple(sent),
        response_headers=tuple(headers),
        reason=reason,
        protocol=protocol,
        body=body,
        body_decoded=decoded,
        address=address,
        resource=resource,
        failure=failure,
    )
    kinds = [record.rec_type for record, _ in records(with_exchange(hostile).data)]
    assert kinds == ["warcinfo", "response" if status else "metadata", "request"]
    if status:
        bodies = [payload for record, payload in records(with_exchange(hostile).data) if record.rec_type == "response"]
        assert bodies == [body]


def test_warcio_check_passes(tmp_path: Path, judge_tool) -> None:
    path = tmp_path / "response.warc.gz"
    path.write_bytes(write_warc(browser_visit()).data)
    verdict = judge_tool("warcio", "check", "-v", path)
    assert verdict.returncode == 0, verdict.stdout
    assert "digest pass" in verdict.stdout
