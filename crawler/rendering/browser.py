"""Finds a Chromium: the operator's own, Playwright's, or one on the search path; a headless shell is the quickest."""

import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from crawler.errors import BrowserUnavailableError
from crawler.rendering.driver import check_driver

_CHROMIUM = re.compile("chrom|edge|brave", re.IGNORECASE)
_VERSION = re.compile(r"\b(\d{1,5}(?:\.\d{1,6}){1,3})\b")
_ON_PATH = ("chromium-headless-shell", "chrome-headless-shell", "chromium", "chromium-browser", "google-chrome")
_PLAYWRIGHT = (
    "chromium_headless_shell-*/*/headless_shell",
    "chromium_headless_shell-*/*/chrome-headless-shell",
    "chromium-*/*/chrome",
)
REMEDY = "run `make setup`, install Debian's chromium, or name one in LACHAN_BROWSER; without one nothing is rendered"
REMEDY_VI = (
    "chạy `make setup`, cài chromium của Debian, hoặc nêu một bản trong LACHAN_BROWSER; thiếu nó thì không hiện trang"
)
VERSION_SECONDS = 15


@dataclass(frozen=True, slots=True)
class BrowserChoice:
    """``kind``: headless-shell or chromium. ``version``: as the binary states it, 156.0.8078.79."""

    path: str
    kind: str
    version: str


def find_browser(setting: str = "auto") -> BrowserChoice:
    """The browser for ``setting`` (``auto``, ``off`` or a path). Raises BrowserUnavailableError saying what to do."""
    if setting == "off":
        raise BrowserUnavailableError(
            "the browser is switched off (LACHAN_BROWSER=off)", "trình duyệt bị tắt (LACHAN_BROWSER=off)"
        )
    check_driver()
    if setting != "auto":
        return _examined(str(Path(setting).expanduser()))
    reasons = []
    for path in _candidates():
        try:
            return _examined(path)
        except BrowserUnavailableError as error:
            reasons.append(error)
    if reasons:
        raise BrowserUnavailableError("; ".join(map(str, reasons[:3])), "; ".join(each.vi for each in reasons[:3]))
    raise BrowserUnavailableError(f"no Chromium was found: {REMEDY}", f"không tìm thấy Chromium: {REMEDY_VI}")


def _candidates() -> Iterator[str]:
    installed = Path.home() / ".cache" / "ms-playwright"
    for pattern in _PLAYWRIGHT:
        yield from (str(path) for path in sorted(installed.glob(pattern), reverse=True))
    yield from filter(None, map(shutil.which, _ON_PATH))


@lru_cache(maxsize=16)
def _examined(path: str) -> BrowserChoice:
    """Ask the binary for its version, which also shows whether it starts at all."""
    try:
        done = subprocess.run([path, "--version"], capture_output=True, text=True, timeout=VERSION_SECONDS, check=True)
    except subprocess.CalledProcessError as error:
        said = error.stderr.strip()[:300]
        said_vi = said or f"kết thúc với mã {error.returncode}, không nói gì"
        said = said or f"it ends with code {error.returncode} and says nothing"
        raise BrowserUnavailableError(
            f"{path} does not start: {said}; {REMEDY}", f"{path} không khởi động được: {said_vi}; {REMEDY_VI}"
        ) from error
    except (OSError, subprocess.TimeoutExpired) as error:
        raise BrowserUnavailableError(
            f"{path} does not start: {error}; {REMEDY}", f"{path} không khởi động được: {error}; {REMEDY_VI}"
        ) from error
    version = _VERSION.search(done.stdout) if _CHROMIUM.search(done.stdout) else None
    if version is None:
        raise BrowserUnavailableError(
            f"{path} does not say which Chromium it is ({done.stdout.strip()[:100]!r}); {REMEDY}",
            f"{path} không cho biết là bản Chromium nào ({done.stdout.strip()[:100]!r}); {REMEDY_VI}",
        )
    return BrowserChoice(path, "headless-shell" if "headless" in Path(path).name else "chromium", version.group(1))
