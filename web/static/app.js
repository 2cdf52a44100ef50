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

// A visit's page follows what happens to it; whoever was away is told what was missed.
function follow(live) {
  const source = new EventSource(live.dataset.events);
  const kinds = ["held", "booked", "moved", "cancelled", "expired", "missed", "checked_in", "inspecting", "estimated", "approved", "repairing", "ready", "closed", "verified", "came_back"];
  for (const kind of kinds) source.addEventListener(`visit.${kind}`, (event) => renew(JSON.parse(event.data)));
  addEventListener("pagehide", () => source.close());
}

async function renew(happened) {
  const live = document.getElementById("live");
  if (live.dataset.booking !== happened.booking_id || live.dataset.version === String(happened.version)) return;
  const answer = await fetch(live.dataset.live);
  if (!answer.ok || answer.redirected) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("live");
  live.replaceWith(fresh);
  countDown();
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
if (live && document.documentElement.dataset.kept === "no") follow(live);

if ("serviceWorker" in navigator) navigator.serviceWorker.register("/service-worker.js");
