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
  /* Nothing is swapped away from under a hand that drags, or a choice that is half made. */
  doc.addEventListener("live:ask", (event) => {
    const form = doc.getElementById("board-form"), focus = doc.activeElement;
    if (dragged || form && form.contains(focus) && focus.matches("select")) event.preventDefault();
  });
})();
