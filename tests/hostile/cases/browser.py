"""Every channel by which a page in a browser might reach inside, and doors of the browser's own."""

from tests.hostile.answers import data, page
from tests.hostile.case import Case
from tests.hostile.cases.redirects import INSIDE

READ = "read"


def inside(template: str) -> str:
    """``template`` once for each spelling of an inside address, at ``#``."""
    return "\n".join(template.replace("#", f"{host}:@PORT@") for host in INSIDE.values())


def tried(script: str) -> str:
    return f"<script>for (const h of {[f'{host}:@PORT@' for host in INSIDE.values()]!r}) {{ try {{ {script} }} catch (e) {{}} }}</script>"


TAGS = {
    "images": "<img src='http://#/img'>",
    "styles": "<link rel=stylesheet href='http://#/css'>",
    "scripts": "<script src='http://#/js'></script>",
    "frames": "<iframe src='http://#/frame'></iframe>",
    "preconnect": "<link rel=preconnect href='http://#/'><link rel=dns-prefetch href='//#/'>",
    "prefetch": "<link rel=prefetch href='http://#/'><link rel=preload as=font href='http://#/'><link rel=modulepreload href='http://#/'>",
    "media": "<video src='http://#/v' autoplay poster='http://#/p'></video><audio src='http://#/a' preload=auto></audio>",
    "objects": "<object data='http://#/o'></object><embed src='http://#/e'>",
    "icons": "<link rel=icon href='http://#/i'><link rel=manifest href='http://#/m'>",
    "svg": "<svg><image href='http://#/s'/><use href='http://#/u'/></svg>",
    "tls": "<img src='https://#/tls'>",
    "files": "<iframe src='@FILE@'></iframe><img src='@FILE@'><object data='@FILE@'></object><link rel=stylesheet href='@FILE@'>",
}
SCRIPTS = {
    "fetch": "fetch('http://' + h + '/', {mode: 'no-cors'}).catch(() => 0)",
    "beacons": "navigator.sendBeacon('http://' + h + '/', 'x')",
    "websockets": "new WebSocket('ws://' + h + '/')",
    "eventsource": "new EventSource('http://' + h + '/')",
    "workers": "new Worker(URL.createObjectURL(new Blob([`fetch('http://${h}/').catch(() => 0); new WebSocket('ws://${h}/'); try { importScripts('http://${h}/') } catch (e) {}`])))",
    "shared-workers": "new SharedWorker(URL.createObjectURL(new Blob([`fetch('http://${h}/')`])))",
    "webrtc": "const c = new RTCPeerConnection({iceServers: [{urls: 'stun:' + h}, {urls: 'turn:' + h + '?transport=tcp', username: 'a', credential: 'b'}]}); c.createDataChannel('x'); c.createOffer().then(o => c.setLocalDescription(o)).catch(() => 0)",
    "webtransport": "new WebTransport('https://' + h + '/')",
    "popups": "open('http://' + h + '/')",
    "forms": "const f = document.createElement('form'); f.method = 'post'; f.action = 'http://' + h + '/'; f.target = 'n' + Math.random(); document.body.append(f); f.submit()",
    "downloads": "const a = document.createElement('a'); a.href = 'http://' + h + '/x.apk'; a.download = 'x.apk'; document.body.append(a); a.click()",
    "pings": "const a = document.createElement('a'); a.href = '#x'; a.ping = 'http://' + h + '/'; document.body.append(a); a.click()",
    "speculation": "const s = document.createElement('script'); s.type = 'speculationrules'; s.textContent = JSON.stringify({prerender: [{urls: ['http://' + h + '/']}], prefetch: [{urls: ['http://' + h + '/']}]}); document.head.append(s)",
    "modules": "import('http://' + h + '/x.js').catch(() => 0)",
    "fonts": "new FontFace('x', 'url(http://' + h + '/)').load().catch(() => 0)",
    "reports": "fetch('/csp?' + encodeURIComponent(h)).catch(() => 0)",
}
# The browser drops the body of a document that is left while it loads, unless that was taken before: a matter of luck.
LEFT = {"downloads": "read|truncated"}
CASES = (
    *(Case(f"b-tag-{name}", {"*": page(inside(tag))}, READ, READ, holds="Xin chào") for name, tag in TAGS.items()),
    *(
        Case(f"b-script-{name}", {"*": page(tried(script))}, READ, LEFT.get(name, READ), holds="Xin chào")
        for name, script in SCRIPTS.items()
    ),
    Case("b-location-inside", {"*": page("<script>location = 'http://@V4@/'</script>")}, READ, READ, holds="Xin chào"),
    Case(
        "b-location-later",
        {"*": page("<script>setTimeout(() => location = 'http://inner-canary.test:@PORT@/', 300)</script>")},
        READ,
        READ,
        holds="Xin chào",
    ),
    Case("b-location-v6", {"*": page("<script>location = 'http://@V6@/'</script>")}, READ, READ, holds="Xin chào"),
    Case("b-location-file", {"*": page("<script>location = '@FILE@'</script>")}, READ, READ, holds="Xin chào"),
    Case(
        "b-location-chrome", {"*": page("<script>location = 'chrome://crash'</script>")}, READ, READ, holds="Xin chào"
    ),
    Case(
        "b-devtools-port",
        {
            "*": page(
                "<script>for (let p = 9220; p < 9240; p++) fetch(`http://127.0.0.1:${p}/json`, {mode: 'no-cors'}).catch(() => 0)</script>"
            )
        },
        READ,
        READ,
        holds="Xin chào",
    ),
    Case(
        "b-csp-report",
        {"*": page("<img src=/x.png>")}
        | {
            "/": data(
                f"<title>a</title><p>{'Xin chào các bạn. ' * 60}<img src='http://b-other.example/'>",
                "200 OK",
                "Content-Security-Policy: default-src 'none'; report-uri http://@V4@/csp",
                'Reporting-Endpoints: a="https://@V4@/"',
                'NEL: {"report_to":"a","max_age":99}',
            )
        },
        READ,
        READ,
        holds="Xin chào",
    ),
    Case(
        "b-link-header",
        {
            "*": data(
                f"<title>a</title><p>{'Xin chào các bạn. ' * 60}",
                "200 OK",
                "Link: <http://@V4@/>; rel=preconnect, <http://@V4@/a.js>; rel=preload; as=script",
            )
        },
        READ,
        READ,
        holds="Xin chào",
    ),
    Case(
        "b-alt-svc",
        {
            "*": data(
                f"<title>a</title><p>{'Xin chào các bạn. ' * 60}", "200 OK", 'Alt-Svc: h2="@V4@"; ma=99, h3="@V4@"'
            )
        },
        READ,
        READ,
        holds="Xin chào",
    ),
    Case(
        "b-basic-auth",
        {"*": data("Đăng nhập", "401 Unauthorized", 'WWW-Authenticate: Basic realm="x"')},
        "http_error",
        "http_error|failed",
    ),
    Case(
        "b-digest-auth",
        {"*": data("Đăng nhập", "401 Unauthorized", 'WWW-Authenticate: Digest realm="x", nonce="y", qop="auth"')},
        "http_error",
        "http_error|failed",
    ),
    Case(
        "b-proxy-auth",
        {"*": data("x", "407 Proxy Authentication Required", 'Proxy-Authenticate: Basic realm="x"')},
        "http_error",
        "http_error|failed|connect_failed|timed_out",
    ),
    Case(
        "b-wpad",
        {"*": page("<script>fetch('http://wpad/wpad.dat', {mode: 'no-cors'}).catch(() => 0)</script>")},
        READ,
        READ,
        holds="Xin chào",
    ),
    Case(
        "b-external-schemes",
        {
            "*": page(
                "<script>for (const s of ['tel:1', 'mailto:a@b.c', 'sms:1', 'intent://x', 'zalo://x', 'steam://x']) { try { location = s } catch (e) {} }</script>"
            )
        },
        READ,
        READ,
        holds="Xin chào",
    ),
    Case(
        "b-permissions",
        {
            "*": page(
                "<script>Notification.requestPermission?.(); navigator.geolocation.getCurrentPosition(() => 0); navigator.mediaDevices?.getUserMedia({video: true, audio: true}).catch(() => 0); navigator.clipboard?.readText().catch(() => 0)</script>"
            )
        },
        READ,
        READ,
        holds="Xin chào",
    ),
)
