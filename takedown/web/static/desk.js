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
  // Parts of a page that htmx exchanges. Whatever is no such page (a sign-in that ended, a fault) is opened as a page.
  const trouble = (seen) => { const box = document.getElementById("trouble"); if (box) box.hidden = !seen; };
  const pathOf = (address) => new URL(address, location.href).pathname;
  document.addEventListener("htmx:beforeSwap", (event) => {
    const { xhr, pathInfo } = event.detail;
    trouble(false);
    if (xhr.status < 400 && pathOf(xhr.responseURL) === pathOf(pathInfo.requestPath)) return;
    event.detail.shouldSwap = false;
    location.assign(xhr.status < 400 ? xhr.responseURL : pathInfo.finalRequestPath);
  });
  document.addEventListener("htmx:afterSwap", (event) => {
    const asked = event.detail.requestConfig.triggeringEvent;
    const found = document.getElementById("found");
    if (found && asked && asked.type === "submit") found.focus({ preventScroll: true }); // so that j and k work at once
  });
  document.addEventListener("htmx:sendError", () => trouble(true));
  document.addEventListener("htmx:timeout", () => trouble(true));
  document.addEventListener("click", (event) => { if (event.target.closest("[data-help]")) help(); });
})();
