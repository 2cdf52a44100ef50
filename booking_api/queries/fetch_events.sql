-- What has happened to visits, and what was found about cars, to which the caller has one of the wanted relations, after a
-- place in the order, as far as no transaction that still runs can put anything before it.
with known as (
    select event.event_id, event.transaction_id, event.occurred_at, event.kind, event.booking_id, event.finding_id,
           event.vehicle_id, event.workshop_id, event.data,
           array_remove(array[
               case when event.owner_id = %(subject)s then 'owner' end,
               case when event.owner_id = %(organisation_id)s::text then 'fleet' end,
               case when event.workshop_id = %(organisation_id)s::text and booking.ends_at > %(visits_since)s
                         and (booking.made_at_desk or event.kind not in ('visit.held', 'visit.expired'))
                    then 'work_order' end,
               case when event.finding_id is not null and exists (
                        select from booking.bookings as visit
                        where visit.vehicle_id = event.vehicle_id and visit.workshop_id = %(organisation_id)s::text
                          and visit.status not in ('held', 'expired', 'cancelled', 'missed')
                          and visit.ends_at > %(visits_since)s)
                    then 'work_order' end,
               case when given.to_driver then 'driver' end,
               case when given.to_workshop and event.finding_id is not null then 'consent' end
           ], null) as relations,
           coalesce(given.scopes, '{}') as scopes
    from booking.events as event
    left join booking.bookings as booking using (booking_id)
    left join lateral (
        select array_agg(distinct scope) as scopes, bool_or(consent.grantee_kind = 'driver') as to_driver,
               bool_or(consent.grantee_kind = 'workshop') as to_workshop
        from booking.consents as consent
        join published.vehicle_owners as owned using (vehicle_id, owner_id)
        cross join unnest(consent.scopes) as scope
        where consent.vehicle_id = event.vehicle_id and consent.owner_id = event.owner_id
          and consent.grantee = case consent.grantee_kind when 'driver' then %(subject)s else %(organisation_id)s::text end
          and (consent.grantee_kind = 'driver') = ('driver' = any(%(wanted)s::text[]))
          and consent.withdrawn_at is null and consent.starts_at <= %(now)s and consent.ends_at > %(now)s
    ) as given on true
    where (event.transaction_id, event.event_id) > (%(after_transaction)s::text::xid8, %(after_id)s::bigint)
      and event.transaction_id < pg_snapshot_xmin(pg_current_snapshot())
)
select known.event_id, known.transaction_id::text as transaction_id, known.occurred_at, known.kind, known.booking_id,
       known.finding_id, known.vehicle_id, vehicle.vin, known.workshop_id, known.data, known.relations, known.scopes
from known
join published.vehicles as vehicle using (vehicle_id)
where known.relations
      && case when known.finding_id is null then %(wanted)s::text[] else %(wanted_of_findings)s::text[] end
order by known.transaction_id, known.event_id
limit %(maximum)s
