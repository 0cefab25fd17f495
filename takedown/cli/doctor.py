"""`lachan doctor`: what is missing on this machine, and how to get it."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from takedown.cli.checks import Check

NAMES = {
    "clock": "đồng hồ",
    "fonts": "phông chữ",
    "settings": "thiết lập",
    "database": "cơ sở dữ liệu",
    "evidence store": "kho chứng cứ",
    "witness": "nhân chứng nhật ký",
    "browser": "trình duyệt",
    "time-stamps": "dấu thời gian",
    "seeds": "hạt giống",
    "targets": "mục tiêu",
    "pending time-stamps": "chờ dấu thời gian",
    "intake": "vào hàng chờ",
    "look-ups": "tra cứu tên miền",
    "search": "tìm kiếm",
    "personal data": "dữ liệu cá nhân",
    "sign-in provider": "nơi đăng nhập",
}  # in Vietnamese; python, openssl and tesseract are called so everywhere


def doctor(
    as_json: Annotated[bool, typer.Option("--json", help="A JSON array of checks.")] = False,
    english: Annotated[bool, typer.Option("--en", help="Speak English.")] = False,
) -> None:
    """Check this machine: each line says what was found, and the command that mends it. Nothing is sent out."""
    from crawler.errors import SettingsError
    from takedown.cli.checks import Check, Health
    from takedown.cli.configured import load_config
    from takedown.cli.exit_codes import ExitCode
    from takedown.cli.machine_checks import check_machine
    from takedown.cli.shown import say_json
    from takedown.cli.store_checks import check_stores

    checks = list(check_machine())
    language = "vi"
    try:
        config = load_config()
    except SettingsError as error:
        # the rest would look at the wrong places
        checks.append(
            Check(
                "settings",
                Health.FAIL,
                str(error),
                "correct or remove them; `lachan settings --markdown`",
                error.vi,
                remedy_vi="sửa hoặc bỏ chúng; `lachan settings --markdown`",
            )
        )
    else:
        language = config.language
        checks.append(
            Check(
                "settings",
                Health.OK,
                "every name is known and every value usable",
                found_vi="mọi tên và giá trị đều hợp lệ",
            )
        )
        checks.extend(check_stores(config))
    if as_json:
        say_json([check.to_json() for check in checks])
    else:
        say_checks(checks, "en" if english else language)
    if any(check.health is Health.FAIL for check in checks):
        raise typer.Exit(ExitCode.SOME_FAILED)


def say_checks(checks: "Sequence[Check]", language: str) -> None:
    """One line a check, the remedy under it."""
    from takedown.cli.checks import Health
    from takedown.cli.shown import in_language, say

    marks = {Health.OK: "✓", Health.WARN: "!", Health.FAIL: "✗"}
    names = {check.name: in_language(language, NAMES.get(check.name, check.name), check.name) for check in checks}
    width = max(map(len, names.values()))
    for check in checks:
        found, remedy = check.words(language)
        say(f"{marks[check.health]} {names[check.name]:<{width}}  {found}")
        if remedy:
            say(f"  {'':<{width}}  → {remedy}")
    counts = [sum(check.health is health for check in checks) for health in Health]
    words = in_language(language, "{} tốt, {} cần lưu ý, {} hỏng.", "{} ok, {} to note, {} broken.")
    say("", words.format(*counts))
