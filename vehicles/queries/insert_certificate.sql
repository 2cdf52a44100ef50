insert into vehicles.certificates
    (serial, vehicle_id, public_key_sha256, chain_pem, not_before, not_after, renewed_from, issued_at)
values
    (%(serial)s, %(vehicle_id)s, %(public_key_sha256)s, %(chain_pem)s, %(not_before)s, %(not_after)s, %(renewed_from)s,
     %(issued_at)s)
