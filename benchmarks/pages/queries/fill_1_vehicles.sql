-- The first twenty cars are of one owner, the others of one each.
with made as (
    insert into vehicles.vehicles (vin, model_id, make, model, model_year, drivetrain, specification, in_service_on)
    select 'BENCH' || lpad(number::text, 12, '0'), 'petrol-compact', 'Servicelane', 'Compact', 2022, 'petrol', '{}',
           date '2022-01-01'
    from generate_series(1, %(cars)s::integer) as number
    returning vehicle_id
), owners as (
    insert into vehicles.owners (owner_id, display_name, contact)
    select format('owner-%%s', number), format('owner-%%s', number), '{}' from generate_series(1, %(cars)s::integer) as number
    returning owner_id
), numbered as (
    select vehicle_id, row_number() over (order by vehicle_id) as number from made
)
insert into vehicles.ownerships (vehicle_id, owner_id, since)
select vehicle_id, format('owner-%%s', case when number <= 20 then 1 else number end), date '2022-01-01' from numbered
