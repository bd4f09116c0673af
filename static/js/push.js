/* The page of notices: this browser's own notifications, on and off. */
(() => {
  "use strict";
  const { $, $$, on, toast, texts } = window.ui, box = $("#push"), key = box && box.dataset.key;
  if (!key) return;
  const able = "serviceWorker" in navigator && "PushManager" in window && window.isSecureContext;
  const token = JSON.parse(document.body.getAttribute("hx-headers"))["X-CSRFToken"];
  const show = (state) => $$("[data-push-when]", box).forEach((element) => { element.hidden = element.dataset.pushWhen !== state; });
  const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (char) => char.charCodeAt(0));
  async function tell(url, fields) {
    const answer = await fetch(url, { method: "POST", headers: { "X-CSRFToken": token }, body: new URLSearchParams(fields) });
    if (!answer.ok) throw new Error(String(answer.status));
  }
  async function present() {
    return (await navigator.serviceWorker.ready).pushManager.getSubscription();
  }
  async function look() {
    if (!able) return show("unable");
    if (Notification.permission === "denied") return show("denied");
    show(await present() ? "on" : "off");
  }
  async function turnOn() {
    if (await Notification.requestPermission() !== "granted") return look();
    const manager = (await navigator.serviceWorker.ready).pushManager, old = await manager.getSubscription();
    if (old) await old.unsubscribe(); // it may have been made with an older key
    const made = (await manager.subscribe({ userVisibleOnly: true, applicationServerKey: bytes(key) })).toJSON();
    await tell(box.dataset.on, { endpoint: made.endpoint, p256dh: made.keys.p256dh, auth: made.keys.auth });
    location.reload();
  }
  async function turnOff() {
    const subscription = await present();
    if (subscription) {
      await tell(box.dataset.off, { endpoint: subscription.endpoint });
      await subscription.unsubscribe();
    }
    location.reload();
  }
  function press(selector, work) {
    on("click", selector, async (event, button) => {
      button.disabled = true;
      try { await work(); } catch (error) { toast(texts.failed, "error"); look(); }
      button.disabled = false;
    });
  }
  press("[data-push-on]", turnOn);
  press("[data-push-off]", turnOff);
  look();
})();
