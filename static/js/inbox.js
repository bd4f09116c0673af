/* The inbox is fetched again while somebody reads: what they have opened stays open. */
(() => {
  "use strict";
  const doc = document, groups = () => [...doc.querySelectorAll("#inbox details")];
  let opened = [];
  doc.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.target.id === "inbox") opened = groups().filter((group) => group.open).map((group) => group.dataset.matter);
  });
  doc.addEventListener("htmx:afterSettle", () => {
    groups().forEach((group) => { if (opened.includes(group.dataset.matter)) group.open = true; });
    opened = [];
  });
})();
