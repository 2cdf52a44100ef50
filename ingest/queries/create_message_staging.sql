create temp table if not exists staging_messages (
    place         integer,
    vehicle_id    bigint,
    boot_id       uuid,
    boot_number   bigint,
    sequence      bigint,
    recorded_from timestamptz,
    recorded_to   timestamptz,
    received_at   timestamptz,
    repeated      boolean,
    set_aside     boolean
) on commit delete rows
