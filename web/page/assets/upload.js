// Uploads by the tus protocol 1.0, in chunks, three files at once. A file that was
// cut off goes on where it stopped, after a reload too. Without this script the form
// uploads by itself.

(() => {
  const CHUNK = 8 * 1024 * 1024, AT_ONCE = 3, WAITS = [1, 2, 5, 10, 20, 30]; // bytes, files, seconds
  const form = document.getElementById("uploader"), panel = document.getElementById("uploads"), list = panel.querySelector("ul");
  const field = document.getElementById("files"), zone = form.querySelector(".dropzone"), limit = Number(form.dataset.limit);
  const jobs = [];

  const client = () => form.elements.client?.value ?? "";
  const size = (n) => n < 1e6 ? `${Math.max(1, Math.round(n / 1e3))} kB` : n < 1e9 ? `${(n / 1e6).toFixed(n < 1e7 ? 1 : 0)} MB` : `${(n / 1e9).toFixed(1)} GB`;
  const base64 = (s) => btoa(String.fromCharCode(...new TextEncoder().encode(s)));
  const remembered = (job) => `upload:${job.client}:${job.file.name}:${job.file.size}:${job.file.lastModified}`;

  field.required = false; // the list of files is emptied after each choice
  field.addEventListener("change", () => { add(field.files); field.value = ""; });
  form.addEventListener("submit", (e) => e.preventDefault());
  field.addEventListener("click", (e) => { if (!ready()) e.preventDefault(); });
  for (const kind of ["dragenter", "dragover"]) zone.addEventListener(kind, (e) => { e.preventDefault(); zone.classList.add("is-over"); });
  for (const kind of ["dragleave", "drop"]) zone.addEventListener(kind, (e) => { e.preventDefault(); zone.classList.remove("is-over"); });
  zone.addEventListener("drop", (e) => { if (ready()) add(e.dataTransfer.files); });
  document.getElementById("uploads-cancel").addEventListener("click", () => jobs.forEach(cancel));
  addEventListener("beforeunload", (e) => { if (jobs.some((j) => j.state === "sending" || j.state === "waiting")) e.preventDefault(); });

  // The client is asked for before the files are.
  function ready() {
    const choice = form.elements.client;
    return !choice || choice.type === "hidden" || choice.reportValidity();
  }

  function add(files) {
    for (const file of files) {
      const row = document.getElementById("upload-row").content.cloneNode(true).firstElementChild;
      const job = { file, row, client: client(), state: "waiting", sent: 0, tries: 0, began: 0 };
      row.querySelector("strong").textContent = row.querySelector("strong").title = file.name;
      row.querySelector("progress").setAttribute("aria-label", file.name);
      const stop = row.querySelector("[data-cancel]"), again = row.querySelector("[data-again]");
      stop.setAttribute("aria-label", `Cancel ${file.name}`);
      again.setAttribute("aria-label", `Try ${file.name} again`);
      stop.addEventListener("click", () => cancel(job));
      again.addEventListener("click", () => { job.state = "waiting"; job.tries = 0; show(job); next(); });
      list.append(row);
      jobs.push(job);
      if (file.size > limit) fail(job, `Larger than ${size(limit)}`, true);
      else if (!file.size) fail(job, "The file is empty", true);
      else show(job);
    }
    panel.hidden = jobs.length === 0;
    next();
  }

  function next() {
    const busy = jobs.filter((j) => j.state === "sending").length;
    jobs.filter((j) => j.state === "waiting").slice(0, Math.max(0, AT_ONCE - busy)).forEach(run);
    sum();
  }

  async function run(job) {
    job.state = "sending";
    job.began = performance.now();
    job.from = job.sent;
    show(job);
    try {
      await resume(job);
      while (job.state === "sending" && job.sent < job.file.size) await send(job);
      if (job.state === "sending") done(job);
    } catch (e) {
      if (job.state === "sending") await broke(job, e);
    }
    next();
  }

  // resume asks how much is there already, or begins.
  async function resume(job) {
    job.url ??= localStorage.getItem(remembered(job));
    if (job.url) {
      const answer = await call("HEAD", job.url);
      if (answer.ok) { job.sent = Number(answer.headers.get("Upload-Offset")); return; }
      if (answer.status !== 404) throw await refusal(answer);
      forget(job);
    }
    const meta = [`filename ${base64(job.file.name)}`, job.client && `client ${base64(job.client)}`].filter(Boolean).join(",");
    const answer = await call("POST", form.dataset.uploads, { "Upload-Length": String(job.file.size), "Upload-Metadata": meta });
    if (answer.status !== 201) throw await refusal(answer);
    job.sent = 0;
    job.url = answer.headers.get("Location");
    localStorage.setItem(remembered(job), job.url);
  }

  const call = (method, url, headers = {}) => fetch(url, { method, headers: { "Tus-Resumable": "1.0.0", ...headers } });

  // refusal is what the server says, as an error that is not tried again.
  async function refusal(answer) {
    let detail = "";
    try { detail = (await answer.json()).detail; } catch { /* no body */ }
    if (answer.status === 401 || answer.status === 404) detail = "You are signed out, or this portal is closed to you. Load the page again.";
    return Object.assign(new Error(detail || "That didn’t work"), { final: answer.status < 500 && ![408, 409, 423, 429].includes(answer.status) });
  }

  // send sends one chunk; XMLHttpRequest tells how far it is.
  function send(job) {
    return new Promise((resolve, reject) => {
      const at = job.sent, part = job.file.slice(at, at + CHUNK), xhr = job.xhr = new XMLHttpRequest();
      xhr.open("PATCH", job.url);
      xhr.setRequestHeader("Tus-Resumable", "1.0.0");
      xhr.setRequestHeader("Upload-Offset", String(at));
      xhr.setRequestHeader("Content-Type", "application/offset+octet-stream");
      xhr.upload.onprogress = (e) => { job.sent = at + Math.min(e.loaded, part.size); show(job); sum(); };
      xhr.onload = async () => {
        if (xhr.status === 204) { job.sent = Number(xhr.getResponseHeader("Upload-Offset")); job.tries = 0; resolve(); } else {
          reject(await refusal(new Response(xhr.responseText, { status: Math.max(200, xhr.status) })));
        }
      };
      xhr.onerror = xhr.ontimeout = () => reject(new Error("Connection lost"));
      xhr.onabort = () => reject(new Error("Cancelled"));
      xhr.send(part);
    });
  }

  async function broke(job, error) {
    if (error.final) { forget(job); return fail(job, error.message, true); }
    if (job.tries >= WAITS.length) return fail(job, "Connection lost");
    note(job, "Connection lost, trying again");
    await new Promise((go) => setTimeout(go, WAITS[job.tries++] * 1000));
    if (job.state === "sending") job.state = "waiting";
  }

  function cancel(job) {
    if (job.state === "done") return;
    const url = job.url;
    job.state = "cancelled";
    job.xhr?.abort();
    forget(job);
    if (url) call("DELETE", url).catch(() => {}); // it ends by itself after a day
    job.row.remove();
    jobs.splice(jobs.indexOf(job), 1);
    panel.hidden = jobs.length === 0;
    next();
  }

  function forget(job) { localStorage.removeItem(remembered(job)); job.url = null; }

  function done(job) {
    localStorage.removeItem(remembered(job));
    job.state = "done";
    show(job);
    const grid = document.getElementById("media-grid");
    if (grid) reread(grid); // of app.js: as if the server had told of it
  }

  // fail says why, and offers to try again or, where that is of no use, to take it away.
  function fail(job, why, final = false) {
    job.state = "failed";
    job.row.querySelector("progress").classList.add("progress-failed");
    note(job, why, "bad");
    job.row.querySelector("[data-again]").hidden = final;
    job.row.querySelector("[data-cancel]").hidden = !final;
    sum();
  }

  function note(job, text, tone) {
    const at = job.row.querySelector(".note");
    at.className = `note num${tone ? ` note-${tone}` : ""}`;
    at.replaceChildren(...(tone ? [document.getElementById(tone === "ok" ? "upload-done" : "upload-bad").content.cloneNode(true)] : []), text);
    at.title = text;
  }

  function show(job) {
    const bar = job.row.querySelector("progress");
    bar.value = job.file.size ? 100 * job.sent / job.file.size : 0;
    bar.classList.toggle("progress-done", job.state === "done");
    bar.classList.remove("progress-failed");
    job.row.querySelector("[data-again]").hidden = true;
    job.row.querySelector("[data-cancel]").hidden = job.state === "done";
    if (job.state === "done") note(job, "Uploaded", "ok");
    else if (job.state === "waiting") note(job, "Waiting");
    else note(job, `${size(job.sent)} of ${size(job.file.size)}`);
  }

  // sum says how the whole goes, and how long it will take at this pace.
  function sum() {
    const open = jobs.filter((j) => j.state === "sending" || j.state === "waiting");
    const title = open.length ? `Uploading ${open.length} of ${jobs.length} ${jobs.length === 1 ? "file" : "files"}` : jobs.some((j) => j.state === "failed") ? "Not all files are uploaded" : "All files are uploaded";
    const at = document.getElementById("uploads-h"), left = document.getElementById("uploads-left");
    if (at.textContent !== title) at.textContent = title;
    document.getElementById("uploads-cancel").hidden = open.length === 0;
    const pace = jobs.filter((j) => j.state === "sending").reduce((n, j) => n + (j.sent - (j.from ?? 0)) / Math.max(1, performance.now() - j.began), 0);
    const seconds = open.reduce((n, j) => n + j.file.size - j.sent, 0) / pace / 1000;
    left.textContent = !open.length || !Number.isFinite(seconds) ? "" : seconds < 10 ? "a few seconds left" : seconds < 60 ? `about ${Math.round(seconds / 10) * 10} seconds left` : `about ${Math.round(seconds / 60)} ${Math.round(seconds / 60) === 1 ? "minute" : "minutes"} left`;
  }
})();
