/* Sound and vibration, for the portals that must be heard. Browsers allow them only after a gesture, such as the duty
   switch; a toggle (data-sound-toggle) remembers who wants silence. The server may ask by HX-Trigger {"sound": "new"}. */
(() => {
  "use strict";
  const { $$, on } = window.ui, doc = document, body = doc.body;
  const stored = (name, value) => { // private windows may refuse storage
    try {
      if (value === undefined) return localStorage.getItem(name);
      localStorage.setItem(name, value);
    } catch (error) { /* it is only a preference */ }
    return null;
  };
  let audio = null;
  const TUNES = { new: [[880, 0], [1175, 0.16]], alert: [[988, 0], [740, 0.22], [988, 0.44], [740, 0.66]] };
  function buzz(pattern) { if (audio && navigator.vibrate) navigator.vibrate(pattern); }
  function unlock() {
    const Context = window.AudioContext || window.webkitAudioContext;
    if (!audio && Context) audio = new Context();
    if (audio && audio.state === "suspended") audio.resume();
  }
  doc.addEventListener("click", unlock, true);
  doc.addEventListener("keydown", unlock, true);
  function notifySound(kind = "new") {
    if (!audio || stored("sound") === "off") return;
    buzz(kind === "alert" ? [200, 100, 200, 100, 400] : [120, 60, 120]);
    (TUNES[kind] || TUNES.new).forEach(([pitch, at]) => {
      const tone = audio.createOscillator(), volume = audio.createGain(), start = audio.currentTime + at;
      tone.frequency.value = pitch;
      volume.gain.setValueAtTime(0.0001, start);
      volume.gain.exponentialRampToValueAtTime(0.3, start + 0.02);
      volume.gain.exponentialRampToValueAtTime(0.0001, start + 0.2);
      tone.connect(volume).connect(audio.destination);
      tone.start(start);
      tone.stop(start + 0.22);
    });
  }
  body.addEventListener("sound", (event) => notifySound(event.detail.value));
  const showSound = () => $$("[data-sound-toggle]").forEach((button) => button.setAttribute("aria-pressed", stored("sound") !== "off"));
  on("click", "[data-sound-toggle]", () => {
    stored("sound", stored("sound") === "off" ? "on" : "off");
    showSound();
    notifySound();
  });
  showSound();
  doc.addEventListener("htmx:load", showSound);
  window.ui.notifySound = notifySound;
})();
