"""Scripts that never end, eat memory, flood, clobber, or fight whoever looks at them."""

from tests.hostile.answers import Answer, data, page
from tests.hostile.case import Case


def scripted(body: str) -> dict[str, Answer]:
    return {"*": page(f"<script>{body}</script>"), "/robots.txt": page("")}


ANY = "read|truncated|timed_out|failed|too_heavy|browser_failed"
CASES = (
    Case("s-endless-loop", scripted("for (;;);"), "read", "read|truncated|timed_out", slow=True),
    Case("s-endless-loop-later", scripted("setTimeout(() => { for (;;); }, 100)"), "read", "read|truncated"),
    Case(
        "s-endless-loop-on-unload",
        scripted("onbeforeunload = onunload = onpagehide = () => { for (;;); }"),
        "read",
        "read",
        holds="Xin chào",
    ),
    Case(
        "s-endless-microtasks",
        scripted("(function f() { Promise.resolve().then(f) })()"),
        "read",
        "read|truncated|timed_out",
        slow=True,
    ),
    Case(
        "s-strings-to-gigabytes",
        scripted("let a = []; for (;;) a.push(new Array(1e6).join('x' + Math.random()));"),
        "read",
        ANY,
        slow=True,
    ),
    Case(
        "s-buffers-to-gigabytes", scripted("const a = []; for (;;) a.push(new Uint8Array(5e7).fill(1));"), "read", ANY
    ),
    Case(
        "s-nodes-to-millions",
        scripted("for (;;) document.body.append(document.createElement('div'));"),
        "read",
        ANY,
        slow=True,
    ),
    Case(
        "s-canvas-to-gigabytes",
        scripted(
            "const a = []; for (let i = 0; i < 200; i++) { const c = document.createElement('canvas'); c.width = c.height = 8000; c.getContext('2d').fillRect(0, 0, 8000, 8000); a.push(c); }"
        ),
        "read",
        ANY,
    ),
    Case(
        "s-workers-by-the-thousand",
        scripted("for (let i = 0; i < 2000; i++) new Worker(URL.createObjectURL(new Blob(['for (;;);'])));"),
        "read",
        ANY,
        slow=True,
    ),
    Case(
        "s-frames-by-the-thousand",
        scripted(
            "for (let i = 0; i < 3000; i++) { const f = document.createElement('iframe'); f.srcdoc = 'x'; document.body.append(f); }"
        ),
        "read",
        ANY,
    ),
    Case("s-frames-in-frames", {"*": page("<iframe src=/a></iframe><iframe src=/b></iframe>")}, "read", ANY),
    Case(
        "s-console-flood",
        scripted("for (let i = 0; i < 200000; i++) console.log('x'.repeat(1000), i);"),
        "read",
        "read|truncated",
        holds="Xin chào",
    ),
    Case(
        "s-error-flood",
        scripted(
            "setInterval(() => { for (let i = 0; i < 200; i++) setTimeout(() => { throw new Error('x'.repeat(100000)) }) }, 10)"
        ),
        "read",
        ANY,
    ),
    Case("s-dialog-flood", scripted("for (;;) alert(confirm(prompt('x')));"), "read", "read|truncated|timed_out"),
    Case("s-dialog-of-megabytes", scripted("alert('x'.repeat(50000000))"), "read", ANY),
    Case(
        "s-popup-flood",
        scripted("for (let i = 0; i < 500; i++) open('http://@V4@/' + i)"),
        "read",
        "read",
        holds="Xin chào",
    ),
    Case("s-print", scripted("print(); print()"), "read", "read", holds="Xin chào"),
    Case(
        "s-history-flood", scripted("for (let i = 0; i < 100000; i++) history.pushState({}, '', '/' + i)"), "read", ANY
    ),
    Case(
        "s-hash-flood",
        scripted("setInterval(() => location.hash = Math.random())"),
        "read",
        "read|truncated",
        holds="Xin chào",
    ),
    Case("s-reload-for-ever", scripted("location.reload()"), "read", "too_many_redirects|read"),
    Case("s-replace-for-ever", scripted("location.replace('/' + Math.random())"), "read", "too_many_redirects|read"),
    Case(
        "s-document-open-for-ever",
        scripted("setInterval(() => { document.open(); document.write('<p>viết lại</p>') })"),
        "read",
        ANY,
    ),
    Case(
        "s-clobbered-builtins",
        scripted(
            "Object.prototype.toJSON = Array.prototype.toJSON = () => 'x'; JSON.stringify = () => { for (;;); }; Object.getOwnPropertyDescriptor = String.prototype.trim = String.prototype.slice = () => { throw 1 };"
        ),
        "read",
        "read",
        holds="Xin chào",
    ),
    Case(
        "s-clobbered-document",
        {"*": page("<img name=documentElement><img name=body><form name=querySelector><img name=title></form>")},
        "read",
        "read",
        holds="Xin chào",
    ),
    Case("s-title-of-megabytes", scripted("document.title = 'x'.repeat(5000000)"), "read", "read", holds="Xin chào"),
    Case(
        "s-page-of-a-million-pixels",
        {"*": page("<div style='width: 1000000px; height: 3000000px; background: red'></div>")},
        "read",
        "read",
        holds="Xin chào",
    ),
    Case(
        "s-growing-page",
        scripted("setInterval(() => document.body.append('chữ '.repeat(1000)))"),
        "read",
        "read|truncated",
    ),
    Case("s-removes-itself", scripted("document.documentElement.remove()"), "read", "read|empty_shell|truncated"),
    Case(
        "s-request-flood",
        scripted("for (let i = 0; i < 5000; i++) fetch('/x?' + i)"),
        "read",
        "read|truncated",
        holds="Xin chào",
    ),
    Case(
        "s-wasm-memory",
        scripted(
            "const a = []; for (let i = 0; i < 64; i++) { const m = new WebAssembly.Memory({initial: 1000, maximum: 16384}); new Uint8Array(m.buffer).fill(7); a.push(m); }"
        ),
        "read",
        ANY,
    ),
    Case(
        "s-regex-for-ever",
        scripted("setTimeout(() => /^(a+)+$/.test('a'.repeat(40) + 'b'), 50)"),
        "read",
        "read|truncated",
    ),
    Case(
        "s-css-storm",
        {
            "*": page(
                "<style>"
                + "".join(f".a{i}:has(.b{i} ~ *) > * {{ filter: blur({i}px) }}" for i in range(3000))
                + "</style>"
                + "<div class=a1><b class=b1></b>" * 300
            )
        },
        "read",
        ANY,
    ),
    Case(
        "s-animation-for-ever",
        {
            "*": page(
                "<style>@keyframes k { to { transform: rotate(1turn) scale(9) } } div { animation: k 1ms infinite; box-shadow: 0 0 900px red }</style>"
                + "<div>x</div>" * 400
            )
        },
        "read",
        ANY,
    ),
    Case(
        "s-service-worker-forgery",
        {
            "/": page("<script>navigator.serviceWorker.register('/sw.js').catch(() => 0)</script>"),
            "/sw.js": data("self.onfetch = e => e.respondWith(new Response('FORGED'))", kind="text/javascript"),
        },
        "read",
        "read",
        holds="Xin chào",
    ),
)
