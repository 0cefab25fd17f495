"""What a person or a file names as a target becomes one URL, or a problem with its remedy."""

from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seeds import Seed, SeedProblem, parse_target, registrable_domain


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("shop-a.example", "https://shop-a.example/"),
        ("  shop-a.example\t\n", "https://shop-a.example/"),
        ("SHOP-A.Example.", "https://shop-a.example/"),
        ("http://shop-a.example/x?y=1#z", "http://shop-a.example/x?y=1"),
        ("HTTPS://Shop-A.example/Path", "https://shop-a.example/Path"),
        ("https://shop-a.example:443/", "https://shop-a.example/"),
        ("http://shop-a.example:8080", "http://shop-a.example:8080/"),
        ("shop-a.example:8443/x", "https://shop-a.example:8443/x"),
        ("hxxps://shop[.]example/a", "https://shop.example/a"),
        ("hXXp[:]//shop(.)example", "http://shop.example/"),
        ("hxxps[://]shop{.}example", "https://shop.example/"),
        ("h**p://shop[dot]example", "http://shop.example/"),
        ("shop (chấm) example".replace(" ", ""), "https://shop.example/"),
        ("<https://shop.example/>", "https://shop.example/"),
        ("thời-trang.example", "https://xn--thi-trang-6p7d.example/"),
        ("THỜI-TRANG.example", "https://xn--thi-trang-6p7d.example/"),
        ("ｓｈｏｐ。example", "https://shop.example/"),  # full-width letters and an ideographic dot
        ("https://shop.example/đăng-nhập", "https://shop.example/%C4%91%C4%83ng-nh%E1%BA%ADp"),
        ("https://shop.example/%C4%91", "https://shop.example/%C4%91"),
        ("https://203.0.113.7/", "https://203.0.113.7/"),
        ("http://[2001:DB8::1]:8080/x", "http://[2001:db8::1]:8080/x"),
        (".shop.example", "https://shop.example/"),
        ("*.shop.example", "https://shop.example/"),
        ("_dmarc.shop.example", "https://_dmarc.shop.example/"),
    ],
)
def test_every_usual_spelling_is_read(text: str, url: str) -> None:
    seed = parse_target(text)
    assert isinstance(seed, Seed), seed
    assert seed.url == url
    assert seed.host == (urlsplit(url).hostname or "")
    assert seed.source == "the command line"


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("", "empty"),
        ("   ", "empty"),
        ("https://", "host"),
        ("https:///path", "host"),
        ("localhost", "full host name"),
        ("javascript:alert(1)", "not a web address"),
        ("mailto:a@shop.example", "not a web address"),
        ("data:text/html,x", "not a web address"),
        ("ftp://shop.example/", "not a web address"),
        ("ht!tp://shop.example/", "ht!tp: is not a web address"),
        ("file:///etc/passwd", "not a web address"),
        ("https://user:secret@shop.example/", "password"),
        ("https://@shop.example/", "password"),
        ("https://shop.example\\@other.example/", "password"),
        ("https://shop.example:0/", "port"),
        ("https://shop.example:99999/", "ort"),
        ("https://shop.example:x/", "ort"),
        ("https://sh op.example/", "blanks"),
        ("https://shop\u200b.example/", "blanks"),
        ("https://shop.example/\x00", "control"),
        ("https://shop..example/", "host name"),
        ("..shop.example", "host name"),
        ("https://.shop.example/", "host name"),
        ("https://*.shop.example/", "host name"),
        ("https://-shop.example/", "host name"),
        ("https://" + "a" * 64 + ".example/", "longer"),
        ("https://" + "a." * 130 + "example/", "longer"),
        ("https://shop.example/" + "a" * 3000, "longer"),
        ("https://999.1.1.1/", "address"),
        ("https://[::1", ""),
        ("https://[zz::1]/", ""),
        ("https://💩.example/", "ASCII"),
        ("https://℀.example/", ""),
    ],
)
def test_what_is_no_target_is_said_with_its_remedy(text: str, word: str) -> None:
    problem = parse_target(text, path="list.csv", line=7)
    assert isinstance(problem, SeedProblem), problem
    assert word in problem.message
    assert problem.remedy
    assert str(problem).startswith("list.csv:7: ")


def test_a_password_is_not_repeated_beyond_what_was_typed_and_nothing_acts_on_the_terminal() -> None:
    problem = parse_target("https://shop.example/\x1b[2J\u202e" + "a" * 500)
    assert isinstance(problem, SeedProblem)
    assert "\x1b" not in str(problem)
    assert "\u202e" not in str(problem)
    assert len(str(problem)) < 400


def test_the_registrable_domain_follows_the_shipped_suffix_list() -> None:
    assert registrable_domain("a.b.shop.com.vn") == "shop.com.vn"
    assert registrable_domain("a.shop.example") == "shop.example"
    assert registrable_domain("a.b.ending-younger-than-the-list") == "b.ending-younger-than-the-list"
    assert registrable_domain("203.0.113.7") == "203.0.113.7"
    assert registrable_domain("2001:db8::1") == "2001:db8::1"
    assert registrable_domain("example") == "example"
    assert registrable_domain("com.vn") == "com.vn"


@given(st.text(max_size=300))
def test_any_text_gives_a_seed_or_a_problem(text: str) -> None:
    read = parse_target(text)
    if isinstance(read, Seed):
        assert read.url.isascii()
        assert read.url.startswith(("http://", "https://"))
        assert "@" not in urlsplit(read.url).netloc
        assert urlsplit(read.url).hostname == read.host
    else:
        assert read.message
        assert read.remedy


HOSTS = st.from_regex(r"[a-z0-9]([a-z0-9-]{0,10}[a-z0-9])?(\.[a-z]{2,8}){1,2}", fullmatch=True)


@given(HOSTS, st.text(max_size=60))
def test_reading_a_seed_again_changes_nothing(host: str, path: str) -> None:
    first = parse_target(f"https://{host}/{path}")
    if isinstance(first, Seed):
        again = parse_target(first.url)
        assert isinstance(again, Seed)
        assert again == first


def test_a_target_named_at_the_terminal_is_refused_in_both_languages() -> None:
    problem = parse_target("nonsense word")
    assert isinstance(problem, SeedProblem)
    assert problem.said("vi").startswith("dòng lệnh: ")
    assert problem.said("en").startswith("the command line: ")
