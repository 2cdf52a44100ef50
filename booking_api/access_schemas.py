"""What owners say about who may see their cars, and what they are told of who has."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Base64Bytes, BaseModel, Field

from booking_api.access_policy import Action, Relation, Scope
from booking_api.models import Role
from booking_api.schemas import Asked, BookingAnswer, Instant, VehicleAnswer

GranteeKind = Literal["workshop", "driver"]
Grantee = Annotated[str, Field(pattern=r"^[!-~]{1,200}$")]
AccessId = Annotated[int, Field(ge=1, le=2**63 - 1)]


class NewConsent(Asked):
    """To a workshop by its id, or to a driver by the subject of their token. Without `starts_at`, from now on.

    `health`: findings and trouble codes; `state`: the latest values too; `due`: what is due; `book`: search, book, move
    and cancel visits. A consent lasts for a year at most.
    """

    grantee_kind: GranteeKind
    grantee: Grantee
    scopes: list[Scope] = Field(min_length=1, max_length=4)
    starts_at: Instant | None = None
    ends_at: Instant


class ConsentAnswer(BaseModel):
    """`is_live`: it counts now."""

    consent_id: UUID
    grantee_kind: GranteeKind
    grantee: str
    scopes: list[Scope]
    given_at: datetime
    starts_at: datetime
    ends_at: datetime
    withdrawn_at: datetime | None
    is_live: bool


class AccessEntryAnswer(BaseModel):
    """Somebody has read data of a car: in which role, of which organisation, and for which reason (`relation`).

    `vin` null: an entry that stands for every car. `reader` is for auditors; owners see null.
    """

    access_id: int
    read_at: datetime
    vin: str | None
    reader: str | None
    role: Role
    organisation_id: str | None
    action: Action
    relation: Relation


class ClaimAnswer(BaseModel):
    claim_id: UUID
    ends_at: datetime


class NewProof(Asked):
    """`certificate`: the car's, PEM. `signature`: of `telemetry_schema.ownership_claim`, in base64."""

    certificate: str = Field(max_length=16_384)
    signature: Annotated[Base64Bytes, Field(max_length=256)]


class ProvenAnswer(BaseModel):
    vin: str


class OwnConsentAnswer(ConsentAnswer):
    vin: str


class OwnEntryAnswer(BaseModel):
    """A line of the access log, without the person who has read."""

    access_id: int
    read_at: datetime
    vin: str | None
    role: Role
    organisation_id: str | None
    action: Action
    relation: Relation


class AccountAnswer(BaseModel):
    """What is kept of an owner."""

    subject: str
    display_name: str | None
    contact: dict[str, str]
    vehicles: list[VehicleAnswer]
    bookings: list[BookingAnswer]
    consents: list[OwnConsentAnswer]
    access_log: list[OwnEntryAnswer]


class ErasureAnswer(BaseModel):
    requested_at: datetime
