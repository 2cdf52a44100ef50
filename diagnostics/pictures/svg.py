"""A picture of evidence as SVG: one column of panels over one axis of time. Every text is escaped by the writer."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Final
from xml.etree import ElementTree

from diagnostics.pictures.axes import instant_label, time_ticks, value_text, value_ticks, zone_label
from diagnostics.pictures.picture import CodeBar, Panel, Picture

WIDTH: Final = 960
_LEFT, _RIGHT = 76, 936
_HEAD: Final = 100
_PANEL: Final = 168
_PLOT: Final = 124  # of a panel's height, below its label
_LANE: Final = 24
_FOOT: Final = 74
_FONT: Final = (
    "'Noto Sans', 'DejaVu Sans', 'Noto Sans CJK SC', 'Microsoft YaHei', 'PingFang SC', 'WenQuanYi Zen Hei', sans-serif"
)
_INK, _GREY, _LINE = "#1b2733", "#5b6773", "#d9dee3"
_BLUE, _RANGE, _RED, _GREEN, _BAND = "#1f5fa8", "#a9c6e8", "#c62828", "#2e7d32", "#dff1e1"
_SEVERITY: Final = {1: "#5b6773", 2: "#b26a00", 3: "#c2410c", 4: "#c62828"}
_MARKERS: Final = {"onset": ("#b26a00", "5 4"), "found": (_RED, ""), "ended": (_GREEN, "")}
_NOT_XML: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_TITLE_CHARACTERS: Final = 96


def draw(picture: Picture) -> str:
    """An SVG document. The same picture gives the same text."""
    lanes = len(picture.codes) * _LANE + (30 if picture.codes else 0)
    height = _HEAD + len(picture.panels) * _PANEL + lanes + _FOOT
    root = ElementTree.Element(
        "svg", xmlns="http://www.w3.org/2000/svg", viewBox=f"0 0 {WIDTH} {height}", width=f"{WIDTH}", height=f"{height}"
    )
    root.set("role", "img")
    root.set("font-family", _FONT)
    ElementTree.SubElement(root, "title").text = _clean(picture.title)
    canvas = _Canvas(root, picture)
    canvas.rectangle(0, 0, WIDTH, height, "#ffffff")
    canvas.head()
    top = float(_HEAD)
    for panel in picture.panels:
        canvas.panel(panel, top)
        top += _PANEL
    if picture.codes:
        canvas.codes(top)
        top += lanes
    canvas.marker_labels(_HEAD - 2)
    canvas.foot(top)
    return ElementTree.tostring(root, encoding="unicode")


class _Canvas:
    """Draws the parts of one picture; coordinates grow to the right and down."""

    def __init__(self, root: ElementTree.Element, picture: Picture) -> None:
        self._root = root
        self._picture = picture
        self._words = picture.words

    def head(self) -> None:
        picture = self._picture
        lines = _wrapped(picture.title)
        self.rectangle(0, 0, 8, _HEAD - 30, _SEVERITY.get(picture.severity, _GREY))
        for row, line in enumerate(lines):
            self.text(22, 24 + 20 * row, line, size=16, bold=True)
        y = 24 + 20 * len(lines)
        self.text(22, y, picture.subtitle, size=12, color=_GREY)
        self.text(_RIGHT, y, zone_label(picture.to_s, picture.zone), size=12, color=_GREY, anchor="end")

    def panel(self, panel: Panel, top: float) -> None:
        unit = f" ({panel.unit})" if panel.unit else ""
        self.text(_LEFT, top + 14, panel.label + unit, size=13, bold=True)
        plot = _Plot(panel, top + 24, top + 24 + _PLOT)
        if panel.has_band:
            upper = plot.y(panel.healthy_high) if panel.healthy_high is not None else plot.top
            lower = plot.y(panel.healthy_low) if panel.healthy_low is not None else plot.bottom
            self.rectangle(_LEFT, upper, _RIGHT - _LEFT, lower - upper, _BAND)
            if lower - upper > 16:
                self.text(_LEFT + 6, upper + 14, self._words["healthy"], size=11, color=_GREEN)
        for value, label in value_ticks(plot.low, plot.high):
            self.line(_LEFT, plot.y(value), _RIGHT, plot.y(value), _LINE)
            self.text(_LEFT - 8, plot.y(value) + 4, label, size=11, anchor="end")
        for at_s, _ in self._ticks():
            self.line(self.x(at_s), plot.top, self.x(at_s), plot.bottom, _LINE)
        self._marker_lines(plot.top - (22 if top == _HEAD else 0), plot.bottom)
        if panel.threshold is not None:
            y = plot.y(panel.threshold)
            self.line(_LEFT, y, _RIGHT, y, _RED, width=1.6, dashes="7 4")
            told = f"{self._words['limit']} {value_text(panel.threshold, plot.high - plot.low)} {panel.unit}".rstrip()
            above = (panel.healthy_low is None and y - plot.top > 16) or plot.bottom - y < 16
            self.text(_LEFT + 6, y - 5 if above else y + 13, told, size=11, color=_RED, halo=True)
        self._points(panel, plot)
        self.line(_LEFT, plot.top, _LEFT, plot.bottom, _GREY)
        self.line(_LEFT, plot.bottom, _RIGHT, plot.bottom, _GREY)

    def _points(self, panel: Panel, plot: _Plot) -> None:
        if not panel.points:
            middle = (plot.top + plot.bottom) / 2
            self.text((_LEFT + _RIGHT) / 2, middle, self._words["nothing"], size=12, color=_GREY, anchor="middle")
            return
        ranged = any(point.low is not None for point in panel.points)
        for point in panel.points:
            if point.low is not None and point.high is not None:
                self.line(
                    self.x(point.at_s), plot.y(point.low), self.x(point.at_s), plot.y(point.high), _RANGE, width=2.4
                )
        if not ranged and len(panel.points) > 1:
            path = " ".join(f"{self.x(point.at_s):.1f},{plot.y(point.value):.1f}" for point in panel.points)
            self._add("polyline", points=path, fill="none", stroke=_RANGE, stroke_width="1.4")
        for point in panel.points:
            bad = panel.is_bad(point.value)
            self._dot(self.x(point.at_s), plot.y(point.value), 1.6 if ranged else 3.4, _RED if bad else _BLUE)
        if panel.threshold is not None:
            self._last_value(panel, plot)

    def _last_value(self, panel: Panel, plot: _Plot) -> None:
        """The newest value, written beside its point: it is what a technician measures again."""
        last = panel.points[-1]
        x, y = self.x(last.at_s), plot.y(last.value)
        told = f"{value_text(last.value, plot.high - plot.low)} {panel.unit}".rstrip()
        below = y - plot.top < 18
        color = _RED if panel.is_bad(last.value) else _BLUE
        self.text(x - 8, y + 15 if below else y - 8, told, size=12, color=color, anchor="end", bold=True, halo=True)

    def codes(self, top: float) -> None:
        self.text(_LEFT, top + 14, self._words["codes"], size=13, bold=True)
        self._marker_lines(top + 22, top + 26 + len(self._picture.codes) * _LANE)
        for row, bar in enumerate(self._picture.codes):
            self._code(bar, top + 24 + row * _LANE)

    def _code(self, bar: CodeBar, top: float) -> None:
        picture = self._picture
        until_s = min(bar.until_s if bar.until_s is not None else picture.to_s, picture.to_s)
        first_s = max(bar.first_s, picture.from_s)
        start, stop = self.x(first_s), self.x(max(until_s, first_s))
        self.rectangle(start, top + 2, max(stop - start, 4), 14, "#f3c9a5")
        if bar.confirmed_s is not None and bar.confirmed_s < until_s:
            confirmed = self.x(max(bar.confirmed_s, picture.from_s))
            self.rectangle(confirmed, top + 2, max(stop - confirmed, 4), 14, "#e57373")
        words = self._words["confirmed" if bar.confirmed_s is not None else "pending"]
        since = instant_label(bar.confirmed_s or bar.first_s, picture.zone, picture.language)
        told = f"{bar.code} · {bar.title} · {words} {since}"
        left = start > (_LEFT + _RIGHT) / 2
        self.text(
            start - 6 if left else start + 5,
            top + 13,
            told[:110],
            size=11,
            anchor="end" if left else "start",
            halo=True,
        )

    def _marker_lines(self, top: float, bottom: float) -> None:
        for marker in self._picture.markers:
            color, dashes = _MARKERS[marker.kind]
            self.line(self.x(marker.at_s), top, self.x(marker.at_s), bottom, color, width=1.6, dashes=dashes)

    def marker_labels(self, top: float) -> None:
        """Above the first panel; labels that would meet stand one below the other."""
        told: list[float] = []
        for marker in self._picture.markers:
            x = self.x(marker.at_s)
            color, _ = _MARKERS[marker.kind]
            label = (
                f"{self._words[marker.kind]} {instant_label(marker.at_s, self._picture.zone, self._picture.language)}"
            )
            level = sum(abs(x - other) < 190 for other in told)
            told.append(x)
            left = x > (_LEFT + _RIGHT) * 0.6
            place = x - 4 if left else x + 4
            self.text(
                place, top - 3 + 12 * level, label, size=11, color=color, anchor="end" if left else "start", halo=True
            )

    def foot(self, top: float) -> None:
        for at_s, label in self._ticks():
            self.text(self.x(at_s), top + 16, label, size=11, anchor="middle")
        year = datetime.fromtimestamp(self._picture.to_s, self._picture.zone).year
        self.text(_RIGHT, top + 34, f"{self._words['time']}: {year}", size=11, color=_GREY, anchor="end")
        self._legend(top + 52)

    def _legend(self, y: float) -> None:
        x = float(_LEFT)
        for kind, color, word in (
            ("dot", _BLUE, "measured"),
            ("dot", _RED, "beyond"),
            ("bar", _RANGE, "range"),
            ("box", _BAND, "healthy"),
            ("dashes", _RED, "limit"),
        ):
            if kind == "dot":
                self._dot(x + 6, y - 4, 3.4, color)
            elif kind == "dashes":
                self.line(x, y - 4, x + 14, y - 4, color, width=1.6, dashes="5 3")
            else:
                self.rectangle(x + (4 if kind == "bar" else 0), y - 10, 3 if kind == "bar" else 14, 12, color)
            self.text(x + 20, y, self._words[word], size=11, color=_GREY)
            x += 34 + _text_width(self._words[word], 11)

    def x(self, at_s: float) -> float:
        picture = self._picture
        share = (at_s - picture.from_s) / max(picture.to_s - picture.from_s, 1.0)
        return _LEFT + min(max(share, 0.0), 1.0) * (_RIGHT - _LEFT)

    def _ticks(self) -> list[tuple[float, str]]:
        picture = self._picture
        return time_ticks(picture.from_s, picture.to_s, picture.zone, picture.language)

    def rectangle(self, x: float, y: float, width: float, height: float, color: str) -> None:
        self._add("rect", x=_n(x), y=_n(y), width=_n(width), height=_n(max(height, 0.0)), fill=color)

    def line(
        self, x1: float, y1: float, x2: float, y2: float, color: str, *, width: float = 1, dashes: str = ""
    ) -> None:
        given = {"x1": _n(x1), "y1": _n(y1), "x2": _n(x2), "y2": _n(y2), "stroke": color, "stroke_width": _n(width)}
        self._add("line", **given, **({"stroke_dasharray": dashes} if dashes else {}))

    def _dot(self, x: float, y: float, radius: float, color: str) -> None:
        self._add("circle", cx=_n(x), cy=_n(y), r=_n(radius), fill=color)

    def text(
        self, x: float, y: float, words: str, *, size: int, color: str = _INK, anchor: str = "start",
        bold: bool = False, halo: bool = False,
    ) -> None:  # fmt: skip
        given = {"x": _n(x), "y": _n(y), "font_size": f"{size}", "fill": color, "text_anchor": anchor}
        given |= {"font_weight": "600"} if bold else {}
        if halo:
            given |= {"paint_order": "stroke", "stroke": "#ffffff", "stroke_width": "3", "stroke_linejoin": "round"}
        self._add("text", **given).text = _clean(words)

    def _add(self, tag: str, **attributes: str) -> ElementTree.Element:
        return ElementTree.SubElement(self._root, tag, {name.replace("_", "-"): v for name, v in attributes.items()})


class _Plot:
    """The scale of one panel: everything that is shown fits, with a little room."""

    def __init__(self, panel: Panel, top: float, bottom: float) -> None:
        self.top, self.bottom = top, bottom
        shown = list(_shown(panel)) or [0.0, 1.0]
        low, high = min(shown), max(shown)
        room = 0.1 * (high - low) or max(abs(high) * 0.1, 0.5)
        self.low, self.high = low - room, high + room

    def y(self, value: float) -> float:
        share = (value - self.low) / (self.high - self.low)
        return self.bottom - min(max(share, 0.0), 1.0) * (self.bottom - self.top)


def _shown(panel: Panel) -> Iterator[float]:
    for point in panel.points:
        yield from (value for value in (point.value, point.low, point.high) if value is not None)
    yield from (value for value in (panel.threshold, panel.healthy_low, panel.healthy_high) if value is not None)


def _wrapped(text: str) -> list[str]:
    """At most two lines; Chinese characters are as wide as two others."""
    words = re.findall(r"[\u3000-\uffef]|[^\s\u3000-\uffef]+\s*|\s+", text)
    lines, width = [""], 0.0
    for word in words:
        width += _text_width(word, 16)
        if width > _RIGHT - 22 and lines[-1]:
            lines.append("")
            width = _text_width(word, 16)
        lines[-1] += word
    return lines if len(lines) <= 2 else [lines[0], lines[1].rstrip() + " …"]


def _text_width(text: str, size: int) -> float:
    """About, in pixels: fonts differ."""
    return sum(1.0 if "\u2e80" <= character <= "\uffef" else 0.58 for character in text) * size


def _clean(text: str) -> str:
    """Without characters that no XML may hold."""
    return _NOT_XML.sub("", text)


def _n(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")
