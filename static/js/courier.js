/* The courier's pages: the position is reported while on duty or with goods in hand, a new job is heard, the hall catches
   up when a job enters or leaves it. What it needs to know stands in #duty-state, which the hall renews with each fragment. */
(() => {
  "use strict";
  const SEND_MS = 8000, MOST = 50, SETTLE_MS = 250, STALE_MINUTES = 3;
  const doc = document, body = doc.body, ui = window.ui;
  const $ = (id) => doc.getElementById(id);
  const state = () => ($("duty-state") ? $("duty-state").dataset : {});
  const fire = (name) => body.dispatchEvent(new CustomEvent(name));
  const words = (text) => new Set((text || "").split(" ").filter(Boolean));

  /* ---- Position ---- */
  let watch = null, latest = null, pending = [], sentAt = 0, sending = false, denied = false, keptAt = null, pass = "";

  function follow() {
    const on = state().track === "on" && "geolocation" in navigator;
    if (on && watch === null) {
      watch = navigator.geolocation.watchPosition(located, failed, { enableHighAccuracy: true, maximumAge: 5000, timeout: 20000 });
    } else if (!on && watch !== null) {
      navigator.geolocation.clearWatch(watch);
      watch = null;
    }
    note();
  }
  function located(position) {
    denied = false;
    latest = { lat: position.coords.latitude, lon: position.coords.longitude, acc: position.coords.accuracy, at: Date.now() };
    pending.push(latest);
    pending = pending.slice(-MOST);
    doc.dispatchEvent(new CustomEvent("map:pos", { detail: { id: "courier", lat: latest.lat, lon: latest.lon, acc: latest.acc } }));
    send();
  }
  /* "Arrived" and "delivered" say where they were pressed. Before htmx reads the form. */
  doc.addEventListener("submit", (event) => {
    const form = event.target;
    if (!latest || !form.matches("[data-position]")) return;
    const facts = { lat: latest.lat, lon: latest.lon, acc: latest.acc || 0, ago: Math.max(Date.now() - latest.at, 0) / 1000 };
    Object.keys(facts).forEach((name) => {
      let input = form.querySelector(`input[type=hidden][name=${name}]`);
      if (!input) {
        input = doc.createElement("input");
        input.type = "hidden";
        input.name = name;
        form.append(input);
      }
      input.value = facts[name];
    });
  }, true);
  function failed(error) {
    denied = error.code === error.PERMISSION_DENIED;
    note();
  }
  async function send() {
    if (!latest || sending || state().track !== "on" || Date.now() - sentAt < SEND_MS) return;
    sending = true;
    sentAt = Date.now();
    /* What was gathered since the last time, or while there was no network; a phone that stands still is where it was. */
    const fixes = pending.length ? pending : [Object.assign({}, latest, { at: sentAt })];
    pending = [];
    try {
      const headers = Object.assign({ "Content-Type": "application/json" }, JSON.parse(body.getAttribute("hx-headers") || "{}"), pass ? { "X-Position-Pass": pass } : {});
      const answer = await fetch(state().url, { method: "POST", credentials: "same-origin", headers, body: JSON.stringify({ fixes: fixes.map((fix) => ({ lat: fix.lat, lon: fix.lon, acc: fix.acc, ago: Math.min(Math.max(sentAt - fix.at, 0) / 1000, 3600) })) }) });
      const said = answer.ok ? await answer.json() : {};
      pass = said.pass || pass; // a new one comes when the old one does not hold
      if (said.kept) {
        const first = keptAt === null && !state().at;
        keptAt = ui.serverNow();
        if (first) fire("hall:changed"); // now there are distances
      }
    } catch (error) { pending = fixes.concat(pending).slice(-MOST); /* no network: sent with the next one */ }
    sending = false;
    note();
  }
  /* "Position not updated for 12 min": a locked phone stops its GPS, which is normal for a while. */
  function note() {
    const box = $("position-note"), data = state();
    if (!box) return;
    const at = keptAt || (data.at ? Date.parse(data.at) : null);
    const minutes = at === null ? null : Math.floor((ui.serverNow() - at) / 60000);
    let text = "";
    if (data.duty === "on") {
      if (denied) text = data.textDenied;
      else if (minutes === null) text = data.textNone;
      else if (minutes >= STALE_MINUTES) text = data.textStale.replace("{n}", minutes);
    }
    box.hidden = !text;
    const line = box.querySelector("span");
    if (line.textContent !== text) line.textContent = text;
  }
  setInterval(() => { send(); note(); }, SEND_MS);

  /* ---- The hall ---- */
  let settle, heard = words(($("hall-list") || { dataset: {} }).dataset.all);

  function look() { // a burst of changes is one look
    clearTimeout(settle);
    settle = setTimeout(() => { fire("hall:changed"); fire("job:changed"); }, SETTLE_MS);
  }
  body.addEventListener("live:leg", (event) => {
    const list = $("hall-list"), frame = event.detail;
    const concerns = list && (frame.status === "open" || words(list.dataset.all).has(frame.id) || words(list.dataset.held).has(frame.id));
    if (concerns || $("route")) look();
  });
  // What this courier carries has changed, whoever did it: a dispatcher, or a customer who has paid their price.
  body.addEventListener("live:jobs", look);

  body.addEventListener("htmx:afterSettle", () => {
    follow();
    const list = $("hall-list"), route = $("route");
    if (list) {
      const now = words(list.dataset.all), fresh = Array.from(now).filter((no) => !heard.has(no));
      if (fresh.length && state().duty === "on" && list.dataset.seen) {
        ui.notifySound("new");
        ui.toast(state().textNew);
        fresh.forEach((no) => { const card = $("job-" + no); if (card) card.classList.add("is-new"); });
      }
      now.forEach((no) => heard.add(no));
    }
    // The first stop, or the last one done: the page is another one then.
    if (route && (route.dataset.stops === "0") !== !$("route-map")) location.reload();
  });

  /* A command was sent: the bell that it rings must not fetch the page that is about to be left. */
  let leaving = false;
  doc.addEventListener("submit", (event) => {
    if (event.defaultPrevented || event.target.hasAttribute("hx-post")) return;
    leaving = true;
    setTimeout(() => { leaving = false; }, 10000);
  });
  window.addEventListener("pageshow", () => { leaving = false; });
  doc.addEventListener("htmx:beforeRequest", (event) => { if (leaving) event.preventDefault(); });

  follow();
})();
