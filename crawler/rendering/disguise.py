"""The calls that make a tab look like its vantage, and keep it from what a capture has no use for."""

from collections.abc import Mapping
from typing import Any

from crawler.visit import Vantage

Call = tuple[str, Mapping[str, Any]]

# Peer connections would talk UDP past the proxy and service workers would outlive the page: neither is offered.
_PREPARE = """(() => {
  for (const name of ['RTCPeerConnection', 'webkitRTCPeerConnection', 'RTCDataChannel', 'WebTransport']) {
    try { delete globalThis[name]; } catch (e) {}
  }
  try {
    if (globalThis.ServiceWorkerContainer) {
      ServiceWorkerContainer.prototype.register = function register() {
        return Promise.reject(new DOMException('Service workers are disabled', 'SecurityError'));
      };
    }
  } catch (e) {}
})();"""


def disguise(vantage: Vantage, *, frame: bool = False) -> tuple[Call, ...]:
    """Calls for a page, or for a frame that has a target of its own."""
    calls: tuple[Call, ...] = (
        ("Page.addScriptToEvaluateOnNewDocument", {"source": _PREPARE, "runImmediately": True}),
        ("Network.setBypassServiceWorker", {"bypass": True}),
        ("Security.setIgnoreCertificateErrors", {"ignore": True}),
        _user_agent(vantage),
    )
    if frame:
        return calls
    return (
        *calls,
        (
            "Emulation.setDeviceMetricsOverride",
            {
                "width": vantage.width,
                "height": vantage.height,
                "deviceScaleFactor": vantage.scale,
                "mobile": vantage.mobile,
                "screenWidth": vantage.width,
                "screenHeight": vantage.height,
            },
        ),
        (
            "Emulation.setTouchEmulationEnabled",
            {"enabled": vantage.mobile, "maxTouchPoints": 5 if vantage.mobile else 1},
        ),
        ("Emulation.setLocaleOverride", {"locale": vantage.locale.replace("-", "_")}),
        ("Emulation.setTimezoneOverride", {"timezoneId": vantage.timezone}),
        ("Emulation.setFocusEmulationEnabled", {"enabled": True}),
    )


def _user_agent(vantage: Vantage) -> Call:
    """The user agent in all three places where a site can read it: header, script and client hints."""
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
    return "Emulation.setUserAgentOverride", params
