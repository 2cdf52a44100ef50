"""From what the services know to what the API says, in the caller's language. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from booking_api import schemas
from booking_api.languages import Language, in_language
from booking_api.local_days import instant
from booking_api.models import Booking, Slot, Workshop
from booking_api.relaxations import Relaxation
from booking_api.slot_search import SlotAnswer
from booking_api.vehicle_health import VehicleHealth

Row = Mapping[str, Any]


def health_answer(health: VehicleHealth, language: Language, now: datetime) -> schemas.HealthAnswer:
    return schemas.HealthAnswer(
        vin=health.vin,
        sentence=in_language(health.sentence, language),
        findings=[_finding(row, language) for row in health.findings],
        codes=[schemas.CodeAnswer(**row, title=in_language(row["titles"], language)) for row in health.codes],
        latest_state=_latest_state(health.latest_state, now) if health.latest_state else None,
    )


def due_answer(row: Row, language: Language) -> schemas.DueAnswer:
    return schemas.DueAnswer(
        recommendation_id=row["recommendation_id"],
        item=row["item"],
        title=in_language(row["titles"], language),
        urgency=row["urgency"],
        due_at=row["due_at"],
        latest_safe_at=row["latest_safe_at"],
        reasons=row["reasons"].get(language, []),
        minutes=sum(one["minutes"] for one in row["operations"]),
        finding_ids=row["finding_ids"],
        **_details(row["details"], language),
    )


def _details(details: Row, language: Language) -> dict[str, Any]:
    """Nothing for a recommendation that was written before details were."""
    if not details:
        return {}
    return {
        "minutes_range": details["minutes"],
        "cost_eur_range": details["cost_eur"],
        "covered_by": in_language(details["covered_by"], language) if details["covered_by"] else None,
        "skills": details["skills"],
        "parts": [_part(part, language) for part in details["parts"]],
        "if_ignored": in_language(details["if_ignored"], language) if details["if_ignored"] else None,
    }


def _part(part: Row, language: Language) -> schemas.PartAnswer:
    return schemas.PartAnswer(
        part=part["part"],
        title=in_language(part["titles"], language),
        quantity=part["quantity"],
        unit=part.get("unit"),
        cost_eur_each=part["eur_each"],
    )


def workshop_answer(workshop: Workshop) -> schemas.WorkshopAnswer:
    return schemas.WorkshopAnswer(
        workshop_id=workshop.workshop_id,
        name=workshop.name,
        address=workshop.address,
        city=workshop.city,
        latitude=workshop.position.latitude_deg,
        longitude=workshop.position.longitude_deg,
        time_zone=workshop.time_zone,
        notice_minutes=workshop.notice_minutes,
        horizon_days=workshop.horizon_days,
        change_notice_minutes=workshop.change_notice_minutes,
        brands=sorted(workshop.brands),
        skills=sorted({skill for one in workshop.resources for skill in one.skills}),
        hours=[
            schemas.OpeningHours(weekday=schemas.WEEKDAYS[day], opens=_clock(opens), closes=_clock(closes))
            for day, spans in sorted(workshop.hours.items())
            for opens, closes in spans
        ],
    )


def slots_answer(answer: SlotAnswer, language: Language) -> schemas.SlotsAnswer:
    return schemas.SlotsAnswer(
        slots=[_slot(slot, language) for slot in answer.slots],
        reasons=[in_language(text, language) for text in answer.reasons],
        relaxations=[_relaxation(one, language) for one in answer.relaxations],
    )


def _relaxation(one: Relaxation, language: Language) -> schemas.RelaxationAnswer:
    workshop = one.candidate.workshop
    return schemas.RelaxationAnswer(
        relaxation=one.code,
        text=in_language(one.text, language),
        workshop_id=workshop.workshop_id,
        workshop_name=workshop.name,
        starts_at=instant(one.candidate.start_minute).astimezone(ZoneInfo(workshop.time_zone)),
    )


def booking_answer(booking: Booking, language: Language) -> schemas.BookingAnswer:
    zone = ZoneInfo(booking.time_zone)
    return schemas.BookingAnswer(
        booking_id=booking.booking_id,
        vin=booking.vin,
        workshop_id=booking.workshop_id,
        workshop_name=booking.workshop_name,
        starts_at=booking.starts_at.astimezone(zone),
        ends_at=booking.ends_at.astimezone(zone),
        time_zone=booking.time_zone,
        status=booking.status,
        version=booking.version,
        recommendation_ids=list(booking.recommendation_ids),
        reasons=[in_language(text, language) for text in booking.reasons],
        hold_expires_at=booking.hold_expires_at,
        adviser=booking.adviser,
    )


def _slot(slot: Slot, language: Language) -> schemas.SlotAnswer:
    zone = ZoneInfo(slot.workshop.time_zone)
    return schemas.SlotAnswer(
        workshop_id=slot.workshop.workshop_id,
        workshop_name=slot.workshop.name,
        starts_at=slot.starts_at.astimezone(zone),
        ends_at=slot.ends_at.astimezone(zone),
        time_zone=slot.workshop.time_zone,
        labels=list(slot.labels),
        score=slot.score,
        score_parts=dict(slot.parts),
        reasons=[in_language(text, language) for text in slot.reasons],
    )


def _finding(row: Row, language: Language) -> schemas.FindingAnswer:
    evidence = [
        schemas.EvidenceAnswer(
            signal=one["signal"],
            words=in_language(one["words"], language),
            value=one.get("value"),
            unit=one.get("unit"),
            threshold=one.get("threshold"),
        )
        for one in row["evidence"]
    ]
    kept = {name: row[name] for name in ("finding_id", "kind", "component", "severity", "found_at", "onset_at")}
    return schemas.FindingAnswer(**kept, text=in_language(row["texts"], language), evidence=evidence)


def _latest_state(row: Row, now: datetime) -> schemas.LatestStateAnswer:
    age_seconds = max(0, int((now - row["last_received_at"]).total_seconds()))
    return schemas.LatestStateAnswer(**row, age_seconds=age_seconds)


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02d}:{minutes % 60:02d}"
