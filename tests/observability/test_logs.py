"""What a log line may hold. Each test runs a process of its own: logs are configured once per process."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from observability.logs import LEFT_OUT, protect, shorten_vins
from telemetry_schema.vin import with_check_digit

ROOT = Path(__file__).parents[2]
VIN = str(with_check_digit("WVWZZZ1JZXW000001"))


def _lines(code: str) -> list[dict[str, Any]]:
    program = (
        f"from observability.logs import configure_logs\nimport logging, structlog\nconfigure_logs('part')\n{code}"
    )
    finished = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert finished.returncode == 0, finished.stderr
    assert finished.stdout == ""
    return [json.loads(line) for line in finished.stderr.splitlines()]


def test_a_line_is_json_on_standard_error_with_instant_level_and_service() -> None:
    (line,) = _lines("structlog.get_logger('a.b').warning('stored', frames=3, ratio=0.5, ok=True, none=None)")
    assert line.pop("timestamp").endswith("Z")
    assert line == {
        "event": "stored", "level": "warning", "logger": "a.b", "service": "part",
        "frames": 3, "ratio": 0.5, "ok": True, "none": None,
    }  # fmt: skip


def test_lines_of_libraries_take_the_same_way_and_the_same_rules() -> None:
    (line,) = _lines(f"logging.getLogger('paho').error('lost %s', {VIN!r})")
    assert (line["event"], line["logger"], line["service"]) == (f"lost …{VIN[-6:]}", "paho", "part")


def test_a_traceback_is_one_field_and_holds_no_vin() -> None:
    (line,) = _lines(
        f"try:\n    raise ValueError('bad {VIN}')\nexcept ValueError:\n    structlog.get_logger().exception('failed')"
    )
    assert "Traceback" in line["exception"]
    assert f"ValueError: bad …{VIN[-6:]}" in line["exception"]
    assert VIN not in json.dumps(line)


def test_less_than_information_is_left_out() -> None:
    assert _lines("structlog.get_logger().debug('x'); logging.getLogger('y').debug('z')") == []


def test_a_terminal_gets_lines_for_people() -> None:
    ours, theirs = pty.openpty()
    code = (
        "from observability.logs import configure_logs; import structlog; configure_logs('part'); "
        f"structlog.get_logger().info('stored', vin={VIN!r}, frames=3)"
    )
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, stderr=theirs, check=True, timeout=60)
    os.close(theirs)
    shown = os.read(ours, 65536).decode()
    os.close(ours)
    assert "stored" in shown
    assert VIN not in shown
    assert not shown.startswith("{")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (VIN, f"…{VIN[-6:]}"),
        (VIN.lower(), f"…{VIN[-6:].lower()}"),
        (f"servicelane/v1/{VIN}/up/batches", f"servicelane/v1/…{VIN[-6:]}/up/batches"),
        (f"{VIN},{VIN}", f"…{VIN[-6:]},…{VIN[-6:]}"),
        (f"('{VIN}', 3)", f"('…{VIN[-6:]}', 3)"),
        ("0b8f7a66-5d43-4e2b-9d3f-5c1b7d6e2f90", "0b8f7a66-5d43-4e2b-9d3f-5c1b7d6e2f90"),
        ("2026-11-23T09:31:45.123456Z", "2026-11-23T09:31:45.123456Z"),
        ("maintenanceplanner", "maintenanceplanner"),
        ("abcdefghjklmnprst", "abcdefghjklmnprst"),
        ("postgresql://user:hunter2@host/db", "postgresql://user:…@host/db"),
        ("postgresql://user@host/db", "postgresql://user@host/db"),
    ],
)
def test_vins_are_shortened_and_other_texts_are_not(text: str, shown: str) -> None:
    assert shorten_vins(text) == shown


def test_values_of_telling_names_are_left_out_at_any_depth() -> None:
    event = {
        "event": "login", "password": "x", "access_token": "x", "owner_id": "owner-1", "Authorization": "x",
        "owner": {"name": "x"}, "request": {"email": "x", "latitude_deg": 1.0, "items": [{"secret": "x", "n": 1}]},
    }  # fmt: skip
    shown = protect(None, "info", event)
    assert shown == {
        "event": "login", "password": LEFT_OUT, "access_token": LEFT_OUT, "owner_id": LEFT_OUT,
        "Authorization": LEFT_OUT, "owner": LEFT_OUT,
        "request": {"email": LEFT_OUT, "latitude_deg": LEFT_OUT, "items": [{"secret": LEFT_OUT, "n": 1}]},
    }  # fmt: skip


def test_vins_in_keys_lists_bytes_and_objects_are_not_shown() -> None:
    class Car:
        def __repr__(self) -> str:
            return f"Car({VIN})"

    shown = protect(
        None, "info", {"event": "x", "lag": {VIN: 3}, "cars": [VIN, (VIN,)], "raw": VIN.encode(), "c": Car()}
    )
    assert VIN not in repr(shown)
    assert shown["raw"] == "17 bytes"
    assert shown["lag"] == {f"…{VIN[-6:]}": 3}
