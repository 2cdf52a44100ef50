select ends_at, proven_at
from vehicles.ownership_claims
where claim_id = %(claim_id)s and owner_id = %(owner_id)s
for update
