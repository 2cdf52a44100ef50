-- The trouble codes of a car from when each was first seen, with what the car knew when it was set; the latest first.
select ecu, code, status, first_seen_at, last_seen_at, confirmed_at, healed_at, ended_at, ended_by, occurrences, recurred,
       mil, severity, titles, first_freeze_frame, last_freeze_frame, suppressed_by
from published.code_lives
where vehicle_id = %(vehicle_id)s
order by first_seen_at desc, ecu, code
limit 40
