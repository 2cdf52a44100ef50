update vehicles.ownership_claims
set proven_at = %(proven_at)s, vehicle_id = %(vehicle_id)s
where claim_id = %(claim_id)s
