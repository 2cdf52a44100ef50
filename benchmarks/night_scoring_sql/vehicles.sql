insert into vehicles.vehicles (vin, model_id, make, model, model_year, drivetrain, specification, in_service_on)
select 'BENCH' || lpad(number::text, 12, '0'), drivetrain || '-compact', 'Servicelane', 'Compact', 2022, drivetrain, '{}',
       date '2021-01-01' + number %% 1000
from generate_series(1, %(cars)s::integer) as number
cross join lateral (select (array['petrol', 'diesel', 'hybrid', 'electric'])[1 + number %% 4] as drivetrain) as kind
