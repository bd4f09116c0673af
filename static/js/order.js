/* Ordering: a saved address fills the door's fields; a room stays with its building; what is typed outlives the page. */
(() => {
  "use strict";
  const chosen = document.querySelector('input[name="dropoff"]:checked'), rooms = {};
  let at = chosen && chosen.value;
  // Before anything asks for the price, which depends on the floor.
  document.addEventListener("change", (event) => {
    const place = event.target;
    if (place.name !== "dropoff" || place.value === at) return;
    const room = place.form.elements.dropoff_detail;
    if (at) rooms[at] = room.value;
    if (at || rooms[place.value]) room.value = rooms[place.value] || "";
    at = place.value;
  }, true);
  document.addEventListener("click", (event) => {
    const chip = event.target.closest && event.target.closest("[data-address]");
    if (!chip) return;
    const form = document.getElementById("order-form"), data = chip.dataset;
    const put = (name, value) => { const input = form.elements[name]; if (input && value) input.value = value; };
    const place = form.querySelector(`input[name="dropoff"][value="${data.address}"]`);
    form.elements.dropoff_detail.value = data.detail || "";
    put("contact_name", data.name);
    put("contact_phone", data.phone);
    if (place) {
      place.checked = true;
      at = place.value;
      place.dispatchEvent(new Event("change", { bubbles: true }));
    }
  });
  const form = document.getElementById("order-form");
  if (!form) return;
  let timer = 0, sent = false;
  const typed = () => {
    const data = new FormData(form);
    ["photos", "quote_token", "expected_fen"].forEach((name) => data.delete(name));
    return new URLSearchParams(data);
  };
  let kept = String(typed());
  const keep = () => {
    const now = typed();
    clearTimeout(timer);
    if (sent || String(now) === kept) return;
    kept = String(now);
    navigator.sendBeacon(form.dataset.draft, now);
  };
  form.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(keep, 1000); });
  form.addEventListener("submit", () => { sent = true; });
  document.addEventListener("visibilitychange", () => { if (document.hidden) keep(); });
  window.addEventListener("pagehide", keep);
})();
