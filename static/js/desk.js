/* Every page of the admin: a new conversation rings, a toast leads to it, the menu counts who waits. On the desk: the
   open conversation follows what colleagues do, dialogs. Chat itself is chat.js, sound and toasts console.js. */
(() => {
  "use strict";
  const doc = document, body = doc.body, oc = window.oc, template = doc.querySelector("#oc-texts");
  if (!oc || !template) return;
  const texts = template.dataset, desk = doc.querySelector("#desk");
  const $ = (selector, from = doc) => from.querySelector(selector);
  let timer = 0;

  async function count() {
    try {
      const answer = await fetch(texts.deskPulse, { credentials: "same-origin", headers: { Accept: "application/json" } });
      if (answer.ok && !answer.redirected) show((await answer.json()).waiting);
    } catch (error) { /* no network: the next frame or resync asks again */ }
  }
  function soon() {
    clearTimeout(timer);
    timer = setTimeout(count, 400);
  }
  function show(waiting) {
    const link = $(`#nav-sidebar-apps a[href="${texts.desk}"]`);
    if (!link) return;
    let badge = $(".oc-badge", link);
    if (!badge) {
      badge = doc.createElement("span");
      badge.className = "oc-badge";
      const old = link.lastElementChild;
      if (old && /^\s*\d+\s*$/.test(old.textContent)) old.remove();
      link.append(badge);
    }
    badge.textContent = waiting || "";
  }
  if (texts.desk) {
    body.addEventListener("live:desk", (event) => {
      soon();
      if (!event.detail.new) return;
      oc.beep(false);
      oc.toast(texts.deskNew, "info");
    });
    body.addEventListener("live:resync", soon);
  }
  if (!desk) return;

  const dialog = $("#desk-dialog"), chosen = $("#desk-t"), room = $("#desk-room");
  const current = () => { const talk = $("#desk-talk"); return talk ? talk.dataset.no : ""; };
  function stale() { // the lines come by themselves; what stands around them is fetched unless somebody writes
    const talk = $("#desk-talk"), field = $("[data-chat-form] textarea");
    if (talk && !(field && field.value)) window.htmx.trigger(talk, "desk:stale");
  }
  body.addEventListener("live:desk", (event) => event.detail.id === current() && stale());
  body.addEventListener("desk:done", () => {
    if (dialog.open) dialog.close();
    stale();
  });
  doc.addEventListener("htmx:afterSwap", (event) => {
    const target = event.detail.target;
    if (target === room) {
      desk.dataset.view = "room";
      chosen.value = current();
      doc.querySelectorAll("#desk-list .oc-row").forEach((row) => {
        if (row.dataset.no === current()) row.setAttribute("aria-current", "true"); else row.removeAttribute("aria-current");
      });
    } else if (target.id === "desk-dialog-body" && target.firstElementChild && !dialog.open) dialog.showModal();
  });
  doc.addEventListener("click", (event) => {
    if (event.target === dialog || event.target.closest("[data-oc-close]")) dialog.close();
  });
  dialog.addEventListener("close", () => { $("#desk-dialog-body").textContent = ""; });
  doc.addEventListener("submit", (event) => event.target.id === "desk-filters" && event.preventDefault());
})();
