-- Somebody says that a car is theirs, and has the car sign the number of the claim.
create table if not exists vehicles.ownership_claims (
    claim_id   uuid        not null primary key,
    owner_id   text        not null,
    ends_at    timestamptz not null,
    proven_at  timestamptz,
    vehicle_id bigint references vehicles.vehicles
);
create index if not exists ownership_claims_by_owner on vehicles.ownership_claims (owner_id, ends_at);

grant select, insert, update on vehicles.ownership_claims to servicelane_vehicles;
