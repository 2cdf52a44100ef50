-- The certificates that cars prove themselves with. The private keys are with the cars and nowhere here.
create table if not exists vehicles.certificates (
    serial            text        not null primary key check (serial ~ '^[0-9a-f]+$'),
    vehicle_id        bigint      not null references vehicles.vehicles,
    public_key_sha256 bytea       not null,
    chain_pem         text        not null,
    not_before        timestamptz not null,
    not_after         timestamptz not null,
    renewed_from      text        references vehicles.certificates,
    issued_at         timestamptz not null,
    revoked_at        timestamptz,
    check (not_after > not_before)
);

create index if not exists certificates_by_vehicle on vehicles.certificates (vehicle_id, issued_at desc);
create index if not exists certificates_revoked on vehicles.certificates (not_after) where revoked_at is not null;

grant select, insert, update on vehicles.certificates to servicelane_vehicles;

-- A certificate takes the place of the password.
drop table if exists vehicles.credentials;
