/* A websocket named by <meta name="live">. A frame {"t": "order", "id": "E7K", "v": 17} becomes the events
   `live:order` and `live:order:E7K`; who listens fetches its fragment, on `live:resync` everything does. What is in use
   is left alone meanwhile: `live:ask`, cancelled by who uses it, until `live:done`. <html data-live="on|retry|offline">. */
(() => {
  "use strict";
  const POLL_MS = 20000, PING_MS = 25000, PONG_MS = 8000, SLOWEST_MS = 20000;
  const root = document.documentElement;
  const meta = document.querySelector('meta[name="live"]');
  if (!meta) return;

  const versions = new Map();
  let url = meta.content, socket = null, failures = 0, closedForGood = false, asked = false, opened = false;
  let inFlight = 0, rangMeanwhile = false;
  let retryTimer, pingTimer, pongTimer, resyncTimer, steadyTimer;

  const fire = (name, detail) => document.body.dispatchEvent(new CustomEvent(name, { detail }));
  const show = () => { root.dataset.live = !navigator.onLine ? "offline" : isOpen() ? "on" : "retry"; };
  const isOpen = () => socket !== null && socket.readyState === WebSocket.OPEN;

  function resync(why) {
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
    } catch (error) {
      closedForGood = true;
      return show();
    }
    mine.onopen = () => {
      if (mine !== socket) return mine.close();
      steadyTimer = setTimeout(() => { failures = 0; }, 5000);
      show();
      beat();
      if (opened) resync("open"); // the first time, the server knows whether something was missed
      opened = true;
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
      if (last !== undefined && frame.v <= last) return;
      versions.set(key, frame.v);
      if (last !== undefined && frame.v > last + 1) resync("missed");
    }
    rangMeanwhile = rangMeanwhile || inFlight > 0 && frame.t !== "pos";
    if (rangMeanwhile && frame.t === "resync") return; // once, when what is under way has come
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
    // Half-open connections never close.
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
    if (code === 4409) closedForGood = code; // until woken
    const wait = Math.min(SLOWEST_MS, 500 * 2 ** failures++);
    retryTimer = setTimeout(connect, wait / 2 + Math.random() * wait); // spread
    show();
  }

  /* 4403: token refused. The page's own address has a fresh one. */
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
    if (closedForGood === 4409) closedForGood = false;
    if (isOpen()) ping(); else { failures = 0; connect(); }
    resync("wake");
  }

  // An older fetch's answer replaces what was sent meanwhile. (htmx is mute about what has left the page.)
  document.addEventListener("htmx:beforeSend", (event) => {
    inFlight++;
    event.detail.xhr.addEventListener("loadend", () => {
      inFlight--;
      if (!inFlight && rangMeanwhile) { rangMeanwhile = false; resync("meanwhile"); }
    });
  });
  // A click or a drag is lost with its element. (:active stays after a drag.)
  let pressed = null, heldBack = false;
  const listen = (types, act) => types.split(" ").forEach((type) => document.addEventListener(type, act));
  listen("pointerdown keydown", (event) => { pressed = event.target; });
  listen("htmx:beforeSwap htmx:oobBeforeSwap", (event) => {
    const { target, requestConfig } = event.detail;
    if (requestConfig && !/live:resync/.test(requestConfig.elt.getAttribute("hx-trigger"))) return;
    if (!target.contains(pressed) && target.dispatchEvent(new CustomEvent("live:ask", { bubbles: true, cancelable: true }))) return;
    event.detail.shouldSwap = false;
    heldBack = true;
  });
  listen("pointerup keyup pointercancel dragend focusout live:done", (event) => {
    if (event.type !== "focusout") pressed = null; // a press moves the focus
    if (heldBack) setTimeout(resync, 300, "done");
    heldBack = false;
  });
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
