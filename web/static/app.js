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

if ("serviceWorker" in navigator) navigator.serviceWorker.register("/service-worker.js");
