-- What the present owner has given for this car, or one of them. The latest first.
select given.consent_id, given.grantee_kind, given.grantee, given.scopes, given.given_at, given.starts_at,
       given.ends_at, given.withdrawn_at
from booking.consents as given
join published.vehicle_owners as owned using (vehicle_id, owner_id)
where given.vehicle_id = %(vehicle_id)s
  and (%(consent_id)s::uuid is null or given.consent_id = %(consent_id)s)
order by given.given_at desc, given.consent_id
limit 500
