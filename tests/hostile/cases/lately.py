"""What browsers learned lately, and what protocols allow that nobody uses: each turned against whoever looks."""

import gzip
import socket
import struct
import zlib
from functools import cache

import brotli
from backports import zstd

from tests.hostile.answers import HEAD, WORDS, Answer, data, endless, html, page, raw
from tests.hostile.case import Case
from tests.hostile.cases.compression import ZEROS, coded
from tests.hostile.cases.floods import nested
from tests.hostile.scene import Scene

ANY = "read|truncated|too_heavy|timed_out|browser_failed"
CODED = "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Encoding: {}\r\n\r\n"
PICTURE_SIDE = 30_000  # pixels: 2.7 GB once it is drawn, in about 3 MB


def picture(side: int) -> bytes:
    """A PNG of one colour."""

    def part(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    packer = zlib.compressobj(9)
    row = bytes(1 + 3 * side)
    rows = b"".join(packer.compress(row) for _ in range(side)) + packer.flush()
    head = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + part(b"IHDR", head) + part(b"IDAT", rows) + part(b"IEND", b"")


@cache
def bomb() -> bytes:
    return picture(PICTURE_SIDE)


def drawn(connection: socket.socket, scene: Scene) -> None:
    data(bomb(), kind="image/png")(connection, scene)


# What a page in a browser does; a plain fetch reads its words.
DONE = {
    "transitions-that-never-end": "setInterval(() => document.startViewTransition?.(() => new Promise(() => 0)).finished.catch(() => 0), 50)",
    "navigation-that-is-held": "navigation.addEventListener('navigate', e => e.intercept?.({handler: () => new Promise(() => 0), focusReset: 'manual'})); setInterval(() => navigation.navigate('/?' + Math.random()).committed.catch(() => 0), 20)",
    "navigation-that-is-forbidden": "navigation.addEventListener('navigate', e => e.preventDefault()); setInterval(() => navigation.reload().committed.catch(() => 0), 20)",
    "popovers-and-modal-dialogs": "setInterval(() => { for (const [make, show] of [['div', 'showPopover'], ['dialog', 'showModal']]) { const e = document.createElement(make); if (make == 'div') e.popover = 'manual'; e.textContent = 'x'; document.body.append(e); e[show]() } }, 2)",
    "printing-in-circles": "onafterprint = () => print(); print()",
    "identity-that-is-asked-inside": "for (const h of ['https://@V4@/c', 'http://@V4@/c', 'https://[::1]:@PORT@/c']) navigator.credentials?.get({identity: {mode: 'passive', providers: [{configURL: h, clientId: '1', nonce: 'n'}]}})?.catch?.(() => 0)",
    "auctions-that-ask-inside": "try { navigator.joinAdInterestGroup({owner: 'https://@V4@', name: 'a', biddingLogicURL: 'https://@V4@/b.js', updateURL: 'https://@V4@/u', lifetimeMs: 9e6, ads: []}, 9e3).catch(() => 0) } catch (e) {}; try { navigator.runAdAuction({seller: 'https://@V4@', decisionLogicURL: 'https://@V4@/d.js', interestGroupBuyers: ['https://@V4@']}).catch(() => 0) } catch (e) {}; try { sharedStorage.worklet.addModule('http://@V4@/w.js').catch(() => 0) } catch (e) {}",
    "fetch-when-it-is-gone": "for (const h of ['http://@V4@/l', 'http://[::1]:@PORT@/l', 'http://inner-canary.test:@PORT@/l']) { try { fetchLater(h, {activateAfter: 0}) } catch (e) {}; try { fetch(h, {keepalive: true}).catch(() => 0) } catch (e) {} }",
    "elements-that-make-themselves": "customElements.define('x-a', class extends HTMLElement { connectedCallback() { setTimeout(() => { this.after(document.createElement('x-a')); this.before(document.createElement('x-a')) }) } }); document.body.append(document.createElement('x-a'))",
    "element-that-comes-back": "customElements.define('x-b', class extends HTMLElement { connectedCallback() { this.isConnected && document.body.append(this) } }); document.body.append(document.createElement('x-b'))",
    "unpacked-by-a-script": "(async () => { const s = new CompressionStream('gzip'), w = s.writable.getWriter(), b = new Uint8Array(1e6); (async () => { for (let i = 0; i < 2000; i++) await w.write(b); w.close() })(); const z = await new Response(s.readable).arrayBuffer(); globalThis.all = []; for (;;) all.push(await new Response(new Blob([z]).stream().pipeThrough(new DecompressionStream('gzip'))).arrayBuffer()) })()",
    "pictures-made-in-workers": "for (let n = 0; n < 6; n++) new Worker(URL.createObjectURL(new Blob(['all = []; setInterval(() => { const c = new OffscreenCanvas(8192, 8192); c.getContext(\"2d\").fillRect(0, 0, 9999, 9999); all.push(c.transferToImageBitmap()) }, 20)'])))",
    "wasm-that-never-starts": "for (let n = 0; n < 2; n++) new WebAssembly.Instance(new WebAssembly.Module(Uint8Array.of(0,97,115,109,1,0,0,0,1,4,1,96,0,0,3,2,1,0,8,1,0,10,9,1,7,0,3,64,12,0,11,11)))",
    "databases-of-gigabytes": "const r = indexedDB.open('a' + Math.random()); r.onupgradeneeded = () => r.result.createObjectStore('s', {autoIncrement: true}); r.onsuccess = () => setInterval(() => { const s = r.result.transaction('s', 'readwrite', {durability: 'strict'}).objectStore('s'); s.add(crypto.getRandomValues(new Uint8Array(65536))); s.add('x'.repeat(5e7)) }, 10)",
    "sounds-and-voices": "for (let i = 0; i < 200; i++) { try { const a = new AudioContext(); const o = a.createOscillator(); o.connect(a.destination); o.start(); new OfflineAudioContext(32, 4e7, 96000).startRendering() } catch (e) {}; globalThis.speechSynthesis?.speak(new SpeechSynthesisUtterance('alo '.repeat(9999))) }",
    "selection-and-editing": "document.designMode = 'on'; setInterval(() => { document.execCommand('selectAll'); document.execCommand('insertHTML', false, '<b>x</b>'.repeat(999)) }, 20); onbeforeinput = e => e.preventDefault()",
    "shared-memory-that-waits": "const m = new WebAssembly.Memory({initial: 1, maximum: 1, shared: true}); try { Atomics.wait(new Int32Array(m.buffer), 0, 0) } catch (e) {}; for (;;) if (Atomics.load(new Int32Array(m.buffer), 0)) break",
}  # fmt: skip
MODULES = (
    '<script type=importmap>{"imports": {"a": "http://@V4@/a.js", "b": "/m.js?0", "c": "file:///etc/passwd", "/": "http://inner-canary.test:@PORT@/"},'
    '"integrity": {"/m.js": "sha256-x"}}</script><script type=module>import "b"; import "/x.js"</script><script type=module>import("a"); import("c")</script>'
    '<script type=webbundle>{"source": "http://@V4@/b.wbn", "resources": ["/r"]}</script>'
)
FORBIDDING = (
    "Content-Security-Policy: default-src 'none'; script-src 'none'; require-trusted-types-for 'script'; trusted-types 'none'; sandbox",
    "Cross-Origin-Opener-Policy: same-origin",
    "Cross-Origin-Embedder-Policy: require-corp",
    'Permissions-Policy: sync-xhr=(), focus-without-user-activation=(), unload=()',
    "Document-Isolation-Policy: isolate-and-require-corp",
    "X-Frame-Options: DENY",
)  # fmt: skip
NESTED_RULES = "<style>" + "&,& b{" * 400 + "color:red" + "}" * 400 + "</style><b>x</b>"
DOUBLED = "<style>:root{--a0:url(x)}" + "".join(
    f".v{n}{{--a{n}:var(--a{n - 1},) var(--a{n - 1},)}}" for n in range(1, 40)
)
VARIABLES = (
    DOUBLED + "</style>" + "".join(f"<i class=v{n}>" for n in range(1, 40)) + "<b style='background:var(--a39)'>x"
)
SCROLLED = (
    "<style>@keyframes g{to{padding-top:999px;rotate:9turn}} div{animation:g linear both;animation-timeline:scroll();"
    "container-type:scroll-state;scroll-snap-type:y mandatory;position-try:flip-block;anchor-name:--a}</style>"
    + "<div>x"
    * 900
)
PART = WORDS.encode()[:600]


def part_of(said: str) -> Answer:
    head = f"HTTP/1.1 206 Partial Content\r\nContent-Type: text/html; charset=utf-8\r\nContent-Range: {said}\r\n"
    return raw(head.encode() + b"Content-Length: %d\r\n\r\n" % len(PART) + PART)


def with_style(body: Answer) -> dict[str, Answer]:
    return {"/": page("<link rel=stylesheet href=/s.css><script>document.title = 'x'</script>"), "/s.css": body}


ENDLESS_SHEET = endless(b"HTTP/1.1 200 OK\r\nContent-Type: text/css\r\n\r\n", b"a{color:red}" * 400, 0.01)
ENDLESS_EVENTS = endless(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\ndata: ", b"x" * 60_000, 0.001)
ENDLESS_MODULES = page("<script type=module src=/m.js></script>")
EXCHANGE = b"sxg1-b3\0" + b"\0\x19" + b"http://@V4@/fallback.html" + b"\0\0\x10\0\0\x10" + b"x" * 40
SKIPPED = b"\x50\x2a\x4d\x18" + struct.pack("<I", 8) + bytes(8)  # a frame of Zstandard without content
FRAMES = raw(
    CODED.format("zstd").encode()
    + SKIPPED
    + zstd.compress(b"<title>x</title><p>a")
    + SKIPPED
    + zstd.compress(WORDS.encode())
)
CASES = (
    *(Case(f"v-{name}", {"*": page(f"<script>{body}</script>")}, "read", ANY) for name, body in DONE.items()),
    Case("v-modules-mapped-inside", {"/": page(MODULES), "*": data("import '/m.js?' + 1", kind="text/javascript")}, "read", "read"),
    Case("v-modules-without-end", {"/": ENDLESS_MODULES, "/m.js": data("await import('/m.js?' + Math.random()); await new Promise(() => 0)", kind="text/javascript")}, "read", ANY),
    Case("v-sheet-that-never-ends", with_style(ENDLESS_SHEET), "read", ANY),
    Case("v-sheet-that-never-comes", with_style(raw(linger=60)), "read", ANY),
    Case("v-rules-that-multiply", {"*": page(NESTED_RULES)}, "read", ANY),
    Case("v-variables-that-double", {"*": page(VARIABLES)}, "read", ANY),
    Case("v-scrolling-drives-all", {"*": page(SCROLLED)}, "read", ANY),
    Case("v-picture-of-gigabytes", {"/": page("<img src=/p.png><img src=/p.png?2 width=9 style='image-rendering:pixelated'>"), "/p.png": drawn}, "read", ANY),
    Case("v-font-of-gigabytes", {"/": page("<style>@font-face{font-family:f;src:url(/f)}body{font-family:f}</style>"), "/f": data(b"wOF2\0\1\0\0" + b"\xff" * 40 + brotli.compress(bytes(50_000_000), quality=3), kind="font/woff2")}, "read", "read", holds="Xin chào"),
    Case("v-events-without-a-line-end", {"/": page("<script>new EventSource('/e')</script>"), "/e": ENDLESS_EVENTS}, "read", ANY),
    Case("v-all-is-forbidden", {"*": html(f"<!doctype html><title>x</title>{WORDS}", "200 OK", *FORBIDDING)}, "read", "read", holds="Xin chào"),
    Case("v-content-lies-elsewhere", {"*": html(WORDS, "200 OK", "Content-Location: http://@V4@/", "Content-Base: http://@V4@/")}, "read", "read", holds="Xin chào"),
    Case("v-signed-exchange-inside", {"/": data(EXCHANGE.decode("latin-1"), kind="application/signed-exchange;v=b3")}, "not_a_page", "not_a_page|failed|connect_failed|http_error|refused|read"),
    Case("v-part-that-nobody-asked-for", {"/": part_of("bytes 0-599/90000")}, "truncated", "truncated"),
    Case("v-part-of-unknown-whole", {"/": part_of("bytes 300-899/*")}, "truncated", "truncated"),
    Case("v-switches-protocols-unasked", {"/": raw(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\nConnection: Upgrade\r\n\r\n", linger=1)}, "failed|timed_out|http_error|empty_shell", "failed|connect_failed|timed_out|http_error|empty_shell"),
    Case("v-gzip-of-empty-members", {"/": endless(CODED.format("gzip").encode(), gzip.compress(b"") * 2000)}, "truncated|failed|timed_out|unreadable", "truncated|failed|timed_out|empty_shell"),
    Case("v-gzip-whose-name-never-ends", {"/": endless(CODED.format("gzip").encode() + b"\x1f\x8b\x08\x08\0\0\0\0\0\x03", b"a" * 60_000)}, "truncated|failed|timed_out|unreadable", "truncated|failed|timed_out|empty_shell"),
    Case("v-zstd-of-skipped-frames", {"/": endless(CODED.format("zstd").encode(), SKIPPED * 3000)}, "truncated|failed|timed_out|unreadable", "truncated|failed|timed_out|empty_shell"),
    # Browsers read the first member of gzip alone, and all frames of Zstandard: so must we.
    Case("v-gzip-in-a-thousand-members", {"*": raw(CODED.format("gzip").encode() + b"".join(gzip.compress(b"<p>" + b" " * 400_000) for _ in range(150)))}, "empty_shell", "empty_shell"),
    Case("v-gzip-with-a-second-member", {"*": raw(CODED.format("gzip").encode() + gzip.compress(WORDS.encode()) + gzip.compress("<p>Phần hai".encode()))}, "read", "read", holds="Xin chào"),
    Case("v-zstd-in-frames", {"*": FRAMES}, "read"),
    # Chromium takes Brotli and Zstandard over TLS alone; elsewhere it refuses what it did not ask for.
    Case("v-zstd-in-frames-over-tls", {"*": FRAMES}, "", "read", scheme="https", holds="Xin chào"),
    Case("v-zstd-bomb-over-tls", {"*": coded(zstd.compress(ZEROS), "zstd")}, "", "truncated|empty_shell|too_heavy", scheme="https"),
    Case("v-brotli-bomb-over-tls", {"*": coded(brotli.compress(ZEROS, quality=5), "br")}, "", "truncated|empty_shell|too_heavy", scheme="https"),
    Case("v-zstd-in-zstd-over-tls", {"*": nested("zstd", 3)}, "", "truncated|empty_shell|failed|too_heavy", scheme="https"),
    Case("v-extensions-of-megabytes", {"/": endless(HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"1;a=" + b"x" * 4000 + b"\r\na\r\n")}, "truncated|failed|timed_out", "truncated|failed|timed_out|connect_failed|empty_shell"),
    Case("v-come-back-another-day", {"*": html(WORDS, "425 Too Early", "Retry-After: 99999999999999999999")}, "http_error|throttled|failed", "http_error|throttled|failed"),
)  # fmt: skip
