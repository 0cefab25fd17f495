// Keys of the desk. Everything works without this file.
(() => {
  "use strict";
  const lines = () => Array.from(document.querySelectorAll(".line"));
  const at = () => lines().findIndex((line) => line.classList.contains("here"));
  const go = (step) => {
    const all = lines();
    if (!all.length) return;
    const next = Math.min(Math.max(at() + step, 0), all.length - 1);
    all.forEach((line) => line.classList.remove("here"));
    all[next].classList.add("here");
    all[next].querySelector("a.open").focus();
    all[next].scrollIntoView({ block: "nearest" });
  };
  const follow = (selector) => { const link = document.querySelector(selector); if (link) link.click(); };
  const help = () => { const box = document.getElementById("keys"); if (box && !box.open) box.showModal(); };
  const take = () => {
    const form = document.getElementById("take");
    if (form) { form.requestSubmit(); return; }
    const reason = document.getElementById("reason");
    if (reason) { reason.focus(); return; }
    const line = lines()[at()];
    if (line) line.querySelector("a.open").click();
  };
  const current = document.querySelector(".top [aria-current]");
  if (current) current.scrollIntoView({ block: "nearest", inline: "center" });
  const keys = {
    j: () => go(1),
    k: () => go(-1),
    o: () => { const line = lines()[at()]; if (line) line.querySelector("a.open").click(); },
    x: () => { const line = lines()[at()]; const box = line && line.querySelector("input[type=checkbox]"); if (box) box.click(); },
    c: take,
    n: () => follow("#next"),
    u: () => follow("#back"),
    "/": () => { const search = document.querySelector("input[type=search]"); if (search) search.focus(); },
    "?": help,
  };
  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest("input:not([type=checkbox]):not([type=radio]), select, textarea, dialog[open]");
    if (event.ctrlKey || event.metaKey || event.altKey || typing) return;
    const act = keys[event.key];
    if (act) { event.preventDefault(); act(); }
  });
  document.addEventListener("click", (event) => { if (event.target.closest("[data-help]")) help(); });
})();
