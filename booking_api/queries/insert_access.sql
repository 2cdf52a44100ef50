insert into booking.access_log (
    read_at, vehicle_id, owner_id, reader, role, organisation_id, action, relation
)
select %(read_at)s, entry.vehicle_id, owned.owner_id, %(reader)s, %(role)s, %(organisation_id)s, %(action)s,
       entry.relation
from unnest(%(vehicle_ids)s::bigint[], %(relations)s::text[]) as entry (vehicle_id, relation)
left join published.vehicle_owners as owned using (vehicle_id)
