"""The signal catalogue as a page for people: `docs/signals.md` is this text."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from telemetry_schema.catalogue import OVERLAY_PREFIX, VERSION, VSS_VERSION, Drivetrain, Signal, signals

_GROUPS: Final = (  # first id of each group
    (1, "The car and its surroundings"),
    (30, "12 V system"),
    (60, "Combustion engine"),
    (110, "Misfires"),
    (130, "Fuel"),
    (150, "Exhaust treatment"),
    (180, "Transmission"),
    (200, "Tyres, brakes and steering"),
    (250, "Traction battery and electric drive"),
    (300, "Diagnosis, service and cabin"),
)

_TABLE_HEAD: Final = "| id | name | unit | range | type | Hz | cars | VSS path | what it is |\n" + "|---" * 9 + "|\n"
_HEAD: Final = """# Signals

<!-- Written by `servicelane docs` from telemetry_schema/signals.py; change it there. -->

What a car may say: {count} signals, catalogue version {version}, paths of COVESA VSS {vss}. An id is never used again,
a name never changes its meaning, signals are only added. A signal that is not listed here is stored too, under its id.

* **Range** is what is plausible, in the unit of the signal. A value outside is set aside and reported; its frame is
  stored.
* **Type** is the type of the column in the database. On the wire: {wire}.
  Readable `numbers` are accepted for all but `text`.
* **Hz** is how often a car is expected to send it while awake.
* **Cars**: P petrol, D diesel, H hybrid, E electric.
* **VSS path**: `~` stands for `{overlay}`, our overlay for what VSS lacks ({overlays} signals); `×` is the factor
  from our value to the value of VSS.
"""


def signals_markdown() -> str:
    """The whole page, the same text for the same catalogue."""
    wire = ", ".join(dict.fromkeys(f"`{s.storage}` as `{s.storage.wire}`" for s in signals()))
    head = _HEAD.format(
        count=len(signals()),
        version=VERSION,
        vss=VSS_VERSION,
        wire=wire,
        overlay=OVERLAY_PREFIX,
        overlays=sum(s.is_overlay for s in signals()),
    )
    return head + "".join(_group(title, rows) for title, rows in _grouped())


def _grouped() -> Iterator[tuple[str, list[Signal]]]:
    ends = [first for first, _ in _GROUPS[1:]] + [2**32]
    for (first, title), end in zip(_GROUPS, ends, strict=True):
        yield title, [s for s in signals() if first <= s.id < end]


def _group(title: str, rows: list[Signal]) -> str:
    table = "".join(_row(s) for s in rows)
    return f"\n## {title}\n\n{_TABLE_HEAD}{table}"


def _row(s: Signal) -> str:
    bounds = "" if s.low is None or s.high is None else f"{_number(s.low)} … {_number(s.high)}"
    path = f"`{s.vss_path.replace(OVERLAY_PREFIX, '~')}`" + (f" ×{_number(s.vss_scale)}" if s.vss_scale != 1 else "")
    cars = "".join(d for d in Drivetrain if d in s.drivetrains)
    personal = ", stored apart" if s.is_personal else ""
    cells = (s.id, f"`{s.name}`", s.unit, bounds, s.storage, f"{s.rate_hz:g}", cars, path, s.description + personal)
    return f"| {' | '.join(map(str, cells))} |\n"


def _number(value: float) -> str:
    return f"{int(value):,}" if value == int(value) else f"{value:g}"
