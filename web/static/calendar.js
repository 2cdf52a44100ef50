// A visit is moved by dragging it along its day; the form beside does the same without.
"use strict";

const form = document.getElementById("move-form");
const QUARTER_SECONDS = 900;
const LEAST_PX = 8;

function optionOf(stay) {
  return [...form.elements.visit.options].find((one) => one.value.startsWith(`${stay.dataset.visit}@`));
}

function drag(stay, down) {
  const lane = stay.closest(".lane");
  const before = stay.getAttribute("x");
  const share = (event) => ((event.clientX - down.clientX) / lane.clientWidth) * 100;
  let moved = false;
  const follow = (event) => {
    moved ||= Math.abs(event.clientX - down.clientX) > LEAST_PX;
    if (moved) stay.setAttribute("x", `${parseFloat(before) + share(event)}%`);
  };
  const drop = (event) => {
    removeEventListener("pointermove", follow);
    removeEventListener("pointerup", drop);
    if (!moved) return;
    stay.addEventListener("click", (click) => click.preventDefault(), { once: true, capture: true });
    const seconds = (share(event) / 100) * Number(lane.dataset.seconds);
    const at = Math.round((Number(stay.dataset.from) + seconds) / QUARTER_SECONDS) * QUARTER_SECONDS;
    submit(stay, at);
  };
  addEventListener("pointermove", follow);
  addEventListener("pointerup", drop);
}

function submit(stay, at) {
  form.elements.visit.value = optionOf(stay).value;
  const starts = form.elements.starts_at;
  starts.type = "hidden";
  starts.value = new Date(at * 1000).toISOString();
  form.submit();
}

if (form) {
  for (const stay of document.querySelectorAll(".stay[data-visit]")) {
    if (!optionOf(stay)) continue;
    stay.classList.add("movable");
    stay.addEventListener("dragstart", (event) => event.preventDefault());
    stay.addEventListener("pointerdown", (down) => down.button === 0 && down.pointerType !== "touch" && drag(stay, down));
  }
}
