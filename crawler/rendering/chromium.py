"""One Chromium process of ours: started with its doors shut, spoken to over pipes, and ended without remains."""

import asyncio
import contextlib
import fcntl
import os
import re
import shutil
import signal
import tempfile
from pathlib import Path
from typing import Self

from crawler.errors import BrowserUnavailableError
from crawler.rendering.browser import REMEDY, BrowserChoice
from crawler.rendering.devtools import DevtoolsError, DevtoolsPipe, DevtoolsSession

START_SECONDS = 20.0
PROFILE_PREFIX = "lachan-browser-"
_PROFILE = re.compile(re.escape(PROFILE_PREFIX) + r"(\d+)-")
PIPE_BYTES = 1_048_576

_FEATURES_OFF = (
    "AsyncDns",
    "AutofillServerCommunication",
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
    "Prerender2",
    "Translate",
    "UseDnsHttpsSvcb",
    "WebTransport",
    "site-per-process",
)
_FLAGS = (
    "--remote-debugging-pipe",
    "--headless=new",
    "--no-first-run",
    "--no-default-browser-check",
    "--no-pings",
    "--no-service-autorun",
    "--mute-audio",
    "--hide-scrollbars",
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


# New targets stop before they do anything, until whoever drives the page has seen them.
ATTACH = {"autoAttach": True, "waitForDebuggerOnStart": True, "flatten": True}


class Chromium:
    """``start()`` gives a running browser, ``stop()`` leaves neither process nor profile behind."""

    def __init__(self, pid: int, profile: Path, pipe: DevtoolsPipe) -> None:
        self.pid = pid
        self.profile = profile
        self.pipe = pipe
        self.session = DevtoolsSession(pipe)
        self.visits = 0

    @classmethod
    async def start(cls, choice: BrowserChoice, background_proxy: str) -> Self:
        """Start a browser whose own traffic goes to ``background_proxy``. Raises BrowserUnavailableError."""
        profile = Path(tempfile.mkdtemp(prefix=f"{PROFILE_PREFIX}{os.getpid()}-"))
        flags = [*_FLAGS, f"--proxy-server={background_proxy}", f"--user-data-dir={profile}"]
        if os.geteuid() == 0:
            flags.append("--no-sandbox")  # Chromium refuses to run as root with it; production runs as a plain user
        browser = None
        try:
            browser = await cls._spawn(choice, flags, profile)
            await browser.session.call("Target.setAutoAttach", START_SECONDS, **ATTACH)
        except (OSError, TimeoutError, DevtoolsError) as error:
            said = _last_words(profile)
            await (browser.stop() if browser else asyncio.to_thread(shutil.rmtree, profile, ignore_errors=True))
            raise BrowserUnavailableError(f"{choice.path} did not start: {error}. {said} {REMEDY}") from error
        return browser

    @classmethod
    async def _spawn(cls, choice: BrowserChoice, flags: list[str], profile: Path) -> Self:
        loop = asyncio.get_running_loop()
        their_in, our_out = _pipe()
        our_in, their_out = _pipe()
        environment = {
            "PATH": "/usr/local/bin:/usr/bin:/bin",
            "HOME": str(profile),
            "TMPDIR": str(profile),
            "LANG": "C.UTF-8",
        }
        errors = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
        try:
            pid = os.posix_spawn(
                choice.path,
                [choice.path, *flags],
                environment,
                file_actions=[
                    (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
                    (os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0),
                    (os.POSIX_SPAWN_OPEN, 2, str(profile / "stderr"), errors, 0o600),
                    (os.POSIX_SPAWN_DUP2, their_in, 3),
                    (os.POSIX_SPAWN_DUP2, their_out, 4),
                ],
                setsid=True,  # a group of its own, so that no child survives it
            )
        except OSError:
            os.close(our_in)
            os.close(our_out)
            raise
        finally:
            os.close(their_in)
            os.close(their_out)
        pipe = DevtoolsPipe()
        await loop.connect_read_pipe(lambda: pipe, os.fdopen(our_in, "rb", 0))
        writer, _ = await loop.connect_write_pipe(asyncio.Protocol, os.fdopen(our_out, "wb", 0))
        pipe.start_writing(writer)
        return cls(pid, profile, pipe)

    @property
    def alive(self) -> bool:
        """Whether it still listens."""
        return not self.pipe.closed.is_set()

    async def stop(self) -> None:
        """Kill the process group, reap it, remove the profile. Safe to call twice."""
        self.pipe.close()
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, signal.SIGKILL)
        await asyncio.shield(asyncio.to_thread(self._bury))

    def _bury(self) -> None:
        with contextlib.suppress(ChildProcessError):
            os.waitpid(self.pid, 0)
        remove_profile(self.profile)


def remove_profile(profile: Path) -> None:
    """Remove the folder; dying children may still write into it for a moment."""
    for _ in range(20):
        shutil.rmtree(profile, ignore_errors=True)
        if not profile.exists():
            return


def remove_orphaned_profiles() -> None:
    """Remove profiles whose owner was killed before it could."""
    for folder in Path(tempfile.gettempdir()).glob(f"{PROFILE_PREFIX}*"):
        found = _PROFILE.match(folder.name)
        if found and not Path(f"/proc/{found.group(1)}").exists():
            shutil.rmtree(folder, ignore_errors=True)


def _pipe() -> tuple[int, int]:
    """A pipe whose ends are numbered above those that the browser expects, and roomy: pictures pass through it."""
    ends = os.pipe()
    high = tuple(fcntl.fcntl(end, fcntl.F_DUPFD_CLOEXEC, 10) for end in ends)
    for end in ends:
        os.close(end)
    with contextlib.suppress(OSError, AttributeError):
        fcntl.fcntl(high[0], fcntl.F_SETPIPE_SZ, PIPE_BYTES)
    return high[0], high[1]


def _last_words(profile: Path) -> str:
    try:
        with (profile / "stderr").open("rb") as file:
            return file.read(2_000).decode("utf-8", "replace").strip()[:500]
    except OSError:
        return ""
