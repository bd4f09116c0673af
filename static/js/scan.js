/* Shows what can be scanned with; scan-reader.js, fetched at the first press, does it. The four digits need no script. */
(() => {
  "use strict";
  const box = document.querySelector("[data-scan]");
  if (!box) return;
  let reader = window.scanning;
  const scanning = () => reader || (reader = new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.onload = () => resolve(window.scanning);
    script.onerror = () => { reader = null; script.remove(); reject(new Error()); };
    script.src = box.dataset.scan;
    document.head.append(script);
  }));
  async function begin(how) {
    try { how(await scanning()); } catch (error) {
      const note = box.querySelector("[data-scan-note]");
      note.textContent = box.dataset.textReader;
      note.hidden = false;
    }
  }
  box.querySelector("[data-scan-ways]").hidden = false;
  box.querySelector("[data-scan-start]").addEventListener("click", () => begin((one) => one.start()));
  box.addEventListener("change", ({ target }) => {
    const file = target.matches("[data-scan-photo]") && target.files[0];
    if (!file) return;
    target.value = ""; /* the same one may be chosen again */
    begin((one) => one.fromPhoto(file));
  });
})();
