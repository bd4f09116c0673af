/* Reading a square, fetched by scan.js when it is wanted: by WeChat's own scanner inside its app, else by the camera, else
   from a photo. The browser's BarcodeDetector reads; where there is none (iPhones), zxing does, fetched in its turn. What
   was read is sent at once. */
(() => {
  "use strict";
  const box = document.querySelector("[data-scan]"), doc = document;
  const $ = (name) => box.querySelector(`[data-scan-${name}]`), texts = box.dataset;
  const view = $("view"), video = $("video"), form = $("form"), shoot = $("shoot");
  /* Longest sides in pixels: of a frame, and of a photo, tried in turn (a code in a corner needs the larger one). */
  const FRAME = 900, PHOTO = [1000, 2400, 4000];
  const LOOK_MS = 150, HINT_MS = 12000, WECHAT_MS = 6000;
  /* What getUserMedia throws, and what is said then; any other is "busy". */
  const FAULTS = { NotAllowedError: "denied", SecurityError: "denied", NotFoundError: "none", OverconstrainedError: "none" };
  let reader = null, stream = null, starting = false, sent = false, signed = null, giveUp = () => {};

  const show = (name, words) => { const note = $(name); note.textContent = words || ""; note.hidden = !words; };
  const text = (name) => texts[`text${name[0].toUpperCase()}${name.slice(1)}`] + (name === "reader" ? "" : ` ${texts.textCure}`);
  function say(name) { show("status"); show("note", name && text(name)); }
  function cannot(name) {
    stop();
    say(name);
    if (name === "reader") doc.getElementById("scan-digits").focus(); else shoot.hidden = false;
  }
  function send(read) {
    if (sent) return;
    sent = true;
    stop();
    if (navigator.vibrate) navigator.vibrate(60);
    form.elements.c.value = read;
    if (form.requestSubmit) form.requestSubmit(); else form.submit();
  }
  function stop() {
    if (stream) stream.getTracks().forEach((track) => track.stop());
    stream = null;
    view.hidden = true;
    show("status");
  }

  /* -- Readers: (canvas or video) → the texts of all squares in it ------------------------------------------ */
  const load = (src) => new Promise((resolve, reject) => {
    const script = doc.createElement("script");
    script.onload = resolve;
    script.onerror = () => { script.remove(); reject(new Error(src)); };
    script.src = src;
    doc.head.append(script);
  });
  function draw(source, longest) {
    const width = source.videoWidth || source.naturalWidth || source.width;
    const height = source.videoHeight || source.naturalHeight || source.height;
    const canvas = draw.canvas || (draw.canvas = doc.createElement("canvas"));
    const scale = Math.min(1, longest / Math.max(width, height));
    canvas.width = Math.round(width * scale);
    canvas.height = Math.round(height * scale);
    canvas.getContext("2d", { willReadFrequently: true }).drawImage(source, 0, 0, canvas.width, canvas.height);
    return canvas;
  }
  async function ownReader() {
    if (!("BarcodeDetector" in window)) return null;
    const formats = await window.BarcodeDetector.getSupportedFormats().catch(() => []);
    if (!formats.includes("qr_code")) return null;
    const detector = new window.BarcodeDetector({ formats: ["qr_code"] });
    return async (source) => {
      try {
        return (await detector.detect(source)).map((code) => code.rawValue);
      } catch (error) {
        /* Phones without Google's services promise what they cannot do. */
        if (error.name === "NotSupportedError") return (await use(zxing()))(source);
        throw error;
      }
    };
  }
  async function zxing() {
    if (!window.ZXingWASM) await load(texts.zxing);
    const overrides = { locateFile: () => texts.zxingWasm };
    await window.ZXingWASM.prepareZXingModule({ overrides, fireImmediately: true });
    return async (source) => {
      const canvas = source === draw.canvas ? source : draw(source, FRAME);
      const pixels = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
      const found = await window.ZXingWASM.readBarcodes(pixels, { formats: ["QRCode"], tryHarder: true });
      return found.filter((code) => code.isValid).map((code) => code.text);
    };
  }
  function use(promise) {
    reader = promise;
    promise.catch(() => { reader = null; }); /* tried again at the next press */
    return promise;
  }
  function getReader() {
    if (reader) return reader;
    show("status", texts.textLoading);
    return use(ownReader().then((own) => own || zxing()));
  }
  async function read(source) {
    const found = (await (await getReader())(source)).filter(Boolean);
    /* Parcels and walls are full of other codes. */
    return found.find((one) => one.includes(location.host) || one.startsWith("errand:")) || found[0];
  }

  /* -- The ways ----------------------------------------------------------------------------------------------- */
  async function wechat() {
    if (!window.wx) await load(texts.wechatSdk);
    signed = signed || (async () => {
      const page = encodeURIComponent(location.href.split("#")[0]);
      const answer = await fetch(`${texts.wechat}?url=${page}`, { headers: { Accept: "application/json" } });
      if (!answer.ok) throw new Error(answer.status);
      const config = await answer.json();
      return new Promise((resolve, reject) => {
        window.wx.error(reject); /* said before ready, which comes in any case */
        window.wx.ready(resolve);
        window.wx.config(Object.assign({ jsApiList: ["scanQRCode"] }, config));
        setTimeout(reject, WECHAT_MS);
      });
    })();
    await signed;
    return new Promise((resolve, fail) => {
      const since = Date.now();
      giveUp = () => Date.now() - since > WECHAT_MS && fail();
      window.wx.scanQRCode({
        needResult: 1, scanType: ["qrCode"], success: (result) => resolve(result.resultStr), cancel: () => resolve(""), fail,
      });
    });
  }
  async function look(since) {
    if (!stream || sent) return;
    try {
      const found = await read(video);
      if (found) return send(found);
      show("status", Date.now() - since > HINT_MS && text("still"));
    } catch (error) {
      if (!reader) return cannot("reader"); /* else a frame that is not there yet */
    }
    setTimeout(look, LOOK_MS, since);
  }
  async function camera() {
    const devices = navigator.mediaDevices;
    if (!(devices && devices.getUserMedia)) return cannot(window.isSecureContext ? "none" : "insecure");
    try {
      stream = await devices.getUserMedia({ video: { facingMode: "environment", width: { ideal: 1280 } }, audio: false });
      video.srcObject = stream;
      view.hidden = false;
      await video.play();
      look(Date.now());
    } catch (error) {
      cannot(FAULTS[error.name] || "busy");
    }
  }
  async function start() {
    if (starting) giveUp(); /* pressed anew, WeChat's scanner never answered */
    if (stream || starting) return; /* a second tap: the first one's stream would never be stopped */
    starting = true;
    say("");
    try {
      if (texts.wechat) {
        try {
          const found = await wechat();
          return found ? send(found) : undefined;
        } catch (error) { delete texts.wechat; }
      }
      await camera();
    } finally {
      starting = false;
    }
  }
  function opened(file) {
    return new Promise((resolve, reject) => {
      const image = new Image();
      image.onload = () => resolve(image);
      image.onerror = reject;
      image.src = URL.createObjectURL(file);
    });
  }
  async function fromPhoto(file) {
    stop();
    say("");
    const image = await opened(file).catch(() => null);
    if (!image) return say("picture");
    try {
      const longest = Math.max(image.naturalWidth, image.naturalHeight);
      for (const size of PHOTO.filter((size, n) => !n || longest > PHOTO[n - 1])) {
        const found = await read(draw(image, size));
        if (found) return send(found);
      }
      say("nothing");
    } catch (error) {
      if (reader) say("nothing"); else cannot("reader");
    } finally {
      URL.revokeObjectURL(image.src);
    }
  }

  window.addEventListener("pagehide", stop);
  /* Back from the result to this page as it was left: it reads again. */
  window.addEventListener("pageshow", (event) => { if (event.persisted) sent = false; });
  window.scanning = { start, fromPhoto };
})();
