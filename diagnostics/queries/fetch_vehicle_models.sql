select model_id as vehicle_model, count(*)::integer as cars
from published.vehicles
group by model_id
order by model_id
