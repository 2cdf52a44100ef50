-- The cars to which the caller has one of the wanted relations, or one of them, with what binds the caller to each. In the
-- order of their VINs, from the one after `after_vin` on.
with related (vehicle_id, relation, scopes) as (
    select owned.vehicle_id, 'owner', '{}'::text[]
    from published.vehicle_owners as owned
    where owned.owner_id = %(subject)s
    union all
    select owned.vehicle_id, 'fleet', '{}'
    from published.vehicle_owners as owned
    where owned.owner_id = %(organisation_id)s::text
    union all
    select given.vehicle_id, case given.grantee_kind when 'driver' then 'driver' else 'consent' end, given.scopes
    from booking.consents as given
    join published.vehicle_owners as owned using (vehicle_id, owner_id)
    where given.grantee = case given.grantee_kind when 'driver' then %(subject)s else %(organisation_id)s::text end
      and given.withdrawn_at is null and given.starts_at <= %(now)s and given.ends_at > %(now)s
    union all
    select booking.vehicle_id, 'work_order', '{}'
    from booking.bookings as booking
    where booking.workshop_id = %(organisation_id)s::text
      and booking.status not in ('held', 'expired', 'cancelled', 'missed') and booking.ends_at > %(visits_since)s
), bound as (
    select related.vehicle_id, array_agg(distinct related.relation) as relations,
           array_agg(distinct scope) filter (where scope is not null) as scopes
    from related
    left join unnest(related.scopes) as scope on true
    where related.relation = any(%(wanted)s::text[])
    group by related.vehicle_id
), seen as (
    select vehicle_id from bound
    union
    select vehicle_id
    from published.vehicles
    where 'any' = any(%(wanted)s::text[]) and (%(vin)s::text is null or vin = %(vin)s)
)
select vehicle.vehicle_id, vehicle.vin, vehicle.make, vehicle.model, vehicle.model_year, vehicle.drivetrain,
       vehicle.in_service_on, coalesce(bound.relations, '{}') as relations, coalesce(bound.scopes, '{}') as scopes
from seen
join published.vehicles as vehicle using (vehicle_id)
left join bound using (vehicle_id)
where (%(vin)s::text is null or vehicle.vin = %(vin)s) and (%(after_vin)s::text is null or vehicle.vin > %(after_vin)s)
order by vehicle.vin
limit %(maximum)s
