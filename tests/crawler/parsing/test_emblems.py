"""A logo is known again whatever a site does to the picture, and only a page's own sign counts as its emblem."""

import base64
import random
import zlib

import pytest
from PIL import Image

from crawler.bounds import DEFAULT_BOUNDS
from crawler.detection.likeness import alike
from crawler.evidence.read import choose_images
from crawler.parsing.emblems import parse_emblems
from crawler.parsing.likeness import picture_mark
from crawler.parsing.pictures import read_picture
from tests.drawn_logos import KINDS, as_bytes, draw_logo, framed


def mark(picture: Image.Image, kind: str = "PNG") -> str:
    return picture_mark(as_bytes(picture, kind), DEFAULT_BOUNDS)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "changed",
    [
        lambda kind: mark(draw_logo(kind, width=130)),
        lambda kind: mark(framed(draw_logo(kind, width=240)), "JPEG"),
        lambda kind: mark(draw_logo(kind, ground=None)),
        lambda kind: mark(draw_logo(kind, ink="white", ground=None)),  # for a dark head
        lambda kind: mark(framed(draw_logo(kind, ink="white", ground="#102040"), ground="#102040"), "JPEG"),
        lambda kind: mark(draw_logo(kind, ink="#b01020", width=500), "WEBP"),
    ],
    ids=["smaller", "framed-jpeg", "transparent", "white", "inverted", "other-colour"],
)
def test_a_logo_is_known_again(kind: str, changed) -> None:
    assert alike(mark(draw_logo(kind)), changed(kind))


def test_other_logos_and_other_shapes_are_not_taken_for_it() -> None:
    marks = [mark(draw_logo(kind)) for kind in KINDS]
    assert not any(alike(one, other) for place, one in enumerate(marks) for other in marks[place + 1 :])
    assert not alike(marks[0], mark(draw_logo("bank").resize((110, 110))))
    assert not alike(marks[0], "")
    assert not alike("", "")
    assert not alike("x:y", marks[0])


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x89PNG\r\n\x1a\n" + b"\0" * 60,
        random.Random(3).randbytes(4_000),
        as_bytes(Image.new("RGB", (60, 60), "white")),
        as_bytes(framed(Image.new("RGBA", (40, 40), "black"))),  # a plain square
        as_bytes(draw_logo(width=20)),
        as_bytes(Image.new("L", (5_000, 4_001))),
    ],
)
def test_what_cannot_be_read_or_shows_nothing_has_no_mark(content: bytes) -> None:
    assert picture_mark(content, DEFAULT_BOUNDS) == ""


def test_a_bomb_is_refused_and_never_warned_of(recwarn: pytest.WarningsRecorder) -> None:
    head = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + (10_000).to_bytes(4) + (10_000).to_bytes(4) + b"\x08\0\0\0\0"
    bomb = head + zlib.crc32(head[12:]).to_bytes(4) + as_bytes(Image.new("L", (9, 9)))[33:]
    assert read_picture(bomb, DEFAULT_BOUNDS)[1] == "refused (DecompressionBombWarning)"
    assert picture_mark(bomb, DEFAULT_BOUNDS) == ""
    assert not recwarn.list


def emblems(document, body: str, images: dict[str, bytes] | None = None, head: str = "") -> list[tuple[str, str]]:
    page = document(f"<html><head>{head}</head><body>{body}</body></html>")
    return [(emblem.kind, emblem.url.rpartition("/")[2]) for emblem in parse_emblems(page, images or {})]


def test_the_first_picture_the_head_and_what_is_called_a_logo(document) -> None:
    head = '<link rel="shortcut icon" href="/a.ico"><link rel=stylesheet href=/x.css>'
    body = '<div class="banner"><img src="/1.png"></div><header><img data-src="/2.png"></header><img src="/3.png">'
    assert emblems(document, body, head=head) == [("logo", "1.png"), ("logo", "2.png"), ("icon", "a.ico")]
    assert emblems(document, '<img src="/a.png"><img src="/b.png"><p><img src="/c.png" alt="Logo"></p>') == [
        ("logo", "a.png"),
        ("logo", "c.png"),
    ]


def test_a_row_of_partners_and_anothers_door_are_no_emblems(document) -> None:
    partners = "".join(f'<img src="/p{number}.png" alt="logo {number}">' for number in range(5))
    assert emblems(document, f'<img src="/own.png">{partners}') == [("logo", "own.png")]
    assert emblems(document, '<button><img src="/g.png"> Sign in with G</button>') == []


def test_marks_are_of_captured_and_of_inline_pictures(document) -> None:
    logo = as_bytes(draw_logo())
    inline = base64.b64encode(logo).decode()
    page = document(f'<header><img src="/logo.png"><img src="data:image/png;base64,{inline}"></header>')
    captured, written = parse_emblems(page, {"https://trang.example/logo.png": logo})
    assert captured.mark == written.mark != ""
    assert written.url.startswith("data:#")
    assert parse_emblems(page, {})[0].mark == ""


def test_logos_are_chosen_before_other_pictures_and_after_payment_codes() -> None:
    many = [(f"https://a.example/{number}.jpg", b"x") for number in range(20)]
    named = [("https://a.example/img/Logo_moi.png", b"x"), ("https://a.example/qr.png", b"x")]
    chosen = list(choose_images([*many, *named]))
    assert [url.rpartition("/")[2] for url in chosen[:3]] == ["qr.png", "Logo_moi.png", "0.jpg"]
    assert len(chosen) == DEFAULT_BOUNDS.images_per_page


def test_a_picture_that_is_named_a_thousand_times_is_read_once_a_kind(
    document, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[bytes] = []
    monkeypatch.setattr("crawler.parsing.emblems.picture_mark", lambda content, _: read.append(content) or "")
    links, logos = '<link rel="icon" href="/a.png">' * 1000, '<header><img src="/a.png"></header>' * 40
    found = emblems(document, logos, {"https://trang.example/a.png": b"picture"}, head=links)
    assert found == [("logo", "a.png"), ("icon", "a.png")]
    assert read == [b"picture"] * 2


OUTLINE = " ".join(f"M{number} {number * 7 % 90}L{number * 3 % 80},{number}" for number in range(80))


def drawing(outline: str = OUTLINE, ink: str = "#0a6b3d", head: str = "") -> str:
    return f'{head}<svg viewBox="0 0 90 90"><g fill="{ink}"><path id="a" d="{outline}"/></g></svg>'


def test_a_copied_drawing_is_known_by_its_outlines_alone(document) -> None:
    mark = picture_mark(drawing().encode(), DEFAULT_BOUNDS)
    other = drawing(OUTLINE.replace(" ", "\n "), "white", '<?xml version="1.0"?><!-- x -->').encode()
    assert mark.startswith("svg:")
    assert alike(mark, picture_mark(other, DEFAULT_BOUNDS))
    assert not alike(mark, picture_mark(drawing(OUTLINE[9:]).encode(), DEFAULT_BOUNDS))
    (written,) = parse_emblems(document(f"<header><a>{drawing(ink='red')}</a></header><p>x</p>{drawing()}"), {})
    assert (written.kind, written.mark) == ("logo", mark)


@pytest.mark.parametrize(
    "content",
    [
        drawing("M0 0L9 9").encode(),  # a plain sign
        b"<svg",
        b"<svg " + b' d="' * 200_000,
        b"<svg " + b" d=" * 200_000,
        b'<svg d="' + b"9" * 3_000_000,
        b'<!DOCTYPE svg [<!ENTITY a "&b;&b;">]><svg>&a;</svg>',
    ],
)
def test_a_drawing_that_says_nothing_has_no_mark(content: bytes) -> None:
    assert picture_mark(content, DEFAULT_BOUNDS) == ""


def test_an_icon_is_looked_into_though_pictures_are_many() -> None:
    many = [(f"https://trang.example/{number}.png", b"x") for number in range(60)]
    assert "https://trang.example/dau" in choose_images(many, icons=[("https://trang.example/dau", b"x")])
