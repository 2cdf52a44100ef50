// What pages do beyond their forms and links; all of them work without it.
"use strict";

document.documentElement.classList.add("has-script");

// The time zone of this browser, for times that belong to no workshop.
const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
if (zone && !document.cookie.includes(`zone=${zone}`)) {
  document.cookie = `zone=${zone}; path=/; max-age=31536000; samesite=lax`;
}

// A page kept for want of a network says how old it is.
function tellAge() {
  const words = new Intl.RelativeTimeFormat(document.documentElement.lang, { numeric: "auto" });
  for (const time of document.querySelectorAll("[data-age]")) {
    const minutes = Math.round((new Date(time.dateTime) - Date.now()) / 60000);
    const [value, unit] = minutes > -60 ? [minutes, "minute"] : minutes > -2880 ? [Math.round(minutes / 60), "hour"] : [Math.round(minutes / 1440), "day"];
    time.textContent = `${time.textContent}, ${words.format(value, unit)}`;
  }
}
if (document.documentElement.dataset.kept === "yes") tellAge();

// Whoever signs out leaves nothing readable on this device.
document.addEventListener("submit", (event) => {
  if (event.target.matches("[data-sign-out]") && "caches" in window) caches.delete("pages");
});

// What is shown live follows what happens; whoever was away is told what was missed.
const VISIT_KINDS = ["held", "booked", "moved", "cancelled", "expired", "missed", "checked_in", "inspecting", "estimated", "approved", "repairing", "ready", "closed", "verified", "came_back"];
const KINDS = [...VISIT_KINDS.map((kind) => `visit.${kind}`), "finding.found", "finding.ended", "finding.withdrawn"];
const LONGEST_WAIT_MS = 60000;

function follow(address, after = "", waitMs = 1000) {
  const source = new EventSource(after ? `${address}?cursor=${after}` : address);
  const keep = (event) => { after = event.lastEventId || after; waitMs = 1000; };
  source.addEventListener("ready", keep);
  for (const kind of KINDS) source.addEventListener(kind, (event) => { keep(event); if (concerns(JSON.parse(event.data))) renew(); });
  // Browsers come back by themselves after a broken connection, but not after an answer that is no stream.
  source.addEventListener("error", () => {
    if (source.readyState === EventSource.CLOSED) setTimeout(() => follow(address, after, Math.min(waitMs * 2, LONGEST_WAIT_MS)), waitMs);
  });
  addEventListener("pagehide", () => source.close());
}

function concerns(happened) {
  const { booking, version, vin } = document.getElementById("live").dataset;
  if (booking) return booking === happened.booking_id && version !== String(happened.version);
  return !vin || vin === happened.vin;
}

let isRenewing = false;
let isStale = false;

async function renew() {
  isStale = true;
  if (isRenewing) return;
  isRenewing = true;
  try {
    while (isStale) {
      isStale = false;
      await replaceLive();
    }
  } finally {
    isRenewing = false;
  }
}

async function replaceLive() {
  const live = document.getElementById("live");
  const answer = await fetch(live.dataset.live);
  if (!answer.ok || answer.redirected) return;
  live.replaceWith(new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("live"));
  countDown();
  const news = document.querySelector("[data-news]");
  news.textContent = news.dataset.news;
}

// How long a hold lasts; at its end the page says so by itself.
function countDown() {
  const shown = document.querySelector("[data-countdown]");
  if (!shown) return;
  const seconds = Math.round((new Date(shown.dataset.countdown) - Date.now()) / 1000);
  shown.textContent = seconds > 0 ? `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}` : "";
  if (seconds > 0) setTimeout(countDown, 1000);
}

countDown();
const live = document.querySelector("[data-events]");
if (live && document.documentElement.dataset.kept === "no") follow(live.dataset.events);

if ("serviceWorker" in navigator) navigator.serviceWorker.register("/service-worker.js");
