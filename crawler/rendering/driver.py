"""Playwright's driver, one process for all browsers of a renderer: started once, replaced when it dies, ended whole."""

import asyncio
import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path

from playwright.async_api import Browser, Playwright, async_playwright
from playwright.async_api import Error as BrowserError

from crawler.errors import BrowserUnavailableError

START_SECONDS = 20.0
STOP_SECONDS = 3.0
FOLDER_PREFIX = "lachan-driver-"  # what the driver makes for itself, and leaves when it is killed


class Driver:
    """``launch`` starts the driver when there is none that lives; ``stop`` leaves no process."""

    def __init__(self) -> None:
        self.pid = 0  # known once a browser was launched
        self._playwright: Playwright | None = None
        self._folder: Path | None = None
        self._starting = asyncio.Lock()

    async def launch(self, path: str, flags: Sequence[str], environment: Mapping[str, str], artifacts: Path) -> Browser:
        """A browser with exactly ``flags``. Raises BrowserError, OSError or TimeoutError."""
        async with asyncio.timeout(START_SECONDS):
            playwright = await self._started()
            return await playwright.chromium.launch(
                executable_path=path,
                args=list(flags),
                ignore_default_args=True,  # some of them open doors; all that are wanted are among the flags
                env=dict(environment),
                artifacts_dir=artifacts,
                handle_sigint=False,
                handle_sigterm=False,
                handle_sighup=False,
                timeout=START_SECONDS * 1000,
            )

    async def _started(self) -> Playwright:
        async with self._starting:
            if self._playwright is not None and self.pid and parent_of(self.pid) != os.getpid():
                await self.stop()
            if self._playwright is None:
                self._folder = self._folder or Path(tempfile.mkdtemp(prefix=f"{FOLDER_PREFIX}{os.getpid()}-"))
                with _temporary_files_in(self._folder):
                    self._playwright = await _start()
            return self._playwright

    async def stop(self) -> None:
        """End the driver; by force when it does not go."""
        playwright, self._playwright = self._playwright, None
        pid, self.pid = self.pid, 0
        folder, self._folder = self._folder, None
        if playwright is not None:
            with contextlib.suppress(BrowserError, OSError, TimeoutError):
                async with asyncio.timeout(STOP_SECONDS):
                    await playwright.stop()
            if pid and parent_of(pid) == os.getpid():
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
        if folder is not None:
            await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)


@contextlib.contextmanager
def _temporary_files_in(folder: Path) -> Iterator[None]:
    """Programs that are started meanwhile keep their temporary files there: Playwright has no setting for it."""
    former = os.environ.get("TMPDIR")
    os.environ["TMPDIR"] = str(folder)
    try:
        yield
    finally:
        if former is None:
            os.environ.pop("TMPDIR", None)
        else:
            os.environ["TMPDIR"] = former


async def _start() -> Playwright:
    """A driver. Raises BrowserError, which Playwright itself does not where its driver ends at once."""
    try:
        return await async_playwright().start()
    except (BrowserError, OSError, TimeoutError):
        raise
    except Exception as error:
        raise BrowserError(f"Playwright's driver does not start: {error}") from error


@cache
def check_driver(program: str | None = None) -> None:
    """Whether Playwright's own program runs at all. Raises BrowserUnavailableError with its words and the remedy."""
    from playwright._impl._driver import compute_driver_executable

    path = program or compute_driver_executable()[0]
    try:
        subprocess.run([path, "--version"], capture_output=True, text=True, timeout=START_SECONDS, check=True)
    except (OSError, subprocess.SubprocessError) as error:
        said = str(getattr(error, "stderr", "") or error).strip()[:300]
        library = "libatomic1 (apt-get install libatomic1)" if "libatomic" in said else ""
        raise BrowserUnavailableError(
            f"Playwright's driver does not start: {said}; {f'install {library}' if library else 'run `make setup`'}",
            f"driver của Playwright không chạy: {said}; {f'cài {library}' if library else 'chạy `make setup`'}",
        ) from error


def parent_of(pid: int) -> int:
    """The parent of a living process, 0 of any other."""
    fields = _stat(pid)
    return int(fields[1]) if fields and fields[0] != "Z" else 0


def group_of(pid: int) -> int:
    """The process group of a living process, 0 of any other."""
    fields = _stat(pid)
    return int(fields[2]) if fields and fields[0] != "Z" else 0


def group_alive(group: int) -> bool:
    """Whether any process of the group still runs."""
    return any(group_of(pid) == group for pid in _pids())


def group_with(argument: str) -> int:
    """The process group in which somebody was started with ``argument``, 0 when there is none."""
    wanted = os.fsencode(argument)
    for pid in _pids():
        with contextlib.suppress(OSError):
            if wanted in Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0"):
                return group_of(pid)
    return 0


def _pids() -> list[int]:
    return [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit()]


def _stat(pid: int) -> list[str]:
    """State, parent, group and so on."""
    try:
        return Path(f"/proc/{pid}/stat").read_text("utf-8", "replace").rpartition(")")[2].split()
    except OSError:
        return []
