insert into planner.planned as known
    (vehicle_id, now_at, odometer_known, findings_digest, first_recorded_at, first_odometer_km, days_known, as_of_at)
values (%(vehicle_id)s, %(now_at)s, %(odometer_known)s, %(findings_digest)s, %(first_recorded_at)s,
        %(first_odometer_km)s, true, %(as_of_at)s)
on conflict (vehicle_id) do update
set now_at = excluded.now_at, odometer_known = excluded.odometer_known, findings_digest = excluded.findings_digest,
    first_recorded_at = excluded.first_recorded_at, first_odometer_km = excluded.first_odometer_km, days_known = true,
    as_of_at = excluded.as_of_at
where known is distinct from excluded
