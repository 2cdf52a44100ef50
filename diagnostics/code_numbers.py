"""Trouble codes as numbers of 24 bits, and as people write them. Pure.

SAE J2012 with the failure type byte of ISO 14229-1: `P0302-00`. SAE J1939: suspect parameter (19 bits) and failure mode
(5 bits), `SPN110-FMI3`. Both fill 24 bits, so a code is known by its number together with its system.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final, Literal

System = Literal["uds", "obd", "j1939"]
SYSTEMS: Final[tuple[System, ...]] = ("uds", "obd", "j1939")  # by number on the wire
NO_CODE: Final = 0
"""P0000-00 and SPN 0 FMI 0: the way in which ECUs say that they have no code."""


@lru_cache(maxsize=65_536)
def code_text(code: int, system: System = "uds") -> str:
    """A 24-bit code as people write it; OBD codes are those of J2012 with the failure type 00."""
    if system == "j1939":
        return f"SPN{code >> 5}-FMI{code & 0x1F}"
    letter = "PCBU"[code >> 22 & 3]
    return f"{letter}{code >> 20 & 3:X}{code >> 8 & 0xFFF:03X}-{code & 0xFF:02X}"


def spn_of(code: int) -> int:
    return code >> 5


def fmi_of(code: int) -> int:
    return code & 0x1F
