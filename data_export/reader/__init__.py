"""Exports as pandas DataFrames, for notebooks. Needs pandas and pyarrow, nothing else of Servicelane.

from data_export.reader import read_export

frame = read_export("signals.parquet")
frame["coolant_temperature_c"].resample("1min").mean().plot(ylabel=frame.attrs["units"]["coolant_temperature_c"])
"""

from __future__ import annotations

from data_export.reader.files import BrokenExportError
from data_export.reader.frames import read_export, read_metadata

__all__ = ["BrokenExportError", "read_export", "read_metadata"]
