/* Reading a square: by the camera or from a photo, where the browser can; the four digits are always there. What was read
   is sent at once. */
(() => {
  "use strict";
  const box = document.querySelector("[data-scan]");
  if (!box) return;
  const $ = (name) => box.querySelector(`[data-scan-${name}]`), view = $("view"), video = $("video"), form = $("form");
  let detector = null, stream = null, starting = false, sent = false;

  function say(text) {
    const note = $("note");
    note.textContent = text;
    note.hidden = !text;
  }
  function send(text) {
    if (sent) return;
    sent = true;
    stop();
    if (navigator.vibrate) navigator.vibrate(60);
    form.elements.c.value = text;
    if (form.requestSubmit) form.requestSubmit(); else form.submit();
  }
  function stop() {
    if (stream) stream.getTracks().forEach((track) => track.stop());
    stream = null;
    view.hidden = true;
  }
  async function look() {
    if (!stream || sent) return;
    try {
      const found = await detector.detect(video);
      if (found.length) return send(found[0].rawValue);
    } catch (error) { /* a frame that is not there yet */ }
    setTimeout(look, 150);
  }
  async function start() {
    if (stream || starting) return; /* a second tap: the first one's stream would never be stopped */
    starting = true;
    say("");
    try {
      stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" }, audio: false });
      video.srcObject = stream;
      view.hidden = false;
      await video.play();
      look();
    } catch (error) {
      stop();
      say(box.dataset.textDenied);
      document.getElementById("scan-digits").focus();
    } finally {
      starting = false;
    }
  }
  async function fromPhoto(file) {
    say("");
    try {
      const found = await detector.detect(await createImageBitmap(file));
      if (found.length) return send(found[0].rawValue);
    } catch (error) { /* not a picture */ }
    say(box.dataset.textNothing);
  }

  async function setUp() {
    if (!("BarcodeDetector" in window)) return;
    const formats = await window.BarcodeDetector.getSupportedFormats();
    if (!formats.includes("qr_code")) return;
    detector = new window.BarcodeDetector({ formats: ["qr_code"] });
    $("ways").hidden = false;
    $("start").hidden = !(navigator.mediaDevices && navigator.mediaDevices.getUserMedia);
    $("start").addEventListener("click", start);
    $("photo").addEventListener("change", (event) => event.target.files.length && fromPhoto(event.target.files[0]));
  }
  setUp().catch(() => { /* the digits are there */ });
  window.addEventListener("pagehide", stop);
  /* Back from the result to this page as it was left: it reads again. */
  window.addEventListener("pageshow", (event) => { if (event.persisted) sent = false; });
})();
