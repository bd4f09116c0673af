/* Ordering: a saved address fills the door's fields. */
(() => {
  "use strict";
  document.addEventListener("click", (event) => {
    const chip = event.target.closest && event.target.closest("[data-address]");
    if (!chip) return;
    const form = document.getElementById("order-form"), data = chip.dataset;
    const put = (name, value) => { const input = form.elements[name]; if (input && value) input.value = value; };
    const place = form.querySelector(`input[name="dropoff"][value="${data.address}"]`);
    put("dropoff_detail", data.detail);
    put("contact_name", data.name);
    put("contact_phone", data.phone);
    if (place) {
      place.checked = true;
      place.dispatchEvent(new Event("change", { bubbles: true }));
    }
  });
})();
