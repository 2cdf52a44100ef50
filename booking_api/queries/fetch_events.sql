-- What has happened to visits to which the caller has one of the wanted relations, after a place in the order, as far as no
-- transaction that still runs can put anything before it.
with known as (
    select event.event_id, event.transaction_id, event.occurred_at, event.kind, event.booking_id, event.vehicle_id,
           event.workshop_id, event.data,
           array_remove(array[
               case when event.owner_id = %(subject)s then 'owner' end,
               case when event.owner_id = %(organisation_id)s::text then 'fleet' end,
               case when event.workshop_id = %(organisation_id)s::text and booking.ends_at > %(visits_since)s
                         and (booking.made_at_desk or event.kind not in ('visit.held', 'visit.expired'))
                    then 'work_order' end,
               case when driver.scopes is not null then 'driver' end
           ], null) as relations,
           coalesce(driver.scopes, '{}') as scopes
    from booking.events as event
    join booking.bookings as booking using (booking_id)
    left join lateral (
        select array_agg(distinct scope) as scopes
        from booking.consents as given
        join published.vehicle_owners as owned using (vehicle_id, owner_id)
        cross join unnest(given.scopes) as scope
        where given.vehicle_id = event.vehicle_id and given.owner_id = event.owner_id
          and given.grantee_kind = 'driver' and given.grantee = %(subject)s
          and given.withdrawn_at is null and given.starts_at <= %(now)s and given.ends_at > %(now)s
    ) as driver on true
    where (event.transaction_id, event.event_id) > (%(after_transaction)s::text::xid8, %(after_id)s::bigint)
      and event.transaction_id < pg_snapshot_xmin(pg_current_snapshot())
)
select known.event_id, known.transaction_id::text as transaction_id, known.occurred_at, known.kind, known.booking_id,
       known.vehicle_id, vehicle.vin, known.workshop_id, known.data, known.relations, known.scopes
from known
join published.vehicles as vehicle using (vehicle_id)
where known.relations && %(wanted)s::text[]
order by known.transaction_id, known.event_id
limit %(maximum)s
