/* The components. Events are delegated: fragments need no setup. */
(() => {
  "use strict";
  const doc = document, root = doc.documentElement, body = doc.body;
  const $ = (selector, from = doc) => from.querySelector(selector);
  const $$ = (selector, from = doc) => Array.from(from.querySelectorAll(selector));
  const template = $("#texts"), texts = template.dataset;
  const say = (text, n) => text.replace("{n}", n);
  const on = (type, selector, handler) => doc.addEventListener(type, (event) => {
    const element = event.target.closest && event.target.closest(selector);
    if (element) handler(event, element);
  });
  const content = (name) => { const found = $(`meta[name="${name}"]`); return found ? found.content : ""; };
  const cross = () => template.content.querySelector("[data-icon-x]").firstElementChild.cloneNode(true);

  /* ---- Toasts ---- */
  function keep(box) {
    const time = box.classList.contains("toast-error") ? 8000 : 5000;
    const leave = () => (box.matches(":hover, :focus-within") ? setTimeout(leave, 2000) : box.remove());
    setTimeout(leave, time);
  }
  function toast(text, level = "info") {
    if (!text) return;
    const region = $("#toasts"), box = doc.createElement("div"), line = doc.createElement("span"), close = doc.createElement("button");
    if (region.lastElementChild && region.lastElementChild.textContent.trim() === text) region.lastElementChild.remove();
    box.className = `toast toast-${level}`;
    line.className = "grow";
    line.textContent = text;
    close.type = "button";
    close.className = "iconbtn";
    close.dataset.toastClose = "";
    close.setAttribute("aria-label", texts.close);
    close.append(cross());
    box.append(line, close);
    region.append(box);
    keep(box);
  }
  $$(".toast").forEach(keep);
  on("click", "[data-toast-close]", (event, button) => button.closest(".toast").remove());
  body.addEventListener("toast", (event) => toast(event.detail.text || event.detail.value, event.detail.level));

  /* ---- Time, on the server's clock ---- */
  const timing = performance.timing, goneBack = performance.navigation && performance.navigation.type === 2;
  let skew = Date.parse(root.dataset.serverNow) - (timing.responseStart || Date.now());
  try { // a page out of the cache carries an old time
    if (goneBack && sessionStorage.getItem("skew")) skew = Number(sessionStorage.getItem("skew"));
    else sessionStorage.setItem("skew", skew);
  } catch (error) { /* no storage: the page's own time */ }
  const serverNow = () => Date.now() + (skew || 0);
  const two = (n) => String(n).padStart(2, "0");
  function left(seconds) {
    const hours = Math.floor(seconds / 3600), minutes = Math.floor(seconds / 60) % 60;
    if (hours >= 48) return say(texts.days, Math.floor(hours / 24));
    return (hours ? hours + ":" : "") + two(minutes) + ":" + two(seconds % 60);
  }
  function tickOne(element, now) {
    const data = element.dataset, seconds = Math.ceil((Date.parse(data.until) - now) / 1000);
    if (Number.isNaN(seconds)) return;
    const late = seconds <= 0, soon = !late && seconds <= Number(data.soon || 300);
    element.classList.toggle("is-late", late);
    element.classList.toggle("is-soon", soon);
    const share = Math.max(0, Math.min(1, seconds / Number(data.ring || data.bar || 1)));
    if (data.ring) element.querySelector("circle + circle").style.strokeDashoffset = 100 - 100 * share;
    else if (data.bar) element.firstElementChild.style.transform = `scaleX(${share})`;
    else {
      const text = late ? say(data.lateText || texts.late, Math.max(1, Math.floor(-seconds / 60)))
        : data.text ? say(data.text, Math.ceil(seconds / 60)) : left(seconds);
      if (element.textContent !== text) element.textContent = text;
      if (late && element.wasEarly) element.dispatchEvent(new CustomEvent("countdown:late", { bubbles: true }));
      element.wasEarly = !late;
    }
  }
  function tick() {
    const now = serverNow();
    $$("[data-until]").forEach((element) => tickOne(element, now));
    $$("time.ago").forEach((element) => {
      const minutes = Math.floor((now - Date.parse(element.getAttribute("datetime"))) / 60000);
      element.textContent = minutes < 1 ? texts.now : minutes < 60 ? say(texts.minutes, minutes)
        : minutes < 2880 ? say(texts.hours, Math.floor(minutes / 60)) : say(texts.daysAgo, Math.floor(minutes / 1440));
    });
  }
  setInterval(tick, 1000);

  /* ---- One submit at a time ---- */
  const BUTTONS = "button:not([type=button]):not([type=reset]), input[type=submit]";
  let pressed = null, inFlight = new Map(); // xhr or form → what was disabled for it
  doc.addEventListener("click", (event) => { pressed = event.target.closest && event.target.closest(BUTTONS + ", button"); }, true);
  function hold(key, scope) {
    const buttons = scope.matches("button") ? [scope] : $$(BUTTONS, scope).concat($$(`[form="${scope.id || "-"}"]`));
    const held = buttons.filter((button) => !button.disabled), focus = doc.activeElement;
    held.forEach((button) => { button.disabled = true; });
    const main = held.includes(pressed) ? pressed : held[0];
    if (main) main.classList.add("is-busy");
    inFlight.set(key, { held, main, focus, scope });
    scope.setAttribute("aria-busy", "true");
  }
  function release(key) {
    const was = inFlight.get(key);
    if (!was) return;
    inFlight.delete(key);
    was.scope.removeAttribute("aria-busy");
    was.held.forEach((button) => { button.disabled = false; button.classList.remove("is-busy"); });
    if (was.held.includes(was.focus) && doc.activeElement === body && was.focus.isConnected) was.focus.focus();
    was.scope.dispatchEvent(new CustomEvent("ui:released", { bubbles: true }));
    needsNet();
  }
  function submit(form, button) {
    button = button || $(BUTTONS, form);
    if (button && !button.disabled) button.click();
    else if (form.requestSubmit) form.requestSubmit();
    else form.submit();
  }
  doc.addEventListener("submit", (event) => {
    const form = event.target, button = event.submitter || (form.contains(pressed) ? pressed : null);
    if (event.defaultPrevented) return;
    if (inFlight.has(form)) return event.preventDefault();
    if (form.dataset.confirm && !form.isSure) {
      event.preventDefault();
      ask(form.dataset.confirm, form).then((yes) => {
        if (!yes) return;
        form.isSure = true;
        submit(form, button);
        form.isSure = false;
      });
      return;
    }
    if (form.method === "get") return;
    // Later: a disabled button is not sent. A download stays on the page.
    setTimeout(() => hold(form, form), 0);
    setTimeout(() => release(form), 10000);
  });
  window.addEventListener("pageshow", () => Array.from(inFlight.keys()).forEach(release));
  on("change", "[data-autosubmit]", (event, input) => submit(input.form));

  /* ---- htmx ---- */
  const byItself = (config) => /^(live:|refresh|load|revealed|every|countdown:)/.test((config.triggeringEvent || {}).type || "load");
  doc.addEventListener("htmx:beforeRequest", (event) => {
    const detail = event.detail;
    if (detail.requestConfig.verb !== "get") hold(detail.xhr, detail.elt);
  });
  doc.addEventListener("htmx:afterRequest", (event) => release(event.detail.xhr));
  doc.addEventListener("htmx:beforeSwap", (event) => {
    const xhr = event.detail.xhr, login = content("login");
    if (login && new URL(xhr.responseURL || "/", location.href).pathname === login && location.pathname !== login) {
      event.detail.shouldSwap = false; // no login page inside a fragment
      location.assign(`${login}?next=${encodeURIComponent(location.pathname + location.search)}`);
    }
  });
  /* Someone types, slides or reads a sheet in there or is asked of it. */
  doc.addEventListener("live:ask", (event) => {
    const target = event.target, focus = doc.activeElement;
    if ($(".sheet:not([hidden]), .slide.is-held", target)
      || openSheets.some((sheet) => target.contains(sheet.about))
      || (target.contains(focus) && focus.matches("input:not([type=checkbox]):not([type=radio]), textarea, select"))) event.preventDefault();
  });
  doc.addEventListener("htmx:sendError", (event) => byItself(event.detail.requestConfig) || toast(texts.network, "error"));
  doc.addEventListener("htmx:responseError", (event) => {
    const { xhr, requestConfig } = event.detail;
    if (!byItself(requestConfig) && !(xhr.getResponseHeader("HX-Trigger") || "").includes("toast")) toast(texts.failed, "error");
  });
  doc.addEventListener("htmx:confirm", (event) => {
    if (!event.detail.question) return;
    event.preventDefault();
    ask(event.detail.question, event.detail.elt).then((yes) => yes && event.detail.issueRequest(true));
  });
  doc.addEventListener("htmx:load", (event) => fresh(event.detail.elt));
  function load(selector, source) { // what few pages need
    if (!$(selector) || $(`script[src="${source}"]`)) return;
    const script = doc.createElement("script");
    script.src = source;
    doc.head.append(script);
  }
  // Photos are chosen seldom. What was chosen before the script came, it finds.
  ["pointerdown", "focusin", "change"].forEach((type) => on(type, "[data-photos]", () => load("[data-photos]", texts.photosJs)));
  function fresh(element) {
    tick();
    needsNet();
    load("[data-slide]", texts.slideJs);
    load("[data-step], [data-fill], [data-copy], [data-share], [data-set-theme], [data-scroll-end], [data-print], [data-only]", texts.moreJs);
    openSheets = openSheets.filter((sheet) => sheet.isConnected);
    root.classList.toggle("sheet-on", openSheets.length > 0);
    $$("[data-sheet-auto][hidden]", element.parentNode || doc).forEach((sheet) => openSheet(sheet));
  }

  /* ---- Sheets ---- */
  const FOCUSABLE = "a[href], button:not(:disabled), input:not(:disabled):not([type=hidden]), select, textarea, [tabindex='0']";
  let openSheets = [], answer = null;
  function openSheet(sheet) {
    if (!sheet || openSheets.includes(sheet)) return;
    sheet.opener = doc.activeElement;
    sheet.hidden = false;
    openSheets.push(sheet);
    root.classList.add("sheet-on");
    ($("[autofocus]", sheet) || $(".sheet-panel", sheet)).focus();
  }
  function closeSheet(sheet = openSheets[openSheets.length - 1]) {
    if (!sheet) return;
    openSheets = openSheets.filter((other) => other !== sheet);
    sheet.hidden = true;
    root.classList.toggle("sheet-on", openSheets.length > 0);
    if (sheet.opener && sheet.opener.isConnected) sheet.opener.focus();
    if (sheet.id === "confirm" && answer) {
      answer(false);
      answer = null;
      body.dispatchEvent(new CustomEvent("ui:released", { bubbles: true }));
    }
    if (sheet.closest("#sheet-root")) sheet.remove();
    doc.dispatchEvent(new Event("live:done"));
  }
  function ask(question, about) {
    const sheet = $("#confirm");
    sheet.about = about;
    $("#confirm-text").textContent = question;
    return new Promise((resolve) => { answer = resolve; openSheet(sheet); });
  }
  on("click", "[data-confirm-yes]", () => {
    const resolve = answer;
    answer = null;
    closeSheet($("#confirm"));
    if (resolve) resolve(true);
  });
  on("click", "[data-sheet-open]", (event, button) => openSheet(doc.getElementById(button.dataset.sheetOpen)));
  on("click", "[data-sheet-close]", (event, button) => closeSheet(button.closest(".sheet") || undefined));
  on("click", ".sheet", (event, sheet) => event.target === sheet && closeSheet(sheet));
  body.addEventListener("sheet:close", () => closeSheet());
  doc.addEventListener("keydown", (event) => {
    const sheet = openSheets[openSheets.length - 1];
    if (!sheet) return;
    if (event.key === "Escape") return closeSheet(sheet);
    if (event.key !== "Tab") return;
    const stops = $$(FOCUSABLE, sheet).filter((element) => element.offsetParent), first = stops[0], last = stops[stops.length - 1];
    const outside = !sheet.contains(doc.activeElement) || doc.activeElement.matches(".sheet-panel");
    if (!stops.length) event.preventDefault();
    else if (event.shiftKey && (outside || doc.activeElement === first)) { event.preventDefault(); last.focus(); }
    else if (!event.shiftKey && (outside || doc.activeElement === last)) { event.preventDefault(); first.focus(); }
  });

  // Is it looked at? News of a page in the background is not read yet.
  body.addEventListener("htmx:configRequest", (event) => { event.detail.headers["X-In-View"] = doc.hidden ? "0" : "1"; });

  /* ---- Without a network: the last state stays, money and orders wait ---- */
  function needsNet() {
    const off = !navigator.onLine;
    root.dataset.net = off ? "off" : "on";
    $$("[data-needs-net]").forEach((element) => {
      if (off === (element.dataset.netOff === "1") || (off && element.disabled)) return;
      if ("disabled" in element) element.disabled = off;
      else if (off) element.setAttribute("aria-disabled", "true");
      else element.removeAttribute("aria-disabled");
      if (off) {
        element.dataset.netOff = "1";
        element.title = texts.offline;
        element.setAttribute("aria-describedby", "offline-note");
      } else {
        delete element.dataset.netOff;
        element.removeAttribute("title");
        element.removeAttribute("aria-describedby");
      }
    });
  }
  on("click", "a[aria-disabled=true]", (event) => event.preventDefault());
  window.addEventListener("online", needsNet);
  window.addEventListener("offline", needsNet);

  window.ui = { $, $$, on, say, texts, toast, notifySound() {}, serverNow, openSheet, closeSheet, hold, release, submit, cross, BUTTONS };
  fresh(body);
  if (content("sw") && "serviceWorker" in navigator && window.isSecureContext) navigator.serviceWorker.register(content("sw")).catch(() => {});
})();
