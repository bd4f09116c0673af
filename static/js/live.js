/* The doorbell: one websocket, named by <meta name="live">. A frame {"t": "order", "id": "E7K", "v": 17} becomes the events
   `live:order` and `live:order:E7K` on <body>; who listens fetches its own fragment. `live:resync` asks everything to
   fetch itself: after any time without a socket, and every 20 s while there is none. <html data-live="on|retry|offline">.
   What fetches itself is not swapped while it is in use: `live:ask` (cancelled: in use) asks, `live:done` says that it ended. */
(() => {
  "use strict";
  const POLL_MS = 20000, PING_MS = 25000, PONG_MS = 8000, SLOWEST_MS = 20000;
  const root = document.documentElement;
  const meta = document.querySelector('meta[name="live"]');
  if (!meta) return;

  const versions = new Map();
  let url = meta.content, socket = null, failures = 0, closedForGood = false, asked = false;
  let inFlight = 0, rangMeanwhile = false;
  let retryTimer, pingTimer, pongTimer, resyncTimer, steadyTimer;

  const fire = (name, detail) => document.body.dispatchEvent(new CustomEvent(name, { detail }));
  const show = () => { root.dataset.live = !navigator.onLine ? "offline" : isOpen() ? "on" : "retry"; };
  const isOpen = () => socket !== null && socket.readyState === WebSocket.OPEN;

  function resync(why) {
    // Reasons come in swarms: one is enough.
    clearTimeout(resyncTimer);
    resyncTimer = setTimeout(() => fire("live:resync", { why }), 50);
  }

  function connect() {
    clearTimeout(retryTimer);
    if (closedForGood || !navigator.onLine || (socket && socket.readyState < WebSocket.CLOSING)) return show();
    const address = new URL(url, location.href);
    address.protocol = location.protocol === "https:" ? "wss:" : "ws:";
    let mine;
    try {
      mine = socket = new WebSocket(address);
    } catch (error) { // a policy forbids it: polling goes on
      closedForGood = true;
      return show();
    }
    mine.onopen = () => {
      if (mine !== socket) return mine.close();
      steadyTimer = setTimeout(() => { failures = 0; }, 5000); // opened and closed at once is a failure
      show();
      beat();
      resync("open"); // the first time too: for what rang before
    };
    mine.onmessage = (event) => mine === socket && receive(event.data);
    mine.onclose = (event) => mine === socket && lost(event.code);
  }

  function receive(text) {
    clearTimeout(pongTimer);
    let frame;
    try { frame = JSON.parse(text); } catch (error) { return; }
    if (!frame || !frame.t || frame.t === "pong") return;
    if (frame.t !== "pos" && Number.isFinite(frame.v)) {
      const key = frame.t + ":" + frame.id, last = versions.get(key);
      if (last !== undefined && frame.v <= last) return; // stale or doubled
      versions.set(key, frame.v);
      if (last !== undefined && frame.v > last + 1) resync("missed");
    }
    rangMeanwhile = rangMeanwhile || inFlight > 0 && frame.t !== "pos";
    fire("live:" + frame.t, frame);
    if (frame.id !== undefined) fire("live:" + frame.t + ":" + frame.id, frame);
  }

  function beat() {
    clearInterval(pingTimer);
    pingTimer = setInterval(ping, PING_MS);
  }

  function ping() {
    if (!isOpen()) return;
    socket.send('{"t":"ping"}');
    clearTimeout(pongTimer);
    // Half-open connections never close by themselves.
    pongTimer = setTimeout(drop, PONG_MS);
  }

  function drop() {
    const old = socket;
    lost(0);
    if (old) old.close();
  }

  function lost(code) {
    socket = null;
    [pongTimer, steadyTimer].forEach(clearTimeout);
    clearInterval(pingTimer);
    if (code === 4403) return renew();
    const wait = Math.min(SLOWEST_MS, 500 * 2 ** failures++);
    retryTimer = setTimeout(connect, wait / 2 + Math.random() * wait); // spread: everyone comes back at once
    show();
  }

  /* 4403: the token is refused. A page left open overnight fetches a fresh one from its own address; else it polls. */
  async function renew() {
    closedForGood = true;
    show();
    if (asked) return;
    asked = true;
    try {
      const answer = await fetch(location.href, { credentials: "same-origin" });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const fresh = page.querySelector('meta[name="live"]');
      if (!fresh || fresh.content === url) return;
      url = fresh.content;
      closedForGood = false;
      setTimeout(() => { asked = false; }, 600000);
      connect();
    } catch (error) { /* polling goes on */ }
  }

  function wake() {
    if (isOpen()) ping(); else { failures = 0; connect(); }
    resync("wake");
  }

  // The answer to an older fetch replaces the fragment that was rung for meanwhile, and its bell with it.
  // (Asked of the request itself: what htmx says of an element that has left the page is heard by nobody.)
  document.addEventListener("htmx:beforeSend", (event) => {
    inFlight++;
    event.detail.xhr.addEventListener("loadend", () => {
      inFlight--;
      if (!inFlight && rangMeanwhile) { rangMeanwhile = false; resync("meanwhile"); }
    });
  });
  /* A click or a drag whose element is swapped away while the pointer or the key is down would be lost.
     (Not asked of :active, which stays after a drag.) */
  let pressed = null, heldBack = false;
  function holdBack(event) {
    const { target, requestConfig } = event.detail;
    if (requestConfig && !(requestConfig.elt.getAttribute("hx-trigger") || "").includes("live:resync")) return;
    const ask = new CustomEvent("live:ask", { bubbles: true, cancelable: true });
    if (!target.contains(pressed) && target.dispatchEvent(ask)) return;
    event.detail.shouldSwap = false;
    heldBack = true;
  }
  function press(event) { if (event.type !== "keydown" || event.key === " ") pressed = event.target; }
  function release(event) {
    if (event.type !== "focusout") pressed = null; // a press moves the focus
    if (!heldBack) return;
    heldBack = false;
    setTimeout(() => resync("done"), 300);
  }
  ["htmx:beforeSwap", "htmx:oobBeforeSwap"].forEach((type) => document.addEventListener(type, holdBack));
  ["pointerdown", "keydown"].forEach((type) => document.addEventListener(type, press, true));
  ["pointerup", "pointercancel", "keyup", "dragend", "focusout", "live:done"].forEach((type) => document.addEventListener(type, release));
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && wake());
  window.addEventListener("online", wake);
  window.addEventListener("offline", () => { if (socket) drop(); show(); });
  // An open socket forbids the back/forward cache.
  window.addEventListener("pagehide", () => {
    clearTimeout(retryTimer);
    clearInterval(pingTimer);
    const old = socket;
    socket = null;
    if (old) old.close();
  });
  window.addEventListener("pageshow", (event) => event.persisted && wake());
  setInterval(() => { if (!isOpen() && navigator.onLine) resync("poll"); }, POLL_MS);
  connect();
})();
