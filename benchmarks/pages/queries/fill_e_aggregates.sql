-- Of the week of samples: its minutes and hours.
select telemetry.refresh_aggregates(step, array_agg(vehicle_id), array_agg(%(now)s::timestamptz - interval '8 days'),
                                    array_agg(%(now)s::timestamptz + interval '1 day'))
from vehicles.vehicles, unnest(array['minute', 'hour']) with ordinality as steps (step, place)
group by step, place
order by place
