/* Small helpers that few pages need: stepper, parts of a form that belong to one choice, fill, copy, share, the switch of the theme, the end of a chat. */
(() => {
  "use strict";
  const { $, $$, on, texts, toast } = window.ui, doc = document, root = doc.documentElement, body = doc.body;

  const changed = (input) => ["input", "change"].forEach((type) => input.dispatchEvent(new Event(type, { bubbles: true })));
  on("click", "[data-step]", (event, button) => {
    const input = $("input", button.closest("[data-stepper]")), step = Number(input.step) || 1;
    const value = (Number(input.value) || 0) + step * Number(button.dataset.step);
    const low = input.min === "" ? -Infinity : Number(input.min), high = input.max === "" ? Infinity : Number(input.max);
    input.value = Math.max(low, Math.min(high, value));
    changed(input);
  });
  /* data-only="name=value": shown only while that choice of its form is made. */
  function showParts() {
    $$("[data-only]").forEach((part) => {
      const [name, value] = part.dataset.only.split("=");
      const chosen = $(`input[name="${name}"]:checked`, part.closest("form"));
      part.hidden = !!chosen && chosen.value !== value;
    });
  }
  doc.addEventListener("change", showParts);
  on("click", "[data-print]", () => window.print());
  on("click", "[data-fill]", (event, button) => {
    const input = $(button.dataset.fill);
    input.value = button.dataset.value;
    changed(input);
  });
  async function copy(text) {
    try {
      await navigator.clipboard.writeText(text);
    } catch (error) { // plain HTTP and old WebViews
      const box = doc.createElement("textarea");
      box.value = text;
      box.className = "sr-only";
      body.append(box);
      box.select();
      doc.execCommand("copy");
      box.remove();
    }
    toast(texts.copied, "success");
  }
  on("click", "[data-copy]", (event, button) => copy(button.dataset.copy));
  on("click", "[data-share]", (event, button) => {
    const data = button.dataset, url = new URL(data.shareUrl || location.href, location.href).href;
    if (navigator.share) navigator.share({ title: data.shareTitle || doc.title, text: data.shareText || "", url }).catch(() => {});
    else copy(`${data.shareText || ""} ${url}`.trim());
  });
  function setTheme(theme) {
    if (theme) {
      const own = theme === "dark" || theme === "light";
      doc.cookie = `theme=${own ? theme : ""}; path=/; max-age=${own ? 31536000 : 0}; samesite=lax`;
      if (own) root.dataset.theme = theme; else delete root.dataset.theme;
    }
    const now = root.dataset.theme;
    if (theme) $$('meta[name="theme-color"]').forEach((meta, i) => { meta.content = (now ? now === "dark" : i === 1) ? "#101714" : "#f4f6f5"; });
    $$("[data-set-theme]").forEach((button) => button.setAttribute("aria-pressed", button.dataset.setTheme === (now || "auto")));
  }
  on("click", "[data-set-theme]", (event, button) => setTheme(button.dataset.setTheme));
  /* A chat stays at its end when something is added to it. */
  function toEnd(element) {
    $$("[data-scroll-end]").forEach((box) => {
      const last = box.lastElementChild;
      if (last && (element === body || box === element || box.contains(element) || element.contains(box))) {
        if (box.scrollHeight > box.clientHeight + 4) box.scrollTop = box.scrollHeight;
        else last.scrollIntoView({ block: "end" });
      }
    });
  }
  function fresh(element) {
    setTheme();
    showParts();
    toEnd(element);
  }
  fresh(body);
  doc.addEventListener("htmx:load", (event) => fresh(event.detail.elt));
})();
