-- The signals of a car that have aggregates. Positions have none.
select known.signal
from published.aggregated_signals as known
join published.latest_state as told on told.vehicle_id = %(vehicle_id)s and told."values" ? known.signal
where not known.is_total
order by known.signal
