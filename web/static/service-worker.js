// Keeps the frame and the pages that were opened last, and shows them where there is no network, marked as kept.
"use strict";

const FRAME = "frame-1";
const PAGES = "pages";
const KEPT_PAGES = 40;
const FILES = ["/static/servicelane.css", "/static/app.js", "/static/icon.svg", "/offline"];
const OWN = ["/garage", "/cars/", "/visits"];

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(FRAME).then((cache) => cache.addAll(FILES)).then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  const stale = (names) => names.filter((name) => name !== FRAME && name !== PAGES);
  event.waitUntil(caches.keys().then((names) => Promise.all(stale(names).map((name) => caches.delete(name)))).then(() => self.clients.claim()));
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const path = new URL(request.url).pathname;
  if (request.method !== "GET") return;
  if (request.mode === "navigate") event.respondWith(page(request, path));
  else if (path.startsWith("/static/") || path.startsWith("/libraries/")) event.respondWith(file(request));
  else if (path.includes("/evidence/")) event.respondWith(fetch(request).then((response) => keep(request, response), () => lastKnown(request)));
});

async function page(request, path) {
  try {
    const response = await fetch(request);
    if (path.startsWith("/sign-in")) await caches.delete(PAGES);
    return OWN.some((one) => path.startsWith(one)) ? keep(request, response) : response;
  } catch {
    return (await lastKnown(request)) ?? (path === "/" ? await lastKnown("/garage") : null) ?? caches.match("/offline");
  }
}

async function keep(request, response) {
  if (response.ok && !response.redirected) {
    const cache = await caches.open(PAGES);
    await cache.put(request, response.clone());
    const keys = await cache.keys();
    await Promise.all(keys.slice(0, Math.max(0, keys.length - KEPT_PAGES)).map((key) => cache.delete(key)));
  }
  return response;
}

async function lastKnown(request) {
  const kept = await (await caches.open(PAGES)).match(request);
  if (!kept || !(kept.headers.get("content-type") ?? "").startsWith("text/html")) return kept;
  const marked = (await kept.text()).replace('data-kept="no"', 'data-kept="yes"');
  const headers = new Headers(kept.headers);
  headers.delete("content-encoding");
  headers.delete("content-length");
  return new Response(marked, { status: kept.status, headers });
}

async function file(request) {
  try {
    const response = await fetch(request);
    if (response.ok) (await caches.open(FRAME)).put(request, response.clone());
    return response;
  } catch {
    return (await caches.match(request)) ?? Response.error();
  }
}
