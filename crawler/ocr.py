"""Reads the words in a screenshot with tesseract, in a process of its own that can be killed; without it, says so."""

import asyncio
import io
import os
import shutil
import subprocess
import warnings
from dataclasses import dataclass, field
from functools import cache

from PIL import Image as Picture

from crawler.bounds import DEFAULT_BOUNDS, Bounds
from crawler.site_clock import in_line

PROGRAM = "tesseract"
LANGUAGES = ("vie", "eng")
_NICENESS = 10  # a page is never worth holding up the crawl for
_KNOWN = 10.0  # seconds to say which languages there are


@dataclass(frozen=True, slots=True)
class Recognised:
    """``text``: the lines of a picture, as read; ``reason``: why there are none, or ""."""

    text: str = ""
    reason: str = ""


@dataclass(frozen=True)
class Recogniser:
    """Two pictures at a time: one made to take long holds up no other. ``version`` is the program's own word."""

    languages: str
    version: str
    bounds: Bounds = DEFAULT_BOUNDS
    program: str = PROGRAM
    _turn: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(2), repr=False, compare=False)

    async def read(self, screenshot: bytes) -> Recognised:
        """The words in a picture of our own browser. Never raises for what the picture holds or the program does."""
        with in_line():
            await self._turn.acquire()
        try:
            picture = await asyncio.to_thread(prepare, screenshot, self.bounds)
            if not picture:
                return Recognised(reason="the picture cannot be read")
            return await self._run(picture)
        finally:
            self._turn.release()

    async def _run(self, picture: bytes) -> Recognised:
        try:
            process = await asyncio.create_subprocess_exec(
                *("prlimit", f"--as={self.bounds.ocr_memory}", f"--cpu={int(self.bounds.ocr_seconds) + 1}", "--core=0"),
                *("nice", "-n", str(_NICENESS), self.program, "stdin", "stdout", "-l", self.languages, "--psm", "3"),
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.DEVNULL,
                env={"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C.UTF-8", "OMP_THREAD_LIMIT": "1"},
            )
        except OSError as error:
            return Recognised(reason=f"{self.program} does not start: {error}")
        try:
            async with asyncio.timeout(self.bounds.ocr_seconds):
                out, _ = await process.communicate(picture)
        except TimeoutError:
            return Recognised(reason=f"not read within {self.bounds.ocr_seconds:.0f} s")
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
        if process.returncode != 0:
            return Recognised(reason=f"{self.program} ended with code {process.returncode}")
        return Recognised(out[: self.bounds.text_characters].decode("utf-8", "replace"))


def prepare(screenshot: bytes, bounds: Bounds = DEFAULT_BOUNDS) -> bytes:
    """The top of a screenshot as a grey PNG of at most ``bounds.ocr_pixels``; b"" where it is no picture."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            with Picture.open(io.BytesIO(screenshot), formats=("JPEG", "PNG", "WEBP")) as picture:
                if picture.width * picture.height > bounds.image_pixels:
                    return b""
                height = min(picture.height, bounds.ocr_pixels // picture.width)
                grey = picture.convert("L").crop((0, 0, picture.width, height))
        out = io.BytesIO()
        grey.save(out, "PNG", compress_level=1)
    except (OSError, ValueError, SyntaxError, TypeError, MemoryError, Picture.DecompressionBombError, Warning):
        return b""
    return out.getvalue()


def find_recogniser(setting: str, bounds: Bounds = DEFAULT_BOUNDS) -> tuple[Recogniser | None, str]:
    """The recogniser that ``setting`` (``auto`` or ``off``) allows, or None with the reason."""
    if setting == "off":
        return None, "switched off by LACHAN_OCR"
    languages, reason = known_languages()
    if reason:
        return None, reason
    return Recogniser("+".join(languages), program_version(), bounds), ""


@cache
def known_languages() -> tuple[tuple[str, ...], str]:
    """Those of ``LANGUAGES`` that this machine can read, and why it cannot read Vietnamese."""
    if shutil.which(PROGRAM) is None or shutil.which("prlimit") is None:
        return (), f"{PROGRAM} is not installed"
    words = _said(PROGRAM, "--list-langs").split()
    found = tuple(language for language in LANGUAGES if language in words)
    return (found, "") if "vie" in found else ((), f"{PROGRAM} has no Vietnamese (the package tesseract-ocr-vie)")


@cache
def program_version() -> str:
    """Such as "5.3.0"."""
    words = _said(PROGRAM, "--version").split()
    return words[1] if len(words) > 1 else ""


def _said(*command: str) -> str:
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=_KNOWN, check=True)
    except (OSError, subprocess.SubprocessError):
        return ""
    return done.stdout
