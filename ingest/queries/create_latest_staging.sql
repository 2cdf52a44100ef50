-- Nothing in it is compressed: it is read once and gone.
create temp table if not exists staging_latest (like telemetry.latest_state) with (toast_tuple_target = 8160)
on commit delete rows
