"""`servicelane device …` on a running stack: a car is let in with a key of its own, kept out at once, let in again."""

from __future__ import annotations

import asyncio
import re
import subprocess
import sys
from pathlib import Path

import pytest

from head_unit.settings import HeadUnitSettings, TlsSettings
from head_unit.unit import HeadUnit
from servicelane.stack import LocalStack
from telemetry_schema.batches import decode_batch
from telemetry_schema.topics import Down, down_topic
from tests.certified_cars import CarClient
from tests.journeys.conftest import REPOSITORY, scalar, until

pytestmark = pytest.mark.timeout(240)

VIN, OTHER_VIN = "1M8GDM9AXKP042788", "11111111111111111"
PAGE = (REPOSITORY / "docs" / "head-units.md").read_text()


async def device(stack: LocalStack, *words: str, status: int = 0) -> str:
    """What the command says."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "servicelane", "device", *words, "--data-dir", str(stack.folder),
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    output = (await process.communicate())[0].decode()
    assert process.returncode == status, output
    return output


async def send(stack: LocalStack, folder: Path, vin: str, identity: TlsSettings) -> bool:
    """Whether the page's example, sent by this car, is stored within the time it takes a sound car, many times over."""
    batch = decode_batch(PAGE.split("```json\n")[1].split("```")[0].replace(VIN, vin).encode(), "application/json")
    settings = HeadUnitSettings(
        vin, folder / f"{vin}.sqlite", port=stack.broker.device_port, tls=identity, batch_frames=1
    )
    unit = HeadUnit(settings)
    unit.record_frames(batch.recorded_at_ms, batch.columns)
    unit.start()
    delivered = await asyncio.to_thread(unit.wait_until_delivered, 15)
    unit.close()
    return delivered


def make_a_request(folder: Path) -> None:
    """With the commands of the page."""
    lines = PAGE.split("```bash\n")[1].split("```")[0].splitlines()
    for line in (line for line in lines if line.startswith("openssl")):
        subprocess.run(["bash", "-euc", f"VIN={VIN}; {line}"], cwd=folder, check=True, capture_output=True)


async def say_what_cannot_be_done_and_change_nothing(stack: LocalStack, folder: Path) -> None:
    (folder / "nonsense.pem").write_text("nonsense")
    no_request = await device(
        stack, "enrol", VIN, "--csr", str(folder / "nonsense.pem"), "--out", str(folder / "out"), status=2
    )
    assert "openssl req" in no_request
    assert "VIN" in await device(stack, "enrol", "SHORT", "--out", str(folder / "out"), status=2)
    assert "enrol it first" in await device(stack, "renew", OTHER_VIN, "--out", str(folder / "out"), status=2)
    assert "no car" in await device(stack, "revoke", OTHER_VIN, status=2)
    assert await scalar(stack, "select count(*) from vehicles.certificates") == 0
    assert await scalar(stack, "select count(*) from vehicles.vehicles") == 0
    await until(lambda: _answers(stack), 60, "the enrolment service is up", ignore=OSError)


async def test_a_car_with_a_key_of_its_own_is_let_in_kept_out_and_let_in_again(
    stack: LocalStack, tmp_path: Path
) -> None:
    await say_what_cannot_be_done_and_change_nothing(stack, tmp_path)
    make_a_request(tmp_path)
    given = tmp_path / VIN
    said = await device(stack, "enrol", VIN, "--csr", str(tmp_path / "request.pem"), "--out", str(given))
    assert f"port {stack.broker.device_port}" in said
    assert stack.enrolment_url in said
    assert {path.name for path in given.iterdir()} == {"certificate.pem", "ca.pem"}
    own = TlsSettings(given / "ca.pem", given / "certificate.pem", tmp_path / "key.pem")
    await device(stack, "enrol", OTHER_VIN, "--out", str(tmp_path / OTHER_VIN))
    other = TlsSettings(given / "ca.pem", tmp_path / OTHER_VIN / "identity.pem")
    assert await send(stack, tmp_path, VIN, own)
    assert await send(stack, tmp_path, OTHER_VIN, other)
    await revoke_while_connected(stack, tmp_path, own)
    assert not await send(stack, tmp_path, VIN, own)
    assert await send(stack, tmp_path, OTHER_VIN, other)
    await device(stack, "renew", VIN, "--out", str(given))
    assert await send(stack, tmp_path, VIN, TlsSettings(given / "ca.pem", given / "identity.pem"))
    listed = await device(stack, "list", VIN)
    assert re.findall(r"(revoked|valid|expired)\s*$", listed, re.MULTILINE) == ["revoked", "valid"]
    assert await scalar(stack, "select count(*) from telemetry.quarantine") == 0


async def revoke_while_connected(stack: LocalStack, folder: Path, tls: TlsSettings) -> None:
    """The live session ends, and a command that comes afterwards reaches nobody."""
    identity = folder / "both.pem"
    assert tls.certificate_file is not None
    assert tls.key_file is not None
    identity.write_bytes(tls.key_file.read_bytes() + tls.certificate_file.read_bytes())
    car = await asyncio.to_thread(
        CarClient, stack.broker.folder / "ca.pem", stack.broker.device_port, identity, session_seconds=600
    )
    car.connected().subscribe(down_topic(VIN, Down.COMMANDS))
    said = await device(stack, "revoke", VIN)
    assert "is ended" in said
    assert await asyncio.to_thread(car.ends.get, timeout=10)
    car.close()
    again = await asyncio.to_thread(CarClient, stack.broker.folder / "ca.pem", stack.broker.device_port, identity)
    assert await asyncio.to_thread(again.ends.get, timeout=10)
    assert again.answers.empty()
    again.close()
    assert "nothing that was not revoked before" in await device(stack, "revoke", VIN)


async def _answers(stack: LocalStack) -> bool:
    reader, writer = await asyncio.open_connection("127.0.0.1", stack.enrolment_port)
    writer.close()
    return reader is not None
