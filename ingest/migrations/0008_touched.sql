-- What was stored and is not in the aggregates yet: per car and day, which spans of time. `step` says which aggregate has
-- to be made anew from the next finer one, `due_at` when it is worth it, and `touched_at` tells one writing from the next.
do $$
begin
    if to_regclass('telemetry.touched') is not null then
        return;
    end if;
    create table telemetry.touched (
        step       text           not null check (step in ('minute', 'hour', 'day')),
        vehicle_id bigint         not null,
        day_at     timestamptz    not null,
        spans      tstzmultirange not null,
        due_at     timestamptz    not null,
        touched_at timestamptz    not null default clock_timestamp(),
        primary key (step, vehicle_id, day_at)
    ) with (fillfactor = 70);
    -- Everything that the database holds already.
    insert into telemetry.touched (step, vehicle_id, day_at, spans, due_at)
    select 'minute', vehicle_id, day_at, tstzmultirange(tstzrange(day_at, day_at + interval '24 hours')), now()
    from (select distinct vehicle_id, date_bin('1 day', recorded_at, 'epoch') as day_at from telemetry.samples) as days;
end
$$;

create index if not exists touched_by_due on telemetry.touched (step, due_at);

grant select, insert, update, delete on telemetry.touched to servicelane_ingest;
