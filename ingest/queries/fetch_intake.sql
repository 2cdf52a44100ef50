-- The newest stop of this part that nobody has ended, and for how long somebody has switched the limit off.
select newest.affected, newest.heard,
       greatest(extract(epoch from quiet.until - now()), 0)::double precision as quiet_seconds
from (select max(quiet_until) as until from telemetry.intake_stops where part = %(part)s) as quiet
left join lateral (
    select affected, heard
    from telemetry.intake_stops
    where part = %(part)s and resumed_at is null
    order by stop_id desc
    limit 1
) as newest on true
