"""`lachan explain FILE|URL`: the reasons behind a score."""

import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

if TYPE_CHECKING:
    from crawler.config import Config
    from crawler.explaining import Explanation

# Why nothing of the site's own was read, by the outcome's value.
_UNREAD: Final = {
    "http_error": ("Máy chủ báo lỗi", "The server answered with an error"),
    "empty_shell": ("Không có gì để đọc", "There is nothing to read"),
    "challenge": ("Bị chặn bởi trang kiểm tra truy cập", "A bot check stands before the site"),
    "not_a_page": ("Không phải là trang web", "Not a page"),
    "not_found": ("Trang báo không tìm thấy", "The page says that nothing is there"),
    "parked": ("Tên miền chưa có trang web thật", "A parked name, no site"),
    "suspended": ("Trang đã bị tạm ngưng", "The site is suspended"),
    "login_wall": ("Chỉ có trang đăng nhập", "Nothing but a log-in page"),
    "unreadable": ("Không đọc được mã trang", "Its markup could not be read"),
    "truncated": ("Trang bị cắt ngắn", "The page was cut short"),
}
_PAGE_SUFFIXES = {".html", ".htm", ".mhtml", ".xhtml"}


def explain(
    what: Annotated[
        str,
        typer.Argument(
            metavar="FILE|URL", help="A saved page (no network is used; - for standard input), or an address."
        ),
    ],
    url: Annotated[
        str, typer.Option(help="The address to judge a saved page under; by default the one it declares.")
    ] = "",
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
    english: Annotated[bool, typer.Option("--en", help="Speak English.")] = False,
) -> None:
    """Explain how a saved page or an address scores; nothing is recorded. Exits with 1 when a site gives no answer."""
    from crawler.explaining import UnreachableError
    from takedown.cli.configured import load_config
    from takedown.cli.exit_codes import ExitCode
    from takedown.cli.shown import complain, say_json
    from takedown.words import fault_words

    config = load_config()
    try:
        found = explain_what(what, url, config)
    except UnreachableError as error:
        complain(f"lachan: {fault_words(error, 'en' if english else config.language)}")
        if as_json:
            say_json({"error": str(error), "exit_code": int(ExitCode.SOME_FAILED)})
        raise typer.Exit(ExitCode.SOME_FAILED) from error
    _show(found, "en" if english else config.language, as_json=as_json)


_NO_ADDRESS = (
    "Trang không cho biết địa chỉ của nó, nên chưa xét được tên miền và việc mạo danh: thêm --url https://…",
    "The page names no address, so its name and whom it imitates could not be judged: add --url https://…",
)


def _show(found: "Explanation", language: str, *, as_json: bool) -> None:
    from crawler.detection.explain import explain_score, score_json
    from crawler.explaining import UNKNOWN_URL
    from takedown.cli.shown import in_language, say, say_json
    from takedown.reasons import reason_words

    if as_json:
        head = {"url": found.facts.url, "assumed": found.assumed, "outcome": found.outcome, "reason": found.reason}
        say_json({**head, "robots": found.robots, **score_json(found.score)})
        return
    if found.outcome.value in _UNREAD:
        say(f"{in_language(language, *_UNREAD[found.outcome.value])}: {reason_words(found.reason, language)}")
    elif found.assumed == UNKNOWN_URL:
        say(in_language(language, *_NO_ADDRESS))
    if found.assumed not in {"", UNKNOWN_URL}:
        say(in_language(language, "Xét như trang của: ", "Judged as a page of: ") + found.assumed)
    if found.robots == "overridden":
        told = "robots.txt không cho đọc trang này; LACHAN_ROBOTS=record", "robots.txt forbids it; LACHAN_ROBOTS=record"
        say(in_language(language, *told))
    say(*explain_score(found.score, language))


def explain_what(what: str, url: str, config: "Config") -> "Explanation":
    """An address; else what lies on the disk. Raises WrongUsageError for what is neither, UnreachableError."""
    from crawler.bounds import DEFAULT_BOUNDS
    from crawler.explaining import BadAddressError, UnreadableFileError, explain_file, explain_saved, explain_url
    from takedown.cli.faults import WrongUsageError

    address = _address(what)
    if address and url:
        raise WrongUsageError(
            f"--url is for a saved page, but {what[:200]} is an address itself; leave one out",
            f"--url dành cho trang đã lưu, mà {what[:200]} đã là địa chỉ; bỏ một trong hai",
        )
    try:
        if address:
            return explain_url(address, config)
        if what == "-":
            return explain_saved(
                sys.stdin.buffer.read(DEFAULT_BOUNDS.html_bytes + 1), datetime.now(UTC), config, url=url
            )
        if _is_there(what):
            return explain_file(Path(what), config, url=url)
    except (UnreadableFileError, BadAddressError) as error:
        raise WrongUsageError(str(error), error.vi) from error
    raise WrongUsageError(
        f"{what}: no such file; give a saved page, or an address that begins with https://",
        f"{what}: không có tệp này; đưa một trang đã lưu, hoặc địa chỉ bắt đầu bằng https://",
    )


def _address(what: str) -> str:
    """The address that was meant, or "" for what names a file."""
    if what.lower().startswith(("http://", "https://")):
        return what
    bare = "/" not in what and "." in what and Path(what).suffix not in _PAGE_SUFFIXES
    return f"https://{what}/" if bare and not _is_there(what) else ""


def _is_there(what: str) -> bool:
    """Is there a file, a folder or a device of this name? A name that no disk can hold is not."""
    try:
        return os.path.lexists(what)
    except ValueError:
        return False
