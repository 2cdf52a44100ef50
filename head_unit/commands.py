"""Commands to the car: once each, never after they expire, and always answered."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

from head_unit.buffer import EVENT, Draft
from telemetry_schema.content import read_message, write_message
from telemetry_schema.frames import Identity
from telemetry_schema.generated import servicelane_v1_pb2 as wire
from telemetry_schema.topics import Up

CommandHandler = Callable[[wire.Command], bool]
"""Carries a command out in the car; False where the car cannot."""

Result: Final = wire.CommandResult


def answer_command(
    payload: bytes, handler: CommandHandler | None, first_time: Callable[[str], bool], now_ms: int | None = None
) -> Draft | None:
    """Carries the command out and gives its result as a message; None for a command that was answered before."""
    command = read_message(payload, wire.Command())
    now_ms = int(time.time() * 1000) if now_ms is None else now_ms
    if not first_time(command.command_id):
        return None
    status, reason = _carry_out(command, handler, now_ms)

    def encode(identity: Identity) -> bytes:
        return write_message(
            Result(
                vin=identity.vin,
                boot_id=identity.boot_id.bytes,
                boot_number=identity.boot_number,
                sequence=identity.sequence,
                recorded_at_ms=now_ms,
                command_id=command.command_id,
                status=status,
                reason=reason,
            )
        )

    return Draft(Up.COMMAND_RESULTS, EVENT, 1, now_ms, now_ms, encode)


def _carry_out(
    command: wire.Command, handler: CommandHandler | None, now_ms: int
) -> tuple[wire.CommandResult.Status.ValueType, str]:
    if command.expires_at_ms <= now_ms:
        return Result.STATUS_EXPIRED, "the command had expired when it arrived"
    if handler is None or command.WhichOneof("kind") is None:
        return Result.STATUS_UNSUPPORTED, "this car knows no such command"
    try:
        done = handler(command)
    except Exception as error:  # whatever goes wrong in the car is the command's result
        return Result.STATUS_FAILED, str(error)
    return (Result.STATUS_SUCCEEDED, "") if done else (Result.STATUS_UNSUPPORTED, "this car cannot do that")
