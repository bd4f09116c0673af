/* A conversation. What is sent waits in a queue of this device until the server has it: one at a time, in order, each
   with a name of its own, so that trying again never says it twice. A frame of live.js is a hint: lines are fetched.
   Works on the pages of customers and couriers, and on the operators' desk, where the box is swapped by htmx. */
(() => {
  "use strict";
  const doc = document, body = doc.body, win = window;
  const $ = (selector, from = doc) => from.querySelector(selector);
  const $$ = (selector, from = doc) => Array.from(from.querySelectorAll(selector));
  const SLOWEST_MS = 20000, TYPING_MS = 3000;
  let chat = null;

  function newName() {
    const bytes = new Uint8Array(12);
    crypto.getRandomValues(bytes);
    return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  }
  function toBlob(url) { // fetch() of a data: address is stopped by the page's own policy
    const [head, data] = url.split(","), raw = atob(data), bytes = new Uint8Array(raw.length);
    for (let i = 0; i < raw.length; i++) bytes[i] = raw.charCodeAt(i);
    return new Blob([bytes], { type: head.slice(5).split(";")[0] });
  }
  const toUrl = (file) => new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result);
    reader.onerror = reject;
    reader.readAsDataURL(file);
  });
  function say(text, level) {
    body.dispatchEvent(new CustomEvent("toast", { detail: { text, level: level || "error" } }));
  }

  class Chat {
    constructor(box) {
      this.box = box;
      this.data = box.dataset;
      this.list = $("[data-chat-list]", box);
      this.texts = $("[data-chat-texts]", box);
      this.form = $("[data-chat-form]");
      this.store = `chat:${this.data.owner}:${this.data.key}`;
      this.queue = this.load();
      this.failures = this.told = this.typed = 0;
      this.sending = this.pulling = this.again = false;
      this.queue.forEach((item) => this.draw(item));
      this.end();
      this.read();
      this.pump();
    }
    gone() { // an operator's words stay on the page (session.js)
      if (document.getElementById("presence")) document.dispatchEvent(new CustomEvent("session:over"));
      else win.location.reload();
    }
    get alive() { return this.box.isConnected; }

    /* ---- The queue of what is not sent yet ---- */
    load() {
      try { return JSON.parse(localStorage.getItem(this.store)) || []; } catch (error) { return []; }
    }
    save() {
      try {
        if (this.queue.length) localStorage.setItem(this.store, JSON.stringify(this.queue));
        else localStorage.removeItem(this.store);
      } catch (error) { /* no room or no storage: it lives as long as the page */ }
    }
    add(item) {
      item.client = newName();
      this.queue.push(item);
      this.save();
      this.draw(item);
      this.end();
      this.pump();
    }
    draw(item) {
      const line = this.texts.content.firstElementChild.cloneNode(true), text = $(".msg-text", line);
      line.dataset.pending = item.client;
      if (item.photo) {
        const image = new Image();
        image.alt = "";
        image.onerror = () => image.replaceWith(item.name || ""); // a HEIC that this browser cannot draw
        image.src = item.photo;
        text.classList.add("msg-photo");
        text.append(image);
      }
      text.append(item.text || (item.lat === undefined ? "" : this.texts.dataset.here));
      if (item.internal) line.classList.add("msg-note");
      this.list.append(line);
      this.mark(item);
    }
    mark(item) {
      const line = this.pending(item.client), texts = this.texts.dataset;
      if (!line) return;
      line.classList.toggle("is-failed", Boolean(item.failed));
      $("[data-pending-state]", line).textContent = item.failed ? `${texts.failed}: ${item.failed}`
        : navigator.onLine && !this.failures ? texts.sending : texts.waits;
      $$("button", line).forEach((button) => { button.hidden = !item.failed; });
    }
    pending(client) { return $(`[data-pending="${client}"]`, this.list); }
    drop(client) {
      this.queue = this.queue.filter((item) => item.client !== client);
      this.save();
      const line = this.pending(client);
      if (line) line.remove();
    }

    async pump() {
      const item = this.queue.find((one) => !one.failed);
      if (!item || this.sending || !this.alive) return;
      clearTimeout(this.timer);
      if (!navigator.onLine) return this.queue.forEach((one) => this.mark(one));
      this.sending = true;
      const answer = await this.post(item);
      this.sending = false;
      if (!this.alive) return;
      if (answer === null) {
        const wait = Math.min(SLOWEST_MS, 1000 * 2 ** this.failures++);
        this.queue.forEach((one) => this.mark(one));
        this.timer = setTimeout(() => this.pump(), wait / 2 + Math.random() * wait);
        return;
      }
      this.failures = 0;
      if (answer.error) {
        item.failed = answer.error;
        this.save();
        this.mark(item);
      } else {
        this.drop(item.client);
        this.data.state = answer.state;
        this.apply(answer, true);
      }
      this.pump();
    }
    /* The server's answer; {error} when it refuses for good; null when one may try again. */
    async post(item) {
      const form = new FormData();
      form.append("csrfmiddlewaretoken", $("[name=csrfmiddlewaretoken]", this.form || doc).value);
      form.append("client", item.client);
      form.append("after", this.last());
      for (const name of ["text", "about", "lat", "lon", "internal"]) if (item[name] !== undefined) form.append(name, item[name]);
      if (item.photo) form.append("photo", toBlob(item.photo), "photo.jpg");
      try {
        const answer = await fetch(this.data.send, { method: "POST", body: form, credentials: "same-origin", headers: { Accept: "application/json" } });
        if (answer.redirected || answer.status === 401) { this.gone(); return null; } // the session ended
        if (answer.ok) return await answer.json();
        if (answer.status === 429 || answer.status >= 500) return null;
        const type = answer.headers.get("Content-Type") || "";
        return { error: type.includes("json") ? (await answer.json()).error : this.texts.dataset.failed };
      } catch (error) { // no network
        return null;
      }
    }

    /* ---- Lines ---- */
    last() { return Math.max(0, ...$$("[data-seq]", this.list).map((line) => Number(line.dataset.seq))); }
    async pull() {
      if (this.pulling) { this.again = true; return; }
      this.pulling = true;
      try {
        do {
          this.again = false;
          const answer = await fetch(`${this.data.messages}?after=${this.last()}`, { credentials: "same-origin", headers: { Accept: "application/json" } });
          if (!this.alive) return;
          if (answer.redirected || answer.status === 401 || answer.status === 404) { if ("reloads" in this.data) this.gone(); return; }
          if (answer.ok) this.apply(await answer.json(), false);
        } while (this.again);
      } catch (error) { /* no network: live.js asks again */ } finally { this.pulling = false; }
    }
    apply(answer, mine) {
      if (!mine && answer.state !== this.data.state && "reloads" in this.data) { win.location.reload(); return; }
      this.data.no = answer.no;
      const wasAtEnd = this.atEnd(), before = this.list.childElementCount;
      this.put(answer.html);
      $$(".msg-me [data-mark]", this.list).forEach((mark) => {
        if (Number(mark.closest("[data-seq]").dataset.seq) <= answer.read) mark.textContent = this.texts.dataset.read;
      });
      const waiting = $("[data-chat-waiting]");
      if (waiting && answer.waiting) waiting.innerHTML = answer.waiting;
      const empty = $("[data-chat-empty]");
      if (empty && this.list.childElementCount) empty.remove();
      if (this.list.childElementCount !== before || mine) {
        this.hush();
        if (wasAtEnd || mine) this.end();
        if (!mine && win.ui) win.ui.notifySound("new");
      }
      this.read();
    }
    put(html) {
      const holder = doc.createElement("template");
      holder.innerHTML = html;
      Array.from(holder.content.children).forEach((line) => {
        const seq = Number(line.dataset.seq);
        if ($(`[data-seq="${seq}"]`, this.list)) return; // it came by two ways
        if (line.dataset.client) this.drop(line.dataset.client);
        const next = Array.from(this.list.children).find((other) => other.dataset.pending || Number(other.dataset.seq) > seq);
        this.list.insertBefore(line, next || null);
      });
    }
    async earlier(button) {
      const first = $("[data-seq]", this.list);
      if (!first) return;
      try {
        const answer = await fetch(`${this.data.messages}?before=${first.dataset.seq}`, { credentials: "same-origin" });
        if (!answer.ok) return;
        const data = await answer.json();
        this.put(data.html);
        button.hidden = !data.more;
      } catch (error) { /* it may be pressed again */ }
    }
    scroller() { return this.box.scrollHeight > this.box.clientHeight + 4 ? this.box : doc.scrollingElement; }
    atEnd() {
      const one = this.scroller(), last = this.list.lastElementChild;
      if (one === this.box) return one.scrollHeight - one.scrollTop - one.clientHeight < 160;
      return !last || last.getBoundingClientRect().top < win.innerHeight;
    }
    end() { // of the lines: what stands beside them may be longer
      const one = this.scroller(), last = this.list.lastElementChild;
      if (one === this.box) one.scrollTop = one.scrollHeight;
      else if (last) last.scrollIntoView({ block: "nearest" });
    }

    /* ---- Having read, typing ---- */
    read() {
      const seq = this.last();
      if (doc.visibilityState !== "visible" || seq <= this.told || !this.data.no) return;
      this.told = seq;
      const again = () => { this.told = 0; }; // with the next line, or when the line is back
      this.send(this.data.read, { seq }).then((answer) => answer && !answer.ok && again(), again);
    }
    typing() {
      if (Date.now() - this.typed < TYPING_MS || !this.data.no || doc.documentElement.dataset.live !== "on") return;
      this.typed = Date.now();
      this.send(this.data.typing, {}).catch(() => {});
    }
    send(url, data) {
      const form = new FormData(), token = $("[name=csrfmiddlewaretoken]", this.form || doc);
      if (!token) return Promise.resolve(); // read-only
      form.append("csrfmiddlewaretoken", token.value);
      Object.keys(data).forEach((name) => form.append(name, data[name]));
      return fetch(url, { method: "POST", body: form, credentials: "same-origin" });
    }
    somebodyTypes(by) {
      if (by === this.data.role) return;
      const line = $("[data-chat-typing]", this.box), text = { customer: "typingCustomer", courier: "typingCourier", operator: "typingOperator" }[by];
      line.textContent = this.texts.dataset[text] || "";
      line.hidden = false;
      clearTimeout(this.hushTimer);
      this.hushTimer = setTimeout(() => this.hush(), 5000);
    }
    hush() { $("[data-chat-typing]", this.box).hidden = true; }
  }

  /* ---- What people do ---- */
  const on = (type, selector, act) => doc.addEventListener(type, (event) => {
    const found = event.target.closest && event.target.closest(selector);
    if (found && chat && chat.alive) act(event, found);
  });
  const about = () => { const data = new FormData(chat.form); return data.has("about") ? { about: data.get("about") } : {}; };
  const internal = () => { const box = chat.form.elements.internal; return box && box.checked ? { internal: "1" } : {}; };
  function submit() {
    const field = chat.form.elements.text, text = field.value.trim();
    if (!text) return field.focus();
    field.value = "";
    grow(field);
    chat.add({ text, ...about(), ...internal() });
    field.focus();
  }
  function grow(field) {
    field.style.height = "";
    if (field.scrollHeight > field.clientHeight) field.style.height = `${Math.min(132, field.scrollHeight + 2)}px`;
  }
  // Before app.js, which would hold the form's button until a page comes.
  doc.addEventListener("submit", (event) => {
    if (!chat || event.target !== chat.form) return;
    event.preventDefault();
    submit();
  }, true);
  on("keydown", "[data-chat-form] textarea", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    submit();
  });
  on("input", "[data-chat-form] textarea", (event, field) => {
    const canned = $$("[data-chat-canned]").find((one) => field.value.endsWith(`/${one.dataset.chatCanned} `));
    if (canned) field.value = field.value.slice(0, -canned.dataset.chatCanned.length - 2) + canned.dataset.text;
    grow(field);
    if (!internal().internal) chat.typing();
  });
  on("click", "[data-chat-canned]", (event, button) => {
    const field = chat.form.elements.text;
    field.value = field.value ? `${field.value} ${button.dataset.text}` : button.dataset.text;
    const menu = button.closest("details");
    if (menu) menu.open = false;
    grow(field);
    field.focus();
  });
  on("click", "[data-chat-quick]", (event, button) => chat.add({ text: button.dataset.chatQuick, ...about() }));
  on("click", "[data-chat-earlier]", (event, button) => chat.earlier(button));
  on("click", "[data-pending-drop]", (event, button) => chat.drop(button.closest("[data-pending]").dataset.pending));
  on("click", "[data-pending-again]", (event, button) => {
    const item = chat.queue.find((one) => one.client === button.closest("[data-pending]").dataset.pending);
    if (!item) return;
    delete item.failed;
    chat.save();
    chat.mark(item);
    chat.pump();
  });
  on("change", "[data-chat-photo]", async (event, input) => {
    const file = input.files[0];
    input.value = "";
    if (!file) return;
    let photo = file;
    // What this device cannot read as a picture goes as it is: the server says what is wrong with it.
    if (win.ui && win.ui.shrink) try { photo = await win.ui.shrink(file); } catch (error) { photo = file; }
    chat.add({ photo: await toUrl(photo), name: file.name, ...about(), ...internal() });
  });
  on("click", "[data-chat-place]", () => {
    const nowhere = () => say(chat.texts.dataset.nowhere);
    if (!navigator.geolocation) return nowhere();
    navigator.geolocation.getCurrentPosition(
      (found) => chat.add({ lat: found.coords.latitude, lon: found.coords.longitude }), nowhere,
      { enableHighAccuracy: true, timeout: 10000, maximumAge: 30000 });
  });

  /* ---- What the server says ---- */
  const ours = (event) => chat && chat.alive && (!chat.data.no || event.detail.id === chat.data.no);
  body.addEventListener("live:chat", (event) => ours(event) && chat.pull());
  body.addEventListener("live:read", (event) => ours(event) && chat.pull());
  body.addEventListener("live:typing", (event) => ours(event) && chat.somebodyTypes(event.detail.by));
  body.addEventListener("live:resync", () => { if (chat && chat.alive) { chat.pull(); chat.pump(); } });
  win.addEventListener("online", () => chat && chat.pump());
  win.addEventListener("offline", () => chat && chat.queue.forEach((item) => chat.mark(item)));
  doc.addEventListener("visibilitychange", () => chat && chat.alive && chat.read());

  function begin() {
    const box = $("[data-chat]");
    if (box && (!chat || chat.box !== box)) chat = new Chat(box);
  }
  doc.addEventListener("htmx:load", begin);
  begin();
})();
