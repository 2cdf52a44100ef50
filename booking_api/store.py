"""The tables of the schema `booking`, and what others have published for it."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from itertools import repeat
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from booking_api.models import Booking, Caller, Claim, FoundBooking
from database.connection import Connection
from database.queries import Queries

Row = dict[str, Any]

_queries: Final = Queries(Path(__file__).parent / "queries")


async def fetch_vehicles(
    connection: Connection,
    reach: Mapping[str, Any],
    vin: str | None = None,
    *,
    after_vin: str | None = None,
    maximum: int = 1000,
) -> list[Row]:
    """`reach`: as `access.Access` says it. With `relations` and `scopes` of the caller to each car."""
    place = {"after_vin": after_vin, "maximum": maximum}
    return await _queries.all(connection, "fetch_vehicles", vin=vin, **place, **reach)


async def vehicle_exists(connection: Connection, vin: str) -> bool:
    return await _queries.one(connection, "vehicle_exists", vin=vin) is not None


async def fetch_owner(connection: Connection, vehicle_id: int) -> str | None:
    row = await _queries.one(connection, "fetch_owner", vehicle_id=vehicle_id)
    return row["owner_id"] if row else None


async def fetch_owned_since(connection: Connection, vehicle_id: int, owner_id: str) -> date | None:
    row = await _queries.one(connection, "fetch_owned_since", vehicle_id=vehicle_id, owner_id=owner_id)
    return row["since"] if row else None


async def fetch_findings(connection: Connection, vehicle_ids: Sequence[int]) -> list[Row]:
    return await _queries.all(connection, "fetch_findings", vehicle_ids=list(vehicle_ids))


async def fetch_finding(connection: Connection, finding_id: UUID, vehicle_id: int | None) -> Row | None:
    """With the `vin`; `vehicle_id` None: of whichever car."""
    return await _queries.one(connection, "fetch_finding", finding_id=finding_id, vehicle_id=vehicle_id)


async def fetch_judged_items(
    connection: Connection, vehicle_id: int, *, from_at: datetime, to_at: datetime
) -> list[Row]:
    return await _queries.all(connection, "fetch_judged_items", vehicle_id=vehicle_id, from_at=from_at, to_at=to_at)


async def fetch_codes_between(
    connection: Connection, vehicle_id: int, component: str, *, from_at: datetime, to_at: datetime
) -> list[Row]:
    """The code `component` first."""
    span = {"from_at": from_at, "to_at": to_at}
    return await _queries.all(connection, "fetch_codes_between", vehicle_id=vehicle_id, component=component, **span)


async def fetch_signal_points(
    connection: Connection,
    vehicle_id: int,
    signals: Sequence[str],
    width: timedelta,
    *,
    from_at: datetime,
    to_at: datetime,
) -> list[Row]:
    """One row per signal and bucket of `width` that has a value."""
    asked = {"vehicle_id": vehicle_id, "signals": list(signals), "width": width, "from_at": from_at, "to_at": to_at}
    return await _queries.all(connection, "fetch_signal_points", **asked)


async def fetch_active_codes(connection: Connection, vehicle_ids: Sequence[int]) -> list[Row]:
    return await _queries.all(connection, "fetch_active_codes", vehicle_ids=list(vehicle_ids))


async def fetch_faults(connection: Connection, vehicle_ids: Sequence[int]) -> list[Row]:
    return await _queries.all(connection, "fetch_faults", vehicle_ids=list(vehicle_ids))


async def fetch_fault(connection: Connection, vehicle_id: int, isolation_id: UUID) -> Row | None:
    return await _queries.one(connection, "fetch_fault", vehicle_id=vehicle_id, isolation_id=isolation_id)


async def fetch_latest_states(connection: Connection, vehicle_ids: Sequence[int]) -> list[Row]:
    return await _queries.all(connection, "fetch_latest_states", vehicle_ids=list(vehicle_ids))


async def fetch_recommendations(
    connection: Connection, vehicle_ids: Sequence[int], recommendation_ids: Sequence[UUID] | None = None
) -> list[Row]:
    wanted = None if recommendation_ids is None else list(recommendation_ids)
    return await _queries.all(
        connection, "fetch_recommendations", vehicle_ids=list(vehicle_ids), recommendation_ids=wanted
    )


async def fetch_service_records(connection: Connection, vehicle_id: int) -> list[Row]:
    return await _queries.all(connection, "fetch_service_records", vehicle_id=vehicle_id)


async def fetch_service_statuses(connection: Connection, vehicle_id: int) -> list[Row]:
    return await _queries.all(connection, "fetch_service_statuses", vehicle_id=vehicle_id)


async def fetch_verifications(connection: Connection, vehicle_id: int) -> list[Row]:
    return await _queries.all(connection, "fetch_verifications", vehicle_id=vehicle_id)


async def fetch_recommendation_changes(connection: Connection, vehicle_id: int) -> list[Row]:
    return await _queries.all(connection, "fetch_recommendation_changes", vehicle_id=vehicle_id)


async def fetch_usage(connection: Connection, vehicle_id: int) -> Row | None:
    return await _queries.one(connection, "fetch_usage", vehicle_id=vehicle_id)


async def fetch_continuity(connection: Connection, vin: str, maximum: int) -> list[Row]:
    return await _queries.all(connection, "fetch_continuity", vin=vin, maximum=maximum)


async def fetch_drops(connection: Connection, vin: str, maximum: int) -> list[Row]:
    return await _queries.all(connection, "fetch_drops", vin=vin, maximum=maximum)


async def fetch_message_places(
    connection: Connection, vin: str, boot_id: UUID, sequence: int, frame: int | None
) -> list[Row]:
    return await _queries.all(
        connection, "fetch_message_places", vin=vin, boot_id=boot_id, sequence=sequence, frame=frame
    )


async def fetch_quarantine(connection: Connection, *, maximum: int, **filters: Any) -> list[Row]:
    """`filters`: quarantine_ids, vin, reason, since, boot_id, sequence, before_id, waiting."""
    names = ("quarantine_ids", "vin", "reason", "since", "boot_id", "sequence", "before_id")
    wanted = {name: filters.get(name) for name in names} | {"waiting": filters.get("waiting", False)}
    return await _queries.all(connection, "fetch_quarantine", maximum=maximum, **wanted)


async def fetch_payload(connection: Connection, quarantine_id: int) -> bytes:
    row = await _queries.one(connection, "fetch_payload", quarantine_id=quarantine_id)
    return bytes(row["payload"]) if row else b""


async def count_quarantine(connection: Connection) -> list[Row]:
    return await _queries.all(connection, "count_quarantine")


async def fetch_claims(
    connection: Connection, from_at: datetime, until_at: datetime, workshop_ids: Sequence[str] | None = None
) -> dict[str, list[Claim]]:
    """By workshop; of those named, or of all."""
    asked = {
        "from_at": from_at,
        "until_at": until_at,
        "workshop_ids": None if workshop_ids is None else [*workshop_ids],
    }
    rows = await _queries.all(connection, "fetch_claims", **asked)
    claims: defaultdict[str, list[Claim]] = defaultdict(list)
    for row in rows:
        claims[row["workshop_id"]] += map(Claim, repeat(row["resource_id"]), row["start_minutes"], row["end_minutes"])
    return claims


async def limit_waiting(connection: Connection) -> None:
    """From here to the end of the transaction, a lock that is not had within two seconds is a ContentionError."""
    await _queries.run(connection, "limit_waiting")


async def lock_days(connection: Connection, days: set[tuple[str, date]]) -> None:
    """Waits for each (workshop, local day), always in the same order. Held to the end of the transaction."""
    for workshop_id, on in sorted(days):
        await _queries.run(connection, "lock_day", workshop_id=workshop_id, on=on.isoformat())


async def fetch_car_visits(
    connection: Connection, vehicle_id: int, now: datetime, but_booking_id: UUID | None = None
) -> list[tuple[int, int]]:
    """From, until, in minutes since 1970, of what is to come."""
    rows = await _queries.all(
        connection, "fetch_car_visits", vehicle_id=vehicle_id, now=now, but_booking_id=but_booking_id
    )
    return [(row["from_minute"], row["until_minute"]) for row in rows]


async def lock_preferences(connection: Connection, owner_id: str) -> None:
    """Whoever changes how this owner is reminded waits here. To the end of the transaction."""
    await _queries.run(connection, "lock_preferences", owner_id=owner_id)


async def lock_vehicle(connection: Connection, vehicle_id: int) -> None:
    """After the days, never before them: whoever sends this car anywhere waits here. To the end of the transaction."""
    await _queries.run(connection, "lock_vehicle", vehicle_id=vehicle_id)


async def insert_booking(
    connection: Connection, booking: Booking, vehicle_id: int, owner_id: str | None, *, made_at_desk: bool
) -> None:
    await _queries.run(
        connection,
        "insert_booking",
        booking_id=booking.booking_id,
        vehicle_id=vehicle_id,
        owner_id=owner_id,
        workshop_id=booking.workshop_id,
        starts_at=booking.starts_at,
        ends_at=booking.ends_at,
        time_zone=booking.time_zone,
        status=booking.status,
        hold_expires_at=booking.hold_expires_at,
        made_at_desk=made_at_desk,
        work=json.dumps(booking.work),
        recommendation_ids=list(booking.recommendation_ids),
        reasons=json.dumps(booking.reasons),
        transport=booking.transport,
        adviser_id=booking.adviser_id,
    )


async def insert_claims(
    connection: Connection,
    booking_id: UUID,
    resource_ids: Sequence[int],
    from_at: datetime,
    until_at: datetime,
    *,
    state: str,
) -> None:
    """The time of the visit with its buffers; `state` held or confirmed.

    Raises OverlapError where somebody has one of the resources then.
    """
    await _queries.run(
        connection,
        "insert_claims",
        booking_id=booking_id,
        from_at=from_at,
        until_at=until_at,
        resource_ids=list(resource_ids),
        state=state,
    )


async def release_claims(connection: Connection, booking_id: UUID) -> None:
    await _queries.run(connection, "release_claims", booking_id=booking_id)


async def lock_booking(connection: Connection, booking_id: UUID) -> Row:
    """`status`, `version`, `hold_expires_at` and `starts_at` of a booking that exists, which nobody else changes until
    the transaction ends.
    """
    row = await _queries.one(connection, "lock_booking", booking_id=booking_id)
    assert row is not None  # bookings are never deleted
    return row


async def move_booking(connection: Connection, booking: Booking) -> None:
    await _queries.run(
        connection,
        "move_booking",
        booking_id=booking.booking_id,
        workshop_id=booking.workshop_id,
        starts_at=booking.starts_at,
        ends_at=booking.ends_at,
        time_zone=booking.time_zone,
        reasons=json.dumps(booking.reasons),
        adviser_id=booking.adviser_id,
    )


async def fetch_bookings(
    connection: Connection,
    reach: Mapping[str, Any],
    booking_id: UUID | None = None,
    *,
    vin: str | None = None,
    before: tuple[datetime, UUID] | None = None,
    maximum: int = 500,
) -> list[FoundBooking]:
    """The latest visit first. `reach`: as `access.Access` says it; `before`: start and number of the last one known."""
    before_at, before_id = before or (None, None)
    place = {"before_at": before_at, "before_id": before_id, "maximum": maximum}
    rows = await _queries.all(connection, "fetch_bookings", booking_id=booking_id, vin=vin, **place, **reach)
    return [_found_booking(row) for row in rows]


async def insert_access(
    connection: Connection, reader: Caller, action: str, read_at: datetime, entries: Mapping[int | None, str]
) -> None:
    """`entries`: the relation by car; None stands for every car."""
    await _queries.run(
        connection,
        "insert_access",
        **_reading(reader, action, read_at),
        vehicle_ids=list(entries),
        relations=list(entries.values()),
    )


async def insert_access_by_vin(
    connection: Connection, reader: Caller, action: str, read_at: datetime, vins: Sequence[str]
) -> None:
    await _queries.run(connection, "insert_access_by_vin", **_reading(reader, action, read_at), vins=list(vins))


async def fetch_access_log(connection: Connection, *, maximum: int, **filters: Any) -> list[Row]:
    """`filters`: vehicle_id, owner_id with owned_since, before_id."""
    wanted = {name: filters.get(name) for name in ("vehicle_id", "owner_id", "owned_since", "before_id")}
    return await _queries.all(connection, "fetch_access_log", maximum=maximum, **wanted)


async def request_erasure(connection: Connection, owner_id: str, now: datetime) -> datetime:
    """When it was asked for first."""
    row = await _queries.one(connection, "request_erasure", owner_id=owner_id, now=now)
    assert row is not None  # insert … on conflict do update … returning gives a row
    requested_at: datetime = row["requested_at"]
    return requested_at


async def end_session(connection: Connection, session_id: UUID, ends_at: datetime, now: datetime) -> None:
    await _queries.run(connection, "end_session", session_id=session_id, ends_at=ends_at, now=now)


async def session_has_ended(connection: Connection, session_id: UUID) -> bool:
    return await _queries.one(connection, "session_has_ended", session_id=session_id) is not None


async def insert_consent(connection: Connection, consent: Mapping[str, Any]) -> None:
    await _queries.run(connection, "insert_consent", **consent)


async def fetch_consents(connection: Connection, vehicle_id: int, consent_id: UUID | None = None) -> list[Row]:
    return await _queries.all(connection, "fetch_consents", vehicle_id=vehicle_id, consent_id=consent_id)


async def withdraw_consent(connection: Connection, consent_id: UUID, now: datetime) -> None:
    await _queries.run(connection, "withdraw_consent", consent_id=consent_id, now=now)


async def claim_key(
    connection: Connection, subject: str, key: str, fingerprint: str, now: datetime, expired_before: datetime
) -> bool:
    """Whether the key is the caller's now; False: it has been used."""
    written = await _queries.run(
        connection,
        "claim_key",
        subject=subject,
        key=key,
        fingerprint=fingerprint,
        now=now,
        expired_before=expired_before,
    )
    return written == 1


async def fetch_answer(connection: Connection, subject: str, key: str) -> Row:
    """`fingerprint` and `answer` of a key that has been used."""
    row = await _queries.one(connection, "fetch_answer", subject=subject, key=key)
    assert row is not None  # it was there a moment ago, and is deleted no earlier than in a day
    return row


async def forget_keys(connection: Connection, expired_before: datetime) -> None:
    await _queries.run(connection, "forget_keys", expired_before=expired_before)


async def keep_answer(connection: Connection, subject: str, key: str, answer: str) -> None:
    await _queries.run(connection, "keep_answer", subject=subject, key=key, answer=answer)


def _found_booking(row: Row) -> FoundBooking:
    lists = ("work", "recommendation_ids", "reasons")
    facts = {
        name: row.pop(name) for name in ("vehicle_id", "make", "model", "change_notice_minutes", "relations", "scopes")
    }
    fields: Row = {name: tuple(value) if name in lists else value for name, value in row.items()}
    return FoundBooking(Booking(**fields), facts)


def _reading(reader: Caller, action: str, read_at: datetime) -> Row:
    return {
        "reader": reader.subject,
        "role": reader.role,
        "organisation_id": reader.organisation_id,
        "action": action,
        "read_at": read_at,
    }
