// The service worker of the surveyor's page: the page and its files without a network. What is
// done on the page is kept and sent by the page itself, because not every phone runs this in time.

const NAME = "claimline-survey";
const PATIENCE_MS = 4000;

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== "GET" || url.origin !== self.location.origin) return;
  if (event.request.mode === "navigate") event.respondWith(page(event.request));
  else if (url.pathname.startsWith("/static/")) event.respondWith(file(event.request));
});

async function page(request) {
  const cache = await caches.open(NAME);
  const key = new URL(request.url).pathname;
  try {
    const answer = await within(fetch(request), PATIENCE_MS);
    if (answer.ok) await cache.put(key, answer.clone());
    else if (answer.status === 404) await cache.delete(key);
    return answer;
  } catch {
    return (await cache.match(key)) ?? Response.error();
  }
}

async function file(request) {
  const cache = await caches.open(NAME);
  return (await cache.match(request)) ?? fetch(request);
}

function within(promise, ms) {
  const late = new Promise((_, refuse) => setTimeout(() => refuse(new Error("late")), ms));
  return Promise.race([promise, late]);
}
