// Progressive enhancement only: every page works without it. No inline handlers, no eval.

document.querySelectorAll("dialog[data-modal]").forEach((d) => d.showModal());

// Narrow screens: the navigation scrolls sideways, the current item into view.
document.querySelector(".sidebar-nav [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });

// Buttons that need script are hidden until there is some.
document.querySelectorAll("[data-reveal]").forEach((b) => { b.hidden = false; });

document.addEventListener("click", (e) => {
  const t = e.target.closest("[data-close],[data-reveal],[data-dismiss]");
  if (!t) return;
  if ("close" in t.dataset) t.closest("dialog")?.close();
  if ("dismiss" in t.dataset) t.closest(".toast")?.remove();
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
  if (e.target.method !== "post") return;
  if (e.target.dataset.sent) { e.preventDefault(); return; }
  e.target.dataset.sent = "true";
});
// The browser may bring a page back from its memory: its forms are fresh again.
addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach((f) => delete f.dataset.sent));

// The meter says in words how hard a new password is to guess; the server decides.
document.querySelectorAll("[data-meter]").forEach((meter) => {
  const field = document.getElementById(meter.dataset.meter);
  const words = document.getElementById(meter.dataset.words);
  const judge = () => {
    const n = [...field.value].length, kinds = new Set(field.value).size;
    const score = n === 0 ? 0 : n < 12 ? 1 : kinds < 6 ? 1 : n < 16 ? 2 : n < 24 ? 3 : 4;
    meter.dataset.score = score;
    words.textContent = n > 0 && n < 12 ? `${12 - n} more to go` : ["", "Easy to guess", "Fair password", "Strong password", "Very strong password"][score];
  };
  meter.hidden = words.hidden = false;
  field.addEventListener("input", judge);
  judge();
});
