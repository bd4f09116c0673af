/* The place picker (templates/components/place_picker.html): folds the list away and filters it. */
(() => {
  "use strict";
  const all = (from, selector) => Array.from(from.querySelectorAll(selector));
  let byPointer = false; // arrow keys also change radio buttons: only a tap closes the list

  function set(picker, open, focus) {
    const toggle = picker.querySelector("[data-picker-toggle]"), panel = picker.querySelector(".picker-panel");
    panel.hidden = !open;
    toggle.setAttribute("aria-expanded", String(open));
    if (open) {
      const search = picker.querySelector("[data-picker-search]"), chosen = picker.querySelector("input:checked");
      search.value = "";
      filter(picker);
      if (chosen) { // not scrollIntoView, which would move the page as well
        const list = picker.querySelector(".picker-list");
        list.scrollTop = chosen.closest("label").offsetTop - list.clientHeight / 2;
      }
      if (focus) search.focus();
    } else if (focus) toggle.focus();
  }

  function show(picker) {
    const shown = picker.querySelector("[data-picker-shown]"), chosen = picker.querySelector("input:checked");
    shown.textContent = chosen ? chosen.dataset.label : shown.dataset.empty;
  }

  function filter(picker) {
    const words = picker.querySelector("[data-picker-search]").value.trim().toLowerCase().split(/\s+/);
    let any = false;
    all(picker, ".picker-zone").forEach((zone) => {
      let some = false;
      all(zone, ".picker-option").forEach((option) => {
        option.hidden = !words.every((word) => option.dataset.words.includes(word));
        some = some || !option.hidden;
      });
      zone.hidden = !some;
      any = any || some;
    });
    picker.querySelector("[data-picker-none]").hidden = any;
  }

  function setUp(from) {
    all(from, "[data-picker]:not([data-ready])").forEach((picker) => {
      picker.dataset.ready = "1";
      picker.querySelector("[data-picker-toggle]").hidden = false;
      picker.querySelector(".picker-search").hidden = false;
      show(picker);
      set(picker, false, false);
    });
  }

  const inPicker = (event) => event.target.closest && event.target.closest("[data-picker]");
  document.addEventListener("pointerdown", (event) => { byPointer = Boolean(event.target.closest && event.target.closest(".picker-option")); }, true);
  document.addEventListener("click", (event) => {
    const toggle = event.target.closest && event.target.closest("[data-picker-toggle]");
    if (toggle) set(toggle.closest("[data-picker]"), toggle.getAttribute("aria-expanded") !== "true", true);
    else if (byPointer && inPicker(event) && event.target.matches("input[type=radio]")) set(inPicker(event), false, true);
  });
  document.addEventListener("input", (event) => { if (event.target.matches("[data-picker-search]")) filter(inPicker(event)); });
  document.addEventListener("change", (event) => { if (inPicker(event) && event.target.matches("input[type=radio]")) show(inPicker(event)); });
  document.addEventListener("keydown", (event) => {
    const picker = inPicker(event);
    if (!picker || event.isComposing || event.target.matches("[data-picker-toggle]")) return; // pinyin half-typed
    byPointer = false;
    if (event.key === "Enter") { // never sends the form from in here; takes the first that is left
      event.preventDefault();
      const first = all(picker, ".picker-option").find((option) => !option.hidden);
      if (event.target.matches("[data-picker-search]") && first) {
        first.control.checked = true;
        first.control.dispatchEvent(new Event("change", { bubbles: true }));
      }
      set(picker, false, true);
    } else if (event.key === "Escape") {
      event.stopPropagation();
      set(picker, false, true);
    } else if (event.key === "ArrowDown" && event.target.matches("[data-picker-search]")) {
      const chosen = picker.querySelector(".picker-option:not([hidden]) input:checked") || picker.querySelector(".picker-option:not([hidden]) input");
      if (chosen) { event.preventDefault(); chosen.focus(); }
    }
  });
  document.addEventListener("htmx:load", (event) => setUp(event.detail.elt));
  setUp(document);
})();
