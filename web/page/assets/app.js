// Progressive enhancement only: every page works without it. No inline handlers, no eval.

// ready looks after whatever has just come onto the page: all of it at first,
// later what htmx puts there.
function ready(root) {
  root.querySelectorAll("dialog[data-modal]").forEach(open);
  // Buttons that need script are hidden until there is some.
  root.querySelectorAll("[data-reveal],[data-copy]").forEach((b) => { b.hidden = false; });
  root.querySelectorAll("[data-meter]").forEach(meter);
  root.querySelectorAll("[data-guess]").forEach(guess);
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
  const t = e.target.closest("[data-close],[data-reveal],[data-copy],[data-dismiss],[data-reload]");
  document.querySelectorAll("details.menu[open]").forEach((m) => { if (!m.contains(e.target)) m.open = false; });
  if (!t) return;
  const dialog = t.closest("dialog");
  if ("close" in t.dataset && dialog) { e.preventDefault(); dialog.close(); }
  if ("dismiss" in t.dataset) t.closest(".toast")?.remove();
  if ("reload" in t.dataset) { e.preventDefault(); location.reload(); }
  if (t.dataset.copy) copy(t);
  if (t.dataset.reveal) {
    const field = document.getElementById(t.dataset.reveal);
    const show = field.type === "password";
    field.type = show ? "text" : "password";
    t.setAttribute("aria-pressed", show);
    t.setAttribute("aria-label", show ? "Hide password" : "Show password");
  }
});

// What was copied is said on the button for a while.
function copy(button) {
  const label = button.querySelector("span"), was = label.dataset.was ??= label.textContent;
  navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent).then(() => {
    label.textContent = "Copied";
    setTimeout(() => { label.textContent = was; }, 2000);
  });
}

// A menu closes at Escape, and when something else is clicked.
document.addEventListener("keydown", (e) => {
  const menu = e.key === "Escape" && e.target.closest("details.menu[open]");
  if (!menu) return;
  menu.open = false;
  menu.querySelector("summary").focus();
});

// A form is sent once, however often its button is pressed.
document.addEventListener("submit", (e) => {
  if (e.target.method !== "post" || e.target.hasAttribute("hx-post")) return;
  if (e.target.dataset.sent) { e.preventDefault(); return; }
  e.target.dataset.sent = "true";
});
// The browser may bring a page back from its memory: its forms are fresh again.
addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach((f) => delete f.dataset.sent));

// How many types are ticked follows the ticks.
document.addEventListener("change", (e) => e.target.closest("form")?.querySelectorAll("[data-chosen]").forEach((n) => {
  n.textContent = n.closest("[data-count],form").querySelectorAll("[name=types]:checked").length;
}));

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

// The device's own time zone is sent along by who is new, and offered to who has
// another one.
function guess(place) {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (!zone) return;
  if (place.matches("input")) { place.value = zone; return; }
  const field = document.getElementById(place.dataset.guess), button = place.querySelector("button");
  place.querySelector("span").textContent = zone;
  button.textContent = `Use ${zone}`;
  const compare = () => { place.hidden = field.value === zone; };
  button.addEventListener("click", () => { field.value = zone; field.focus(); compare(); });
  field.addEventListener("change", compare);
  compare();
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

// ---- Live pages. The server names a client that changed, and the part of the
// page that shows it reads itself again. What holds the focus is left alone,
// the rest around it is not.

const byEvent = ({ detail: { requestConfig: r, target } }) => r?.triggeringEvent?.type.startsWith("sse:") || r?.verb === "get" && r.elt === target && r.elt.matches("[hx-trigger*='sse:']");
const late = new Set(); // parts that could not be brought up to date whole

addEventListener("htmx:beforeSwap", (e) => {
  if (!byEvent(e) || e.detail.xhr.status !== 200) return;
  const fresh = parse(e.detail.serverResponse, e.detail.target.id);
  unfolded = [...e.detail.target.querySelectorAll("details[open][id]")].map((d) => d.id);
  if (!fresh || !e.detail.target.contains(document.activeElement)) return;
  e.detail.shouldSwap = false;
  blend(e.detail.target, fresh);
  late.add(e.detail.target.id);
});

// What is unfolded in a part stays so.
let unfolded = [];
addEventListener("htmx:afterSwap", (e) => {
  if (byEvent(e)) unfolded.splice(0).forEach((id) => document.getElementById(id)?.setAttribute("open", ""));
});

// A table's part is only markup inside a table: a template takes it anywhere.
function parse(markup, id) {
  const box = document.createElement("template");
  box.innerHTML = markup;
  return box.content.getElementById(id);
}

// blend brings a part up to date but for the path to the focus.
function blend(old, fresh) {
  if (!old.contains(document.activeElement)) {
    old.querySelectorAll("details[open][id]").forEach((d) => fresh.querySelector("#" + CSS.escape(d.id))?.setAttribute("open", ""));
    old.replaceWith(fresh);
    ready(fresh);
    htmx.process(fresh);
    return;
  }
  const was = [...old.children], is = [...fresh.children];
  if (was.length === is.length) was.forEach((child, i) => blend(child, is[i]));
}

addEventListener("focusout", () => setTimeout(() => {
  for (const id of late) {
    const part = document.getElementById(id);
    if (part?.contains(document.activeElement)) continue;
    late.delete(id);
    if (part) reread(part);
  }
}));

function reread(part) {
  const event = part.getAttribute("hx-trigger")?.split(/[ ,]/).find((t) => t.startsWith("sse:"));
  if (event) htmx.trigger(part, event);
}

// After one's own action the row is another one: its person gets the focus, not
// the button that happens to stand where the pressed one was.
let acted = null;
addEventListener("htmx:beforeRequest", (e) => { acted = e.detail.elt.closest(".user-row")?.id ?? acted; });
addEventListener("htmx:afterSettle", (e) => {
  if (byEvent(e) || !acted || document.activeElement !== document.body) return;
  const row = document.getElementById(acted);
  row?.setAttribute("tabindex", "-1");
  row?.focus({ preventScroll: true });
  acted = null;
});

// A page that nobody looks at needs no connection; browsers have few to a host.
// Back in sight, or after a break, it reads itself again.
let source = null, opened = false;
addEventListener("htmx:sseOpen", (e) => {
  if (source !== e.detail.source) {
    source = e.detail.source;
    source.addEventListener("gone", () => { source.close(); location.reload(); });
  }
  if (opened) catchUp();
  opened = true;
});
document.addEventListener("visibilitychange", () => {
  if (!source) return;
  if (document.hidden) source.close();
  else if (source.readyState === EventSource.CLOSED) source.onerror();
});

async function catchUp() {
  const answer = await fetch(location.href);
  const main = document.getElementById("main");
  const fresh = answer.ok && parse(await answer.text(), "main");
  if (!fresh) return;
  main.querySelectorAll("[hx-trigger*='sse:']").forEach((part) => {
    const now = fresh.querySelector("#" + CSS.escape(part.id));
    if (now) blend(part, now);
  });
}

// Enter saves a post, though the form has other buttons before that one; in the
// search for files it searches.
document.addEventListener("keydown", (e) => {
  if (e.key !== "Enter" || !e.target.matches?.(".post-form input:not([type=search], [type=checkbox])")) return;
  e.preventDefault();
  e.target.form.requestSubmit(e.target.form.querySelector(".btn-primary"));
});
