-- The newest certificate of each car, where less than a sixth of its life is left and nobody has revoked it, the first to end
-- first. A car asks for its next one when a third is left: these have had their chances.
select vin, serial, public_key_sha256, chain_pem, not_before, not_after, renewed_from, issued_at, revoked_at
from (
    select distinct on (certificate.vehicle_id) vehicle.vin, certificate.*
    from vehicles.certificates as certificate
    join vehicles.vehicles as vehicle using (vehicle_id)
    order by certificate.vehicle_id, certificate.issued_at desc, certificate.not_after desc
) as newest
where not_after - (not_after - not_before) / 6 < %(now)s and revoked_at is null
order by not_after, vin
limit %(maximum)s
