"""One Chromium process of ours: launched by Playwright with its doors shut, and ended without remains."""

import asyncio
import contextlib
import os
import re
import shutil
import signal
import tempfile
import time
from pathlib import Path
from typing import Self

from playwright.async_api import Browser
from playwright.async_api import Error as BrowserError

from crawler.errors import BrowserUnavailableError
from crawler.rendering.browser import REMEDY, REMEDY_VI, BrowserChoice
from crawler.rendering.driver import FOLDER_PREFIX, Driver, group_alive, group_with, parent_of

STOP_SECONDS = 3.0
PROFILE_PREFIX = "lachan-browser-"
_OURS = re.compile(rf"(?:{re.escape(PROFILE_PREFIX)}|{re.escape(FOLDER_PREFIX)})(\d+)-")

_FEATURES_OFF = (
    "AimEnabled",
    "AsyncDns",
    "AutofillServerCommunication",
    "AvoidCorsURLLoaderRestartOnRedirect",  # breaks redirected CORS while requests are intercepted
    "CertificateTransparencyComponentUpdater",
    "DialMediaRouteProvider",
    "DnsOverHttps",
    "HttpsFirstBalancedModeAutoEnable",
    "HttpsUpgrades",
    "IsolateOrigins",
    "MediaRouter",
    "NetworkTimeServiceQuerying",
    "OptimizationHints",
    "PaintHolding",
    "PreconnectToSearch",
    "Prerender2",
    "Translate",
    "UseDnsHttpsSvcb",
    "WebTransport",
    "site-per-process",
)
_FLAGS = (
    "--remote-debugging-pipe",
    "--headless=new",
    "--no-startup-window",
    "--no-first-run",
    "--no-default-browser-check",
    "--no-pings",
    "--no-service-autorun",
    "--mute-audio",
    "--hide-scrollbars",
    "--log-level=3",  # fatal: a page writes into what is below it, and the driver keeps every word
    "--disable-dev-shm-usage",
    "--force-color-profile=srgb",
    "--disable-blink-features=AutomationControlled",
    # nothing of its own on the network
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-component-extensions-with-background-pages",
    "--disable-client-side-phishing-detection",
    "--disable-default-apps",
    "--disable-domain-reliability",
    "--disable-extensions",
    "--disable-sync",
    "--disable-breakpad",
    "--disable-crash-reporter",
    "--metrics-recording-only",
    "--password-store=basic",
    "--use-mock-keychain",
    "--dns-prefetch-disable",
    # no way round the proxy: no QUIC, no UDP of WebRTC's, and no name can be resolved in here
    "--disable-quic",
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--proxy-bypass-list=<-loopback>",
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
    # no second window, and no worker that several pages share: neither would be watched from its beginning
    "--block-new-web-contents",
    "--disable-shared-workers",
    # a page must not be slowed down by being looked at, nor cost a process for each of its frames: the whole context is
    # one hostile visit, with no other site's secrets in it
    "--disable-background-timer-throttling",
    "--disable-backgrounding-occluded-windows",
    "--disable-renderer-backgrounding",
    "--disable-hang-monitor",
    "--disable-prompt-on-repost",
    "--disable-site-isolation-trials",
    "--js-flags=--max-old-space-size=512",
    f"--disable-features={','.join(_FEATURES_OFF)}",
)


class Chromium:
    """``start()`` gives a running browser, ``stop()`` leaves neither process nor profile behind."""

    def __init__(self, browser: Browser, group: int, profile: Path) -> None:
        self.browser = browser
        self.pid = group  # of the process group, too
        self.driver_pid = parent_of(group)
        self.profile = profile
        self.visits = 0
        self.started = time.monotonic()

    @classmethod
    async def start(cls, driver: Driver, choice: BrowserChoice, background_proxy: str) -> Self:
        """Start a browser whose own traffic goes to ``background_proxy``. Raises BrowserUnavailableError."""
        profile = Path(tempfile.mkdtemp(prefix=f"{PROFILE_PREFIX}{os.getpid()}-"))
        _in_use.add(profile)
        mark = _mark(profile)
        flags = [*_FLAGS, f"--proxy-server={background_proxy}", mark]
        if os.geteuid() == 0:
            flags.append("--no-sandbox")  # Chromium refuses to run as root with it; production runs as a plain user
        place = str(profile)
        environment = {"PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": place, "TMPDIR": place, "LANG": "C.UTF-8"}
        try:
            browser = await driver.launch(choice.path, flags, environment, profile)
        except BaseException as error:
            _in_use.discard(profile)  # the driver may still bring it up: then it is a stray
            await asyncio.shield(asyncio.to_thread(_bury, group_with(mark), profile))
            if isinstance(error, (BrowserError, OSError, TimeoutError)):
                raise BrowserUnavailableError(
                    f"{choice.path} did not start: {_said(error)}. {REMEDY}",
                    f"{choice.path} không khởi động được: {_said(error)}. {REMEDY_VI}",
                ) from error
            raise
        running = cls(browser, group_with(mark), profile)
        driver.pid = running.driver_pid or driver.pid
        return running

    @property
    def alive(self) -> bool:
        """Whether it and its driver still run: of the driver's death nobody tells."""
        return self.browser.is_connected() and parent_of(self.pid) == self.driver_pid != 0

    async def stop(self) -> None:
        """Kill the process group and remove the profile. Safe to call twice."""
        _in_use.discard(self.profile)
        closing = asyncio.ensure_future(self._close())  # so that the driver clears away what it made for it
        await asyncio.sleep(0)
        await asyncio.shield(asyncio.to_thread(_bury, self.pid, self.profile))
        await closing

    async def _close(self) -> None:
        with contextlib.suppress(BrowserError, OSError, TimeoutError):
            async with asyncio.timeout(STOP_SECONDS):
                await self.browser.close()


def _bury(group: int, profile: Path) -> None:
    """Kill a process group, wait until its parent has reaped it, and remove the profile."""
    if group:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(group, signal.SIGKILL)
        until = time.monotonic() + STOP_SECONDS
        while group_alive(group) and time.monotonic() < until:
            time.sleep(0.01)
    remove_profile(profile)


def remove_profile(profile: Path) -> None:
    """Remove the folder; dying children may still write into it for a moment."""
    for _ in range(20):
        shutil.rmtree(profile, ignore_errors=True)
        if not profile.exists():
            return


_in_use: set[Path] = set()  # of this process: being started, or running


def _mark(profile: Path) -> str:
    """An argument that no other process has."""
    return f"--user-data-dir={profile}"


def bury_strays() -> None:
    """End the browsers of this process that came up after their start was given up, and remove their profiles."""
    for profile in Path(tempfile.gettempdir()).glob(f"{PROFILE_PREFIX}{os.getpid()}-*"):
        if profile not in _in_use:
            _bury(group_with(_mark(profile)), profile)


def remove_orphaned_profiles() -> None:
    """Remove the profiles, and what drivers made for themselves, whose owner was killed before it could."""
    for folder in Path(tempfile.gettempdir()).glob("lachan-*"):
        found = _OURS.match(folder.name)
        if found and not Path(f"/proc/{found.group(1)}").exists():
            shutil.rmtree(folder, ignore_errors=True)


def _said(error: BaseException) -> str:
    """What the browser wrote to its standard error, else what Playwright says."""
    lines = str(error).splitlines() or [type(error).__name__]
    own = [line.partition("[err]")[2].strip() for line in lines if "[err]" in line]
    return "; ".join(own or lines[:1])[:500]
