"""What makes a tab look like its vantage, and keeps from it what a capture has no use for."""

from collections.abc import Mapping
from typing import Any

from playwright.async_api import Browser, BrowserContext

from crawler.egress.proxy import CheckingProxy
from crawler.visit import Vantage

Call = tuple[str, Mapping[str, Any]]

# Peer connections would talk UDP past the proxy: they are not offered. And nobody reads the console: what is written
# there would only fill the driver's memory, and tell the page that somebody listens.
TIMER = "lachanTimer"  # gone before the page's first script runs
_LONGEST_TIMER = 15_000  # milliseconds; nobody waits for a later one

# What a page puts off is told, so that somebody waits for it: a fraud that appears after a while is one all the same.
_PREPARE = """(() => {
  const tell = globalThis.@TIMER@;
  try { delete globalThis.@TIMER@; } catch (e) {}
  if (typeof tell === 'function') {
    const apply = Reflect.apply, now = performance.now.bind(performance);
    let last = 1000;
    globalThis.setTimeout = new Proxy(setTimeout, {
      apply: (made, self, given) => {
        const wait = given[1];
        if (typeof wait === 'number' && wait <= @LONGEST@ && now() + wait > last) {
          last = now() + wait + 500;
          tell('' + wait);
        }
        return apply(made, self, given);
      }
    });
  }
  for (const name of ['RTCPeerConnection', 'webkitRTCPeerConnection', 'RTCDataChannel', 'WebTransport']) {
    try { delete globalThis[name]; } catch (e) {}
  }
  for (const name of Object.keys(console)) {
    if (typeof console[name] === 'function') { console[name] = (() => {}).bind(); }
  }
  const attach = Element.prototype.attachShadow;  // a closed root could not be read
  Element.prototype.attachShadow = new Proxy(attach, {
    apply: (made, element, [init]) => Reflect.apply(made, element, [init && {...init, mode: 'open'}])
  });
  for (const name of ['error', 'unhandledrejection']) {
    addEventListener(name, event => event.preventDefault(), true);  // else each goes to the console
  }
})();"""


async def open_context(browser: Browser, proxy: CheckingProxy, vantage: Vantage) -> BrowserContext:
    """A fresh context for one visit, with ``proxy`` as its only way out."""
    context = await browser.new_context(
        # The bypass means that not even loopback is reached without it. The credentials are given when the proxy asks
        # for them: had Playwright them, it would stop every request and add «Cache-Control: no-cache», which tells.
        proxy={"server": proxy.url, "bypass": "<-loopback>"},
        accept_downloads=False,
        service_workers="block",
        ignore_https_errors=True,
        timezone_id=vantage.timezone,
        viewport={"width": vantage.width, "height": vantage.height},
        screen={"width": vantage.width, "height": vantage.height},
        device_scale_factor=vantage.scale,
        is_mobile=vantage.mobile,
        has_touch=vantage.mobile,
    )
    script = _PREPARE.replace("@TIMER@", TIMER).replace("@LONGEST@", str(_LONGEST_TIMER))
    await context.add_init_script(script)
    return context


def emulation(vantage: Vantage) -> tuple[Call, ...]:
    """What a page's or frame's session is told.

    Playwright's own user agent and locale leave «HeadlessChrome» in the client hints and one language in the header;
    the size is told once more because a session photographs by what it was told itself.
    """
    size = {"width": vantage.width, "height": vantage.height}
    screen = {"screenWidth": vantage.width, "screenHeight": vantage.height}
    touch = {"enabled": vantage.mobile, "maxTouchPoints": 5 if vantage.mobile else 1}
    return (
        ("Emulation.setUserAgentOverride", user_agent(vantage)),
        ("Emulation.setLocaleOverride", {"locale": vantage.locale.replace("-", "_")}),
        (
            "Emulation.setDeviceMetricsOverride",
            {**size, **screen, "deviceScaleFactor": vantage.scale, "mobile": vantage.mobile},
        ),
        ("Emulation.setTouchEmulationEnabled", touch),
    )


def user_agent(vantage: Vantage) -> dict[str, Any]:
    """Emulation.setUserAgentOverride: the user agent where a site can read it: header, script and client hints."""
    major = vantage.user_agent.partition("Chrome/")[2].partition(".")[0]
    brands = [
        {"brand": "Chromium", "version": major},
        {"brand": "Google Chrome", "version": major},
        {"brand": "Not_A Brand", "version": "24"},
    ]
    metadata = {
        "brands": brands,
        "platform": "Android" if vantage.mobile else "Windows",
        "platformVersion": "14.0.0" if vantage.mobile else "15.0.0",
        "architecture": "" if vantage.mobile else "x86",
        "model": "SM-A155F" if vantage.mobile else "",
        "mobile": vantage.mobile,
    }
    # The browser puts its own weights to the plain list.
    languages = ",".join(entry.partition(";")[0] for entry in vantage.accept_language.split(","))
    params: dict[str, Any] = {
        "acceptLanguage": languages,
        "userAgent": vantage.user_agent,
    }
    if major:
        params |= {"platform": "Linux armv81" if vantage.mobile else "Win32", "userAgentMetadata": metadata}
    return params
