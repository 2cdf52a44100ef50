"""What the pages of a test show: a car with a new fault, what is due, a workshop, a visit, a consent."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID, uuid4

from booking_api.access import Access
from booking_api.access_policy import Action
from booking_api.models import Caller
from booking_api.visits import estimates
from database.connection import Connection
from diagnostics.isolation.service import isolate
from telemetry_schema.vin import with_check_digit
from tests.booking_api.conftest import NOW, OTHER_VIN, VIN, enrol, open_workshop, put
from tests.booking_api.test_vehicles import LATEST_STATE

OWNER: Final = Caller("owner-1", "owner")
STRANGER: Final = Caller("owner-2", "owner")
THIRD_VIN: Final = with_check_digit("1M8GDM9A0KP000007")
USAGE: Final = {
    "trips": 80,
    "distance_km": 3600.0,
    "mean_kmh": 44.0,
    "fuel_l_per_100km": None,
    "revolutions_per_km": None,
} | (dict.fromkeys(("cold_start_share", "short_share", "cold_short_share", "idle_share", "towing_share"), 0.1))
TEXTS: Final = {"en": "The 12 V battery is weakening.", "zh": "12V蓄电池正在老化。"}


@dataclass(slots=True)
class World:
    """`write` fills a database; the ids are known before. `text` replaces everything that a person or a car may say."""

    text: str | None = None
    finding_id: UUID = field(default_factory=uuid4)
    recommendation_id: UUID = field(default_factory=uuid4)
    booking_id: UUID = field(default_factory=uuid4)
    consent_id: UUID = field(default_factory=uuid4)
    coming_id: UUID = field(default_factory=uuid4)
    reminder_id: UUID = field(default_factory=uuid4)
    vehicle_id: int = 0

    @property
    def write(self) -> Callable[[Connection], Awaitable[None]]:
        return self._write

    def _said(self, words: str) -> str:
        return self.text or words

    async def _write(self, connection: Connection) -> None:
        await open_workshop(connection, "workshop-1", bays=2, technicians=(("electrical",), ("electrical",)))
        await open_workshop(connection, "workshop-2", place=(52.39, 13.06))
        self.vehicle_id = await enrol(connection, VIN, OWNER.subject)
        if self.text:
            await self._say_it_everywhere(connection, self.text)
        await connection.execute(LATEST_STATE, [self.vehicle_id, NOW, NOW])  # type: ignore[arg-type]
        await self._find(connection)
        await self._recommend(connection)
        await self._plan(connection)
        await self._visit(connection)
        await self._share(connection)
        await self._remind(connection)

    async def _say_it_everywhere(self, connection: Connection, text: str) -> None:
        await connection.execute(b"update booking.workshops set name = %s, address = %s, city = %s", [text, text, text])
        await connection.execute(b"update vehicles.vehicles set make = %s, model = %s", [text, text])
        await connection.execute(b"update booking.resources set name = resource_id || %s::text", [text[:200]])
        await self.set_aside(connection)

    async def set_aside(self, connection: Connection) -> None:
        """A message that could not be read; what is wrong with it repeats what the car has sent."""
        words = (
            "insert into telemetry.quarantine (vin, reason, disposition, detail, frames, received_at, payload, topic, "
            "content_type) values (%s, 'undecodable', 'quarantined', %s, 1, %s, 'x', %s, 'application/x-protobuf')"
        )
        topic = f"servicelane/v1/{VIN}/up/batches"
        await connection.execute(words.encode(), [VIN, self._said("<b>odd</b> bytes"), NOW, topic])

    async def _find(self, connection: Connection) -> None:
        evidence = [
            {"signal": "battery_voltage_v", "quantity": "rest", "value": 11.9, "unit": "V", "threshold": 12.2}
            | {"words": {"en": self._said("voltage at rest"), "zh": self._said("静态电压")}}
        ]
        texts = {"en": self._said(TEXTS["en"]), "zh": self._said(TEXTS["zh"])}
        await put(
            connection,
            "diagnostics.findings",
            finding_id=self.finding_id,
            vehicle_id=self.vehicle_id,
            kind="battery_ageing",
            component=self._said("12 V battery")[:200],
            severity=3,
            evidence=evidence,
            texts=texts,
            found_at=NOW - timedelta(hours=1),
            onset_at=NOW - timedelta(days=9),
        )
        code = {"first_seen_at": NOW, "last_seen_at": NOW, "confirmed_at": NOW, "occurrences": 1, "recurred": False}
        code |= {
            "ecu": self._said("engine")[:200],
            "code": "P0562-00",
            "status": "confirmed",
            "mil": True,
            "severity": 2,
        }
        await put(
            connection, "diagnostics.code_episodes", vehicle_id=self.vehicle_id, titles=texts, transitions=[], **code
        )
        await isolate(connection, [self.vehicle_id])

    async def _recommend(self, connection: Connection) -> None:
        words = {"en": self._said("Replace the 12 V battery"), "zh": self._said("更换12V蓄电池")}
        why = {"en": [self._said("it weakens")], "zh": [self._said("电量衰减")]}
        details: dict[str, Any] = {
            "minutes": [30, 60],
            "cost_eur": [180, 260],
            "covered_by": None,
            "skills": ["electrical"],
        }
        details |= {"parts": [], "if_ignored": {"en": self._said("It may strand."), "zh": self._said("可能抛锚。")}}
        await put(
            connection,
            "planner.recommendations",
            recommendation_id=self.recommendation_id,
            vehicle_id=self.vehicle_id,
            item="battery_12v",
            urgency=3,
            due_at=NOW + timedelta(days=6),
            latest_safe_at=NOW + timedelta(days=20),
            titles=words,
            reasons=why,
            finding_ids="{" + str(self.finding_id) + "}",
            operations=[{"code": "battery_12v", "minutes": 60, "skill": "electrical"}],
            details=details,
        )

    async def _plan(self, connection: Connection) -> None:
        for item, days, state in (
            ("engine_oil", -4, "overdue"),
            ("brake_fluid", 21, "due_soon"),
            ("cabin_filter", 200, "planned"),
        ):
            await put(
                connection,
                "planner.service_status",
                vehicle_id=self.vehicle_id,
                item=item,
                titles={"en": self._said(item.replace("_", " ").capitalize()), "zh": self._said(f"项目 {item}")},
                state=state,
                remaining_km=days * 40.0,
                remaining_days=days,
                due_odometer_km=52_000.0 + days * 40,
                due_at=NOW + timedelta(days=days),
                due_earliest_at=NOW + timedelta(days=days - 10 if days > 0 else days),
                due_latest_at=NOW + timedelta(days=days + 30),
                last_on=date(2025, 3, 1),
                assumed=item == "cabin_filter",
            )
        likely = {"likely": 41.0, "low": 20.0, "high": 70.0}
        await put(
            connection,
            "planner.usage",
            vehicle_id=self.vehicle_id,
            usage=USAGE,
            km_per_day=likely,
            odometer_texts=[],
            plan_name="petrol",
            plan_version="1",
        )
        await put(
            connection,
            "planner.service_records",
            vehicle_id=self.vehicle_id,
            item="engine_oil",
            performed_on=date(2025, 3, 1),
            odometer_km=40_000.0,
            source="owner",
            note=self._said("changed at home"),
        )

    async def _visit(self, connection: Connection) -> None:
        starts_at = NOW + timedelta(days=2, hours=1)
        await put(
            connection,
            "booking.bookings",
            booking_id=self.booking_id,
            vehicle_id=self.vehicle_id,
            owner_id=OWNER.subject,
            workshop_id="workshop-2",
            starts_at=starts_at,
            ends_at=starts_at + timedelta(hours=1),
            time_zone="Europe/Berlin",
            status="booked",
            work=[{"code": "inspection", "minutes": 60, "skill": None}],
            reasons=[{"en": "4 km away", "zh": "距离 4 公里"}],
        )

    async def _share(self, connection: Connection) -> None:
        row = {
            "given_at": NOW - timedelta(days=1),
            "starts_at": NOW - timedelta(days=1),
            "ends_at": NOW + timedelta(days=9),
        }
        row |= {"vehicle_id": self.vehicle_id, "owner_id": OWNER.subject, "given_by": OWNER.subject}
        row |= {"grantee_kind": "driver", "grantee": "driver-1", "scopes": "{health,book}"}
        await put(connection, "booking.consents", consent_id=self.consent_id, **row)

    async def _remind(self, connection: Connection) -> None:
        texts = {"en": {"title": self._said("Plan a visit"), "lines": [self._said("Brake fluid in three weeks")]}}
        texts |= {"zh": {"title": self._said("请安排进店"), "lines": [self._said("三周后更换制动液")]}}
        row = {"reminder_id": self.reminder_id, "vehicle_id": self.vehicle_id, "owner_id": OWNER.subject, "urgency": 2}
        await put(connection, "planner.reminders", **row, made_at=NOW, texts=texts)
        delivery = {"reminder_id": self.reminder_id, "channel": "in_app", "state": "sent", "next_attempt_at": NOW}
        await put(connection, "planner.reminder_deliveries", **delivery)

    async def bring_in(self, connection: Connection) -> None:
        """The visit has begun, and the car is being inspected."""
        words = "update booking.bookings set status = 'inspecting', starts_at = %s, ends_at = %s where booking_id = %s"
        begun_at = NOW - timedelta(hours=1)
        await connection.execute(words.encode(), [begun_at, NOW + timedelta(hours=1), self.booking_id])
        await self._claim(connection, self.booking_id, "in_service")

    async def _claim(self, connection: Connection, booking_id: UUID, state: str) -> None:
        """The bay and the technician of workshop-2."""
        words = (
            "insert into booking.claims (resource_id, booking_id, during, state) "
            "select resource_id, booking_id, tstzrange(starts_at, ends_at), %s from booking.bookings "
            "join booking.resources using (workshop_id) where booking_id = %s"
        )
        await connection.execute(words.encode(), [state, booking_id])

    async def fill_the_board(self, connection: Connection) -> None:
        """Another car comes to workshop-2 tomorrow with a part that was ordered, a third did not come, one waits."""
        coming = await enrol(connection, OTHER_VIN, STRANGER.subject)
        self.coming_id = await self.other_visit(connection, coming, NOW + timedelta(days=1, hours=1), "booked")
        await self._claim(connection, self.coming_id, "confirmed")
        await self.other_visit(connection, coming, NOW - timedelta(days=3), "missed")
        part = {"workshop_id": "workshop-2", "part": "thermostat", "quantity": 1, "source": "order"}
        part |= {"booking_id": self.coming_id, "ready_at": NOW + timedelta(hours=20), "state": "reserved"}
        await put(connection, "booking.part_reservations", **part)
        wait = {"vehicle_id": coming, "owner_id": STRANGER.subject, "workshop_id": "workshop-2", "created_at": NOW}
        wait |= {"from_at": NOW, "until_at": NOW + timedelta(days=7)}
        await put(connection, "booking.waiting", entry_id=uuid4(), **wait)

    async def know_the_car(self, connection: Connection) -> None:
        """Its voltage of yesterday, what it knew when the code was set, a repair of a like car, a part on the shelf."""
        frame = {"recorded_at": NOW.isoformat(), "record_number": 0}
        frame["values"] = {"engine_speed_rpm": {"value": 812.0, "unit": "rpm"}}
        words = "update diagnostics.code_episodes set first_freeze_frame = %s where vehicle_id = %s"
        await connection.execute(words.encode(), [json.dumps(frame), self.vehicle_id])
        told = [{"signal": "system_voltage_v", "value": 11.9, "unit": "V", "healthy_low": 12.2, "threshold": 12.2}]
        told[0]["words"] = {"en": "system voltage", "zh": "系统电压"}
        words = "update diagnostics.findings set evidence = evidence || %s::jsonb where finding_id = %s"
        await connection.execute(words.encode(), [json.dumps(told), self.finding_id])
        words = """update telemetry.latest_state set signals = '{"system_voltage_v": [12.7, 1774249080000]}'"""
        await connection.execute(words.encode())
        await self._drive(connection, NOW - timedelta(days=1))
        await self._confirm_elsewhere(connection)
        stock = {"workshop_id": "workshop-2", "part": "battery_12v", "on_hand": 3, "lead_days": 2}
        await put(connection, "booking.parts_stock", **stock)

    async def _drive(self, connection: Connection, at: datetime) -> None:
        for minute, volts in enumerate((12.7, 14.1, 14.2)):
            frame = {"boot_id": uuid4(), "boot_number": 1, "sequence": minute, "frame": 0, "clock_quality": 1}
            when = dict.fromkeys(("recorded_at", "received_at", "stored_at"), at + timedelta(minutes=20 * minute))
            row = frame | when | {"late": False, "system_voltage_v": volts}
            await put(connection, "telemetry.samples", vehicle_id=self.vehicle_id, **row)
        refresh = "select telemetry.refresh_aggregates('minute', %s::bigint[], %s::timestamptz[], %s::timestamptz[])"
        await connection.execute(refresh.encode(), [[self.vehicle_id], [at], [at + timedelta(hours=1)]])

    async def _confirm_elsewhere(self, connection: Connection) -> None:
        """Another car of the model had the same symptoms; its visit was closed and came back."""
        other, fault_id = await enrol(connection, THIRD_VIN, STRANGER.subject), uuid4()
        words = (
            "insert into diagnostics.workshop_reports (isolation_id, kind, subject, vehicle_id, value, workshop_id, "
            "told_at, entry_ids, shown) "
            "select %s, 'cause', '', %s, 'battery_12v_aged', 'workshop-1', %s, entry_ids, '{}' "
            "from diagnostics.isolations where vehicle_id = %s"
        )
        await connection.execute(words.encode(), [fault_id, other, NOW - timedelta(days=40), self.vehicle_id])
        visit_id = await self.other_visit(connection, other, NOW - timedelta(days=40), "came_back")
        closed = json.dumps([{"fault_id": str(fault_id), "cause": "battery_12v_aged"}])
        words = "update booking.bookings set causes = %s, workshop_id = 'workshop-1' where booking_id = %s"
        await connection.execute(words.encode(), [closed, visit_id])

    async def other_visit(
        self, connection: Connection, vehicle_id: int, at: datetime, status: str, owner_id: str = STRANGER.subject
    ) -> UUID:
        booking_id, work_id = uuid4(), uuid4()
        life = [(NOW + timedelta(days=days)).isoformat() for days in (1, 3, 9)]
        details = {"minutes": [60, 60], "cost_eur": [9, 9], "covered_by": None, "skills": [], "parts": []}
        await put(
            connection,
            "planner.recommendations",
            recommendation_id=work_id,
            vehicle_id=vehicle_id,
            item=f"work_{status}",
            urgency=3,
            titles={"en": "Replace the thermostat", "zh": "更换节温器"},
            reasons={},
            finding_ids="{}",
            operations=[],
            details=details | {"if_ignored": None, "fails_at": life},
        )
        await put(
            connection,
            "booking.bookings",
            booking_id=booking_id,
            vehicle_id=vehicle_id,
            owner_id=owner_id,
            workshop_id="workshop-2",
            starts_at=at,
            ends_at=at + timedelta(hours=2),
            time_zone="Europe/Berlin",
            status=status,
            work=[{"code": "thermostat", "minutes": 120, "skill": None}],
            recommendation_ids="{" + str(work_id) + "}",
        )
        return booking_id

    async def ask_the_owner(self, connection: Connection) -> None:
        access = Access(Caller("technician-1", "technician", "workshop-2"), Action.ADVANCE_VISIT, NOW)
        lines = [estimates.Line(self._said("Brake pads")[:200], "red", 60, 180.0)]
        await estimates.offer(connection, access, self.booking_id, lines, None)

    def pages(self, concern_id: UUID) -> list[str]:
        """Every page that an owner can open."""
        car, work = f"/cars/{VIN}", f"?work={self.recommendation_id}"
        paths = [
            "/garage",
            car,
            f"{car}/concerns/{concern_id}",
            f"{car}/book{work}",
            f"{car}/history",
            f"{car}/sharing",
        ]
        paths += [f"{car}/waiting", f"{car}/records"]
        return [
            *paths,
            "/visits",
            f"/visits/{self.booking_id}",
            f"/visits/{self.booking_id}/move",
            "/reminders",
            "/account",
        ]
