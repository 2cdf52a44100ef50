select vehicle.vin, certificate.serial, certificate.public_key_sha256, certificate.chain_pem, certificate.not_before,
       certificate.not_after, certificate.renewed_from, certificate.issued_at, certificate.revoked_at
from vehicles.certificates as certificate
join vehicles.vehicles as vehicle using (vehicle_id)
where %(vin)s::text is null or vehicle.vin = %(vin)s
order by vehicle.vin, certificate.issued_at, certificate.not_after
