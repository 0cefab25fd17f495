"""Checks of the machine itself: Python, clock, fonts, openssl, tesseract."""

import ctypes
import platform
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from takedown.cli.checks import Check, Health, as_root, guarded

_PYTHON = (3, 11)
_SECONDS = 10
_CLOCK_UNSYNCHRONISED = 5  # TIME_ERROR of adjtimex(2)


def check_machine() -> Iterator[Check]:
    """Everything that needs no setting."""
    yield check_python()
    yield guarded("clock", check_clock, "set the clock", "chỉnh lại đồng hồ")
    yield guarded("fonts", check_fonts, as_root("apt-get install fontconfig fonts-noto-core"))
    yield guarded("openssl", check_openssl, as_root("apt-get install openssl"))
    yield guarded("tesseract", check_tesseract, as_root("apt-get install tesseract-ocr tesseract-ocr-vie"))


def check_python() -> Check:
    """The version that runs this."""
    found = f"{platform.python_version()} ({sys.executable})"
    if sys.version_info >= _PYTHON:
        return Check("python", Health.OK, found)
    return Check("python", Health.FAIL, found, as_root("apt-get install python3.11 python3.11-venv") + " && make setup")


def check_clock() -> Check:
    """Evidence bears times: a clock that lies before this program was written, or that nobody keeps, is named."""
    now = datetime.now(UTC)
    found = now.isoformat(timespec="seconds")
    written = datetime.fromtimestamp(Path(__file__).stat().st_mtime, UTC)
    keep = as_root("timedatectl set-ntp true") + ", or install chrony"
    keep_vi = as_root("timedatectl set-ntp true") + ", hoặc cài chrony"
    if now < written:
        late = f"{found} lies before this program was installed ({written:%Y-%m-%d})"
        late_vi = f"{found} sớm hơn ngày cài chương trình này ({written:%Y-%m-%d})"
        return Check("clock", Health.FAIL, late, keep, late_vi, keep_vi)
    if _kernel_clock_state() == _CLOCK_UNSYNCHRONISED:
        loose = f"{found}; the kernel says that nothing keeps it in step"
        return Check(
            "clock", Health.WARN, loose, keep, f"{found}; hệ thống cho biết không có gì giữ giờ chuẩn", keep_vi
        )
    return Check("clock", Health.OK, found)


def _kernel_clock_state() -> int:
    """What adjtimex(2) answers to a mere question; 0 where there is no such call."""
    if not sys.platform.startswith("linux"):
        return 0
    question = ctypes.create_string_buffer(1024)  # larger than struct timex; modes = 0 changes nothing
    return int(ctypes.CDLL(None).adjtimex(question))


def check_fonts() -> Check:
    """Whether anything can draw Vietnamese: without it a screenshot shows boxes."""
    install = as_root("apt-get install fontconfig fonts-noto-core")
    if shutil.which("fc-list") is None:
        lost = "fc-list is not there: fonts cannot be listed"
        return Check("fonts", Health.WARN, lost, install, "không có fc-list: không liệt kê được phông chữ")
    families = sorted({line for line in run("fc-list", ":lang=vi", "family").splitlines() if line})
    if not families:
        boxes = "no font draws Vietnamese: screenshots will show boxes"
        return Check(
            "fonts", Health.WARN, boxes, install, "không phông nào vẽ được tiếng Việt: ảnh chụp sẽ toàn ô vuông"
        )
    if "emoji" not in run("fc-list", ":", "family").lower():
        emoji = as_root("apt-get install fonts-noto-color-emoji")
        boxes = "no font draws emoji: screenshots will show boxes in their place"
        return Check(
            "fonts", Health.WARN, boxes, emoji, "không phông nào vẽ được emoji: ảnh chụp sẽ có ô vuông thay chúng"
        )
    found = f"{len(families)} families draw Vietnamese, such as {families[0]}"
    return Check("fonts", Health.OK, found, found_vi=f"{len(families)} họ phông vẽ được tiếng Việt, như {families[0]}")


def check_openssl() -> Check:
    """What a third party checks time-stamps with; the sweep itself does without."""
    if shutil.which("openssl") is None:
        remedy = as_root("apt-get install openssl")
        lost = "not there: time-stamps cannot be checked by hand"
        return Check("openssl", Health.WARN, lost, remedy, "không có: không tự kiểm tra được dấu thời gian bằng tay")
    return Check("openssl", Health.OK, run("openssl", "version").strip())


def check_tesseract() -> Check:
    """What reads the words that a page draws as a picture; the sweep does without, and every case says so."""
    from crawler.ocr import known_languages, program_version

    languages, reason = known_languages()
    if reason:
        remedy = as_root("apt-get install tesseract-ocr tesseract-ocr-vie")
        lost = f"{reason}: words drawn as pictures are not read"
        return Check("tesseract", Health.WARN, lost, remedy, f"không đọc được chữ vẽ thành hình ({reason})")
    read = ", ".join(languages)
    return Check(
        "tesseract", Health.OK, f"{program_version()} reads {read}", found_vi=f"{program_version()}, đọc {read}"
    )


def run(*command: str) -> str:
    """What a small program prints; bounded in time. Raises OSError or subprocess.SubprocessError."""
    spoken = ("env", "LC_ALL=C.UTF-8", *command)
    done = subprocess.run(spoken, capture_output=True, text=True, timeout=_SECONDS, check=True)
    return done.stdout
