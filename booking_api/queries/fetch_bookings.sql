-- The bookings to which the caller has one of the wanted relations, or one of them, with what binds the caller to each.
-- An owner keeps the visits that were theirs. The latest visit first. `offset 0` makes the planner look each booking up
-- by its number: a plan for any arguments expects the filters to leave one row, and reads every booking for it.
with related (booking_id, relation, scopes) as (
    select booking_id, 'owner', '{}'::text[] from booking.bookings where owner_id = %(subject)s
    union all
    select booking_id, 'fleet', '{}' from booking.bookings where owner_id = %(organisation_id)s::text
    union all
    select booking_id, 'work_order', '{}'
    from booking.bookings
    where workshop_id = %(organisation_id)s::text and ends_at > %(visits_since)s
      and (made_at_desk or status not in ('held', 'expired'))
    union all
    select booking.booking_id, 'driver', given.scopes
    from booking.consents as given
    join published.vehicle_owners as owned using (vehicle_id, owner_id)
    join booking.bookings as booking using (vehicle_id, owner_id)
    where given.grantee_kind = 'driver' and given.grantee = %(subject)s
      and given.withdrawn_at is null and given.starts_at <= %(now)s and given.ends_at > %(now)s
), bound as (
    select related.booking_id, array_agg(distinct related.relation) as relations,
           array_agg(distinct scope) filter (where scope is not null) as scopes
    from related
    left join unnest(related.scopes) as scope on true
    where related.relation = any(%(wanted)s::text[])
    group by related.booking_id
)
select booking.booking_id, vehicle.vin, booking.workshop_id, workshop.name as workshop_name, booking.starts_at,
       booking.ends_at, booking.time_zone, booking.status, booking.version, booking.work, booking.recommendation_ids,
       booking.reasons, booking.transport, booking.hold_expires_at, booking.adviser_id, adviser.name as adviser, booking.vehicle_id,
       vehicle.make, vehicle.model, workshop.change_notice_minutes, bound.relations, coalesce(bound.scopes, '{}') as scopes
from bound
cross join lateral (
    select * from booking.bookings as known where known.booking_id = bound.booking_id offset 0
) as booking
join booking.workshops as workshop using (workshop_id)
join published.vehicles as vehicle using (vehicle_id)
left join booking.resources as adviser on adviser.resource_id = booking.adviser_id
where (%(booking_id)s::uuid is null or booking.booking_id = %(booking_id)s)
  and (%(vin)s::text is null or vehicle.vin = %(vin)s)
  and (%(before_at)s::timestamptz is null
       or (booking.starts_at, booking.booking_id) < (%(before_at)s::timestamptz, %(before_id)s::uuid))
order by booking.starts_at desc, booking.booking_id desc
limit %(maximum)s
