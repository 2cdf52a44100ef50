-- What is known of the car is judged anew from the rows that remain.
with states as (
    delete from diagnostics.car_states where vehicle_id = %(vehicle_id)s
), findings as (
    delete from diagnostics.findings
    where vehicle_id = %(vehicle_id)s and found_at >= %(from_at)s and found_at < %(to_at)s
), episodes as (
    delete from diagnostics.code_episodes
    where vehicle_id = %(vehicle_id)s and first_seen_at >= %(from_at)s and first_seen_at < %(to_at)s
), transitions as (
    delete from diagnostics.code_transitions
    where vehicle_id = %(vehicle_id)s and at >= %(from_at)s and at < %(to_at)s
), code_events as (
    delete from diagnostics.code_events
    where vehicle_id = %(vehicle_id)s and started_at >= %(from_at)s and started_at < %(to_at)s
), isolations as (
    delete from diagnostics.isolations
    where vehicle_id = %(vehicle_id)s and started_at >= %(from_at)s and started_at < %(to_at)s
), reports as (
    delete from diagnostics.workshop_reports
    where vehicle_id = %(vehicle_id)s and told_at >= %(from_at)s and told_at < %(to_at)s
), moments as (
    delete from diagnostics.moments
    where vehicle_id = %(vehicle_id)s and recorded_at >= %(from_at)s and recorded_at < %(to_at)s
), readings as (
    delete from diagnostics.parked_readings
    where vehicle_id = %(vehicle_id)s and recorded_at >= %(from_at)s and recorded_at < %(to_at)s
)
delete from diagnostics.trips
where vehicle_id = %(vehicle_id)s and started_at >= %(from_at)s and started_at < %(to_at)s
