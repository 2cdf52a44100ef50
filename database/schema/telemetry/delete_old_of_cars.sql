-- What the migrations make, for reading. Written by a program: do not edit.

CREATE FUNCTION telemetry.delete_old_of_cars(target text, instant text, before timestamp with time zone, after bigint, cars integer, maximum integer, OUT last_vehicle_id bigint, OUT deleted bigint) RETURNS record
    LANGUAGE plpgsql
    AS $_$
begin
    execute format($query$
        with recursive car (vehicle_id, place) as (
            (select vehicle_id, 1 from telemetry.%1$I where vehicle_id > $2 order by vehicle_id limit 1)
            union all
            select next.vehicle_id, place + 1
            from car
            cross join lateral (
                select row.vehicle_id from telemetry.%1$I as row
                where row.vehicle_id > car.vehicle_id order by row.vehicle_id limit 1
            ) as next
            where place < $3
        ), old as (
            select oldest.vehicle_id, oldest.%2$I
            from car
            cross join lateral (
                select row.vehicle_id, row.%2$I from telemetry.%1$I as row
                where row.vehicle_id = car.vehicle_id and row.%2$I < $1 order by row.%2$I limit $4
            ) as oldest
        ), deleted as (
            delete from telemetry.%1$I as row using old
            where row.vehicle_id = old.vehicle_id and row.%2$I = old.%2$I
            returning 1
        )
        select (select max(vehicle_id) from car), (select count(*) from deleted)
    $query$, target, instant)
    into last_vehicle_id, deleted
    using before, after, cars, maximum;
end
$_$;
