/* The dispatch board: a job is dragged onto a courier, or onto another courier's job to exchange them. What is dropped goes
   through the form beside it, which does the same by keyboard. */
(() => {
  "use strict";
  const doc = document;
  let dragged = null;
  const near = (event, selector) => event.target.closest && event.target.closest(selector);
  // A leg of somebody else's beats the courier that it lies in.
  function target(event) {
    const held = near(event, "[data-held]"), courier = near(event, "[data-courier]");
    if (!dragged || !courier || courier.contains(dragged)) return null;
    return held && dragged.hasAttribute("data-held") ? held : courier;
  }
  const clear = () => doc.querySelectorAll(".is-target").forEach((element) => element.classList.remove("is-target"));

  doc.addEventListener("dragstart", (event) => {
    dragged = near(event, "[data-leg][draggable]");
    if (!dragged) return;
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", dragged.dataset.leg);
  });
  doc.addEventListener("dragover", (event) => {
    const found = target(event);
    clear();
    if (!found) return;
    event.preventDefault();
    found.classList.add("is-target");
  });
  doc.addEventListener("dragend", () => {
    dragged = null;
    clear();
  });
  doc.addEventListener("drop", (event) => {
    const found = target(event), form = doc.getElementById("board-form");
    if (!found || !form) return;
    event.preventDefault();
    form.elements.leg.value = dragged.dataset.leg;
    form.elements.with.value = found.hasAttribute("data-held") ? found.dataset.leg : "";
    form.elements.courier.value = found.hasAttribute("data-held") ? "" : found.dataset.courier;
    form.querySelector("[value=put]").click();
  });
  // A click on a job chooses it in the form.
  doc.addEventListener("click", (event) => {
    const leg = near(event, "[data-leg][draggable]"), form = doc.getElementById("board-form");
    if (leg && form && !near(event, "button")) form.elements.leg.value = leg.dataset.leg;
  });
  /* A fresh board stands where the old one was scrolled to. */
  const columns = () => [...doc.querySelectorAll("#board .board-col")];
  let tops = [];
  doc.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.target.id === "board") tops = columns().map((column) => column.scrollTop);
  });
  doc.addEventListener("htmx:afterSwap", () => {
    columns().forEach((column, n) => { if (tops[n]) column.scrollTop = tops[n]; });
    tops = [];
  });
  /* A fresh form, with the jobs and couriers of now, keeps what was chosen and where the focus was. */
  const fields = () => [...doc.querySelectorAll("#board-form select, #board-form button")];
  const choices = () => fields().map((field) => field.matches("select") ? field.value : "");
  let chosen = [], focused = -1, sent = "";
  const isForm = (event) => event.detail.target && event.detail.target.id === "board-form";
  doc.addEventListener("htmx:oobBeforeSwap", (event) => {
    if (!isForm(event)) return;
    chosen = choices();
    focused = fields().indexOf(doc.activeElement);
  });
  doc.addEventListener("htmx:oobAfterSwap", () => {
    fields().forEach((field, n) => {
      if (chosen[n] && [...field.options].some((option) => option.value === chosen[n])) field.value = chosen[n];
    });
    if (focused >= 0 && fields()[focused]) fields()[focused].focus();
    chosen = [];
    focused = -1;
  });
  // What was done is chosen no more; what was chosen since, or before a job was taken back, is.
  doc.addEventListener("htmx:beforeRequest", (event) => { if (event.target.id === "board-form") sent = choices().join(); });
  doc.addEventListener("board:changed", () => {
    if (sent && sent === choices().join()) doc.getElementById("board-form").reset();
    sent = "";
  });
  /* Nothing is swapped away from under a hand that drags. The form alone waits for who chooses in it, and a list that is
     forgotten open holds it back for a few seconds only: what was cancelled must not stand there for ever. */
  const CHOOSING_MS = 8000, CHOSEN_MS = 2000;
  let busyUntil = 0, timer = 0;
  function busy(ms) {
    busyUntil = Date.now() + ms;
    clearTimeout(timer);
    timer = setTimeout(() => doc.dispatchEvent(new Event("live:done")), ms + 50);
  }
  ["pointerdown", "keydown", "focusin", "change"].forEach((type) => doc.addEventListener(type, (event) => {
    if (near(event, "#board-form select")) busy(type === "change" ? CHOSEN_MS : CHOOSING_MS);
  }));
  doc.addEventListener("live:ask", (event) => {
    if (event.target.id === "board-form" ? Date.now() < busyUntil : dragged) event.preventDefault();
  });
  /* Toasts stand on the map, which is always in sight on a wide screen: not on the form, whose answers they are. */
  const toasts = doc.getElementById("oc-toasts"), wide = window.matchMedia("(min-width: 1101px)");
  const place = () => { if (toasts) (wide.matches ? doc.querySelector(".board-map") : doc.body).append(toasts); };
  wide.addListener(place); // Safari 13
  place();
})();
