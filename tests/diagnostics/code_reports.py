"""Readings of ECUs made by hand: what OBD-II, UDS and J1939 each say, in lists."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from diagnostics.code_numbers import System
from diagnostics.code_reports import CodeReport, Scope
from tests.diagnostics.conftest import T0_S

DAY_S = 86_400.0
P0302 = 0x030200
U0100 = 0xC10000
COOLANT_HIGH = 110 << 5 | 0  # SPN 110, FMI 0


def memory(day: float, codes: Mapping[int, int], ecu: str = "ECM", **more: Any) -> CodeReport:
    """A whole UDS memory: status bytes by code."""
    told = {code: {"status": status} for code, status in codes.items()}
    return CodeReport(T0_S + day * DAY_S, ecu, True, more.pop("cleared", False), told, **more)


def listed(day: float, scope: Scope, *codes: int, system: System = "obd", **more: Any) -> CodeReport:
    """One complete list of OBD-II or J1939."""
    told: dict[int, dict[str, Any]] = {code: {"status": 0} for code in codes}
    return CodeReport(T0_S + day * DAY_S, "7E8", True, False, told, system=system, scope=scope, **more)
