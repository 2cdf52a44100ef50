-- The cars of these VINs, or every car.
select vehicle_id, vin from published.vehicles
where %(vins)s::text[] is null or vin = any(%(vins)s::text[])
order by vin
