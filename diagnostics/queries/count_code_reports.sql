select vehicle_id, count(*) as reports
from unnest(%(vehicle_ids)s::bigint[], %(until_s)s::float8[]) as asked (vehicle_id, until_s)
join published.code_reports as report using (vehicle_id)
where report.recorded_at <= to_timestamp(asked.until_s)
group by vehicle_id
