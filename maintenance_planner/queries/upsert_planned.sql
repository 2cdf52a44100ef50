insert into planner.planned
    (vehicle_id, now_at, odometer_known, findings_digest, first_recorded_at, first_odometer_km)
values (%(vehicle_id)s, %(now_at)s, %(odometer_known)s, %(findings_digest)s, %(first_recorded_at)s,
        %(first_odometer_km)s)
on conflict (vehicle_id) do update
set now_at = excluded.now_at, odometer_known = excluded.odometer_known, findings_digest = excluded.findings_digest,
    first_recorded_at = excluded.first_recorded_at, first_odometer_km = excluded.first_odometer_km
