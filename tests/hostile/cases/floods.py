"""Floods by the side doors: the browser's own messages, what a page sends, styles, fonts, frames and links in circles."""

import brotli
from backports import zstd

from tests.hostile.answers import HEAD, WORDS, Answer, data, endless, html, late, page, raw
from tests.hostile.case import Case
from tests.hostile.cases.clothes import DOOR, SALE

ANY = "read|truncated|too_heavy|timed_out|browser_failed"
BODY = WORDS.encode()


def scripted(body: str, **more: Answer) -> dict[str, Answer]:
    return {"*": page(f"<script>{body}</script>"), **{f"/{name}": answer for name, answer in more.items()}}


def nested(coding: str, times: int) -> Answer:
    body = b"<p>" + b" " * 30_000_000
    for _ in range(times):
        body = brotli.compress(body, quality=3) if coding == "br" else zstd.compress(body)
    return data(body, "200 OK", f"Content-Encoding: {', '.join([coding] * times)}")


# What a page in a browser does; a plain fetch reads its words.
DONE = {
    "pictures-of-megabytes-in-addresses": "const a = 'data:image/png;base64,' + 'A'.repeat(5e6); setInterval(() => { new Image().src = a + Math.random() }, 5)",
    "fetches-of-megabytes-in-addresses": "const a = 'data:,' + 'A'.repeat(5e6); setInterval(() => fetch(a + Math.random()).catch(() => 0), 5)",
    "addresses-of-megabytes-in-history": "setInterval(() => { try { history.pushState({}, '', '/?' + 'a'.repeat(1.9e6) + Math.random()) } catch (e) {} }, 5)",
    "windows-of-megabytes": "setInterval(() => open('http://a.example/?' + 'a'.repeat(1.9e6)), 5)",
    "sockets-of-megabytes": "setInterval(() => { try { new WebSocket('ws://g-other.example/?' + 'a'.repeat(1.9e6)) } catch (e) {} }, 5)",
    "downloads-of-megabytes-in-names": "setInterval(() => { const a = document.createElement('a'); a.href = 'data:application/zip,x'; a.download = 'x'.repeat(2e6); a.click() }, 20)",
    "uploads-without-end": "const b = new Uint8Array(3e7); setInterval(() => fetch('/take', {method: 'POST', body: b}).catch(() => 0), 50)",
    "beacons-without-end": "const b = 'x'.repeat(60000); setInterval(() => { for (let i = 0; i < 50; i++) navigator.sendBeacon('/take?' + i, b) }, 20)",
    "errors-that-never-repeat": "setInterval(() => { for (let i = 0; i < 300; i++) setTimeout(() => { throw 'e' + Math.random() }) }, 5)",
    "timers-without-end": "setInterval(() => { for (let i = 0; i < 1000; i++) setTimeout(() => 0, 9000 + Math.random() * 5000) }, 10)",
    "timers-of-odd-values": "for (const v of [{valueOf() { for (;;); }}, NaN, -1, 1e300, '9e9', null, [], Symbol.iterator]) { try { setTimeout(() => 0, v) } catch (e) {} }",
    "timers-taken-away": "Object.defineProperty(globalThis, 'setTimeout', {value: () => 0}); globalThis.lachanTimer = 1; for (const k in globalThis) if (/lachan/.test(k) && typeof globalThis[k] == 'function') document.body.innerHTML = 'leaked'",
    "cookies-of-megabytes": "for (let i = 0; i < 3000; i++) document.cookie = 'a' + i + '=' + 'x'.repeat(3900)",
    "storage-of-megabytes": "try { for (let i = 0; ; i++) localStorage['a' + i] = 'x'.repeat(1e6) } catch (e) {}; indexedDB.open('x')",
    "messages-between-frames": "const f = document.createElement('iframe'); f.srcdoc = '<script>onmessage = e => parent.postMessage(e.data, \"*\")<\\/script>'; document.body.append(f); onmessage = e => e.source && e.source.postMessage(e.data, '*'); f.onload = () => { for (let i = 0; i < 50; i++) f.contentWindow.postMessage('x'.repeat(9999), '*') }",
    "observers-in-circles": "new ResizeObserver(() => { document.body.style.width = (50 + Math.random() * 900) + 'px' }).observe(document.body); new MutationObserver(() => document.body.setAttribute('a', Math.random())).observe(document.body, {attributes: true}); document.body.setAttribute('a', 1)",
    "full-screen-and-locks": "for (const f of [() => document.body.requestFullscreen(), () => document.body.requestPointerLock(), () => navigator.wakeLock.request('screen'), () => navigator.share({url: 'http://@V4@/'}), () => navigator.credentials.get({password: true}), () => navigator.bluetooth.requestDevice({acceptAllDevices: true}), () => showOpenFilePicker(), () => navigator.clipboard.writeText('rm -rf'), () => new PaymentRequest([{supportedMethods: 'http://@V4@/pay'}], {total: {label: 'a', amount: {currency: 'VND', value: '1'}}}).show(), () => navigator.registerProtocolHandler('web+x', '/%s')]) { try { f()?.catch?.(() => 0) } catch (e) {} }",
    "leaving-is-asked-about": "onbeforeunload = e => { e.preventDefault(); return 'x' }; setInterval(() => { location = 'http://@V4@/' }, 50)",
    "anchors-in-circles": "let i = 0; onhashchange = () => { location.hash = ++i }; location.hash = 'x'",
    "files-picked": "const i = document.createElement('input'); i.type = 'file'; document.body.append(i); setInterval(() => { try { i.showPicker() } catch (e) { i.click() } }, 20)",
    "webgl-of-gigabytes": "for (let n = 0; n < 30; n++) { const c = document.createElement('canvas'); c.width = c.height = 8192; const g = c.getContext('webgl'); if (!g) break; g.bindTexture(g.TEXTURE_2D, g.createTexture()); g.texImage2D(g.TEXTURE_2D, 0, g.RGBA, 8192, 8192, 0, g.RGBA, g.UNSIGNED_BYTE, null) }",
    "fenced-frames-and-portals": "for (const t of ['portal', 'fencedframe', 'webview', 'controlledframe']) { const e = document.createElement(t); e.src = 'http://@V4@/'; document.body.append(e) }",
    "prerender-by-a-script": "document.head.append(Object.assign(document.createElement('script'), {type: 'speculationrules', textContent: JSON.stringify({prerender: [{where: {href_matches: '/*'}, eagerness: 'immediate'}]})})); document.body.insertAdjacentHTML('beforeend', '<a href=//inner-canary.test:@PORT@/>x</a>')",
}
MARKED = {
    "styles-in-circles": "<style>@import '/s.css';</style>",
    "fonts-without-end": "<style>"
    + "".join(f"@font-face {{ font-family: f{i}; src: url(/f?{i}) }} .f{i} {{ font-family: f{i} }}" for i in range(500))
    + "</style>"
    + "".join(f"<i class=f{i}>x</i>" for i in range(500)),
    "frames-of-the-page-itself": "<iframe src='/?a'></iframe><iframe src='/?b'></iframe>",
    "mathml-deep": "<math>" + "<msqrt><mfrac><mi>x</mi>" * 3000 + "</math>",
    "filters-of-svg": "<svg width=999 height=999><filter id=f>"
    + "<feTurbulence numOctaves=99 /><feMorphology radius=99 /><feGaussianBlur stdDeviation=99 />" * 20
    + "</filter><rect width=999 height=999 filter='url(#f)'/></svg>",
    "grid-of-millions": "<div style='display:grid;grid-template-columns:repeat(9999999,1px);grid-template-rows:repeat(9999999,1px)'><p>x</div>",
    "counters-and-columns": "<div style='columns:9999 1px'>" + "chữ " * 20_000 + "</div>",
    "links-that-prefetch-inside": "".join(
        f"<link rel={rel} href=http://@V4@/{rel} as=script>"
        for rel in (
            "preload",
            "prefetch",
            "prerender",
            "next",
            "modulepreload",
            "subresource",
            "manifest",
            "compression-dictionary",
            "expect",
        )
    ),
    "attributes-that-load-inside": "<body background=http://@V4@/><table background=http://@V4@/><img srcset='http://@V4@/ 1x' sizes=1px><input type=image src=http://@V4@/><video><track default src=http://@V4@/></video><a href=# attributionsrc=http://@V4@/>x</a><img lowsrc=http://@V4@/ dynsrc=http://@V4@/><applet code=http://@V4@/></applet><blockquote cite=http://@V4@/>",
    "pages-in-pages": "<object type=application/pdf data='data:application/pdf;base64,JVBERi0xLjcKMSAwIG9iajw8L1R5cGUvQ2F0YWxvZy9PcGVuQWN0aW9uPDwvUy9VUkkvVVJJKGh0dHA6Ly9AVjRALykgPj4+PmVuZG9iag=='></object>",
}
STYLE = {"s.css": data("@import '/s.css?a'; @import '/s.css?b'; @import url(http://@V4@/);", kind="text/css")}
SEEN_BY = """
const s = Intl.DateTimeFormat().resolvedOptions().timeZone + navigator.language + screen.width + navigator.webdriver;
if (/Ho_Chi_Minh|Saigon/.test(s) && /vi/.test(s) && !/true/.test(s) && document.referrer.includes('facebook')) document.body.innerHTML = `%s`
"""
CASES = (
    *(Case(f"g-{name}", scripted(body), "read", ANY) for name, body in DONE.items()),
    *(Case(f"g-{name}", {"*": page(body), **{f"/{key}": answer for key, answer in STYLE.items()}}, "read", ANY) for name, body in MARKED.items()),
    Case("g-brotli-in-brotli", {"*": nested("br", 2)}, "truncated", "truncated|failed|empty_shell|timed_out|too_heavy"),
    Case("g-zstd-in-zstd", {"*": nested("zstd", 3)}, "truncated", "truncated|failed|empty_shell|timed_out|too_heavy"),
    Case(
        "g-hints-without-end",
        {"*": endless(b"", b"HTTP/1.1 103 Early Hints\r\nLink: <http://inner-canary.test/>; rel=preload\r\n\r\n", 0.001)},
        "failed|timed_out",
        "timed_out|failed|connect_failed",
    ),
    Case("g-trailers-without-end", {"*": endless(HEAD + b"Transfer-Encoding: chunked\r\n\r\n0\r\n", b"X: 1\r\n")}, "failed|truncated|timed_out|read|empty_shell", "failed|truncated|timed_out|empty_shell|connect_failed"),
    Case("g-speaks-http-2", {"/": raw(b"\x00\x00\x12\x04\x00\x00\x00\x00\x00\x00\x03\x00\x00\x00\x64", linger=0.3)}, "failed", "failed|connect_failed|not_a_page|read|http_error", raw=True),
    Case("g-parts-that-replace", {"/": endless(b"HTTP/1.1 200 OK\r\nContent-Type: multipart/x-mixed-replace; boundary=x\r\n\r\n", b"--x\r\nContent-Type: text/html\r\n\r\n<p>a</p>\r\n", 0.05)}, "not_a_page|timed_out", "not_a_page|timed_out|read|failed|truncated"),
    Case("g-redirect-of-megabytes", {"/": raw(b"HTTP/1.1 302 Found\r\nLocation: /" + b"a" * 10_000_000 + b"\r\nContent-Length: 0\r\n\r\n")}, "failed", "failed|connect_failed"),
    Case("g-redirect-to-a-blob", {"/": raw(b"HTTP/1.1 302 Found\r\nLocation: blob:http://a.example/x\r\nContent-Length: 0\r\n\r\n")}, "failed|empty_shell", "failed|empty_shell|connect_failed"),
    Case("g-clear-site-data-and-kin", {"*": data(WORDS, "200 OK", 'Clear-Site-Data: "*", "executionContexts"', "Origin-Agent-Cluster: ?1", "Document-Policy: oversized-images=0", "Speculation-Rules: \"http://@V4@/s.json\"", "SourceMap: http://@V4@/m", "Use-As-Dictionary: match=\"/*\"", "Accept-CH: Sec-CH-UA-Full-Version-List, Device-Memory", "Critical-CH: Device-Memory")}, "read", "read", holds="Xin chào"),
    Case("g-slow-byte-by-byte", {"/": late(raw(*(bytes([each]) for each in HEAD + b"\r\n" + BODY[:120]), pause=0.15), 0)}, "timed_out|truncated|read", "truncated|timed_out|read", slow=True),
    Case("g-zone-in-an-address", {"/": page("<img src='http://[fe80::1%25eth0]:@PORT@/'><iframe src='http://[::1%251]:@PORT@/'></iframe>")}, "read", "read", holds="Xin chào"),
    Case("g-punycode-overflow", {"/": page("".join(f"<a href='http://xn--{'z' * n}.example/'>x</a><img src='http://xn--{'9' * n}.example/'>" for n in range(1, 60)))}, "read", "read", holds="Xin chào"),
    Case(
        "g-seen-by-vietnamese-eyes-alone",
        {"/": html(f"<!doctype html><title>Quà</title><body><p>Đang tải<script>{SEEN_BY % (SALE + DOOR)}</script>")},
        "empty_shell|read",
        "read|empty_shell",  # the phone's vantage comes from there
        flagged=True,
    ),
)  # fmt: skip
