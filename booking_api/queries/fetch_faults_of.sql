-- What is wrong with several cars, the worst first.
select vehicle_id, isolation_id, started_at, severity, drive, owner_texts, kit
from published.isolations
where vehicle_id = any(%(vehicle_ids)s::bigint[])
order by severity desc, started_at, isolation_id
