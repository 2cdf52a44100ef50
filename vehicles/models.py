"""What is said of a car and its owner."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

Drivetrain = Literal["petrol", "diesel", "hybrid", "electric"]


@dataclass(frozen=True, slots=True)
class EnrolmentRequest:
    """A car that is to be enrolled.

    `specification` may hold displacement_l, cylinders, mass_kg, battery_capacity_kwh, tyre_placard_front_kpa,
    tyre_placard_rear_kpa, fuel_tank_l and transmission; what is missing is simply not known.
    """

    vin: str
    model_id: str
    make: str
    model: str
    model_year: int
    drivetrain: Drivetrain
    in_service_on: date
    specification: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Enrolment:
    """What became of an EnrolmentRequest."""

    vehicle_id: int


@dataclass(frozen=True, slots=True)
class Vehicle:
    vehicle_id: int
    vin: str
    model_id: str
    make: str
    model: str
    model_year: int
    drivetrain: Drivetrain
    specification: Mapping[str, Any]
    in_service_on: date


@dataclass(frozen=True, slots=True)
class Owner:
    """Personal data: never into a log, never beside a VIN in one."""

    owner_id: str
    display_name: str
    contact: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class OwnershipClaim:
    """Somebody says that a car is theirs; which one, the car will say."""

    claim_id: UUID
    owner_id: str
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class DeviceCertificate:
    """A certificate that was issued to a car, as the database knows it. `serial` is hexadecimal."""

    vin: str
    serial: str
    public_key_sha256: bytes
    chain_pem: str
    not_before: datetime
    not_after: datetime
    renewed_from: str | None
    issued_at: datetime
    revoked_at: datetime | None = None
