-- Cars with where diagnostics stands with them; what was judged by other rules is left out.
select vehicle_id, vin, model_id, drivetrain, specification,
       extract(epoch from judged_until)::float8 as judged_until_s,
       case when rules = %(rules)s then extract(epoch from folded_until)::float8 end as folded_until_s,
       case when rules = %(rules)s then judgement end as judgement,
       revision
from published.vehicles
left join diagnostics.car_states using (vehicle_id)
where vehicle_id = any(%(vehicle_ids)s)
order by vehicle_id
