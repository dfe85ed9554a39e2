// Progressive enhancement only: every page works without it. No inline handlers, no eval.

// ready looks after whatever has just come onto the page: all of it at first,
// later what htmx puts there.
function ready(root) {
  root.querySelectorAll("dialog[data-modal]").forEach(open);
  // Buttons that need script are hidden until there is some.
  root.querySelectorAll("[data-reveal]").forEach((b) => { b.hidden = false; });
  root.querySelectorAll("[data-meter]").forEach(meter);
  // Narrow screens: the navigation scrolls sideways, the current item into view.
  root.querySelector(".sidebar-nav [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });
}

ready(document);
addEventListener("htmx:load", (e) => { if (e.target !== document.body) ready(e.target.parentElement ?? document); });

// A dialog gives the focus back to what opened it, and leaves nothing behind.
function open(dialog) {
  if (dialog.open) return;
  const opener = document.activeElement;
  dialog.showModal();
  dialog.addEventListener("close", () => {
    if (!dialog.isConnected) return;
    dialog.remove();
    if (opener?.isConnected) opener.focus();
  });
  // A click beside it closes it, unless something was typed.
  dialog.addEventListener("click", (e) => {
    if (e.target === dialog && ![...dialog.querySelectorAll("input,textarea")].some((f) => f.value !== f.defaultValue)) dialog.close();
  });
}

document.addEventListener("click", (e) => {
  const t = e.target.closest("[data-close],[data-reveal],[data-dismiss],[data-reload]");
  if (!t) return;
  const dialog = t.closest("dialog");
  if ("close" in t.dataset && dialog) { e.preventDefault(); dialog.close(); }
  if ("dismiss" in t.dataset) t.closest(".toast")?.remove();
  if ("reload" in t.dataset) { e.preventDefault(); location.reload(); }
  if (t.dataset.reveal) {
    const field = document.getElementById(t.dataset.reveal);
    const show = field.type === "password";
    field.type = show ? "text" : "password";
    t.setAttribute("aria-pressed", show);
    t.setAttribute("aria-label", show ? "Hide password" : "Show password");
  }
});

// A form is sent once, however often its button is pressed.
document.addEventListener("submit", (e) => {
  if (e.target.method !== "post" || e.target.hasAttribute("hx-post")) return;
  if (e.target.dataset.sent) { e.preventDefault(); return; }
  e.target.dataset.sent = "true";
});
// The browser may bring a page back from its memory: its forms are fresh again.
addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach((f) => delete f.dataset.sent));

// The meter says in words how hard a new password is to guess; the server decides.
function meter(bars) {
  const field = document.getElementById(bars.dataset.meter);
  const words = document.getElementById(bars.dataset.words);
  const judge = () => {
    const n = [...field.value].length, kinds = new Set(field.value).size;
    const score = n === 0 ? 0 : n < 12 ? 1 : kinds < 6 ? 1 : n < 16 ? 2 : n < 24 ? 3 : 4;
    bars.dataset.score = score;
    words.textContent = n > 0 && n < 12 ? `${12 - n} more to go` : ["", "Easy to guess", "Fair password", "Strong password", "Very strong password"][score];
  };
  bars.hidden = words.hidden = false;
  field.addEventListener("input", judge);
  judge();
}

// What went wrong on the way stays on the page until it is loaded again. Whoever
// is signed out meanwhile is led to the sign-in by the load.
function broken() {
  if (document.querySelector(".broken")) return;
  const notice = document.getElementById("broken").content.cloneNode(true);
  (document.querySelector("dialog[open] form") ?? document.getElementById("main")).prepend(notice);
}
addEventListener("htmx:sendError", broken);
addEventListener("htmx:timeout", broken);
addEventListener("htmx:responseError", (e) => {
  if (e.detail.xhr.status === 401) location.reload();
  else broken();
});
