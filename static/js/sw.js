/* Two things: a page that cannot be fetched gives way to the offline page, with its style sheet and picture; and what
   the platform pushes is shown, also when no page is open. */
const CACHE = "offline-1";

self.addEventListener("install", (event) => {
  event.waitUntil((async () => {
    const cache = await caches.open(CACHE), page = await fetch("/offline/", { cache: "reload" });
    if (!page.ok) throw new Error("no offline page");
    const links = new Set(Array.from((await page.clone().text()).matchAll(/(?:href|src)="(\/static\/[^"]+)"/g), (match) => match[1]));
    await cache.put("/offline/", page);
    await cache.addAll(Array.from(links));
    await self.skipWaiting();
  })());
});

self.addEventListener("activate", (event) => {
  event.waitUntil((async () => {
    for (const name of await caches.keys()) if (name !== CACHE) await caches.delete(name);
    await self.clients.claim();
  })());
});

self.addEventListener("fetch", (event) => {
  const request = event.request;
  if (request.method !== "GET") return;
  if (request.mode === "navigate") {
    event.respondWith(fetch(request).catch(() => caches.match("/offline/")));
  } else if (new URL(request.url).pathname.startsWith("/static/") && !navigator.onLine) {
    event.respondWith(fetch(request).catch(async () => (await caches.match(request)) || Response.error()));
  }
});

self.addEventListener("push", (event) => {
  const said = event.data ? event.data.json() : {};
  if (!said.title) return;
  event.waitUntil(self.registration.showNotification(said.title, {
    body: said.body, tag: said.tag, icon: "/static/img/icon-180.png", data: { link: said.link || "/inbox/" },
  }));
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  const link = new URL(event.notification.data.link, self.location.origin);
  if (link.origin !== self.location.origin) return;
  event.waitUntil((async () => {
    const open = await self.clients.matchAll({ type: "window" }), same = open.find((page) => page.url === link.href);
    return same ? same.focus() : self.clients.openWindow(link.href);
  })());
});
