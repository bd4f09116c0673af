/* Every page of the admin: new tickets ring, a toast offers them, the menu and the window's title count them.
   On the console besides: clocks, keyboard, dialogs. Fragments come by htmx; live.js brings the broadcasts.
   Texts come from <template id="oc-texts"> (templates/admin/console/_everywhere.html). */
(() => {
  "use strict";
  const doc = document, body = doc.body, template = doc.querySelector("#oc-texts");
  if (!template) return;
  const texts = template.dataset, page = doc.querySelector("#oc");
  const $ = (selector, from = doc) => from.querySelector(selector);
  const $$ = (selector, from = doc) => Array.from(from.querySelectorAll(selector));
  const say = (text, n) => text.replace("{n}", n);
  const fire = (name, detail = {}) => body.dispatchEvent(new CustomEvent(name, { detail }));
  const on = (type, selector, act) => doc.addEventListener(type, (event) => {
    const found = event.target.closest && event.target.closest(selector);
    if (found) act(event, found);
  });
  const kept = (name, value) => { // private windows may refuse storage
    try {
      if (value === undefined) return localStorage.getItem(name);
      localStorage.setItem(name, value);
    } catch (error) { /* only a preference */ }
    return null;
  };
  /* At most one call in `ms`, and always one after the last event. */
  const calmly = (act, ms) => {
    let timer = 0, last = 0;
    return () => {
      if (timer) return;
      timer = setTimeout(() => { timer = 0; last = Date.now(); act(); }, Math.max(0, last + ms - Date.now()));
    };
  };

  /* ---- Clocks, on the server's time ---- */
  const ahead = new Date(texts.serverNow).getTime() - Date.now();
  const now = () => Date.now() + ahead;
  const two = (n) => String(n).padStart(2, "0");
  function left(seconds, short) {
    const late = seconds < 0, all = Math.abs(seconds), minutes = Math.floor(all / 60);
    if (late && !short) {
      if (!minutes) return texts.lateNow;
      if (minutes >= 1440) return say(texts.lateDays, Math.floor(minutes / 1440));
      return minutes >= 100 ? say(texts.lateHours, Math.floor(minutes / 60)) : say(texts.late, minutes);
    }
    if (minutes >= 2880) return say(texts.days, Math.floor(minutes / 1440));
    if (minutes >= 100) return say(texts.hours, Math.floor(minutes / 60));
    return (late ? "−" : "") + (short ? minutes : two(minutes)) + ":" + two(all % 60);
  }
  function tick() {
    const time = now();
    for (const clock of $$(".oc-clock")) {
      const seconds = Math.round((Date.parse(clock.dataset.due) - time) / 1000), text = left(seconds, "short" in clock.dataset);
      if (clock.textContent !== text) clock.textContent = text;
      clock.classList.toggle("is-bad", seconds < 180);
      clock.classList.toggle("is-warn", seconds >= 180 && seconds < 600);
      clock.classList.toggle("is-late", seconds < 0);
    }
    for (const ring of $$(".oc-ring[data-due]")) {
      const part = (Date.parse(ring.dataset.due) - time) / 1000 / ring.dataset.total, circles = $$("circle", ring);
      circles[1].setAttribute("stroke-dashoffset", String(100 * (1 - Math.min(1, Math.max(0, part)))));
      ring.classList.toggle("is-bad", part <= .25);
      ring.classList.toggle("is-late", part <= 0);
    }
    for (const ago of $$(".oc-ago")) {
      const minutes = Math.floor((time - Date.parse(ago.dateTime)) / 60000);
      if (minutes < 600) ago.textContent = minutes < 1 ? texts.now : say(texts.minutes, minutes);
    }
  }
  setInterval(tick, 1000);
  doc.addEventListener("htmx:afterSettle", tick);
  doc.addEventListener("htmx:oobAfterSwap", tick);

  /* ---- Sound: two tones, three for safety; once, however many windows are open ---- */
  let audio = null;
  const Audio = window.AudioContext || window.webkitAudioContext;
  // Browsers let a page sound only after somebody has touched it.
  function unlock() {
    if (Audio && !audio) audio = new Audio();
    if (audio && audio.state !== "running") audio.resume();
  }
  ["pointerdown", "keyup"].forEach((type) => doc.addEventListener(type, unlock));
  function beep(grave) {
    const last = Number(kept("oc-beeped") || 0);
    if (!audio || audio.state !== "running" || kept("oc-mute") === "1" || Math.abs(Date.now() - last) < 1200) return;
    kept("oc-beeped", String(Date.now()));
    (grave ? [988, 784, 988] : [880, 1175]).forEach((pitch, i) => {
      const tone = audio.createOscillator(), gain = audio.createGain(), at = audio.currentTime + i * .18;
      tone.frequency.value = pitch;
      tone.connect(gain);
      gain.connect(audio.destination);
      gain.gain.setValueAtTime(.0001, at);
      gain.gain.exponentialRampToValueAtTime(.22, at + .02);
      gain.gain.exponentialRampToValueAtTime(.0001, at + .16);
      tone.start(at);
      tone.stop(at + .18);
    });
  }
  function showSound() { $$("[data-oc-sound]").forEach((button) => button.setAttribute("aria-pressed", String(kept("oc-mute") !== "1"))); }
  on("click", "[data-oc-sound]", () => { kept("oc-mute", kept("oc-mute") === "1" ? "0" : "1"); showSound(); unlock(); setTimeout(beep, 50); });
  showSound();

  /* ---- Toasts ---- */
  const toasts = $("#oc-toasts");
  const leave = (box, ms) => setTimeout(function gone() {
    if (box.matches(":hover, :focus-within")) setTimeout(gone, 2000); else box.remove();
  }, ms);
  function toast(text, level = "info") {
    if (!text) return;
    const box = doc.createElement("div"), line = doc.createElement("span"), close = doc.createElement("button");
    box.className = "oc-toast oc-toast-" + level;
    box.setAttribute("role", level === "error" ? "alert" : "status");
    line.className = "oc-toast-text";
    line.textContent = text;
    close.type = "button";
    close.className = "oc-toast-later";
    close.dataset.ocLater = "";
    close.textContent = texts.close;
    box.append(line, close);
    // Three at most, new tickets besides, and no sentence twice.
    const said = $$(".oc-toast:not([data-no])", toasts), same = said.filter((old) => $(".oc-toast-text", old).textContent === text);
    same.concat(said.filter((old) => !same.includes(old)).slice(0, -2)).forEach((old) => old.remove());
    toasts.append(box);
    leave(box, level === "error" ? 8000 : 4000);
  }
  on("click", "[data-oc-later]", (event, button) => button.closest(".oc-toast").remove());
  body.addEventListener("toast", (event) => toast(event.detail.text || event.detail.value, event.detail.level));
  // As in app.js: what the page fetches by itself fails in silence, the next time is soon. (Polling has no event, nor has
  // a ticket that is opened by a key.)
  function byItself({ triggeringEvent, elt }) {
    if (triggeringEvent) return /^(live:|oc:|board:|refresh|load|revealed)/.test(triggeringEvent.type);
    return /every|load/.test(elt.getAttribute("hx-trigger"));
  }
  const told = (xhr) => xhr.getResponseHeader("HX-Trigger") || "";
  doc.addEventListener("htmx:sendError", (event) => byItself(event.detail.requestConfig) || toast(texts.network, "error"));
  doc.addEventListener("htmx:responseError", (event) => {
    const { xhr, requestConfig } = event.detail;
    if (!byItself(requestConfig) && !told(xhr).includes("toast")) toast(texts.failed, "error");
  });
  /* News may swap a form away while its answer is on the way. htmx then fires what the answer says at an element that has
     left the page, where nobody hears it: it is said again on the page. */
  doc.addEventListener("htmx:beforeSend", (event) => {
    const { xhr, requestConfig } = event.detail;
    let gone = false; // before htmx swaps the answer in: that takes some elements away rightly
    if (requestConfig.verb === "get") return;
    xhr.addEventListener("readystatechange", () => { if (xhr.readyState === 4) gone = !requestConfig.elt.isConnected; });
    xhr.addEventListener("load", () => {
      if (!gone) return;
      const said = told(xhr).trim();
      const events = said.startsWith("{") ? JSON.parse(said) : Object.fromEntries(said.split(",").filter(Boolean).map((name) => [name.trim(), {}]));
      Object.keys(events).forEach((name) => {
        const value = events[name], detail = value && typeof value === "object" ? value : { value };
        body.dispatchEvent(new CustomEvent(name, { bubbles: true, detail }));
      });
      if (xhr.status >= 400 && !said.includes("toast")) toast(texts.failed, "error");
    });
    xhr.addEventListener("error", () => gone && toast(texts.network, "error"));
  });

  window.oc = { beep, toast };

  /* ---- New tickets ---- */
  let fresh = [], news = [], more = 0, freshTimer = 0;
  const title = doc.title;
  const changed = calmly(() => { fire("oc:changed"); count(); }, 600);
  body.addEventListener("live:ticket", (event) => {
    changed();
    if (event.detail.new) { fresh.push(event.detail.id); more += event.detail.more || 0; }
    else if (event.detail.news) news.push(event.detail.id);
    else return;
    clearTimeout(freshTimer);
    freshTimer = setTimeout(announceAll, fresh.length > 40 ? 0 : 250);
  });
  // A missed frame may have been a new ticket: the list and the count are fetched again anyway.
  body.addEventListener("live:resync", () => count());
  body.addEventListener("oc:done", () => changed());
  body.addEventListener("refresh", () => changed());

  // Of more than fifty the rest is a number: what a storm brought is said truly.
  function announceAll() {
    const opened = fresh.splice(0), told = news.splice(0);
    const others = more + Math.max(opened.length - 50, 0);
    more = 0;
    if (opened.length) announce(opened, "&more=" + others);
    if (told.length) announce(told, "&news=1");
  }
  async function announce(all, flags) {
    const nos = all.slice(-50);
    try {
      const answer = await fetch(texts.toast + "?" + nos.map((no) => "t=" + encodeURIComponent(no)).join("&") + flags, { credentials: "same-origin" });
      if (!answer.ok || answer.redirected) return;
      const html = (await answer.text()).trim();
      if (!html) return; // another campus's, or resolved already
      const holder = doc.createElement("div");
      holder.innerHTML = html;
      const box = holder.firstElementChild;
      $$(".oc-toast[data-no]", toasts).slice(0, -2).forEach((old) => old.remove());
      toasts.append(box);
      window.htmx.process(box);
      beep(box.classList.contains("s1"));
      if (!("stays" in box.dataset)) leave(box, 20000);
    } catch (error) { /* no network: the page catches up when it is back */ }
  }
  const count = calmly(async () => {
    try {
      const answer = await fetch(texts.pulse, { credentials: "same-origin", headers: { Accept: "application/json" } });
      if (!answer.ok || answer.redirected) return;
      show((await answer.json()).open);
    } catch (error) { /* see above */ }
  }, 1000);
  function show(open) {
    doc.title = (open ? "(" + open + ") " : "") + title;
    const link = $(`#nav-sidebar-apps a[href="${texts.console}"]`);
    if (!link) return;
    let badge = $(".oc-badge", link);
    if (!badge) {
      badge = doc.createElement("span");
      badge.className = "oc-badge";
      const old = link.lastElementChild; // Unfold's own badge, as the server rendered it
      if (old && /^\s*\d+\s*$/.test(old.textContent)) old.remove();
      link.append(badge);
    }
    badge.textContent = open || "";
  }
  const first = $(`#nav-sidebar-apps a[href="${texts.console}"]`);
  if (first) show(Number(((first.lastElementChild || first).textContent.match(/\d+/) || [0])[0]));

  // From a toast: on the console the ticket opens in its place, elsewhere the console opens.
  body.addEventListener("oc:show", (event) => {
    $$(".oc-toast[data-no]", toasts).filter((box) => box.dataset.no === event.detail.no).forEach((box) => box.remove());
    if (page) open(event.detail.no); else location.href = texts.console + "?t=" + encodeURIComponent(event.detail.no);
  });
  tick();
  if (!page) return;

  /* ---- The console ---- */
  const dialog = $("#oc-dialog"), detail = $("#oc-detail"), chosen = $("#oc-t");
  const shown = () => { const ticket = $("#oc-ticket"); return ticket ? ticket.dataset : {}; };
  const current = () => shown().no || "";
  body.addEventListener("live:ticket", (event) => event.detail.order === shown().order && fire("oc:case"));

  function open(no) {
    // Not a click on the row: one that has just been swapped in does not answer to htmx before it has settled.
    const row = $("#oc-row-" + CSS.escape(no));
    return window.htmx.ajax("GET", texts.console + "t/" + encodeURIComponent(no) + "/", { target: "#oc-detail", source: row || detail })
      .then(() => row || history.replaceState(null, "", "?t=" + no), () => { /* a newer choice took its place, or a toast says why */ });
  }
  function mark() {
    const no = current();
    if (chosen && chosen.value !== no) chosen.value = no;
    $$(".oc-row").forEach((row) => {
      if (row.dataset.order === shown().order) row.setAttribute("aria-current", "true"); else row.removeAttribute("aria-current");
    });
  }
  const known = new Set($$(".oc-row").map((row) => row.dataset.order)), arrived = new Map();
  /* A new row is lit up for a while, also when the list is fetched again meanwhile. */
  const LIT = 3500; // ms, as .oc-row.is-new in console.css
  function light(rows, asked) {
    if (!asked) rows.filter((row) => !known.has(row.dataset.order)).forEach((row) => arrived.set(row.dataset.order, Date.now()));
    rows.forEach((row) => {
      const age = Date.now() - arrived.get(row.dataset.order);
      known.add(row.dataset.order);
      if (age < LIT) {
        row.style.animationDelay = `-${age}ms`;
        row.classList.add("is-new");
      }
    });
  }
  doc.addEventListener("htmx:afterSwap", (event) => {
    const target = event.detail.target;
    if (target.id === "oc-detail") {
      page.dataset.view = "ticket";
      detail.scrollTop = 0;
      mark();
    } else if (target.id === "oc-list") {
      const rows = $$(".oc-row");
      mark();
      if (!current() && rows.length && window.innerWidth > 900) open(rows[0].dataset.no);
    } else if (target.id === "oc-dialog-body" && target.firstElementChild) {
      if (!dialog.open) dialog.showModal();
      const field = $("[autofocus], .oc-field input:not([type=hidden]), .oc-field select, .oc-field textarea", target);
      if (field && !$(".oc-preview", target)) field.focus(); else { const go = $("button[type=submit]", target); if (go) go.focus(); }
    }
  });
  // Not before: settling gives a row that was there before the attributes it was sent with.
  doc.addEventListener("htmx:afterSettle", (event) => {
    const { target, requestConfig } = event.detail;
    if (target.id === "oc-list") light($$(".oc-row"), requestConfig && requestConfig.elt.id === "oc-filters");
  });
  // News must not shut a menu that somebody is reading, nor take the focus away from a button.
  let focused = "";
  doc.addEventListener("htmx:oobBeforeSwap", (event) => {
    const part = event.detail.target, active = doc.activeElement, fresh = event.detail.fragment.firstElementChild;
    // The answer of a ticket that was left meanwhile: its buttons would act on the wrong one.
    if (fresh && fresh.dataset.ticket && fresh.dataset.ticket !== current()) event.detail.shouldSwap = false;
    if ($("details[open]", part)) event.detail.shouldSwap = false;
    focused = part.contains(active) && active.dataset.key ? `#${part.id} [data-key="${active.dataset.key}"]` : "";
  });
  doc.addEventListener("htmx:oobAfterSwap", () => {
    const button = focused && $(focused);
    if (button) button.focus();
    focused = "";
    $$(".oc-field", dialog).forEach((field) => field.classList.toggle("has-error", Boolean($(".oc-error", field))));
  });
  doc.addEventListener("click", (event) => $$("details.oc-menu[open]").forEach((menu) => {
    if (!menu.contains(event.target) || event.target.closest(".oc-menu-list button")) menu.open = false;
  }));
  on("click", "[data-oc-close]", (event, button) => button.closest("dialog").close());
  $$("dialog").forEach((box) => box.addEventListener("click", (event) => { if (event.target === box) box.close(); }));
  dialog.addEventListener("close", () => { $("#oc-dialog-body").textContent = ""; });
  // A late answer about a ticket that was left meanwhile closes nothing that was opened since.
  body.addEventListener("oc:done", (event) => dialog.open && event.detail.no === current() && dialog.close());
  body.addEventListener("oc:noted", () => { const note = $("#oc-note"); if (note) note.value = ""; });
  body.addEventListener("oc:call", (event) => { location.href = event.detail.tel; });
  on("click", "[data-oc-photo]", (event, button) => {
    $("#oc-photo img").src = button.dataset.ocPhoto;
    $("#oc-photo").showModal();
  });
  on("click", "[data-oc-help]", () => $("#oc-help").showModal());
  on("click", ".oc-back", (event) => {
    if (!$("#oc-list")) return;
    event.preventDefault();
    page.dataset.view = "list";
    history.replaceState(null, "", texts.console);
  });
  on("submit", "#oc-filters", (event) => event.preventDefault());

  /* ---- Keyboard ---- */
  function step(by) {
    const rows = $$(".oc-row"), at = rows.findIndex((row) => row.dataset.order === shown().order);
    const row = rows[Math.min(rows.length - 1, Math.max(0, at + by))];
    if (!row) return;
    open(row.dataset.no);
    row.scrollIntoView({ block: "nearest" });
  }
  doc.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || $("dialog[open]")) return;
    if (event.target.closest("input, select, textarea, [contenteditable]")) {
      if (event.key === "Escape") event.target.blur();
      return;
    }
    const key = event.key.toLowerCase();
    if (key === "j" || key === "k") step(key === "j" ? 1 : -1);
    else if (key === "?") $("#oc-help").showModal();
    else if (key === "/" && $("#oc-q")) $("#oc-q").focus();
    else if (key === "n") { const note = $("#oc-note"); if (note) note.focus(); else return; }
    else if (/^[1-9]$/.test(key)) { const tab = $$(".oc-case-tab")[key - 1]; if (tab) tab.click(); else return; }
    else if (/^[a-z]$/.test(key)) {
      const button = $(`#oc-detail [data-key="${key}"]:not([disabled])`);
      if (!button) return;
      button.click();
    } else return;
    event.preventDefault();
  });
  mark();
})();
