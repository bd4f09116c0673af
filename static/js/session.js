/* Logging out loses nothing unsaid. For operators (<template id="presence">): a press is told to the server, the end of the
   login is said five minutes before, and after it what was written stays on the page until somebody has logged in. */
(() => {
  "use strict";
  const doc = document, root = doc.documentElement, listen = (type, act) => doc.addEventListener(type, act, true);

  /* ---- Logging out: what is not sent yet is told first, then nothing of it stays ---- */
  const stores = () => { try { return Object.keys(localStorage).filter((key) => key.startsWith("chat:")); } catch (error) { return []; } };
  const unsent = () => stores().reduce((sum, key) => { try { return sum + JSON.parse(localStorage.getItem(key)).length; } catch (error) { return sum; } }, 0);
  listen("submit", (event) => {
    const form = event.target;
    if (!form.matches("[data-logout], [action$='/logout/']")) return;
    const count = unsent(), texts = doc.getElementById("texts");
    if (count && texts && !form.isSure) form.dataset.confirm = texts.dataset.unsent.replace("{n}", count);
    else stores().forEach((key) => localStorage.removeItem(key));
  });

  /* ---- Operators ---- */
  const about = doc.getElementById("presence");
  if (!about) return;
  const texts = about.dataset, WARN_MS = 300000, TELL_MS = 60000;
  let idleEnd = Infinity, ageEnd = Infinity, told = 0, over = false, bar = null;

  function show(text, link) {
    if (!bar) {
      bar = doc.createElement("div");
      bar.className = "presence";
      bar.setAttribute("role", "alert");
      doc.body.append(bar);
    }
    const line = doc.createElement("span");
    line.textContent = text;
    if (bar.textContent !== text || link) bar.replaceChildren(line);
    if (link) {
      const login = doc.createElement("a");
      login.href = texts.loginUrl;
      login.target = "_blank";
      login.rel = "noopener";
      login.textContent = texts.login;
      bar.append(login);
    }
    bar.hidden = !text;
  }
  function end() {
    if (over) return;
    over = true;
    root.dataset.session = "over";
    show(texts.over, true);
  }
  function look() {
    if (over) return;
    const now = Date.now(), left = Math.min(idleEnd, ageEnd) - now;
    if (left <= 0) return ask(false);
    const text = left < WARN_MS ? (ageEnd <= idleEnd ? texts.age : texts.idle) : "";
    if (text || bar) show(text.replace("{n}", Math.ceil(left / 60000)));
  }
  function renew(token) { // somebody has logged in anew: what is written here can be sent after all
    doc.querySelectorAll("input[name=csrfmiddlewaretoken]").forEach((input) => { input.value = token; });
    doc.querySelectorAll("[hx-headers]").forEach((element) => element.setAttribute("hx-headers", JSON.stringify({ ...JSON.parse(element.getAttribute("hx-headers")), "X-CSRFToken": token })));
  }
  async function ask(acts) {
    let answer;
    try {
      answer = await fetch(texts.url, { credentials: "same-origin", headers: acts ? { "X-Person-Acts": "1" } : {} });
    } catch (error) { return; } // no network: asked again
    if (answer.status === 401) return end();
    if (!answer.ok) return;
    const { idle, age, csrf } = await answer.json(), now = Date.now();
    [idleEnd, ageEnd] = [idle, age].map((seconds) => (seconds === null ? Infinity : now + seconds * 1000));
    if (over) {
      over = false;
      delete root.dataset.session;
      renew(csrf);
    }
    look();
  }
  const pressed = (event) => {
    if (!event.isTrusted || over || Date.now() - told < TELL_MS) return;
    told = Date.now();
    ask(true);
  };
  ["pointerdown", "keydown"].forEach((type) => listen(type, pressed));
  // Nothing is fetched or sent with a session that has ended: the answer would be the login page in place of the words.
  const hold = (event) => {
    if (!over && Date.now() < Math.min(idleEnd, ageEnd)) return;
    event.preventDefault();
    event.stopPropagation();
    if (over) show(texts.over, true); else ask(false);
  };
  listen("htmx:beforeRequest", hold);
  listen("submit", hold);
  listen("session:over", end);
  doc.addEventListener("visibilitychange", () => doc.visibilityState === "visible" && ask(false));
  setInterval(look, 15000);
  ask(false);
})();
