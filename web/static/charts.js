// Charts that zoom: drag over a span, or use the buttons; twice clicked shows all of it. Values come as JSON.
"use strict";

const chartWords = JSON.parse(document.querySelector("meta[name=chart-words]").content);
const locale = document.documentElement.lang === "en" ? "en-GB" : document.documentElement.lang;

function colour(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
}

// The healthy band lies behind the values, the limit and the first sign before them.
function band(panel) {
  return (chart) => {
    const { ctx, bbox } = chart;
    const { healthy_low: low, healthy_high: high } = panel;
    if (low === null && high === null) return;
    const top = high === null ? bbox.top : Math.max(bbox.top, chart.valToPos(high, "y", true));
    const bottom = low === null ? bbox.top + bbox.height : Math.min(bbox.top + bbox.height, chart.valToPos(low, "y", true));
    ctx.fillStyle = colour("good-soft");
    if (bottom > top) ctx.fillRect(bbox.left, top, bbox.width, bottom - top);
  };
}

function line(chart, points, name, dashes = []) {
  const { ctx } = chart;
  ctx.save();
  ctx.strokeStyle = colour(name);
  ctx.lineWidth = 1.5 * devicePixelRatio;
  ctx.setLineDash(dashes.map((one) => one * devicePixelRatio));
  ctx.beginPath();
  ctx.moveTo(...points[0]);
  ctx.lineTo(...points[1]);
  ctx.stroke();
  ctx.restore();
}

function marks(panel, markers) {
  return (chart) => {
    const { left, top, width, height } = chart.bbox;
    if (panel.threshold !== null) {
      const y = chart.valToPos(panel.threshold, "y", true);
      if (y >= top && y <= top + height) line(chart, [[left, y], [left + width, y]], "stop", [6, 4]);
    }
    for (const marker of markers) {
      const x = chart.valToPos(marker.at_s, "x", true);
      if (x >= left && x <= left + width) line(chart, [[x, top], [x, top + height]], "soon", [2, 4]);
    }
  };
}

// What judges the values is always in sight.
function range(panel) {
  const told = [panel.threshold, panel.healthy_low, panel.healthy_high].filter((one) => one !== null);
  return (_chart, low, high) => {
    const [least, most] = [Math.min(low ?? Infinity, ...told), Math.max(high ?? -Infinity, ...told)];
    const room = (most - least || 1) * 0.08;
    return [least - room, most + room];
  };
}

function options(panel, markers, width) {
  const number = new Intl.NumberFormat(locale, { maximumFractionDigits: 2 });
  const moment = new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "short" });
  const axis = { stroke: colour("muted"), grid: { stroke: colour("line"), width: 1 }, ticks: { stroke: colour("line") } };
  const day = new Intl.DateTimeFormat(locale, { month: "short", day: "numeric" });
  const clock = new Intl.DateTimeFormat(locale, { hour: "2-digit", minute: "2-digit" });
  const told = (_chart, splits, _axis, _space, step) => splits.map((at) => (step < 86400 ? clock : day).format(at * 1000));
  const edge = { stroke: "transparent", points: { show: false } };
  return {
    width,
    height: 280,
    cursor: { drag: { x: true, y: false, uni: 10 } },
    scales: { y: { range: range(panel) } },
    axes: [{ ...axis, values: told }, { ...axis, size: 60, values: (_chart, splits) => splits.map((one) => number.format(one)) }],
    legend: { live: true },
    series: [
      { label: chartWords.when, value: (_chart, at) => (at === null ? "–" : moment.format(at * 1000)) },
      { ...edge, label: "↓", value: (_chart, one) => (one === null ? "–" : number.format(one)) },
      { ...edge, label: "↑", value: (_chart, one) => (one === null ? "–" : number.format(one)) },
      { label: panel.label, stroke: colour("accent"), width: 2, points: { size: 5 }, value: (_chart, one) => (one === null ? "–" : `${number.format(one)} ${panel.unit}`) },
    ],
    bands: [{ series: [2, 1], fill: colour("accent-soft") }],
    hooks: { drawClear: [band(panel)], draw: [marks(panel, markers)] },
  };
}

function zoom(chart, factor) {
  const { min, max } = chart.scales.x;
  const all = chart.data[0];
  const [middle, half] = [(min + max) / 2, ((max - min) / 2) * factor];
  chart.setScale("x", { min: Math.max(all[0], middle - half), max: Math.min(all[all.length - 1], middle + half) });
}

function button(words, act) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "second small";
  made.textContent = words;
  made.addEventListener("click", act);
  return made;
}

function drawPanel(place, panel, markers) {
  const figure = document.createElement("figure");
  figure.className = "chart";
  figure.setAttribute("role", "group");
  figure.setAttribute("aria-label", panel.label);
  place.append(figure);
  const told = options(panel, markers, figure.clientWidth);
  told.hooks.setScale = [({ scales }, name) => { if (name === "x") figure.dataset.seconds = Math.round(scales.x.max - scales.x.min); }];
  const chart = new uPlot(told, [panel.at_s, panel.low, panel.high, panel.value], figure);
  const buttons = document.createElement("div");
  buttons.className = "actions";
  const all = () => chart.setScale("x", { min: panel.at_s[0], max: panel.at_s[panel.at_s.length - 1] });
  buttons.append(button(chartWords.nearer, () => zoom(chart, 0.5)), button(chartWords.farther, () => zoom(chart, 2)), button(chartWords.whole, all));
  figure.append(buttons);
  new ResizeObserver(() => figure.clientWidth && chart.setSize({ width: figure.clientWidth, height: 280 })).observe(figure);
}

async function draw(place) {
  const answer = await fetch(place.dataset.chart);
  if (!answer.ok || answer.redirected) return;
  const { panels, markers } = await answer.json();
  for (const panel of panels) if (panel.at_s.length > 1) drawPanel(place, panel, markers);
  place.dataset.drawn = "yes";
}

if (window.uPlot) document.querySelectorAll("[data-chart]").forEach(draw);
